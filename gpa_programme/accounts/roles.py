"""The role table: what each role comes for and may do, as data that docs/roles.md prints."""

from dataclasses import dataclass

from gpa_programme.accounts.enums import Permission, RoleKey

P = Permission


@dataclass(frozen=True)
class Role:
    """A role: its key, one sentence for people, and its permissions."""

    key: RoleKey
    description: str
    permissions: frozenset[Permission]


HUB_PAGES = frozenset({
    P.SEE_HUB, P.SEE_PRACTICES, P.SEE_COHORT, P.SEE_LEARNER, P.SEE_EVALUATION, P.SEE_MEASURES, P.SEE_REPORT,
    P.SEE_PEOPLE, P.SEE_HISTORY, P.SEE_FRAMEWORKS, P.SEE_VERIFICATION,
})  # fmt: skip
NATIONAL_PAGES = HUB_PAGES | {P.SEE_ALL_HUBS, P.SEE_DASHBOARD}
HUB_WORK = frozenset({
    P.ENROL, P.MOVE_ENROLMENT, P.INVITE_PEOPLE, P.WRITE_REPORT, P.READ_WITH_REASON, P.DECIDE_FLAG, P.MANAGE_MENTORS,
    P.CHECK_PORTFOLIO, P.MOVE_FRAMEWORK,
})  # fmt: skip

ROLES: dict[RoleKey, Role] = {
    role.key: role
    for role in (
        Role(
            RoleKey.NATIONAL_LEAD,
            "Leads the programme: dashboards, comparison, acceptance of reports, waves, places.",
            NATIONAL_PAGES
            | {P.RUN_EVALUATION, P.ACCEPT_REPORT, P.INVITE_PEOPLE, P.MANAGE_FRAMEWORKS, P.DRAW_SAMPLE}
            | {P.ISSUE_CERTIFICATE},
        ),
        Role(
            RoleKey.NATIONAL_ANALYST,
            "Reads dashboards, measures and reports.",
            NATIONAL_PAGES - {P.SEE_PEOPLE, P.SEE_HISTORY},
        ),
        Role(
            RoleKey.VERIFIER,
            "Reads sampled portfolios for a time.",
            frozenset({P.VERIFY, P.SEE_VERIFICATION, P.SEE_FRAMEWORKS}),
        ),
        Role(
            RoleKey.SUPPORT,
            "Keeps the system running: operations, outbox, components.",
            frozenset({P.SEE_OPERATIONS, P.RUN_OPERATIONS, P.SEE_OUTBOX, P.SEE_COMPONENTS}),
        ),
        Role(
            RoleKey.HUB_LEAD,
            "Leads a hub: the coordinator's pages; issues certificates.",
            HUB_PAGES | HUB_WORK | {P.ISSUE_CERTIFICATE},
        ),
        Role(
            RoleKey.COORDINATOR,
            "Runs a hub's cohort: places, learners, chasing, the regional report.",
            HUB_PAGES | HUB_WORK,
        ),
        Role(
            RoleKey.PRACTICE_MANAGER,
            "Speaks for a practice: who learns there and how they are getting on.",
            frozenset({P.SEE_LEARNER}),
        ),
        Role(
            RoleKey.MENTOR,
            "Decides what their learners submit.",
            frozenset({P.SEE_LEARNER, P.SEE_PORTFOLIO, P.DECIDE, P.AGREE_SCOPE, P.SEE_FRAMEWORKS}),
        ),
        Role(
            RoleKey.LEARNER,
            "Keeps their own portfolio.",
            frozenset({P.SEE_LEARNER, P.KEEP_PORTFOLIO, P.AGREE_SCOPE, P.SEE_FRAMEWORKS}),
        ),
        Role(
            RoleKey.READER,
            "Reads one portfolio for a time: a verifier of a sample, or a hub with a reason.",
            frozenset({P.SEE_PORTFOLIO}),
        ),
    )
}
