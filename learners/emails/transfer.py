"""The mails of moving on, to another practice or hub: to the learner, and to hubs by their mailbox."""

from datetime import date

from django.urls import reverse

from gpa_programme.notices.actions import post
from gpa_programme.notices.models import Message
from hubs.models import Organisation
from learners.models import Enrolment, Mentorship, TransferOffer
from learners.rules.mentors import said


def practice_changed(enrolment: Enrolment, practice: Organisation, since: date) -> Message:
    """Tell a learner at which practice the hub has them."""
    context = {"practice": practice.name, "since": said(since), "href": enrolment.get_absolute_url()}
    return post("practice_changed", to=enrolment.learner, context=context)


def offered(offer: TransferOffer) -> Message:
    """Ask the receiving hub; whom it is about stands behind sign-in."""
    context = {
        "hub": offer.enrolment.cohort.hub.name,
        "programme": offer.enrolment.cohort.programme.name,
        "cohort": offer.to_cohort.name,
        "href": offer.get_absolute_url(),
    }
    return post("transfer_offered", address=offer.to_cohort.hub.mailbox, context=context)


def answered(offer: TransferOffer) -> Message:
    """Tell the hub that offered what became of it, by the reference: several people read its mailbox."""
    context = {
        "hub": offer.to_cohort.hub.name,
        "ref": offer.enrolment.ref,
        "outcome": offer.status.label.lower(),
        "href": offer.enrolment.get_absolute_url(),
    }
    return post("transfer_answered", address=offer.enrolment.cohort.hub.mailbox, context=context)


def moved_on(enrolment: Enrolment, practice: Organisation, mentorship: Mentorship) -> Message:
    """Tell a learner that they carry on with another hub, and that everything came along."""
    context = {
        "hub": enrolment.cohort.hub.name,
        "practice": practice.name,
        "mentor": str(mentorship.mentor),
        "since": said(mentorship.since),
        "href": f"{reverse('portfolio')}?enrolment={enrolment.ref}",
    }
    return post("moved_on", to=enrolment.learner, context=context)
