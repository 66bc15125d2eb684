"""Dates of birth in words: dates that a label calls one, and full dates too long ago to be anything else."""

import re
from collections.abc import Iterator
from datetime import date

EVENT_YEARS = 2
LONG_AGO_YEARS = 20
OLDEST_YEARS = 120

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<{}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])"
)
_DAY = r"(?P<{}>0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?P<{}>(?:18|19|20)\d\d|'?\d\d)"
_WRITINGS = (
    rf"{_DAY.format('d1')}(?P<sep>[ ]?[/.\\-][ ]?|[ ])(?P<m1>0?[1-9]|1[0-2])(?P=sep){_YEAR.format('y1')}",
    rf"{_DAY.format('d2')}(?:st|nd|rd|th)?[\s,./-]{{0,2}}(?:of\s)?{_MONTH.format('m2')}[\s,./-]{{0,3}}{_YEAR.format('y2')}",
    rf"(?<![a-z]){_MONTH.format('m3')}[\s.]{{1,2}}{_DAY.format('d3')}(?:st|nd|rd|th)?,?\s{{1,2}}{_YEAR.format('y3')}",
    r"(?P<y4>(?:18|19|20)\d\d)[ ]?[/.-][ ]?(?P<m4>0?[1-9]|1[0-2])[ ]?[/.-][ ]?(?P<d4>0?[1-9]|[12]\d|3[01])",
    r"(?P<y5>(?:18|19|20)\d\d)(?P<m5>0[1-9]|1[0-2])(?P<d5>0[1-9]|[12]\d|3[01])",
    r"(?P<d6>0[1-9]|[12]\d|3[01])(?P<m6>0[1-9]|1[0-2])(?P<y6>(?:18|19|20)\d\d|\d\d)",
)
_DATE = re.compile(rf"(?<![\d/])(?:{'|'.join(_WRITINGS)})(?!\d|[/.-]\d)", re.IGNORECASE)
_RUN_TOGETHER = ("5", "6")

_LABEL = r"\b(?:d[. ]?o[. ]?b\b\.?|dates?[\s-]+of[\s-]+birth|birth[\s-]*dates?|birthday|born|birth|b\.(?=\s?\d))"
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_TIGHT = re.compile(
    rf"{_LABEL}(?:[\s:=|(\[>,;*#\"'/-]|\b(?:is|was|as|given|recorded|confirmed|dd|mm|yyyy|yy)\b){{0,30}}$"
    rf"|\b(?:born|(?<!of\s)birth|birthday)(?:[\s,:(]|\b(?:is|was|on|in|the|{_WEEKDAY})\b){{0,30}}$"
    r"|\baged?[\s:(]{0,3}$",
    re.IGNORECASE,
)
_LOOSE = re.compile(rf"{_LABEL}[^\d!?;]{{0,40}}$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[a-z]{3}\.\s")
_AFTER = re.compile(
    r"\s?[(\[,-]?\s?(?:is\s|was\s|as\s)?(?:his\s|her\s|their\s|the\s)?(?:d\.?o\.?b\b|date of birth)", re.IGNORECASE
)
_AGE_BEFORE = re.compile(r"\bage[d]?[\s:]{1,3}(\d{1,3})\D{0,20}$", re.IGNORECASE)
_AGE_AFTER = re.compile(r"\D{0,15}\bage[d]?[\s:]{1,3}(\d{1,3})\b", re.IGNORECASE)


def dates_of_birth(text: str, today: date) -> Iterator[tuple[int, str]]:
    """(where it starts, the characters) of dates that look like a date of birth.

    Written as people in Britain do: day first with any separator, month names, two or four figures of the year, or ISO
    8601, as NHS England's "common user interface" guidance and the Data Dictionary's PERSON BIRTH DATE have them.
    Any past date counts straight after a label (DOB, date of birth, born, aged); one further behind the label in the
    same sentence counts unless it is of the last two years, when it is what happened to be done that day; a date counts
    beside an age that fits it. A full date without a label counts from twenty years back: what learners show was done
    on the programme or is a certificate or rule of the last years, while three patients in four are older than that.
    Nobody is older than 120.
    """
    for match in _DATE.finditer(text):
        found = _read(match, today)
        if found is None:
            continue
        day, how = found
        before, after = text[max(0, match.start() - 70) : match.start()], text[match.end() : match.end() + 30]
        if _is_labelled(day, before, after, today) or _stands_alone(match, how, day, today):
            yield match.start(), match[0]


def _read(match: re.Match[str], today: date) -> tuple[date, str] | None:
    """The day written and the number of its writing; None where there is no such day between 120 years ago and now."""
    parts = match.groupdict()
    how = next(name[1] for name in ("d1", "d2", "d3", "d4", "d5", "d6") if parts[name])
    month = parts[f"m{how}"].lower()
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3]) + 1
    written = parts[f"y{how}"].lstrip("'")
    years = [int(written)] if len(written) == 4 else [2000 + int(written), 1900 + int(written)]
    for year in years:
        try:
            day = date(year, number, int(parts[f"d{how}"]))
        except ValueError:
            continue
        if day <= today and today.year - year <= OLDEST_YEARS:
            return day, how
    return None


def _is_labelled(day: date, before: str, after: str, today: date) -> bool:
    if _TIGHT.search(before) or _AFTER.match(after):
        return True
    ages = [int(found[1]) for found in (_AGE_BEFORE.search(before), _AGE_AFTER.match(after)) if found]
    if any(abs(today.year - day.year - age) <= 1 for age in ages):
        return True
    loose = _LOOSE.search(before)
    return bool(loose and not _SENTENCE_END.search(loose[0]) and today.year - day.year >= EVENT_YEARS)


def _stands_alone(match: re.Match[str], how: str, day: date, today: date) -> bool:
    if how in _RUN_TOGETHER or today.year - day.year < LONG_AGO_YEARS:
        return False
    short = len((match["y1"] or match["y2"] or match["y3"] or "four").lstrip("'")) == 2
    gap = (match["sep"] or "").strip()
    return how != "1" or (gap == "/" if short else gap != "")
