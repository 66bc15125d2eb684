"""The short prompts of each kind of evidence, and how what was answered is read back: question by question."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from learners.enums import EvidenceKind

LINE, TEXT, DAY = "line", "text", "day"


@dataclass(frozen=True)
class Prompt:
    """A question with a field of its own: its key in Content.answers, and whether a line, a text or a day is asked."""

    key: str
    question: str
    asks: str = TEXT
    hint: str = ""


_WITHOUT_WHO = "Leave out anything that shows who it was."
PROMPTS: dict[EvidenceKind, tuple[Prompt, ...]] = {
    EvidenceKind.REFLECTION: (
        Prompt("what_happened", "What happened, and what was your part?", hint=_WITHOUT_WHO),
        Prompt("what_went_well", "What went well, and what was hard?"),
        Prompt("what_you_learned", "What did you learn?"),
        Prompt("next_time", "What will you do next time?"),
    ),
    EvidenceKind.CASE_STUDY: (
        Prompt("the_case", "What was the case about?", hint=_WITHOUT_WHO),
        Prompt("what_you_did", "What did you do, step by step?"),
        Prompt("how_it_ended", "How did it end, and what made the difference?"),
        Prompt("what_you_learned", "What did you learn?"),
    ),
    EvidenceKind.WORK_PRODUCT: (
        Prompt("what_it_is", "What is it, and what is it used for?"),
        Prompt("your_part", "What was your part in it?"),
    ),
    EvidenceKind.DISCUSSION: (
        Prompt("with_whom", "With whom did you talk, and when?", LINE, "A role is enough, such as my GP mentor."),
        Prompt("what_you_talked_about", "What did you talk about?"),
        Prompt("what_you_take_from_it", "What do you take from it?"),
    ),
    EvidenceKind.CERTIFICATE: (
        Prompt("the_course", "What course was it?", LINE),
        Prompt("who_gave_it", "Who gave it?", LINE, "The organisation whose name is on the certificate."),
        Prompt("its_date", "Date on the certificate", DAY),
        Prompt("valid_until", "Valid until", DAY, "Leave it empty if the certificate has no end date."),
    ),
}


def prompts_of(kind: str) -> tuple[Prompt, ...]:
    """The prompts of a kind; none where it is written as one text or row by row."""
    return PROMPTS.get(EvidenceKind(kind), ())


@dataclass(frozen=True)
class Answer:
    """A question and what was answered; a day in words."""

    question: str
    said: str


def answered(kind: str, answers: Mapping[str, str]) -> list[Answer]:
    """What was answered, in the order of the kind's prompts; an answer whose prompt is gone comes last, by its key."""
    prompts = {prompt.key: prompt for prompt in prompts_of(kind)}
    keys = [*prompts, *(key for key in sorted(answers) if key not in prompts)]
    return [Answer(_question(prompts, key), _in_words(prompts, key, answers[key])) for key in keys if answers.get(key)]


def day_problems(answers: Mapping[str, str], *, today: date) -> Iterable[tuple[str, str]]:
    """What is wrong with the days of a certificate, as (field of the form, message)."""
    given, until = (answers.get(key, "") for key in ("its_date", "valid_until"))
    for key, said, label in (("its_date", given, "The date on the certificate"), ("valid_until", until, "Valid until")):
        if said and day_of(said) is None:
            yield f"answer_{key}", f"{label} must be a real date, for example 2020-03-27"
    given_on, valid_until = day_of(given), day_of(until)
    if given_on and given_on > today:
        yield "answer_its_date", "The date on the certificate must be today or in the past"
    if given_on and valid_until and valid_until < given_on:
        yield "answer_valid_until", "Valid until must be after the date on the certificate"


def day_of(text: str) -> date | None:
    """The day of an ISO date; None where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def in_words(day: date) -> str:
    """A day as people write it: 7 March 2020."""
    return f"{day.day} {day:%B %Y}"


def _question(prompts: Mapping[str, Prompt], key: str) -> str:
    return prompts[key].question if key in prompts else key.replace("_", " ").capitalize()


def _in_words(prompts: Mapping[str, Prompt], key: str, said: str) -> str:
    day = day_of(said) if key in prompts and prompts[key].asks == DAY else None
    return in_words(day) if day else said
