"""The mails of the end of a portfolio: who is asked next, what came of it, and the certificate. No word of evidence."""

from django.urls import reverse

from gpa_programme.notices.actions import post
from learners.models import Certificate, Enrolment, Verification
from learners.queries.finish import gp_mentors


def statement_asked(enrolment: Enrolment) -> None:
    """Ask the learner's GP mentor of today for their statement."""
    context = {"learner": str(enrolment.learner), "href": _page(enrolment)}
    for mentorship in gp_mentors(enrolment):
        post("finish_statement_asked", to=mentorship.mentor, context=context)


def check_asked(enrolment: Enrolment) -> None:
    """Ask the hub, at its mailbox, to check the portfolio. The mail names the reference, not the person."""
    hub = enrolment.cohort.hub
    context = {"ref": enrolment.ref, "cohort": enrolment.cohort.name, "hub": hub.name, "href": _page(enrolment)}
    post("finish_check_asked", address=hub.mailbox, context=context)


def assigned(verification: Verification) -> None:
    """Tell a verifier that there is a portfolio to read, and until when."""
    until = verification.until
    context = {
        "ref": verification.enrolment.ref,
        "count": len(verification.codes),
        "until": f"{until.day} {until:%B %Y}",
        "href": verification.get_absolute_url(),
    }
    post("verification_assigned", to=verification.verifier, context=context)


def outcome(verification: Verification) -> None:
    """Tell the learner what the verification came to; the reason stands behind sign-in."""
    enrolment = verification.enrolment
    context = {"outcome": str(verification.status.label) if verification.status else "", "kind": verification.outcome}
    post("verification_outcome", to=enrolment.learner, context={**context, "href": _own_page(enrolment)})


def certificate_issued(certificate: Certificate) -> None:
    """Tell the learner that their certificate is there."""
    enrolment = certificate.enrolment
    post("certificate_issued", to=enrolment.learner, context={"code": certificate.code, "href": _own_page(enrolment)})


def certificate_withdrawn(certificate: Certificate) -> None:
    """Tell the learner that their certificate was withdrawn; the reason stands behind sign-in."""
    enrolment = certificate.enrolment
    context = {"code": certificate.code, "mailbox": enrolment.cohort.hub.mailbox, "href": _own_page(enrolment)}
    post("certificate_withdrawn", to=enrolment.learner, context=context)


def _page(enrolment: Enrolment) -> str:
    return reverse("learner-finish", kwargs={"ref": enrolment.ref})


def _own_page(enrolment: Enrolment) -> str:
    return f"{reverse('portfolio-finish')}?enrolment={enrolment.ref}"
