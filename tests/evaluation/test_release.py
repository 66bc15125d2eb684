"""Releases: nothing before, small groups hidden, a second hub with the first, frozen once, one door, no finer cut."""

import random
from datetime import timedelta

import pytest
from django.test import Client

from evaluation.actions import release as actions
from evaluation.actions.reference import load_instruments
from evaluation.enums import TimePoint, WaveMode, WaveState
from evaluation.models import Comment, Instrument, Release, Response, Wave
from evaluation.queries.aims import aim_sections
from evaluation.queries.released import published
from evaluation.rules import release as rules
from evaluation.rules.release import Asked, Given
from gpa_programme.audit.models import AuditEvent
from gpa_programme.core.disclosure import (
    TOO_FEW,
    TOO_FEW_OR_PARTNER,
    TOO_UNIFORM,
    PublishedChange,
    PublishedDistribution,
    PublishedShare,
    from_json,
)
from gpa_programme.core.errors import ConflictError, StateError
from gpa_programme.core.periods import today
from hubs.models import Hub
from tests.factories import make_plan, make_wave
from tests.world import World

QUESTION = Asked("q", "I feel fine", "agreement", "staff_wellbeing", True, (4, 5), False)
BURNT_OUT = Asked("q", "Burnt out", "frequency", "staff_wellbeing", True, (4, 5), True)


def given(hub: str, *answers: object) -> list[Given]:
    return [Given(hub, {"q": answer}) for answer in answers]


def mixed(hub: str, n: int) -> list[Given]:
    """Answers of which three in five are positive."""
    return given(hub, *([5, 4, 2, 4, 1] * n)[:n])


# ------------------------------------------------------------------------------------------------------- the rules


@pytest.mark.parametrize(("n", "shown"), [(9, False), (10, True), (11, True)])
def test_table_around_the_floor(n: int, shown: bool) -> None:
    row = rules.table(QUESTION, mixed("a", n), ["a"])

    kind = PublishedDistribution if shown else type(TOO_FEW)
    assert type(from_json(row["england"])) is kind


def test_table_with_one_small_hub_hides_a_second() -> None:
    answers = [*mixed("a", 9), *mixed("b", 12), *mixed("c", 30)]

    cells = {hub: from_json(cell) for hub, cell in rules.table(QUESTION, answers, ["a", "b", "c"])["hubs"].items()}

    assert cells["a"] == TOO_FEW_OR_PARTNER
    assert cells["b"] == TOO_FEW_OR_PARTNER
    assert isinstance(cells["c"], PublishedShare)


def test_table_leaves_dont_know_and_silence_outside() -> None:
    answers = [*mixed("a", 20), *given("a", "outside", "outside", None), Given("a", {})]

    cell = from_json(rules.table(QUESTION, answers, ["a"])["england"])

    assert (cell.answers, cell.share) == (20, 60)


def test_table_hidden_for_england_hides_every_hub() -> None:
    row = rules.table(QUESTION, given("a", *[4] * 12), ["a"])

    assert from_json(row["england"]) == TOO_UNIFORM
    assert from_json(row["hubs"]["a"]) == TOO_FEW_OR_PARTNER


def test_table_of_a_number_is_banded_for_england_only() -> None:
    hours = Asked("q", "Hours", "number", "sustainable_cost", False, (), False)

    row = rules.table(hours, given("a", *[0, 1, 4, 5, 9, 10, 19, 20, 40, 168]), ["a"])

    cell = from_json(row["england"])
    assert cell.percents == {"None": 10, "1 to 4": 20, "5 to 9": 20, "10 to 19": 20, "20 or more": 30}
    assert (cell.share, row["hubs"]) == (None, {})


def pairs(n: int, before: int, after: int) -> tuple[list[Given], list[Given]]:
    first = [Given("a", {"q": before if index % 2 else before + 1}, f"p{index}") for index in range(n)]
    second = [Given("a", {"q": after}, f"p{index}") for index in range(n)]
    return first, second


def test_paired_under_ten_pairs_is_nothing() -> None:
    first, second = pairs(9, 2, 4)
    strangers = [Given("a", {"q": 4}, f"other{index}") for index in range(20)]

    assert rules.paired([QUESTION], first, [*second, *strangers]) is None


def test_paired_follows_the_direction_of_the_question() -> None:
    first, second = pairs(12, 3, 1)

    change = from_json(rules.paired([BURNT_OUT], first, second)["questions"][0]["change"])

    assert isinstance(change, PublishedChange)
    assert (change.improved, change.same, change.worse) == (100, 0, 0)
    assert change.mean < 0


# ------------------------------------------------------------------------------------------------------ the action

pytestmark = pytest.mark.django_db


