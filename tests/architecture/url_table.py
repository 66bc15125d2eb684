"""Who may open and who may send to each address: one row a URL name; a name without a row fails, and the reverse.

A rule says "status personas, status personas, …"; `*` are all who are not named. A visitor is sent to the sign-in page
wherever a rule does not name them. `hub`, `national` and their like are groups.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.architecture.site import NOBODY, PERSONAS, Samples

Kwargs = dict[str, Any]
Sampler = Callable[[Samples], Kwargs]
LOGIN = "login"
ANSWERED = frozenset({"200", "204", "302", "400", "409"})  # the view was reached
GROUPS = {
    "everybody": PERSONAS,
    "hub": ("coordinator", "hub_lead"),
    "any_hub": ("coordinator", "hub_lead", "other_coordinator"),
    "national": ("national_lead", "national_analyst"),
    "mentors": ("mentor", "other_mentor"),
    "learners": ("learner", "other_learner"),
}


@dataclass(frozen=True)
class Row:
    """One address: its sample in a hub, one that does not exist, and what GET and POST answer to each persona."""

    get: dict[str, str]
    post: dict[str, str]
    sample: Sampler
    missing: Kwargs

    @property
    def is_public(self) -> bool:
        """Whether a visitor is let in by either method."""
        return bool({self.get["anonymous"], self.post["anonymous"]} & (ANSWERED | {"405"}))

    @property
    def is_a_hubs(self) -> bool:
        """Whether its address names a row that belongs to a hub."""
        return bool(self.missing)


def rule(text: str) -> dict[str, str]:
    """Persona -> status, from the short form."""
    found: dict[str, str] = {}
    rest = ""
    for part in text.split(","):
        status, *names = part.split()
        for name in names:
            if name == "*":
                rest = status
            for persona in GROUPS.get(name, () if name == "*" else (name,)):
                assert persona in PERSONAS, persona
                assert persona not in found, f"{persona} twice in {text!r}"
                found[persona] = status
    for persona in PERSONAS:
        found.setdefault(persona, LOGIN if persona in NOBODY else rest)
    assert all(found.values()), f"{text!r} leaves somebody out"
    return found


def _refused(answers: dict[str, str]) -> dict[str, str]:
    return {persona: "405" if status in ANSWERED else status for persona, status in answers.items()}


def _no_kwargs(samples: Samples) -> Kwargs:
    return {}


def page(get: str, of: Sampler = _no_kwargs, missing: Kwargs | None = None) -> Row:
    """A page that is only read."""
    answers = rule(get)
    return Row(answers, _refused(answers), of, missing or {})


def form(get: str, post: str, of: Sampler = _no_kwargs, missing: Kwargs | None = None) -> Row:
    """A page that is read and sent; `post` is what an empty form gets."""
    return Row(rule(get), rule(post), of, missing or {})


def act(post: str, of: Sampler = _no_kwargs, missing: Kwargs | None = None) -> Row:
    """An address that is only sent to."""
    answers = rule(post)
    return Row(_refused(answers), answers, of, missing or {})


PUBLIC = "200 everybody"

HOME = {
    "home": form("200 *", "200 *"),
    "account": form("200 *", "200 *"),
    "people": form("200 any_hub national_lead, 403 *", "200 any_hub national_lead, 403 *"),
    "people-invite": form("200 any_hub national_lead, 403 *", "400 any_hub national_lead, 403 *"),
    "operations": page("200 support, 403 *"),
    "operations-run": act("302 support, 403 *", lambda samples: {"kind": "message", "pk": samples.parked.pk}),
    "outbox": page("200 support, 403 *"),
    "outbox-mail": page("200 support, 403 *", lambda samples: {"pk": samples.mail.pk}),
    "history": form(
        "200 hub national_lead, 404 other_coordinator, 403 *",
        "405 any_hub national_lead, 403 *",
        lambda samples: {"record_type": "enrolment", "ref": samples.enrolment.ref},
    ),
    "healthz": page(PUBLIC),
    "components": form("200 support, 403 *", "200 support, 403 *"),
    "about": form(PUBLIC, PUBLIC),
    "accessibility": form(PUBLIC, PUBLIC),
    "privacy": form(PUBLIC, PUBLIC),
    "help": form(PUBLIC, PUBLIC),
}


def _report(report: str, **more: str) -> Sampler:
    """A report by its name in the samples."""

    def sample(samples: Samples) -> Kwargs:
        row = getattr(samples, report)
        return {"hub": row.hub.slug, "period": row.period, **more}

    return sample


NO_REPORT: Kwargs = {"hub": "no-such-hub", "period": "2019-12"}
READ_REPORT = "200 hub national, 404 *"
WRITE_REPORT = "200 hub, 403 national, 404 *"
DECIDE_REPORT = "200 national_lead, 403 hub national_analyst, 404 *"

REPORTS = {
    "reports": page("200 any_hub national, 403 *"),
    "report": page(READ_REPORT, _report("issued"), NO_REPORT),
    "report-write": form(WRITE_REPORT, WRITE_REPORT.replace("200", "400"), _report("report"), NO_REPORT),
    "report-submit": form(WRITE_REPORT, WRITE_REPORT.replace("200", "409"), _report("report"), NO_REPORT),
    "report-rebuild": form(WRITE_REPORT, WRITE_REPORT.replace("200", "400"), _report("report"), NO_REPORT),
    "report-accept": act(DECIDE_REPORT.replace("200", "302"), _report("submitted"), NO_REPORT),
    "report-return": form(DECIDE_REPORT, DECIDE_REPORT.replace("200", "400"), _report("submitted"), NO_REPORT),
    "report-file": page(READ_REPORT, _report("issued", kind="csv"), {**NO_REPORT, "kind": "csv"}),
}


def _learner(**more: str) -> Sampler:
    return lambda samples: {"ref": samples.enrolment.ref, **more}


def _coded(samples: Samples) -> Kwargs:
    return {"ref": samples.enrolment.ref, "code": samples.competency.code}


NO_ONE: Kwargs = {"ref": "ZZZ-ZZZZ"}
READ_COHORT = "200 hub national, 404 *"
ENROL = "200 hub, 403 national, 404 *"
MOVE = "200 hub, 403 learner mentor practice_manager national, 404 *"
READ_PORTFOLIO = "200 mentor, 403 learner practice_manager hub national, 404 *"
OWN_LEARNERS = "200 learners, 403 *"
OWN_ITEM = "200 learner, 404 *"
DECIDE = "200 mentor, 403 learner, 404 *"

READ_PRACTICE = "200 hub national, 403 practice_manager, 404 *"
MEASURES = "200 any_hub national, 403 *"
READ_WAVE = "200 any_hub national, 404 *"
RUN = "200 national_lead, 403 *"
RUN_WAVE = "200 national_lead, 403 any_hub national_analyst, 404 *"
RAN_WAVE = RUN_WAVE.replace("200", "302")


def _wave(state: str) -> Sampler:
    return lambda samples: {"pk": getattr(samples, state).pk}


NO_WAVE: Kwargs = {"pk": 999_999}

HUBS = {
    "hubs": page(MEASURES),
    "hub": page(READ_COHORT, lambda samples: {"slug": samples.world.hub.slug}, {"slug": "no-such-hub"}),
    "hub-practices": page(READ_COHORT, lambda samples: {"slug": samples.world.hub.slug}, {"slug": "no-such-hub"}),
    "practice": page(READ_PRACTICE, lambda samples: {"ods": samples.world.practice.ods_code}, {"ods": "Z99999"}),
    "dashboard": page("200 national, 403 *"),
    "measures": page(MEASURES),
    "measure": page(MEASURES, lambda _: {"key": "places_filled"}),
}
SURVEYS = {
    "evaluation": page(MEASURES),
    "evaluation-plan": page(MEASURES),
    "plan-key": form(RUN_WAVE, RAN_WAVE, lambda samples: {"pk": samples.plan.pk}),
    "aims": page(MEASURES),
    "wave-new": form(RUN, RUN),
    "wave": page(READ_WAVE, _wave("released"), NO_WAVE),
    "wave-poster": page(READ_WAVE, _wave("poster"), NO_WAVE),
    "wave-open": form(RUN_WAVE, RAN_WAVE, _wave("planned"), NO_WAVE),
    "wave-close": form(RUN_WAVE, RAN_WAVE, _wave("wave"), NO_WAVE),
    "wave-release": form(RUN_WAVE, RAN_WAVE, _wave("closed"), NO_WAVE),
    "wave-comments": form(RUN_WAVE, RUN_WAVE.replace("200", "404"), _wave("closed"), NO_WAVE),
    "survey": form(PUBLIC, PUBLIC, lambda samples: {"code": samples.link.code}),
    "survey-thanks": page(PUBLIC),
}
COHORTS = {
    "cohort": page(READ_COHORT, lambda samples: {"pk": samples.world.cohort.pk}, {"pk": 999_999}),
    "cohort-board": page(READ_COHORT, lambda samples: {"pk": samples.world.cohort.pk}, {"pk": 999_999}),
    "cohort-enrol": form(ENROL, ENROL, lambda samples: {"pk": samples.world.cohort.pk}, {"pk": 999_999}),
}
LEARNERS = {
    "learner": page("200 learner mentor practice_manager hub national, 404 *", _learner(), NO_ONE),
    "learner-enrolled": page(MOVE, _learner(), NO_ONE),
    "learner-move": form(MOVE, MOVE.replace("200", "302"), _learner(), NO_ONE),
    "learner-portfolio": page(READ_PORTFOLIO, _learner(), NO_ONE),
    "learner-portfolio-competency": page(READ_PORTFOLIO, _coded, {**NO_ONE, "code": "D1-01"}),
    "portfolio": page(OWN_LEARNERS),
    "portfolio-competency": page(OWN_LEARNERS, lambda samples: {"code": samples.competency.code}),
    "evidence-new": form(OWN_LEARNERS, OWN_LEARNERS),
    "evidence": form(OWN_ITEM, OWN_ITEM.replace("200", "409"), lambda samples: {"ref": samples.item.ref}, NO_ONE),
    "evidence-autosave": act(OWN_ITEM.replace("200", "409"), lambda samples: {"ref": samples.item.ref}, NO_ONE),
    "evidence-new-version": act(OWN_ITEM.replace("200", "302"), lambda samples: {"ref": samples.item.ref}, NO_ONE),
    "evidence-file": page(
        "200 learner mentor, 404 *",
        lambda samples: {"ref": samples.item.ref, "pk": samples.file.pk},
        {**NO_ONE, "pk": 999_999},
    ),
    "waiting": page("200 mentors, 403 *"),
    "waiting-request": form(DECIDE, DECIDE, lambda samples: {"ref": samples.request.ref}, NO_ONE),
    "waiting-revoke": act(DECIDE.replace("200", "409"), lambda samples: {"ref": samples.request.ref}, NO_ONE),
}

ROWS: dict[str, Row] = {**HOME, **HUBS, **COHORTS, **LEARNERS, **SURVEYS, **REPORTS}

# allauth declares its own access: which of its addresses a visitor may open is listed here, and held by a test.
ALLAUTH_PUBLIC = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_signup",
    "account_email_verification_sent",
    "account_reset_password",
    "account_confirm_login_code",
    "account_reset_password_from_key_done",
    "account_reset_password_from_key",
    "account_reset_password_done",
    "account_request_login_code",
    "mfa_authenticate",
    "mfa_login_webauthn",
}
ALLAUTH_SIGNED_IN = {
    "account_reauthenticate",
    "account_email",
    "account_change_password",
    "account_set_password",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_edit_webauthn",
    "usersessions_list",
}
