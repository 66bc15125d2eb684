"""Pace, help and protected time as pages and queries show them: the whole portfolio, a fixed number of queries."""

from datetime import timedelta

import pytest

from gpa_programme.core.periods import now, today
from learners.enums import ProtectedHours
from learners.models import Enrolment, ProtectedWeek
from learners.queries.pace import help_needed, pace_facts
from learners.queries.portfolio import portfolio_of
from learners.rules.help import HelpCause
from learners.rules.portfolio import Step
from tests.factories import (
    make_cohort,
    make_decision,
    make_enrolment,
    make_evidence,
    make_pause,
    make_request,
    make_version,
)
from tests.factories.scope import make_scope_agreement
from tests.learners.portfolios import competencies, text_of
from tests.markup import complaints

pytestmark = pytest.mark.django_db
WAYS = {"returned": "Answer what came back on D1-01", "draft": "Finish your draft", "nothing": "Start D1-01"}


def returned(enrolment, competency, times=1):
    for _ in range(times):
        make_decision(request=make_request(enrolment=enrolment, competency=competency), kind="returned")


def moved_on(enrolment):
    """The same learner in the next hub, with the portfolio that came along."""
    enrolment.state = "transferred"
    enrolment.save(update_fields=["state"])
    later = make_enrolment(
        learner=enrolment.learner,
        cohort=make_cohort(programme=enrolment.cohort.programme),
        framework=enrolment.framework,
        first=enrolment,
    )
    return Enrolment.objects.select_related("cohort__programme").get(pk=later.pk)


# ------------------------------------------------------------------------------------------------------------ portfolio


@pytest.mark.parametrize("held", WAYS)
def test_portfolio_has_one_primary_action_and_it_is_what_is_next(north, browse, held):
    first, second, _third = competencies(north.enrolment)
    if held == "returned":
        returned(north.enrolment, first)
    if held in {"returned", "draft"}:
        make_version(item=make_evidence(enrolment=north.enrolment), competencies=[second])

    html = browse(north.learner).get("/portfolio/").content.decode()

    main = html.split("<main")[1]
    primary = [part for part in main.split("nhsuk-button")[1:] if part.startswith('" role="button"')]
    assert len(primary) == 1
    assert WAYS[held] in main
    assert complaints(html) == []


def test_portfolio_proposed_scope_comes_before_a_draft(north):
    make_scope_agreement(enrolment=north.enrolment, proposed_by=north.mentor)
    make_version(item=make_evidence(enrolment=north.enrolment))

    shown = portfolio_of(north.enrolment, own=True)

    assert shown.next.step is Step.AGREE_SCOPE
    assert shown.scope_note == "A scope is proposed and waits for you to agree."


def test_portfolio_counts_what_is_done_came_back_waits_and_is_not_asked(north, browse):
    first, second, _third = competencies(north.enrolment)
    returned(north.enrolment, first)
    make_request(enrolment=north.enrolment, competency=second)

    figures = portfolio_of(north.enrolment, own=True).figures

    assert [(one["label"], one["value"]) for one in figures] == [
        ("Signed off", 0), ("Came back", 1), ("Waiting for a mentor", 1), ("Not asked yet", 1),
    ]  # fmt: skip


def test_portfolio_reads_what_came_from_another_hub(north, browse):
    first, second, _third = competencies(north.enrolment)
    returned(north.enrolment, first, times=2)
    make_decision(request=make_request(enrolment=north.enrolment, competency=second))
    later = moved_on(north.enrolment)

    shown, facts = portfolio_of(later, own=True), pace_facts([later])[later.pk]
    words = text_of(browse(north.learner).get("/portfolio/"))

    assert [line.note for line in shown.needs] == ["One more example"]
    assert (facts.signed_on, facts.returned) == ([today()], {"D1-01": 2})
    assert [one.cause for one in shown.help] == [HelpCause.RETURNED]
    assert "1 competency signed off in the last 28 days." in words  # one portfolio, so nothing to choose


def test_portfolio_tells_the_learner_kindly_and_the_mentor_plainly(north, browse):
    returned(north.enrolment, competencies(north.enrolment)[0], times=2)

    own = text_of(browse(north.learner).get("/portfolio/"))
    mentors = text_of(browse(north.mentor).get(f"/learners/{north.enrolment.ref}/portfolio/"))

    assert "D1-01 came back 2 times. Ask your mentor for ten minutes to talk it through." in own
    assert "Help needed" not in own
    assert "Help needed D1-01 was returned 2 times." in mentors


def test_learner_page_tells_the_hub_that_the_mentor_needs_help(north, browse):
    make_request(enrolment=north.enrolment, requested_at=now() - timedelta(days=20))

    words = text_of(browse(north.coordinator).get(f"/learners/{north.enrolment.ref}/"))

    assert "The mentor needs help: 1 request not answered, the oldest for 20 days." in words
    assert "not agreed yet between mentor and learner" in words


