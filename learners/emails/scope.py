"""The mails about a scope: that one is proposed, and what became of it; the words stand behind sign-in."""

from django.urls import reverse

from gpa_programme.accounts.models import User
from gpa_programme.notices.actions import post
from learners.models import Enrolment, ScopeAgreement
from learners.queries.scope import mentor_ids_today


def proposed(agreement: ScopeAgreement, *, to_learner: bool) -> None:
    """Ask the other side to agree: the learner, or every mentor of today."""
    for person in _people(agreement.enrolment, to_learner=to_learner):
        post(
            "scope_proposed", to=person, context={**_about(agreement, agreement.proposed_by), "to_learner": to_learner}
        )


def answered(agreement: ScopeAgreement, *, by: User, to_learner: bool) -> None:
    """Tell the proposer's side what was answered."""
    context = {**_about(agreement, by), "outcome": agreement.state}
    for person in _people(agreement.enrolment, to_learner=to_learner):
        post("scope_answered", to=person, context=context)


def _people(enrolment: Enrolment, *, to_learner: bool) -> list[User]:
    if to_learner:
        return [enrolment.learner]
    return list(User.objects.filter(pk__in=mentor_ids_today(enrolment)).exclude(pk=enrolment.learner_id).order_by("pk"))


def _about(agreement: ScopeAgreement, by: User) -> dict[str, str]:
    return {
        "by": str(by),
        "href": reverse("scope", kwargs={"ref": agreement.enrolment.ref}),
    }
