"""Scenes in the learner persona's portfolio: every kind of evidence, and everything that can become of it."""

import contextlib
import io
import random
from dataclasses import replace

from PIL import Image, ImageDraw

from gpa_programme.core.periods import now
from gpa_programme.core.uploads import Upload, check_upload
from gpa_programme.home.demo import scene_texts as texts
from gpa_programme.home.demo.cast import Cast, Said, seen_of, signed, submitted, written
from gpa_programme.home.demo.names import invent
from gpa_programme.home.demo.people import HOST
from learners.actions import background, evidence, flags, observations, observing, signoff, submission, witnesses
from learners.actions.observations import Seen
from learners.enums import EvidenceKind
from learners.models import SignOffRequest, Witness
from learners.rules.evidence import NotReadyError
from learners.rules.witnesses import draft_text

CLAIMED, CLAIMED_LATER = ("CAR-01", "CAR-12"), ("CAR-08", "CAR-09")
WATCHED, WATCHED_TODAY = "CAR-04", "COM-01"
SPARED = (
    *CLAIMED,
    *CLAIMED_LATER,
    *(WATCHED, WATCHED_TODAY, texts.LOG_CODE),
    *(
        code
        for said in (
            *(texts.REFLECTION, texts.PHOTO, texts.WITNESS, texts.WITNESS_OPEN, texts.RETURNED),
            *(texts.EDITED, texts.HELD, texts.FLAGGED, texts.DESTROYED),
        )
        for code in said.codes
    ),
)


def play(cast: Cast, photo: Upload) -> None:
    """Every scene of the past in one hub; `photo` is a picture that only a person can read."""
    _prior_learning(cast)
    _prompts(cast)
    _edited_after_sign_off(cast)
    _witness_answered(cast)
    _log_and_watched(cast)
    _destroyed(cast)
    _returned_and_read(cast)
    _watched_and_signed(cast)
    _flagged(cast)
    _held(cast)
    cast.at(3, 15)
    submitted(cast, texts.PHOTO, photo)


def play_today(cast: Cast) -> None:
    """A colleague is asked, and an observation waits for the mentor's word until the evening."""
    cast.clock.set(now())
    _ask(cast, texts.WITNESS_OPEN, texts.WITNESS_OPEN_ASKS, texts.WITNESS_JOBS[1])
    seen = Seen(*texts.ON_DEVICE, [WATCHED_TODAY], no_patient_details=True)
    observations.record_on_device(enrolment=cast.enrolment, observer=cast.mentor, seen=seen, by=cast.learner)


def photo() -> Upload:
    """A drawn board of counts, as somebody would photograph it."""
    picture = Image.new("RGB", (640, 400), "#f4f1e8")
    pen = ImageDraw.Draw(picture)
    for row in range(5):
        pen.line((40, 60 + row * 70, 600, 60 + row * 70), fill="#555555", width=3)
        for mark in range(2 + (row * 3) % 7):
            pen.line((70 + mark * 40, 75 + row * 70, 60 + mark * 40, 115 + row * 70), fill="#1d4f91", width=6)
    kept = io.BytesIO()
    picture.save(kept, format="PNG")
    kept.seek(0)
    return check_upload(texts.PHOTO_NAME, kept)


def _prior_learning(cast: Cast) -> None:
    """Two claims of the Care Certificate: one signed off, one that waits."""
    cast.at(58, 10)
    requests = _claim(cast, CLAIMED)
    cast.at(55, 12)
    for request in requests:
        signed(request, by=cast.mentor)
    cast.at(5, 9)
    _claim(cast, CLAIMED_LATER)


def _claim(cast: Cast, codes: tuple[str, ...]) -> list[SignOffRequest]:
    draft = background.claim_certificate(enrolment=cast.enrolment, by=cast.learner)
    offered = evidence.content_of(draft)
    day = cast.enrolment.background.certified_on
    content = replace(
        offered,
        no_patient_details=True,
        links={code: offered.links[code] for code in codes},
        answers={**texts.CLAIM_ANSWERS, "its_date": day.isoformat() if day else ""},
    )
    draft = evidence.save_draft(version=draft, revision=draft.revision, content=content, by=cast.learner)
    return submission.submit(version=draft, by=cast.learner)


def _prompts(cast: Cast) -> None:
    """A reflective account in its four prompts, signed off by the second mentor."""
    cast.at(40, 10)
    [request] = submitted(cast, texts.REFLECTION)
    cast.at(36, 12)
    signed(request, by=cast.second)


def _edited_after_sign_off(cast: Cast) -> None:
    """Signed off, then a later version was submitted: the sign-off is stale until it is read again."""
    cast.at(35, 9)
    [request] = submitted(cast, texts.EDITED)
    cast.at(31, 11)
    signed(request, by=cast.mentor)
    cast.at(6, 14)
    item = request.versions.get().item
    draft = evidence.new_version(item=item, by=cast.learner)
    content = replace(texts.EDITED.content, text=texts.EDITED_SINCE)
    draft = evidence.save_draft(version=draft, revision=draft.revision, content=content, by=cast.learner)
    submission.submit(version=draft, by=cast.learner)