def closed(world: World, counts: dict[str, int], instrument: str = "learner", **fields) -> Wave:
    """A closed wave with so many random answers a hub."""
    load_instruments()
    rng = random.Random(7)
    fields.setdefault("plan", world.programme.evaluation_plans.first() or make_plan(programme=world.programme))
    wave = make_wave(
        instrument=Instrument.objects.get(key=instrument),
        state=WaveState.CLOSED,
        opens_on=today() - timedelta(days=30),
        closes_on=today() - timedelta(days=1),
        **fields,
    )
    questions = list(wave.instrument.questions.exclude(kind="text"))
    for slug, n in counts.items():
        hub = Hub.objects.get(slug=slug)
        for index in range(n):
            answers = {question.key: rng.randint(1, 5) for question in questions}
            linked = wave.mode == WaveMode.CONFIDENTIAL_LINKED
            Response.objects.create(wave=wave, hub=hub, answers=answers, pseudonym=f"{slug}-{index}" if linked else "")
    return wave


COUNTS = {"north-hub": 14, "south-hub": 16, "second-hub": 22}


def released(world: World, counts: dict[str, int] = COUNTS, **fields) -> Wave:
    wave = closed(world, counts, **fields)
    actions.release_wave(wave=wave, by=world.national_lead)
    wave.refresh_from_db()
    return wave


@pytest.mark.parametrize(("n", "code"), [(9, "too_few"), (10, None), (11, None)])
def test_release_around_the_floor(world: World, n: int, code: str | None) -> None:
    wave = closed(world, {"north-hub": n})
    if code is None:
        actions.release_wave(wave=wave, by=world.national_lead)
        assert published(wave) is not None
        return

    with pytest.raises(StateError) as refused:
        actions.release_wave(wave=wave, by=world.national_lead)

    assert refused.value.code == code
    assert published(wave) is None


@pytest.mark.parametrize("state", [WaveState.PLANNED, WaveState.OPEN])
def test_release_before_close_is_refused(world: World, state: WaveState) -> None:
    wave = closed(world, COUNTS)
    Wave.objects.filter(pk=wave.pk).update(state=state)

    with pytest.raises(StateError) as refused:
        actions.release_wave(wave=wave, by=world.national_lead)

    assert refused.value.code == "not_closed"


def test_release_happens_once_and_is_recorded(world: World) -> None:
    wave = released(world)

    with pytest.raises(ConflictError):
        actions.release_wave(wave=wave, by=world.national_lead)

    event = AuditEvent.objects.get(verb="wave_released")
    assert event.detail == {"sha256": Release.objects.get().sha256, "rules": rules.RULE_VERSION}


def test_release_with_an_unread_comment_waits_for_a_person(world: World) -> None:
    wave = closed(world, COUNTS)
    question = wave.instrument.questions.get(kind="text")
    kept, dropped = (
        Comment.objects.create(wave=wave, hub=world.north.hub, question=question, text=text)
        for text in ("More letters please", "Dr Somebody is slow")
    )
    actions.judge_comment(comment=kept, verdict="publish", by=world.national_lead)
    with pytest.raises(StateError) as refused:
        actions.release_wave(wave=wave, by=world.national_lead)
    assert refused.value.code == "unread"

    actions.judge_comment(comment=dropped, verdict="withhold", reason="names a person", by=world.national_lead)
    actions.release_wave(wave=wave, by=world.national_lead)

    assert published(wave).comments == ("More letters please",)
    with pytest.raises(StateError):
        actions.judge_comment(comment=dropped, verdict="publish", by=world.national_lead)


def test_published_reads_the_frozen_tables_and_not_the_answers(world: World) -> None:
    wave = released(world)
    before = published(wave)

    Response.objects.filter(wave=wave).delete()

    assert published(wave) == before
    assert list(before.question("worn_out").england.percents) == ["Never", "Rarely", "Sometimes", "Often", "Always"]


def test_published_tables_changed_afterwards_are_noticed(world: World) -> None:
    wave = released(world)
    release = Release.objects.get()
    release.tables["questions"][0]["england"]["answers"] = 500
    release.save()

    with pytest.raises(RuntimeError, match="changed after their release"):
        published(wave)


def test_published_has_no_dimension_of_practice_or_mentor(world: World) -> None:
    wave = released(world)

    for finer in (world.north.practice, world.north.mentor, world.north.enrolment, world.north.cohort):
        with pytest.raises(TypeError):
            published(wave, finer)
    with pytest.raises(TypeError):
        published(wave, practice=world.north.practice)


def test_release_of_a_small_hub_hides_a_second_in_every_question(world: World) -> None:
    wave = released(world, {"north-hub": 9, "south-hub": 12, "second-hub": 40})

    for question in published(wave).questions:
        if question.hubs:
            hidden = [slug for slug, cell in question.hubs.items() if cell == TOO_FEW_OR_PARTNER]
            assert hidden == ["north-hub", "south-hub"]


def test_paired_change_needs_a_released_linked_baseline(world: World) -> None:
    linked = {"mode": WaveMode.CONFIDENTIAL_LINKED}
    baseline = released(world, time_point=TimePoint.BASELINE, **linked)
    end = released(world, time_point=TimePoint.END, plan=baseline.plan, **linked)

    assert published(baseline).paired is None
    change = published(end).paired
    assert change.time_point == TimePoint.BASELINE
    assert (change.before.value, change.pairs.value) == (50, 50)
    assert [pair.key for pair in change.questions][:2] == ["confident_care", "confident_clinical"]


