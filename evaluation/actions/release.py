"""Judges comments and freezes a closed wave's tables once; what is published afterwards is read from there alone."""

from typing import Any

from django.db import transaction

from evaluation.enums import QuestionKind, TimePoint, WaveMode, WaveState
from evaluation.models import Comment, Question, Release, Response, Wave
from evaluation.queries.waves import answers_in, hubs_of, unread_comments
from evaluation.rules import release as rules
from evaluation.rules.release import FLOOR, RULE_VERSION, Asked, Given
from evaluation.rules.waves import may_turn
from gpa_programme.accounts.models import User
from gpa_programme.audit import actions as audit
from gpa_programme.core.errors import ConflictError, StateError

VERDICTS = ("publish", "withhold")


def judge_comment(*, comment: Comment, verdict: str, reason: str = "", by: User) -> None:
    """Say whether a comment of a closed wave may be published. Raises StateError before close or after release."""
    if verdict not in VERDICTS:
        raise ValueError(f"A verdict is one of {VERDICTS}, not {verdict!r}.")
    with transaction.atomic():
        wave = Wave.objects.select_for_update().get(pk=comment.wave_id)
        if wave.state != WaveState.CLOSED:
            raise StateError("Comments are read after a wave has closed and before it is released.")
        Comment.objects.filter(pk=comment.pk).update(verdict=verdict, verdict_reason=reason[:200])
        audit.record(
            "survey_comment_judged",
            by=by,
            record_type="comment",
            record=comment.pk.hex,
            reason=reason,
            verdict=verdict,
        )


def release_wave(*, wave: Wave, by: User | None) -> Release:
    """Freeze a closed wave's tables.

    Raises StateError (code "not_closed", "too_few" or "unread") where it may not be released, ConflictError where it
    is released already.
    """
    with transaction.atomic():
        locked = (
            Wave.objects.select_for_update(of=("self",)).select_related("plan__programme", "instrument").get(pk=wave.pk)
        )
        if locked.state == WaveState.RELEASED:
            raise ConflictError("These results are released already; they are released once.", code="released")
        if not may_turn(locked.state, WaveState.RELEASED):
            raise StateError("Close the wave first: results of an open wave are shown to nobody.", code="not_closed")
        if answers_in(locked) < FLOOR:
            raise StateError(f"Fewer than {FLOOR} answered: these results cannot be released.", code="too_few")
        if unread_comments(locked):
            raise StateError("Read every comment first: publish or withhold each.", code="unread")
        tables = _tables(locked)
        made = Release.objects.create(
            wave=locked, by=by, rule_version=RULE_VERSION, tables=tables, sha256=rules.sha256(tables)
        )
        locked.state = WaveState.RELEASED
        locked.save(update_fields=["state"])
        audit.record(
            "wave_released", by=by, record_type="wave", record=locked.pk, sha256=made.sha256, rules=RULE_VERSION
        )
        return made


def _tables(wave: Wave) -> dict[str, Any]:
    hubs = hubs_of(wave)
    questions = [_asked(row) for row in wave.instrument.questions.exclude(kind=QuestionKind.TEXT)]
    given = _given(wave)
    slugs = list(dict.fromkeys([*(hub.slug for hub in hubs), *(one.hub for one in given)]))
    paired, why = _paired(wave, questions, given)
    published = Comment.objects.filter(wave=wave, verdict="publish")
    return {
        "instrument": {"key": wave.instrument.key, "version": wave.instrument.version, "title": wave.instrument.title},
        "wave": {
            "time_point": wave.time_point,
            "intake": wave.intake.isoformat(),
            "mode": wave.mode,
            "opens_on": wave.opens_on.isoformat(),
            "closes_on": wave.closes_on.isoformat(),
        },
        "hubs": [{"slug": hub.slug, "name": hub.name} for hub in hubs],
        "questions": [rules.table(question, given, slugs) for question in questions],
        "paired": paired,
        "why_not_paired": why,
        "comments": sorted(published.values_list("text", flat=True)),
    }


def _asked(row: Question) -> Asked:
    return Asked(row.key, row.text, row.kind, row.aim, row.primary, tuple(row.positive), row.lower_is_better)


def _given(wave: Wave) -> list[Given]:
    rows = Response.objects.filter(wave=wave).order_by("pk").values_list("hub__slug", "answers", "pseudonym")
    return [Given(hub, answers, pseudonym) for hub, answers, pseudonym in rows]


def _paired(wave: Wave, questions: list[Asked], given: list[Given]) -> tuple[dict[str, Any] | None, str]:
    """Paired change since the baseline, or why there is none in words."""
    if wave.mode != WaveMode.CONFIDENTIAL_LINKED:
        return None, "Answers of this survey are anonymous, so change in the same people cannot be known."
    if wave.time_point == TimePoint.BASELINE:
        return None, "This is the baseline: change is shown from the next wave on."
    baseline = Wave.objects.filter(
        plan=wave.plan_id,
        instrument=wave.instrument_id,
        intake=wave.intake,
        time_point=TimePoint.BASELINE,
        mode=WaveMode.CONFIDENTIAL_LINKED,
        state=WaveState.RELEASED,
    ).first()
    if baseline is None:
        return None, "No baseline of this survey is released, so there is nothing to compare with."
    change = rules.paired(questions, _given(baseline), given)
    if change is None:
        return None, f"Fewer than {FLOOR} people answered both times."
    return {**change, "time_point": baseline.time_point}, ""
