"""What a competency still lacks: the rule, and the read over the whole portfolio."""

import pytest

from gpa_programme.core.periods import now
from learners.enums import EvidenceKind
from learners.models import CompetencyMapping
from learners.queries.gaps import gaps_of
from learners.rules.gaps import gap
from tests.factories import make_enrolment, make_evidence, make_framework, make_version
from tests.learners.portfolios import competencies


@pytest.mark.parametrize(
    ("minimum", "required", "submitted", "text", "met"),
    [
        (1, [], [], "0 of 1 piece", False),
        (1, [], ["RA"], "1 of 1 piece", True),
        (2, ["DO"], ["RA"], "1 of 2 pieces; still needed: direct observation", False),
        (2, ["DO"], ["RA", "RA"], "2 of 2 pieces; still needed: direct observation", False),
        (2, ["DO", "WS"], [], "0 of 2 pieces; still needed: direct observation, witness statement", False),
        (2, ["DO"], ["RA", "DO"], "2 of 2 pieces", True),
        (1, [], ["RA", "CS", "LOG"], "3 pieces, 1 needed", True),
    ],
)
def test_gap_says_pieces_and_kinds_that_are_missing(minimum, required, submitted, text, met):
    found = gap(minimum, required, submitted)

    assert (found.text, found.met) == (text, met)


@pytest.fixture
def asked(north):
    """Two competencies; the first wants two pieces, one of them a direct observation."""
    first, second, _third = competencies(north.enrolment)
    first.minimum_pieces, first.required_kinds = 2, ["DO"]
    first.save()
    return first, second


def submitted(enrolment, one, kind="RA", **fields):
    return make_version(
        item=make_evidence(enrolment=enrolment, kind=EvidenceKind(kind)), competencies=[one], submitted_at=now(),
        **fields,
    )  # fmt: skip


def test_gaps_count_submitted_pieces_and_not_drafts_destroyed_or_overtaken_ones(north, asked):
    first, second = asked
    submitted(north.enrolment, first)
    make_version(item=make_evidence(enrolment=north.enrolment), competencies=[first])
    submitted(north.enrolment, first, "DO", destroyed_at=now())
    overtaken = submitted(north.enrolment, first, "DO")
    make_version(item=overtaken.item, competencies=[second], submitted_at=now())
    submitted(north.other_enrolment, first, "DO")

    found = gaps_of(north.enrolment, asked)

    assert [found[one.pk].text for one in asked] == ["1 of 2 pieces; still needed: direct observation", "1 of 1 piece"]


def test_gaps_once_submitted_count_the_item_once_even_where_an_earlier_version_stands(north, asked):
    first, _second = asked
    item = submitted(north.enrolment, first, "DO").item

    found = gaps_of(north.enrolment, asked, once_submitted=item)

    assert [found[one.pk].text for one in asked] == ["1 of 2 pieces", "1 of 1 piece"]


def test_gaps_read_the_earlier_enrolment_and_what_the_competency_was_called_before(north, asked):
    first, _second = asked
    newer = make_framework(programme=north.cohort.programme, competencies=1).competencies.get()
    CompetencyMapping.objects.create(old=first, new=newer, carries=True)
    submitted(north.enrolment, first)
    later = make_enrolment(cohort=north.cohort, first=north.enrolment)

    assert gaps_of(later, [newer])[newer.pk].met
    CompetencyMapping.objects.update(carries=False)
    assert gaps_of(later, [newer])[newer.pk].text == "0 of 1 piece"


@pytest.mark.parametrize("count", [1, 3])
def test_gaps_ask_as_many_queries_for_three_competencies_as_for_one(north, count, django_assert_num_queries):
    every = competencies(north.enrolment)[:count]
    for one in every:
        submitted(north.enrolment, one)

    with django_assert_num_queries(2):
        found = gaps_of(north.enrolment, every)

    assert [found[one.pk].met for one in every] == [True] * count
