"""Checks of enrolments: states and their changes, places, and intervals that must not overlap."""

from gpa_programme.home.checks.check import Check, listed, sql
from learners.enums import PLACE_HOLDING
from learners.rules.enrolment import TRANSITIONS

HOLDING = tuple(state.value for state in PLACE_HOLDING)
MOVES = tuple(f"{line.source}>{line.target.value}" for line in TRANSITIONS)

OVERLAP = """
    SELECT a.id FROM {table} a JOIN {table} b ON b.enrolment_id = a.enrolment_id AND b.id > a.id {same}
    WHERE (b.until IS NULL OR a.since <= b.until) AND (a.until IS NULL OR b.since <= a.until)
"""

ENROLMENTS: tuple[Check, ...] = (
    sql(
        "placements_overlap",
        "A learner works at one practice at a time.",
        OVERLAP.format(table="learners_placement", same=""),
    ),
    sql(
        "pauses_overlap",
        "A learner's pauses do not overlap.",
        OVERLAP.format(table="learners_pause", same=""),
    ),
    sql(
        "mentorships_overlap",
        "A learner has one mentor of a kind at a time.",
        OVERLAP.format(table="learners_mentorship", same="AND b.kind = a.kind"),
    ),
    sql(
        "state_is_not_last_change",
        "An enrolment's state copies its last change.",
        """
        SELECT e.id FROM learners_enrolment e
        LEFT JOIN (SELECT enrolment_id, MAX(id) AS last FROM learners_enrolmentchange GROUP BY enrolment_id) l
            ON l.enrolment_id = e.id
        LEFT JOIN learners_enrolmentchange c ON c.id = l.last
        WHERE c.id IS NULL OR c.to_state <> e.state
        """,
    ),
    sql(
        "changes_are_no_chain",
        "A change starts where the one before it led, and not before its day.",
        """
        SELECT id FROM (
            SELECT id, from_state, effective_on,
                LAG(to_state, 1, '') OVER (PARTITION BY enrolment_id ORDER BY id) AS led_to,
                LAG(effective_on) OVER (PARTITION BY enrolment_id ORDER BY id) AS not_before
            FROM learners_enrolmentchange
        ) AS chained
        WHERE from_state <> led_to OR effective_on < not_before
        """,
    ),
    sql(
        "change_not_in_table",
        "Every change is a line of the transition table.",
        f"""
        SELECT id FROM learners_enrolmentchange WHERE from_state || '>' || to_state NOT IN ({listed(MOVES)})
        """,  # noqa: S608  placeholders only
        MOVES,
    ),
    sql(
        "place_of_another_cohort",
        "An enrolment's place belongs to its cohort.",
        """
        SELECT e.id FROM learners_enrolment e JOIN hubs_place p ON p.id = e.place_id WHERE p.cohort_id <> e.cohort_id
        """,
    ),
    sql(
        "more_learners_than_places",
        "No cohort has more place-holders than places.",
        f"""
        SELECT held.cohort_id FROM (
            SELECT cohort_id, COUNT(*) AS n FROM learners_enrolment
            WHERE state IN ({listed(HOLDING)}) GROUP BY cohort_id
        ) AS held
        LEFT JOIN (SELECT cohort_id, COUNT(*) AS n FROM hubs_place GROUP BY cohort_id) AS places
            ON places.cohort_id = held.cohort_id
        WHERE held.n > COALESCE(places.n, 0)
        """,  # noqa: S608  placeholders only
        HOLDING,
    ),
    sql(
        "learner_at_two_cohorts",
        "A person holds one place in a programme.",
        f"""
        SELECT e.learner_id FROM learners_enrolment e JOIN hubs_cohort c ON c.id = e.cohort_id
        WHERE e.state IN ({listed(HOLDING)}) GROUP BY e.learner_id, c.programme_id HAVING COUNT(*) > 1
        """,  # noqa: S608  placeholders only
        HOLDING,
    ),
    sql(
        "framework_of_another_programme",
        "An enrolment's framework belongs to its cohort's programme.",
        """
        SELECT e.id FROM learners_enrolment e
        JOIN hubs_cohort c ON c.id = e.cohort_id
        JOIN learners_competencyframework f ON f.id = e.framework_id
        WHERE f.programme_id <> c.programme_id
        """,
    ),
    sql(
        "scope_outside_framework",
        "What applies to a learner is in the learner's framework.",
        """
        SELECT s.id FROM learners_scopeitem s
        JOIN learners_enrolment e ON e.id = s.enrolment_id
        JOIN learners_competency c ON c.id = s.competency_id
        WHERE c.framework_id <> e.framework_id
        """,
    ),
)
