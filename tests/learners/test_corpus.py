"""Facts about the corpus itself: its counts, its planted strings, and its check digits."""

import datetime as dt
import re
from collections import Counter

import pytest

from .corpus.model import KINDS, PLACES, Kind, Sample
from .corpus.reading import file_text, sample_text
from .corpus.samples import PLANTED, SAMPLES, TEMPTING

_SPACE = r"[\s._\-\u2013\u00a0]{0,2}"
_TEN_DIGITS = re.compile(rf"(?<!\d)\d{{3}}{_SPACE}\d{{3}}{_SPACE}\d{{4}}(?!\d)")
_POSTCODE = re.compile(
    r"(?<![A-Z0-9])(?:ZZ99|[A-PR-UWYZ][A-HK-Y]?\d[\dA-Z]?)[\s_]{0,2}\d[ABD-HJLNP-UW-Z]{2}(?![A-Z0-9])", re.IGNORECASE
)
_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)*\.example", re.IGNORECASE)
_ANY_EMAIL = re.compile(r"\S+@\w+[\w.-]*\.\w+")
_PHONE = re.compile(
    r"(?<![\w.])(?:(?:\+44|0044) ?(?:\(0\))?|\(?0(?=[1-9]))(?:[ ().\u00a0_-]{0,2}\d){9,10}(?!\d)"
    r"|(?<=_)0[1-9]\d{2,4}_\d{6}(?!\d)"
)
_DRAMA = re.compile(
    r"01632960\d{3}|07700900\d{3}|02079460\d{3}|01(?:1[3-8]|21|31|41|51|61)4960\d{3}|01914980\d{3}|02920180\d{3}"
)
_OLD_YEAR = re.compile(r"(?<![\d,])(?:18|19)\d\d(?!\d)")
_DAY_MONTH_YEAR = re.compile(r"(\d{1,2})[\s./-](\d{1,2})[\s./-](\d{2}|\d{4})")
_YEAR_MONTH_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED_MONTH = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th)?(?: of)?[\s-]({'|'.join(_MONTHS)})[a-z]*,?[\s-]'?(\d{{2,4}})", re.IGNORECASE
)
_TODAY = dt.date(2026, 11, 23)
_BY_NAME = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.where}-{sample.name}")
_PLANTED_BY_NAME = pytest.mark.parametrize("sample", PLANTED, ids=lambda sample: f"{sample.where}-{sample.name}")
_TEMPTING_BY_NAME = pytest.mark.parametrize("sample", TEMPTING, ids=lambda sample: f"{sample.where}-{sample.name}")


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _passes_modulus_11(digits: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    return len(digits) == 10 and (11 - total % 11) % 11 == int(digits[9])


def _valid_nhs_numbers(text: str) -> set[str]:
    return {digits for found in _TEN_DIGITS.findall(text) if _passes_modulus_11(digits := _digits(found))}


def _national(phone: str) -> str:
    digits = _digits(phone.replace("(0)", ""))
    return "0" + digits.removeprefix("00").removeprefix("44").removeprefix("0")


def _date(text: str) -> dt.date:
    """Read a planted date; a short year above today's belongs to the last century."""
    if found := _YEAR_MONTH_DAY.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    elif found := _DAY_MONTH_YEAR.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
    else:
        named = _NAMED_MONTH.fullmatch(text)
        assert named, f"no date in {text!r}"
        day, month, year = int(named[1]), _MONTHS.index(named[2].lower()) + 1, int(named[3])
    if year < 100:
        year += 2000 if year <= _TODAY.year % 100 else 1900
    return dt.date(year, month, day)


def _strings(kind: Kind, samples: tuple[Sample, ...] = PLANTED) -> list[str]:
    return [string for sample in samples for planted, string in sample.planted if planted == kind]


def _one_spaced(text: str) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text)


def test_sixty_planted_and_sixty_tempting() -> None:
    assert (len(PLANTED), len(TEMPTING)) == (60, 60)
    assert all(sample.planted for sample in PLANTED)
    assert not any(sample.planted for sample in TEMPTING)


def test_every_name_is_its_own() -> None:
    assert [name for name, times in Counter(sample.name for sample in SAMPLES).items() if times > 1] == []


@pytest.mark.parametrize("place", PLACES)
def test_every_place_holds_enough_samples(place: str) -> None:
    for samples in (PLANTED, TEMPTING):
        assert sum(sample.where == place for sample in samples) >= 4


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_planted_often_enough(kind: Kind) -> None:
    typed = tuple(sample for sample in PLANTED if sample.where == "text")
    in_files = tuple(sample for sample in PLANTED if sample.where != "text")
    assert len(_strings(kind, typed)) >= 10
    assert len(_strings(kind, in_files)) >= 4


