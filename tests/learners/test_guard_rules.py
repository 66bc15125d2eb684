"""The guard's patterns: each kind in the writings of its definition, and what ordinary evidence is full of."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from learners.rules.guard import is_nhs_number, patient_details

TODAY = date(2026, 11, 23)
KINDS = {
    "an NHS number": [
        "943 476 5919", "943-476-5919", "943.476.5919", "9434765919", "943\u00a0476\u00a05919",
        "943\u2009476\u20095919",
        "943\u2013476\u20135919", "943 476\n5919", "NHS no: 94 34 76 59 19", "NHS Number (9 4 3 4 7 6 5 9 1 9)",
        "N.H.S. 943/476/5919", "９４３ ４７６ ５９１９", "943\u200b476\u200b5919", "letter_943_476_5919.pdf",
    ],
    "a date of birth": [
        "DOB 03/02/51", "D.O.B: 3.2.1951", "d.o.b. 3-2-51", "date of birth: 3rd February 1951", "DOB | 03/02/51",
        "born on Saturday 3 Feb 51", "born 3rd of February, 1951", "birth date 1951-02-03", "Birthdate: Feb 3, 1951",
        "aged 75 (03/02/1951)", "12/11/2016, aged 10", "aged 3/2/51", "the man of 03/02/1951", "3 February 1951",
        "1951-02-03", "3/2/51", "DOB (dd/mm/yyyy): 12/11/2016", "12/11/2016 (DOB)", "DOB: 03021951", "b. 3/2/51",
        "date of birth is 12 March 2015", "Date of birth given as 12th of May '62", "DOB of the child: 12/11/2016",
        "born 20/11/2026",
    ],
    "a postcode": [
        "LS1 4AP", "ls1 4ap", "LS14AP", "sw1a1aa", "SW1A 1AA", "LS1\u00a04AP", "Ls1 4ap", "LS1\n4AP", "M1 1AE",
        "W1A 0AX", "letter_LS1-4AP.pdf", "ZZ1 1AA",
    ],
    "a phone number": [
        "07700 900123", "07700900123", "+44 7700 900123", "+44 (0)7700 900123", "(0113) 496 0000", "0113 496 0000",
        "0113-496-0000", "0113.496.0000", "020 7946 0000", "0044 7700 900 123", "(020) 7946 0000", "07700-900-123",
        "01204 96000", "0800 123 456", "077 0090 0123", "Mobile: 7700900123", "+44(0)113 496 0000", "0113 496\n0000",
    ],
    "an email address": [
        "jo@mail.example", "jo.bloggs+x@nhs.example", "JO_BLOGGS@mail.co.example", "<jo@mail.example>",
        "o'hara@a.example",
    ],
}  # fmt: skip
ORDINARY = [
    "practice A81001, formerly Y02345", "12/11/2026 at 14:05", "01/02/2026 14:05 to 15:30", "01.02.2026 14:05",
    "01-02-2026 1405", "2026-11-23T14:05:00Z", "from 14:00-15:30", "BP 120/80, then 135/85/72", "HbA1c 48 (6.5%)",
    "5 mg/10 ml twice daily", "SNOMED code: 9434765919", "SCTID 1085871000000105", "ISBN 0306406152",
    "ISBN 978-0-11-349600-0", "weeks 01 02 03 04 05 06", "week 12 13 14 15 16", "943 476 5918", "ratio 12-10-45",
    "Room B3 4th floor", "B12 2nd door", "W2 4hr shift", "ref K7M-P2Q4", "INV-2026-00123", "QOF DM019 2025/26",
    "I checked the date of birth on 12/11/2026", "I asked for the DOB. On 3 September 2026 I called back",
    "certificate of 12/06/2009", "the rules of 25 May 2018", "aged 74, seen on 12/11/2026", "the Act of 1948",
    "sort code 20-10-45", "NHS 111, option 2", "extension 2045", "version 1.2.99", "@practice", "£12.50 to £340.00",
    "1234567890123", "14 October 1066", "31/02/1951", "DOB 03/02/2027", "120 340 5678 letters",
]  # fmt: skip


def found(text):
    return [hit.what for hit in patient_details([("here", text)], today=TODAY)]


@pytest.mark.parametrize(("what", "text"), [(what, text) for what, texts in KINDS.items() for text in texts])
def test_detail_is_found_in_every_usual_writing(what, text):
    assert found(text) == [what]
    assert found(f"We saw {text}, and wrote it down.") == [what]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_words_and_figures_pass(text):
    assert found(text) == []


def test_hit_says_what_the_characters_and_the_place():
    [hit] = patient_details([("in the text", "Rang 943\n476 5919 today")], today=TODAY)

    assert (hit.what, hit.found, hit.place) == ("an NHS number", "943 476 5919", "in the text")


def test_hits_stand_in_the_order_of_the_words_and_once_a_place():
    text = "LS1 4AP, jo@mail.example, LS1 4AP"

    assert found(text) == ["a postcode", "an email address"]


@st.composite
def numbers(draw, *, valid):
    """Ten digits whose last is the check digit, or one that is not."""
    nine = draw(st.lists(st.integers(0, 9), min_size=9, max_size=9))
    check = 11 - sum(digit * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True)) % 11
    assume(check != 10 and len(set(nine)) > 1)
    right = check % 11
    last = right if valid else draw(st.integers(0, 9).filter(lambda digit: digit != right))
    return "".join(map(str, [*nine, last]))


GAPS = st.sampled_from(["", " ", "-", ".", "\u00a0", "\u2013", "\n", " - ", "\u2009", "_"])


@given(numbers(valid=True), GAPS, st.sampled_from(["", "NHS number: ", "no. ", "(", "Patient "]))
def test_every_valid_nhs_number_is_found_in_every_writing(number, gap, before):
    text = f"{before}{number[:3]}{gap}{number[3:6]}{gap}{number[6:]} and more"

    assert "an NHS number" in found(text)


@given(numbers(valid=True), st.lists(st.sampled_from(["", " ", "-", "."]), min_size=9, max_size=9))
def test_every_valid_nhs_number_is_found_in_any_grouping_behind_its_name(number, gaps):
    written = "".join(digit + gap for digit, gap in zip(number, [*gaps, ""], strict=True))

    assert "an NHS number" in found(f"NHS: {written}.")


@given(numbers(valid=False), GAPS)
def test_no_number_with_another_check_digit_is_an_nhs_number(number, gap):
    assert not is_nhs_number(number)
    assert "an NHS number" not in found(f"NHS number {number[:3]}{gap}{number[3:6]}{gap}{number[6:]}")


@given(
    st.dates(TODAY - timedelta(days=365 * 110), TODAY),
    st.sampled_from(["%d/%m/%Y", "%d.%m.%y", "%d-%m-%Y", "%d %B %Y", "%d %b %y", "%Y-%m-%d", "%B %d, %Y", "%d%m%Y"]),
    st.sampled_from(["DOB ", "D.O.B.: ", "date of birth - ", "born ", "Birth date: "]),
)
def test_every_past_date_behind_a_label_is_a_date_of_birth(day, writing, label):
    assert "a date of birth" in found(f"{label}{day.strftime(writing)}")


@given(st.dates(TODAY - timedelta(days=365 * 2), TODAY), st.sampled_from(["%d/%m/%Y", "%d %B %Y", "%Y-%m-%d"]))
def test_no_date_of_the_programme_is_a_date_of_birth_by_itself(day, writing):
    assert found(f"On {day.strftime(writing)} I took 12 calls.") == []


@given(st.text(max_size=400))
def test_guard_reads_any_text_and_says_the_same_twice(text):
    pairs = [("here", text), ("there", text)]
    once = patient_details(pairs, today=TODAY)

    assert once == patient_details(pairs, today=TODAY)
    assert [hit.found for hit in once if hit.place == "here"] == [hit.found for hit in once if hit.place == "there"]


@pytest.mark.parametrize("sign", ["1", "a", "1 ", "0", "a@", "a.", "12/", "DOB ", "N.H.S.1", "\u00a01", "born "])
def test_guard_takes_a_moment_over_a_long_text_of_one_sign(sign):
    from time import perf_counter

    start = perf_counter()
    found(sign * (400_000 // len(sign)))

    assert perf_counter() - start < 10
