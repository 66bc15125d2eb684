"""Messages about surveys. The personal link is made when a message is rendered, so that no row ever holds it."""

from django.conf import settings
from django.urls import reverse

from evaluation.models import Invitation, Wave
from evaluation.queries.keys import link_key_name, read_key
from evaluation.rules.answers import token
from gpa_programme.notices import actions as notices
from gpa_programme.notices.models import Message

INVITATION = "survey_invitation"
REMINDER = "survey_reminder"


def invite(invitation: Invitation) -> Message:
    """Ask somebody for their answers."""
    return _post(INVITATION, invitation)


def remind(invitation: Invitation) -> Message:
    """Ask somebody who has not answered once more."""
    return _post(REMINDER, invitation)


def _post(template: str, invitation: Invitation) -> Message:
    wave = invitation.wave
    context = {
        "wave": wave.pk,
        "person": invitation.person_id,
        "survey": wave.instrument.title,
        "programme": wave.plan.programme.name,
        "closes": f"{wave.closes_on.day} {wave.closes_on:%B %Y}",
    }
    return notices.post(template, to=invitation.person, context=context)


def personal_link(wave_id: int, person_id: int) -> str:
    """The address at which a person answers a wave. Raises LookupError once the wave's key is gone: it has closed."""
    wave = Wave.objects.select_related("plan").get(pk=wave_id)
    key = read_key(link_key_name(wave))
    if key is None:
        raise LookupError(f"Wave {wave_id} has closed: its links can no longer be made.")
    return settings.SITE_URL + reverse("survey", kwargs={"code": token(key, wave_id, person_id)})