def test_aims_show_baseline_and_latest_with_their_limits(world: World) -> None:
    baseline = released(world, time_point=TimePoint.BASELINE)
    end = released(world, time_point=TimePoint.END, plan=baseline.plan)

    sections = {section.aim: section.items for section in aim_sections([baseline, end], world.north.hub)}

    assert [len(items) for items in sections.values()] == [0, 0, 0, 1]
    (item,) = sections["staff_wellbeing"]
    assert (item.first.time_point, item.latest.time_point) == (TimePoint.BASELINE, TimePoint.END)
    assert item.limits == (
        "Different people may have answered each time: the difference is not change in the same people.",
    )


# --------------------------------------------------------------------------------------------------------- pages

ADDRESSES = (
    "/evaluation/",
    "/evaluation/?export=csv",
    "/evaluation/aims/",
    "/evaluation/waves/{}/",
    "/evaluation/waves/{}/?export=csv",
)
SECRETS = ("Strongly agree", "Often or always", "likert", "nearly all", "of those who gave")


@pytest.mark.parametrize("state", [WaveState.OPEN, WaveState.CLOSED])
def test_no_page_shows_a_distribution_before_release(world: World, client: Client, state: WaveState) -> None:
    wave = closed(world, COUNTS)
    Wave.objects.filter(pk=wave.pk).update(state=state)
    people = [world.national_lead, world.national_analyst, world.north.coordinator, world.north.hub_lead]
    people += [world.north.mentor, world.north.practice_manager, world.north.learner, world.verifier, world.support]
    for person in people:
        client.force_login(person)
        for address in (
            "/evaluation/",
            "/evaluation/aims/",
            f"/evaluation/waves/{wave.pk}/",
            "/evaluation/?export=csv",
        ):
            page = client.get(address).content.decode()
            assert [secret for secret in SECRETS if secret in page] == []
        page = client.get(f"/evaluation/waves/{wave.pk}/?export=csv").content.decode()
        assert [secret for secret in SECRETS if secret in page] == []


def test_released_wave_shows_a_hub_england_and_itself_only(world: World, client: Client) -> None:
    wave = released(world)
    client.force_login(world.north.coordinator)

    page = client.get(f"/evaluation/waves/{wave.pk}/").content.decode()
    file = client.get(f"/evaluation/waves/{wave.pk}/?export=csv").content.decode()

    for text in (page, file):
        assert "North hub" in text
        assert "South hub" not in text
    assert page.count("<h1") == 1
    assert "Strongly agree" in page


def test_released_wave_shows_the_national_team_every_hub(world: World, client: Client) -> None:
    wave = released(world)
    client.force_login(world.national_analyst)

    file = client.get(f"/evaluation/waves/{wave.pk}/?export=csv").content.decode()

    heads = next(line for line in file.splitlines() if line.startswith(("Question", "\ufeffQuestion")))
    assert heads.removeprefix("\ufeff") == "Question,Counted answers,England,North hub,Second hub,South hub"


ACTS = ("open", "close", "release", "comments")


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("person", "status"),
    [("coordinator", 403), ("hub_lead", 403), ("mentor", 404), ("learner", 404), ("practice_manager", 404)],
)
def test_hub_and_its_people_cannot_turn_a_wave(
    world: World, client: Client, act: str, person: str, status: int
) -> None:
    wave = closed(world, COUNTS)
    client.force_login(getattr(world.north, person))

    got = client.get(f"/evaluation/waves/{wave.pk}/{act}/")
    sent = client.post(f"/evaluation/waves/{wave.pk}/{act}/")

    assert (got.status_code, sent.status_code) == (status, status)
    wave.refresh_from_db()
    assert wave.state == WaveState.CLOSED


def test_national_lead_releases_after_a_confirmation_that_changes_nothing(world: World, client: Client) -> None:
    wave = closed(world, COUNTS)
    client.force_login(world.national_lead)

    asked = client.get(f"/evaluation/waves/{wave.pk}/release/")
    assert asked.status_code == 200
    assert Release.objects.count() == 0
    sent = client.post(f"/evaluation/waves/{wave.pk}/release/", follow=True)

    assert b"The results are released." in sent.content
    assert Release.objects.get().by == world.national_lead


def test_evaluation_list_asks_the_same_of_the_database_for_1_and_3_waves(
    world: World, client: Client, django_assert_num_queries
) -> None:
    client.force_login(world.north.coordinator)
    plan = closed(world, {"north-hub": 3}).plan
    client.get("/evaluation/")
    for more in ((), (TimePoint.END, TimePoint.FOLLOW_UP)):
        for time_point in more:
            closed(world, {"north-hub": 3}, time_point=time_point, plan=plan)
        with django_assert_num_queries(11):
            client.get("/evaluation/")
