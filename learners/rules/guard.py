"""The guard against patients' details: what in words, file names and files looks like one. It helps a person decide.

`patient_details(pairs, today=…)` is the whole of it for callers: (place, text) pairs in, hits out; no database. It
finds five kinds: NHS numbers, dates of birth, postcodes, telephone numbers and email addresses. It knows no names.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from learners.rules.birthdays import dates_of_birth

NHS_NUMBER, DATE_OF_BIRTH, POSTCODE = "an NHS number", "a date of birth", "a postcode"
PHONE, EMAIL = "a phone number", "an email address"


@dataclass(frozen=True)
class Hit:
    """Something that looks like a patient's detail: what it seems to be, the characters, and where they stand."""

    what: str
    found: str
    place: str


def patient_details(pairs: Iterable[tuple[str, str]], *, today: date) -> list[Hit]:
    """What looks like a patient's detail in (place, text) pairs, in their order; the same characters once a place."""
    hits = [
        Hit(what, " ".join(found.split()), place)
        for place, text in pairs
        for _start, what, found in sorted(_found_in(plain(text), today))
    ]
    return list(dict.fromkeys(hits))


def plain(text: str) -> str:
    """The text as the patterns read it: every kind of space, dash and digit as the usual one, nothing invisible."""
    return "".join(_plain(letter) for letter in text) if not text.isascii() else text


_SIGNS = {"Zs": " ", "Zl": "\n", "Zp": "\n", "Pd": "-", "Cf": "", "Mn": ""}
_LIKE = {"\N{MINUS SIGN}": "-", "\N{RIGHT SINGLE QUOTATION MARK}": "'", "\N{LEFT SINGLE QUOTATION MARK}": "'"}


def _plain(letter: str) -> str:
    if letter.isascii():
        return letter
    digit = unicodedata.digit(letter, None)
    if digit is not None and unicodedata.category(letter) == "Nd":
        return str(digit)
    usual = unicodedata.normalize("NFKC", letter) if "\uff01" <= letter <= "\uff5e" else letter
    return _LIKE.get(letter, _SIGNS.get(unicodedata.category(letter), usual))


def _found_in(text: str, today: date) -> Iterator[tuple[int, str, str]]:
    """(where it starts, what, the characters); a number that is an NHS number is not a telephone number as well."""
    apart = text.replace("_", " ")
    numbers = list(_nhs_numbers(apart))
    taken = [(start, start + len(found)) for start, found in numbers]
    yield from ((start, NHS_NUMBER, found) for start, found in numbers)
    yield from ((start, DATE_OF_BIRTH, found) for start, found in dates_of_birth(apart, today))
    yield from ((match.start(), EMAIL, match[0]) for match in _EMAIL.finditer(text))
    yield from ((start, POSTCODE, found) for start, found in _postcodes(apart))
    for start, found in _phones(apart):
        if not any(start < end and begin < start + len(found) for begin, end in taken):
            yield start, PHONE, found


_GAP = r"[ \t]?[-.]?[ \t]?(?:\r?\n[ \t]*)?"
_NHS_WRITTEN = re.compile(rf"(?<![\d])(?=(\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{4}})(?!\d))")
_NHS_LABELLED = re.compile(
    r"\bn\.?h\.?s\.?\b[^\d\n]{0,30}\n?[^\d\n]{0,20}(?=(\d(?:[^\w\n]{0,3}\n?[^\w\n]{0,3}\d){9})(?!\d))", re.IGNORECASE
)
_OTHER_CODE = re.compile(r"\b(?:snomed|sctid|isbn)\b[^\d\n]{0,25}$", re.IGNORECASE)


def is_nhs_number(text: str) -> bool:
    """Whether ten digits, whatever stands between them, carry the check digit of an NHS number.

    NHS Data Dictionary, attribute NHS NUMBER: the first nine digits are multiplied by 10 down to 2; eleven less the
    remainder of their sum by eleven is the tenth digit, eleven counts as 0 and ten is not valid (modulus 11). Ten equal
    digits are what people type to fill a box, and no number.
    """
    digits = [int(sign) for sign in text if sign.isdigit()]
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    check = 11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check % 11 == digits[9]