def test_learner_page_leaves_out_the_days_of_a_pause_that_is_over(north, browse):
    since = today() - timedelta(days=40)
    make_version(item=make_evidence(enrolment=north.enrolment), submitted_at=now() - timedelta(days=40))
    before = text_of(browse(north.coordinator).get(f"/learners/{north.enrolment.ref}/"))
    make_pause(enrolment=north.enrolment, since=since, until=since + timedelta(days=19))
    after = text_of(browse(north.coordinator).get(f"/learners/{north.enrolment.ref}/"))

    assert ("Stalled 40 days" in before, "Stalled" in after) == (True, False)
    assert "The clock stood still for 20 days: they do not count." in after


# ----------------------------------------------------------------------------------------------------------------- help


@pytest.mark.parametrize("rows", [1, 3])
def test_help_of_many_learners_takes_the_same_number_of_queries(north, rows, django_assert_num_queries):
    learners = [north.enrolment, north.other_enrolment, make_enrolment(cohort=north.cohort)][:rows]
    for one in learners:
        returned(one, competencies(one)[0], times=2)

    with django_assert_num_queries(6):
        found = help_needed([one.pk for one in learners])

    assert {pk: [one.cause for one in reasons] for pk, reasons in found.items()} == {
        one.pk: [HelpCause.RETURNED] for one in learners
    }


def test_what_came_back_twice_no_longer_needs_help_once_signed_off_or_out_of_scope(north):
    first, second, _third = competencies(north.enrolment)
    for one in (first, second):
        returned(north.enrolment, one, times=2)
    make_decision(request=make_request(enrolment=north.enrolment, competency=first))
    north.enrolment.scope.filter(competency=second).update(until=now())

    assert help_needed([north.enrolment.pk]) == {}


# ------------------------------------------------------------------------------------------------------- protected time


def test_protected_week_is_one_tap_that_can_be_changed(north, browse):
    for had in ("no", "part"):
        answer = browse(north.learner).post("/portfolio/protected-week/", {"had": had}, follow=True)

    week = ProtectedWeek.objects.get()
    assert (week.enrolment, week.had, week.monday.weekday()) == (north.enrolment, ProtectedHours.PART, 0)
    assert "Noted. You can change it until Sunday." in text_of(answer)
    assert "You said: part of it ." in text_of(answer)


def test_protected_week_of_last_week_stands(north, browse, clock):
    moment = now()
    clock.set(moment)
    browse(north.learner).post("/portfolio/protected-week/", {"had": "yes"})
    clock.move(days=7)
    browse(north.learner).post("/portfolio/protected-week/", {"had": "no"})

    assert list(ProtectedWeek.objects.order_by("monday").values_list("had", flat=True)) == ["yes", "no"]


def test_protected_week_without_an_answer_changes_nothing(north, browse):
    answer = browse(north.learner).post("/portfolio/protected-week/", {"had": "maybe"}, follow=True)

    assert "Select Yes, Part of it or No" in text_of(answer)
    assert not ProtectedWeek.objects.exists()


def test_protected_time_is_read_by_mentor_and_hub_and_not_by_the_practice(north, browse):
    browse(north.learner).post("/portfolio/protected-week/", {"had": "yes"})
    line = "1 of the last"

    mentor = text_of(browse(north.mentor).get(f"/learners/{north.enrolment.ref}/portfolio/"))
    pages = {
        person: text_of(browse(person).get(f"/learners/{north.enrolment.ref}/"))
        for person in (north.coordinator, north.practice_manager)
    }
    assert [line in words for words in (mentor, *pages.values())] == [True, True, False]


def test_nobody_taps_for_somebody_else(north, browse):
    for person, status in ((north.mentor, 403), (north.coordinator, 403), (north.other_learner, 404)):
        sent = {"had": "yes", "enrolment": north.enrolment.ref}
        assert browse(person).post("/portfolio/protected-week/", sent).status_code == status
    assert not ProtectedWeek.objects.exists()


def test_overdue_is_said_to_the_hub_and_to_the_learner_instead_of_on_pace(north, browse):
    end = today() - timedelta(days=5)
    Enrolment.objects.filter(pk=north.enrolment.pk).update(starts=end - timedelta(days=270), agreed_end=end)
    said = f"Overdue since {end:%-d %B %Y}, the agreed end"
    page = f"/learners/{north.enrolment.ref}/"

    hub, own, portfolio = (
        text_of(browse(person).get(address))
        for person, address in ((north.coordinator, page), (north.learner, page), (north.learner, "/portfolio/"))
    )

    assert [said in words for words in (hub, own, portfolio)] == [True] * 3
    assert ["Agree with your hub" in words for words in (hub, own, portfolio)] == [False, True, True]
    assert ["usual pace" in words for words in (hub, own, portfolio)] == [False] * 3
