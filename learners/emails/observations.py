"""The mail to a mentor who is said to have watched something today: it goes at once, and says nothing of what."""

from gpa_programme.notices.actions import post
from gpa_programme.notices.models import Message
from learners.models import Observation, SignOffRequest


def confirm(observation: Observation, requests: list[SignOffRequest]) -> Message:
    """Ask the observer to confirm until the end of today what was typed on the learner's device."""
    context = {
        "learner": str(observation.version.item.enrolment.learner),
        "lines": [{"competency": str(one.competency), "href": one.get_absolute_url()} for one in requests],
    }
    return post("observed_today", to=observation.observer, context=context)
