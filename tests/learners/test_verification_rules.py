"""The draw: the same seed and population give the same sample, every hub has a part, and it can be done by hand."""

import hashlib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpa_programme.core.errors import ConflictError, DomainError, StateError
from learners.enums import Verdict, VerificationOutcome
from learners.rules import verification as rules
from learners.rules.verification import Candidate, Ties

V = VerificationOutcome
CODES = [f"{domain}-{number:02d}" for domain in ("CAR", "ADM", "CLI") for number in range(1, 6)]


def candidate(ref, hub, codes=CODES):
    return Candidate(ref, hub, {code: code[:3] for code in codes})


populations = st.lists(
    st.builds(
        candidate,
        st.text("23456789BCDF", min_size=7, max_size=7),
        st.sampled_from(["north", "south", "east"]),
        st.lists(st.sampled_from(CODES), min_size=1, unique=True),
    ),
    max_size=40,
    unique_by=lambda one: one.ref,
)
seeds = st.from_regex(rules.SEED, fullmatch=True)
percents, counts = st.integers(1, 100), st.integers(1, 20)


@settings(max_examples=60, deadline=None)
@given(populations, seeds, percents, counts, st.randoms())
def test_draw_is_the_same_whatever_the_order_of_the_population(population, seed, percent, count, random):
    shuffled = list(population)
    random.shuffle(shuffled)

    assert rules.draw(population, seed, percent, count) == rules.draw(shuffled, seed, percent, count)
    assert rules.population_sha256(population) == rules.population_sha256(shuffled)


@settings(max_examples=60, deadline=None)
@given(populations, seeds, percents, counts)
def test_draw_takes_at_least_one_portfolio_of_every_hub_and_never_more_than_the_share(population, seed, percent, count):
    drawn = rules.draw(population, seed, percent, count)

    for hub in {one.hub for one in population}:
        mine = [one.ref for one in population if one.hub == hub]
        taken = [ref for ref in mine if ref in drawn]
        assert 1 <= len(taken) <= len(mine)
        assert percent * len(mine) / 100 <= len(taken) < percent * len(mine) / 100 + 1


@settings(max_examples=60, deadline=None)
@given(populations, seeds, percents, counts)
def test_draw_spreads_competencies_over_the_domains(population, seed, percent, count):
    by_ref = {one.ref: one for one in population}

    for ref, codes in rules.draw(population, seed, percent, count).items():
        domains = by_ref[ref].competencies
        assert len(codes) == len(set(codes)) == min(count, len(domains))
        assert set(codes) <= set(domains)
        assert len({domains[code] for code in codes}) == min(count, len(set(domains.values())))


@settings(max_examples=40, deadline=None)
@given(populations, seeds, percents, counts)
def test_draw_of_a_hub_alone_is_its_part_of_the_whole_draw(population, seed, percent, count):
    whole = rules.draw(population, seed, percent, count)
    north = [one for one in population if one.hub == "north"]
    refs = {one.ref for one in north}

    assert rules.draw(north, seed, percent, count) == {ref: codes for ref, codes in whole.items() if ref in refs}


def test_draw_can_be_repeated_with_a_calculator_of_hashes():
    refs = ["B23-4567", "C23-4567", "D23-4567"]

    def key(*parts):
        return hashlib.sha256("/".join(parts).encode()).hexdigest()

    first = min(refs, key=lambda ref: key("seed-1", ref))
    wanted = sorted(
        min((code for code in CODES if code.startswith(domain)), key=lambda code: key("seed-1", first, code))
        for domain in ("CAR", "ADM", "CLI")
    )

    assert rules.draw([candidate(ref, "north") for ref in refs], "seed-1", 10, 3) == {first: wanted}


def test_draw_of_a_known_seed_never_changes():
    population = [candidate(f"B{number}3-4567", "north") for number in range(2, 8)]

    assert rules.draw(population, "2019-10-31", 30, 4) == {
        "B43-4567": ["ADM-02", "ADM-03", "CAR-04", "CLI-02"],
        "B63-4567": ["ADM-01", "CAR-03", "CAR-04", "CLI-02"],
    }


def test_seeds_differ_in_what_they_draw():
    population = [candidate(f"B{number:02d}-4567", "north") for number in range(60)]

    assert len({tuple(rules.draw(population, f"seed-{number}", 10, 3)) for number in range(20)}) == 20


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"seed": ""}, "seed"),
        ({"seed": "a/b"}, "seed"),
        ({"seed": "x" * 33}, "seed"),
        ({"percent": 0}, "percent"),
        ({"percent": 101}, "percent"),
        ({"competencies_each": 0}, "competencies_each"),
    ],
)
def test_sizes_and_seed_are_checked(changes, field):
    told = {"seed": "seed-1", "percent": 10, "competencies_each": 5, **changes}

    with pytest.raises(DomainError) as refusal:
        rules.check_sizes(**told)

    assert refusal.value.field == field


def test_population_that_changed_is_a_conflict_and_an_empty_one_is_refused():
    population = [candidate("B23-4567", "north")]

    rules.check_population(population, rules.population_sha256(population))
    with pytest.raises(ConflictError):
        rules.check_population(population, rules.population_sha256([]))
    with pytest.raises(StateError):
        rules.check_population([], rules.population_sha256([]))


@pytest.mark.parametrize("tie", ["is_learner", "mentors", "hub_staff", "practice_staff"])
def test_verifier_has_no_tie_to_the_learner(tie):
    rules.check_independent(Ties(is_verifier=True))
    with pytest.raises(DomainError) as refusal:
        rules.check_independent(Ties(is_verifier=True, **{tie: True}))

    assert refusal.value.code == "not_independent"


def test_window_is_checked_at_both_ends():
    days = {"since": date(2026, 3, 1), "until": date(2026, 3, 29)}
    reader = {"verifier_id": 1, "by_id": 1, **days}

    for today in (date(2026, 3, 1), date(2026, 3, 29)):
        rules.check_reader(**reader, today=today)
    for today in (date(2026, 2, 28), date(2026, 3, 30)):
        with pytest.raises(DomainError, match="from 1 March 2026 to 29 March 2026"):
            rules.check_reader(**reader, today=today)
    with pytest.raises(DomainError, match="not yours"):
        rules.check_reader(**{**reader, "by_id": 2}, today=date(2026, 3, 1))


@pytest.mark.parametrize(
    ("outcome", "reason", "unread", "verdicts", "code"),
    [
        ("left", "", [], [], "outcome"),
        ("verified", "", ["CAR-01"], [], "unread"),
        ("referred", "Again", ["CAR-01"], [], "unread"),
        ("referred", " ", [], [], "reason"),
        ("verified", "", [], [Verdict.WOULD_RETURN], "reason"),
    ],
)
def test_outcome_comes_after_every_reading_and_owes_reasons(outcome, reason, unread, verdicts, code):
    with pytest.raises(DomainError) as refusal:
        rules.check_outcome(outcome, reason, unread=unread, verdicts=verdicts)

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("outcomes", "passes", "decides"),
    [
        ([V.VERIFIED, V.VERIFIED], True, False),
        ([V.VERIFIED, ""], False, False),
        ([V.VERIFIED, V.REFERRED], False, True),
        ([V.REFERRED, ""], False, False),
        ([V.VERIFIED, V.LEFT], True, False),
        ([V.LEFT], False, True),
    ],
)
def test_rest_passes_where_every_drawn_one_is_verified_and_a_person_decides_otherwise(outcomes, passes, decides):
    assert (rules.rest_passes(outcomes), rules.rest_needs_decision(outcomes)) == (passes, decides)
