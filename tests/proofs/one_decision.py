"""Three mentors in eight sessions decide on one request while the learner submits more evidence for it.

Each round asks the database afterwards: a request was decided once at most, and every decision is bound to exactly the
versions that its maker had before them. Two twins must go red: without lock and constraint a request is decided more
than once; without the comparison of hashes a decision covers a version that nobody saw.
"""

import random
import statistics
import time
from collections import Counter
from contextlib import contextmanager

from tests.proofs.one_place_left import crowd, drop, without_lock
from tests.workers import scratch

SESSIONS = ("gp", "gp", "gp", "second", "second", "second", "cover", "cover")
READING = 0.15  # seconds at most between reading and deciding: about what a submission takes under this load
TWIN_ROUNDS = 40  # at most: it stops at the first round that is red
REFUSALS = {"already_decided", "evidence_changed"}


def main(size):
    """Rounds of eight deciding sessions and one learner; the figures of the note."""
    with scratch(database="postgres") as place:
        place.django()
        return prove(size["rounds"])


def prove(rounds):
    """The guarded rounds, then both twins; each round is judged by what the database holds."""
    from learners.models import Decision

    told, seconds, changed_first = Counter(), [], 0
    with crowd(len(SESSIONS) + 1) as ask:
        for number in range(rounds):
            began = time.monotonic()
            race = Race()
            answers = race.run(ask)
            seconds.append(time.monotonic() - began)
            told.update(answers)
            changed_first += race.again
            assert race.faults() == [], f"round {number + 1}: {race.faults()}"
            assert race.decided() == 1, f"round {number + 1}: {race.decided()} decisions"
        with without_comparison():
            unseen = first_red(ask)
        with without_lock():
            drop(Decision, "learners_decision_first_wins")
            doubled = first_red(ask)

    assert told["decided"] == rounds, told
    assert set(told) <= {"decided", "submitted", *REFUSALS}, told
    assert unseen, "Without the comparison no decision covered an unseen version: the proof proves nothing."
    assert doubled, "Without lock and constraint no request was decided twice: the proof proves nothing."
    return {
        "sessions": f"{len(SESSIONS)} of three mentors, and the learner",
        "rounds": rounds,
        "decisions": told["decided"],
        "told who decided first": told["already_decided"],
        "told that the evidence changed": told["evidence_changed"],
        "rounds in which the learner came first": changed_first,
        "decisions over a version that was not seen": 0,
        "without the comparison of hashes (twin)": f"a version that nobody saw, at round {unseen}",
        "without lock and constraint (twin)": f"decided more than once, at round {doubled}",
        "median seconds a round": round(statistics.median(seconds), 3),
    }


def first_red(ask):
    """The number of the first round that shows a fault; 0 where none does."""
    for number in range(TWIN_ROUNDS):
        race = Race()
        race.run(ask)
        if race.faults() or race.decided() > 1:
            return number + 1
    return 0


class Race:
    """A learner with three mentors, one open request on one version, and a second version ready to submit."""

    def __init__(self):
        from learners.enums import MentorKind
        from learners.models import EvidenceLink
        from tests.factories import (
            make_enrolment,
            make_evidence,
            make_mentorship,
            make_request,
            make_user,
            make_version,
        )

        enrolment = make_enrolment()
        self.mentors = {
            kind: make_mentorship(enrolment=enrolment, mentor=make_user(), kind=MentorKind(kind)).mentor
            for kind in sorted(set(SESSIONS))
        }
        self.request = make_request(enrolment=enrolment)
        self.draft = make_version(
            item=make_evidence(enrolment=enrolment), competencies=[self.request.competency], no_patient_details=True
        )
        assert EvidenceLink.objects.filter(version=self.draft).count() == 1
        self.patience = random.Random()
        self.seen = {}
        self.again = False

    def run(self, ask):
        """Everybody at once; where the learner came first, the mentors read again and decide once more."""
        answers = Counter(ask(self.act, len(SESSIONS) + 1))
        if answers["decided"] == 0:
            self.again = True
            answers.update(ask(lambda number: self.decide(number) if number < len(SESSIONS) else "", len(SESSIONS) + 1))
        return +Counter({answer: count for answer, count in answers.items() if answer})

    def act(self, number):
        """One session: the last is the learner's, all others decide over what the request named at first."""
        return self.decide(number) if number < len(SESSIONS) else self.submit()

    def decide(self, number):
        """Sign off, or send back, over the versions that this session has read."""
        from gpa_programme.core.errors import ConflictError
        from learners.actions import signoff
        from learners.models import SignOffRequest
        from learners.rules.signoff import seen_sha256

        mentor = self.mentors[SESSIONS[number]]
        hashes = sorted(SignOffRequest.objects.get(pk=self.request.pk).versions.values_list("sha256", flat=True))
        time.sleep(self.patience.uniform(0, READING))  # a mentor reads before deciding: the learner may come in between
        said = {"request": self.request, "versions_seen_sha256": seen_sha256(hashes), "by": mentor}
        try:
            if number % 2:
                made = signoff.return_for_more(**said, reason="One call only", would_satisfy="A second call")
            else:
                made = signoff.sign_off(**said)
        except ConflictError as error:
            return error.code
        self.seen[made.pk] = hashes
        return "decided"

    def submit(self):
        """The learner submits more for the same competency."""
        from learners.actions import submission

        submission.submit(version=self.draft, by=self.draft.item.enrolment.learner)
        return "submitted"

    def decided(self):
        """How often the first request was decided."""
        return self.request.decisions.count()

    def faults(self):
        """Decisions that are bound to something else than their maker saw."""
        from learners.rules.signoff import decision_sha256

        rows = list(self.request.decisions.all())
        return [row.pk for row in rows if row.sha256 != decision_sha256(self.seen[row.pk], row.statement)]


@contextmanager
def without_comparison():
    """Decisions that no longer compare what was seen with what the request names."""
    from learners.rules import signoff

    kept = signoff.seen_sha256
    signoff.seen_sha256 = lambda _hashes: "seen"
    try:
        yield
    finally:
        signoff.seen_sha256 = kept
