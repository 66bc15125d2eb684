"""Consistency of sign-off: shares and their intervals against a second count, and hubs of too few mentors."""

from datetime import UTC, datetime, timedelta
from math import ceil, comb, floor

import pytest
from statsmodels.stats.proportion import proportion_confint

from evaluation.actions.snapshots import recompute
from evaluation.measures import door
from evaluation.measures.units import Unit
from gpa_programme.core.statistics import median_interval
from learners.enums import DecisionKind, MentorKind, Verdict
from learners.models import BlindReading, Verification, VerificationSample
from tests.factories import (
    make_cohort,
    make_decision,
    make_enrolment,
    make_hub,
    make_mentorship,
    make_programme,
    make_request,
    make_user,
)

MAY = datetime(2026, 5, 20, 12, tzinfo=UTC)


@pytest.fixture
def programme(db, clock):
    clock.set(MAY)
    return make_programme()


def decided(programme, hub, mentors, returned, signed):
    """Decisions of so many mentors of a hub, each on a competency of its own learner."""
    cohort = make_cohort(programme=programme, hub=hub)
    rows = []
    for _ in range(mentors):
        enrolment = make_enrolment(cohort=cohort)
        mentor = make_mentorship(enrolment=enrolment, kind=MentorKind.GP).mentor
        scope = [item.competency for item in enrolment.scope.all()]
        kinds = [DecisionKind.RETURNED] * returned + [DecisionKind.SIGNED_OFF] * signed
        for competency, kind in zip(scope, kinds, strict=False):
            request = make_request(
                enrolment=enrolment, competency=competency, requested_at=MAY - timedelta(days=2, hours=1)
            )
            rows.append(make_decision(request=request, kind=kind, by=mentor, decided_at=MAY - timedelta(hours=1)))
    return rows


def test_returned_share_of_a_hub_and_of_england_with_the_interval_of_another_library(programme):
    north, south = make_hub(name="North"), make_hub(name="South")
    first = decided(programme, north, mentors=3, returned=1, signed=2)
    second = decided(programme, south, mentors=4, returned=2, signed=1)
    returned = [sum(row.kind == "returned" for row in rows) for rows in (first, second)]

    figure = door.figure("returned_share", Unit.of(north, programme=programme))
    england = door.figure("returned_share", Unit.of(None, programme=programme))

    assert (figure.numerator, figure.denominator) == (returned[0], len(first))
    assert (england.numerator, england.denominator) == (sum(returned), len(first) + len(second))
    low, high = proportion_confint(sum(returned), len(first) + len(second), method="wilson")
    assert (england.interval.low, england.interval.high) == pytest.approx((100 * low, 100 * high))


def test_hub_of_two_mentors_counts_neither_for_itself_nor_for_england(programme):
    small, large = make_hub(name="Small"), make_hub(name="Large")
    decided(programme, small, mentors=2, returned=1, signed=2)
    counted = decided(programme, large, mentors=3, returned=1, signed=2)

    hidden = door.figure("returned_share", Unit.of(small, programme=programme))
    england = door.figure("returned_share", Unit.of(None, programme=programme))

    assert (hidden.text, hidden.interval_text) == ("not yet known", "–")
    assert (england.denominator, england.coverage) == (len(counted), "1 of 2 hubs")


def test_verifier_agreement_counts_blind_readings_recorded_by_the_cut_off(programme):
    hub = make_hub()
    rows = list(decided(programme, hub, mentors=3, returned=0, signed=2))
    reader = make_user()
    sample = VerificationSample.objects.create(
        programme=programme, seed="1", portfolios_percent=50, competencies_each=2, population=[], drawn={}, by=reader
    )
    for number, decision in enumerate(rows):
        verification, _made = Verification.objects.get_or_create(
            sample=sample,
            enrolment=decision.enrolment,
            defaults={"drawn": True, "verifier": reader, "since": MAY.date(), "until": MAY.date()},
        )
        disagrees = number == 0
        BlindReading.objects.create(
            verification=verification,
            competency=decision.competency,
            decision=decision,
            verdict=Verdict.WOULD_RETURN if disagrees else Verdict.WOULD_SIGN,
            reason="It does not show it" if disagrees else "",
            by=reader,
            at=MAY - timedelta(days=40) if number == 1 else MAY - timedelta(minutes=5),
        )

    now_known = door.figure("verifier_agreement", Unit.of(hub, programme=programme))

    assert (now_known.numerator, now_known.denominator) == (len(rows) - 1, len(rows))


@pytest.mark.parametrize("n", [5, 6, 9, 20])
def test_median_interval_holds_the_median_at_least_as_often_as_it_says(n):
    found = median_interval(dict.fromkeys(range(1, n + 1), 1))

    if n < 6:
        assert found is None
        return
    low, high = int(found.low), int(found.high)
    covered = sum(comb(n, below) for below in range(low, high)) / 2**n
    wider = sum(comb(n, below) for below in range(low + 1, high - 1)) / 2**n
    assert found.estimate == (n + 1) / 2
    assert covered >= 0.95 > wider


def test_page_lists_hubs_alphabetically_with_intervals_and_asks_the_same_for_one_and_three(
    programme, client, django_assert_num_queries
):
    from tests.factories import make_national_role

    lead = make_national_role().user
    client.force_login(lead)
    names = ["Zeta", "Alpha", "Midway"]
    shown = []
    for name in names:
        rows = decided(programme, make_hub(name=name), mentors=3, returned=1, signed=2)
        recompute()
        client.get("/measures/consistency/")
        with django_assert_num_queries(12):
            shown.append(client.get("/measures/consistency/").content.decode())

    html = shown[-1]
    assert html.index("Alpha") < html.index("Midway") < html.index("Zeta") < html.index("England")
    low, high = proportion_confint(3, len(rows), method="wilson")
    assert f"{floor(100 * low)}% to {ceil(100 * high)}%" in html
    assert "2 to 2 days" in html
