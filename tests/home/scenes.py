"""What scenes a hub of the demonstration holds, counted by what they show."""

from collections import Counter

from gpa_programme.accounts.models import User
from gpa_programme.core.periods import today
from learners.enums import CompetencyState
from learners.models import (
    Absence,
    Background,
    BlindReading,
    Certificate,
    Decision,
    Enrolment,
    EvidenceVersion,
    MentorSettings,
    Mentorship,
    Observation,
    PatientFlag,
    ProtectedWeek,
    ReadingReason,
    ScopeAgreement,
    SignOffRequest,
    TransferOffer,
    Witness,
)
from learners.queries.states import enrolment_states


def person(local):
    """Somebody of the demonstration by the part of their address before the @."""
    return User.objects.get(email=f"{local}@demo.example")


SCENES = {
    "began without an agreed scope": 0,
    "proposals that wait, and whose": {"learner": 1, "mentor": 1},
    "Care Certificates": {"held": 1, "in_progress": 1, "none": 1},
    "protected weeks": {"persona": 7, "other": 3},
    "prior learning": {"signed_off": 2, "waits": 2},
    "witnesses": {"answered": 1, "asked": 1},
    "observations": {"recorded": 2, "waits for the mentor's word": 1},
    "returns": {"read": 1, "unread": 1},
    "changed since sign-off": 1,
    "unread files": ["board-of-tests.png"],
    "reflections in four prompts": 1,
    "repetitions logged": 18,
    "held": 1,
    "flags": {"open": 1, "confirmed": 1},
    "tombstones": 1,
    "rhythms": {"mentor": "daily", "second": "weekly"},
    "absences with cover, and learners covered": (1, 5),
    "readings with a reason": ["coordinator"],
    "certificates": {"stand": 1, "withdrawn": 1},
    "transfers that wait": {"from here": 1, "to here": 1},
    "mentors read blind at least": 3,
}


def scenes(code):
    """The scenes of a hub, counted by what they show."""
    enrolment = Enrolment.objects.select_related("cohort").get(learner=person(f"learner.{code}"))
    mentor, here = person(f"mentor.{code}"), enrolment.cohort
    second = enrolment.mentorships.get(kind="second").mentor
    mine = EvidenceVersion.objects.filter(item__enrolment=enrolment)
    ours = Enrolment.objects.filter(cohort=here)
    began = ours.exclude(state__in=["applied", "reserve", "offered", "accepted", "declined", "lapsed"])
    proposed = ScopeAgreement.objects.filter(enrolment__cohort=here, state="proposed")
    weeks = ProtectedWeek.objects.filter(enrolment__cohort=here).values_list("enrolment", flat=True)
    prior = SignOffRequest.objects.filter(enrolment__cohort=here, route="prior")
    written = Witness.objects.filter(version__in=mine).values_list("answered_at", flat=True)
    watched = Observation.objects.filter(version__in=mine).values_list("on_learners_device", "confirmed_at")
    states = enrolment_states([enrolment.pk])[enrolment.pk]
    sent_back = [pk for pk, state in states.items() if state == CompetencyState.RETURNED]
    returns = Decision.objects.filter(enrolment=enrolment, kind="returned", competency__in=sent_back)
    readers = ReadingReason.objects.filter(enrolment=enrolment).values_list("reader__email", flat=True)
    issued = Certificate.objects.filter(enrolment__cohort=here).values_list("withdrawn_on", flat=True)
    read = BlindReading.objects.filter(verification__enrolment__cohort=here)
    return {
        "began without an agreed scope": began.exclude(scope_agreements__state="agreed").count(),
        "proposals that wait, and whose": Counter(
            "mentor" if pk == mentor.pk else "learner" for pk in proposed.values_list("proposed_by", flat=True)
        ),
        "Care Certificates": Counter(
            Background.objects.filter(enrolment__cohort=here).values_list("care_certificate", flat=True)
        ),
        "protected weeks": Counter("persona" if pk == enrolment.pk else "other" for pk in weeks),
        "prior learning": Counter(row.decisions.values_list("kind", flat=True).first() or "waits" for row in prior),
        "witnesses": Counter("answered" if at else "asked" for at in written),
        "observations": Counter(
            "waits for the mentor's word" if device and not at else "recorded" for device, at in watched
        ),
        "returns": Counter("read" if hasattr(row, "acknowledgement") else "unread" for row in returns),
        "changed since sign-off": list(states.values()).count(CompetencyState.STALE),
        "unread files": list(mine.filter(files__unread=True).values_list("files__name", flat=True)),
        "reflections in four prompts": sum(len(said) == 4 for said in mine.values_list("answers", flat=True)),
        "repetitions logged": sum(int(row["times"]) for rows in mine.values_list("entries", flat=True) for row in rows),
        "held": mine.filter(state="held").count(),
        "flags": Counter(PatientFlag.objects.filter(version__in=mine).values_list("state", flat=True)),
        "tombstones": mine.filter(destroyed_at__isnull=False).count(),
        "rhythms": {
            name: MentorSettings.objects.get(mentor=one).rhythm
            for name, one in (("mentor", mentor), ("second", second))
        },
        "absences with cover, and learners covered": (
            Absence.objects.filter(mentor=mentor, cover__isnull=False, since__gt=today()).count(),
            Mentorship.objects.filter(enrolment__cohort=here, kind="cover", since__gt=today()).count(),
        ),
        "readings with a reason": [email.split(".")[0] for email in readers],
        "certificates": Counter("withdrawn" if on else "stand" for on in issued),
        "transfers that wait": {
            "from here": TransferOffer.objects.filter(enrolment__cohort=here, state="open").count(),
            "to here": TransferOffer.objects.filter(to_cohort=here, state="open").count(),
        },
        "mentors read blind at least": min(read.values("decision__by").distinct().count(), 3),
    }