def _nhs_numbers(text: str) -> Iterator[tuple[int, str]]:
    """Ten digits together or as 3 3 4, which is how the Data Dictionary prints them; after "NHS", in any grouping.

    One in eleven of any ten digits fits by chance, so figures of a table count only in that grouping. What is called a
    SNOMED code or an ISBN, whose check digit is the same, is one.
    """
    seen: set[int] = set()
    for pattern in (_NHS_WRITTEN, _NHS_LABELLED):
        for match in pattern.finditer(text):
            start = match.start(1)
            if start in seen or not is_nhs_number(match[1]) or _OTHER_CODE.search(text[max(0, start - 40) : start]):
                continue
            seen.add(start)
            yield start, match[1]


_EMAIL = re.compile(
    r"(?<![\w.+'-])[\w+][\w.+'-]{0,63}@[a-z0-9](?:[a-z0-9-]{0,62}\.){1,8}[a-z]{2,24}(?![\w@])", re.IGNORECASE
)

_AREAS = (
    "AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY G "
    "GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW "
    "OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC "
    "WD WF WN WR WS WV YO ZE"
)
_POSTCODE = re.compile(
    r"(?<![A-Z\d])([A-Z]{1,2})(\d[A-Z\d]?)([ \t]{0,2}\r?\n?[ \t]{0,2}|-)(\d[ABD-HJLNP-UW-Z]{2})(?![A-Z\d])",
    re.IGNORECASE,
)
_REAL_AREAS = frozenset(_AREAS.split())
_UNITS = frozenset({"hr", "lb", "ft", "th", "st", "nd", "rd", "ss"})


def _postcodes(text: str) -> Iterator[tuple[int, str]]:
    """Full postcodes, in any case, with or without the space.

    Shape: BS 7666 as gov.uk prints it, one or two letters, a digit and perhaps one more sign, then a digit and two
    letters without C, I, K, M, O, V. In capitals with one space the shape is enough; otherwise the area has to be one
    of Royal Mail's 124. "B3 4th floor" and "W2 4hr" are none.
    """
    for match in _POSTCODE.finditer(text):
        area, _district, gap, inward = match.groups()
        printed = match[0].isupper() and gap == " "
        if not printed and area.upper() not in _REAL_AREAS:
            continue
        if inward[1:] in _UNITS:
            continue
        yield match.start(), match[0]


_PHONE = re.compile(
    r"(?<![\d+])(?:(?P<abroad>(?:\+|00)[ ]?44|\(\+?44\))(?:[ ().-]{0,3}0(?=[ )]))?[ ().-]{0,3}|(?P<home>\(?0))"
    r"(?P<rest>[1235789](?:[ \t().-]{0,3}(?:\r?\n)?[ \t]{0,2}\d){8,9})(?!\d)"
)
_PHONE_LABELLED = re.compile(
    r"\b(?:tel|telephone|phone|mobile|mob|landline)\b[^\d\n]{0,20}(?<![\d.])"
    r"(?P<number>[12378]\d{2,4}[ -]?\d{3}[ -]?\d{3,4})(?!\d)",
    re.IGNORECASE,
)
_DATE_FIRST = re.compile(r"\(?\d{1,2}([.-])\d{1,2}\1\d{2,4}")


def _phones(text: str) -> Iterator[tuple[int, str]]:
    """British telephone numbers, at home or from abroad, with brackets, spaces, dots and dashes.

    Ofcom, National Telephone Numbering Plan: ten digits after the 0 or +44, starting with 1, 2, 3, 5, 7, 8 or 9; nine
    in some 01 areas and after 0800 and 0500. Said to be a telephone number, ten digits count without their 0: a
    spreadsheet loses it. Dates and rows of small figures are none.
    """
    for match in _PHONE.finditer(text):
        if match["abroad"] or _is_home_number(match["home"] + match["rest"]):
            yield match.start(), match[0]
    for match in _PHONE_LABELLED.finditer(text):
        if sum(sign.isdigit() for sign in match["number"]) == 10:
            yield match.start("number"), match["number"]


def _is_home_number(written: str) -> bool:
    groups = re.findall(r"\d+", written)
    digits = "".join(groups)
    if _DATE_FIRST.match(written) or len(groups) > 5 or len(groups[0]) < 3 or min(map(len, groups)) < 2:
        return False
    return len(digits) == 11 or (digits.startswith(("01", "0800", "0500")) and len(groups[0]) > 3)