def _witness_answered(cast: Cast) -> None:
    cast.at(33, 10)
    witness = _ask(cast, texts.WITNESS, texts.WITNESS_ASKS, texts.WITNESS_JOBS[0])
    cast.at(30, 12)
    witnesses.answer(
        witness=witness,
        statement=texts.WITNESS_STATEMENT,
        name=witness.name,
        job=witness.job,
        saw_it=True,
        by=None,
    )
    cast.at(29, 13)
    draft = witnesses.confirm_no_patient(version=witness.version, by=cast.learner)
    [request] = submission.submit(version=draft, by=cast.learner)
    cast.at(27, 15)
    signed(request, by=cast.mentor)


def _ask(cast: Cast, said: Said, asks: str, job: str) -> Witness:
    code = cast.hub.region.code.lower()
    rng = random.Random(f"{job} {code}")  # noqa: S311  invents people, guards nothing
    name = invent(rng)
    content = replace(said.content, text=draft_text(name=name, asks=asks), no_patient_details=False)
    return witnesses.ask(
        version=evidence.start_item(enrolment=cast.enrolment, kind=said.kind.value, by=cast.learner),
        content=content,
        name=name,
        job=job,
        email=f"{job.lower().replace(' ', '.')}.{code}@{HOST}",
        asks=asks,
        by=cast.learner,
    )


def _log_and_watched(cast: Cast) -> None:
    """A log of repetitions and an observation together, as the framework asks of a clinical skill, signed off."""
    entries = [
        {"on": cast.day(days).isoformat(), "what": what, "times": times, "supervisor": supervisor}
        for days, what, times, supervisor in (
            (46, "Blood pressure, both arms", "4", "Practice nurse"),
            (39, "Blood pressure and pulse", "6", "Practice nurse"),
            (32, "Blood pressure and pulse, on my own with the nurse in the room", "8", "GP mentor"),
        )
    ]
    cast.at(26, 9)
    said = Said(EvidenceKind.LOG, texts.LOG_TITLE, (texts.LOG_CODE,), texts.LOG_TEXT, entries=entries)
    [request] = submitted(cast, said)
    cast.at(24, 14)
    _watch(cast, texts.WATCHED_LOG, texts.LOG_CODE, days=25, sign_off=False)
    cast.at(23, 16)
    signed(request, by=cast.mentor)


def _watched_and_signed(cast: Cast) -> None:
    """What the mentor watched and signed off in one go."""
    cast.at(12, 17)
    _watch(cast, texts.WATCHED, WATCHED, days=13, sign_off=True)


def _watch(cast: Cast, words: tuple[str, str], code: str, *, days: int, sign_off: bool) -> None:
    observing.record_as_mentor(
        enrolment=cast.enrolment,
        observed_on=cast.day(days),
        seen=Seen(*words, [code], no_patient_details=True),
        sign_off=sign_off,
        by=cast.mentor,
    )


def _returned_and_read(cast: Cast) -> None:
    """Returned with what would satisfy; the learner has said that they read it. The plan's own return stays unread."""
    cast.at(21, 9)
    [request] = submitted(cast, texts.RETURNED)
    cast.at(18, 12)
    reason, satisfy = texts.RETURNED_BECAUSE
    decision = signoff.return_for_more(
        request=request, versions_seen_sha256=seen_of(request), reason=reason, would_satisfy=satisfy, by=cast.mentor
    )
    cast.at(17, 15)
    signoff.acknowledge(decision=decision, by=cast.learner)


def _flagged(cast: Cast) -> None:
    """Hidden until the hub or its author decides."""
    cast.at(8, 10)
    [request] = submitted(cast, texts.FLAGGED)
    cast.at(7, 12)
    flags.raise_flag(version=request.versions.get(), file=None, where=texts.FLAGGED_WHERE, by=cast.mentor)


def _destroyed(cast: Cast) -> None:
    """Confirmed by the hub: a tombstone is left."""
    cast.at(24, 10)
    [request] = submitted(cast, texts.DESTROYED)
    cast.at(23, 12)
    flag = flags.raise_flag(version=request.versions.get(), file=None, where=texts.DESTROYED_WHERE, by=cast.mentor)
    cast.at(22, 14)
    flags.confirm_flag(flag=flag, answer=texts.DESTROYED_ANSWER, by=cast.coordinator)


def _held(cast: Cast) -> None:
    """What the guard holds: somebody's telephone number in a draft."""
    cast.at(4, 13)
    draft = written(cast, texts.HELD)
    with contextlib.suppress(NotReadyError):
        submission.submit(version=draft, by=cast.learner)