@_BY_NAME
def test_sample_builds_a_real_file_or_text(sample: Sample) -> None:
    if isinstance(sample.make, str):
        assert sample.where == "text"
        assert len(sample.text) > 80
        return
    name, data = sample.build()
    ending = name.rpartition(".")[2]
    openings = {"pdf": b"%PDF-", "docx": b"PK\x03\x04", "xlsx": b"PK\x03\x04", "png": b"\x89PNG", "jpg": b"\xff\xd8"}
    assert data.startswith(openings[ending])
    endings = {"image": {"png", "jpg"}, "file_name": set(openings)}
    assert ending in endings.get(sample.where, {sample.where})


@_PLANTED_BY_NAME
def test_every_planted_string_is_really_inside(sample: Sample) -> None:
    text = sample_text(sample)
    if sample.where == "pdf":
        text = _one_spaced(text)
    assert [string for _, string in sample.planted if string not in text] == []


@_PLANTED_BY_NAME
def test_nothing_is_inside_that_was_not_planted(sample: Sample) -> None:
    text = sample_text(sample)
    if not isinstance(sample.make, str) and sample.where != "file_name":
        text += f"\n{sample.build()[0]}"
    planted = {kind: _strings(kind, (sample,)) for kind in KINDS}
    assert _valid_nhs_numbers(text) <= {_digits(string) for string in planted["nhs_number"]}
    assert {found.casefold() for found in _EMAIL.findall(text)} <= {
        mail for string in planted["email"] for mail in (string.casefold(), f"mailto:{string}".casefold())
    }
    assert set(_POSTCODE.findall(text)) <= set(planted["postcode"])
    assert {_national(found) for found in _PHONE.findall(text)} <= {_national(string) for string in planted["phone"]}


@pytest.mark.parametrize("sample", [sample for sample in PLANTED if sample.where == "file_name"], ids=lambda s: s.name)
def test_named_files_hold_nothing_inside(sample: Sample) -> None:
    assert _identifiers_in(file_text(*sample.build())) == []


def test_planted_nhs_numbers_pass_modulus_11() -> None:
    assert [string for string in _strings("nhs_number") if not _passes_modulus_11(_digits(string))] == []
    assert [string for string in _strings("nhs_number") if not _TEN_DIGITS.fullmatch(string)] == []


def test_planted_birth_dates_are_dates_of_the_past() -> None:
    assert all(dt.date(1925, 1, 1) < _date(string) < _TODAY for string in _strings("date_of_birth"))


def test_planted_postcodes_have_the_real_format() -> None:
    assert [string for string in _strings("postcode") if not _POSTCODE.fullmatch(string)] == []


def test_planted_phones_are_drama_numbers() -> None:
    assert [string for string in _strings("phone") if not _DRAMA.fullmatch(_national(string))] == []
    assert [string for string in _strings("phone") if not _PHONE.search(string)] == []


def test_planted_emails_are_example_addresses() -> None:
    assert [string for string in _strings("email") if not _EMAIL.fullmatch(string)] == []


def _identifiers_in(text: str) -> list[str]:
    """Return what the definitions alone would find, apart from birth dates, which need judgement."""
    patterns = (_POSTCODE, _ANY_EMAIL, _PHONE)
    return [*_valid_nhs_numbers(text), *(found for pattern in patterns for found in pattern.findall(text))]


@_TEMPTING_BY_NAME
def test_tempting_sample_holds_no_identifier(sample: Sample) -> None:
    text = sample_text(sample)
    assert _identifiers_in(text) == []
    if sample.where not in ("text", "file_name"):
        assert _identifiers_in(sample.build()[0]) == []


@_TEMPTING_BY_NAME
def test_tempting_sample_holds_no_full_date_of_long_ago(sample: Sample) -> None:
    text = sample_text(sample)
    dates = [match[3] for match in _DAY_MONTH_YEAR.finditer(text)] + [match[3] for match in _NAMED_MONTH.finditer(text)]
    dates += [match[1] for match in _YEAR_MONTH_DAY.finditer(text)]
    assert [year for year in dates if _OLD_YEAR.fullmatch(year)] == []


def test_tempting_samples_hold_many_ten_digit_numbers() -> None:
    found = [digits for sample in TEMPTING for digits in _TEN_DIGITS.findall(sample_text(sample))]
    assert len(found) >= 15
    assert not any(_passes_modulus_11(_digits(number)) for number in found)
