"""The mails of witness statements. The link is made when a mail is rendered, so that no row ever holds its token."""

from django.conf import settings
from django.urls import reverse

from gpa_programme.notices.actions import post
from gpa_programme.notices.models import Message
from learners.models import Witness
from learners.rules.witnesses import token_of


def token(seed: str) -> str:
    """The token that a seed stands for on this installation."""
    return token_of(settings.SECRET_KEY, seed)


def personal_link(seed: str) -> str:
    """The address at which a colleague answers."""
    return settings.SITE_URL + reverse("witness", kwargs={"token": token(seed)})


def asked(witness: Witness, seed: str, *, again: bool) -> Message:
    """Ask a colleague, who has no account, for a statement; what about stands behind the link."""
    enrolment = witness.version.item.enrolment
    until = witness.expires_at
    context = {
        "seed": seed,
        "witness": witness.name,
        "learner": str(enrolment.learner),
        "programme": enrolment.cohort.programme.name,
        "role": enrolment.cohort.programme.role,
        "until": f"{until.day} {until:%B %Y}",
        "again": again,
    }
    return post("witness_asked", address=witness.email, context=context)


def answered(witness: Witness) -> Message:
    """Tell the learner that a statement has come in, or that the colleague would rather not."""
    learner = witness.version.item.enrolment.learner
    context = {
        "witness": witness.name,
        "declined": witness.declined_at is not None,
        "href": reverse("witness-ask", kwargs={"ref": witness.version.item.ref}),
    }
    return post("witness_answered", to=learner, context=context)
