"""Who may open and who may send to each address: one row a URL name; a name without a row fails, and the reverse.

A rule says "status personas, status personas, …"; `*` are all who are not named. A visitor is sent to the sign-in page
wherever a rule does not name them. `hub`, `national` and their like are groups.
"""

from typing import Any

from tests.architecture.site import WITNESS, Samples
from tests.architecture.url_rules import Kwargs, Row, Sampler, act, form, page

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


def _witnessed(samples: Samples) -> Kwargs:
    return {"ref": samples.witness.version.item.ref}


def _coded(samples: Samples) -> Kwargs:
    return {"ref": samples.enrolment.ref, "code": samples.competency.code}


FRAMEWORKS = "403 stranger practice_manager support, 200 *"
NO_POST = "403 stranger practice_manager support, 405 *"
SEES_DRAFTS = "200 national_lead, 403 stranger practice_manager support, 404 *"


def _draft(samples: Samples) -> Kwargs:
    return {"pk": samples.framework.pk}


def _framework(samples: Samples) -> Kwargs:
    return {"pk": samples.enrolment.framework_id}


NO_ONE: Kwargs = {"ref": "ZZZ-ZZZZ"}
READ_COHORT = "200 hub national, 404 *"
ENROL = "200 hub, 403 national, 404 *"
MOVE = "200 hub, 403 learner mentor practice_manager national, 404 *"
READ_PORTFOLIO = "200 mentor, 403 learner practice_manager hub national, 404 *"
READ_LEARNER = "200 learner mentor practice_manager hub national, 404 *"
AGREE = "200 learner mentor, 403 practice_manager hub national, 404 *"
OWN_PAGE = "200 learner, 403 mentor practice_manager hub national, 404 *"
OWN_LEARNERS = "200 learners, 403 *"
READ_FLAG = "200 learner hub, 403 mentor practice_manager national, 404 *"
OWN_ITEM = "200 learner, 404 *"
DECIDE = "200 mentor, 403 learner, 404 *"
ASKED = "200 learner, 403 mentor, 404 *"

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
    "consistency": page(MEASURES),
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
    "learner": page(READ_LEARNER, _learner(), NO_ONE),
    "learner-enrolled": page(MOVE, _learner(), NO_ONE),
    "learner-move": form(MOVE, MOVE.replace("200", "302"), _learner(), NO_ONE),
    "scope": page(READ_LEARNER, _learner(), NO_ONE),
    "scope-propose": form(AGREE, AGREE, _learner(), NO_ONE),
    "scope-answer": form(AGREE, AGREE.replace("200", "302"), _learner(number=1), {**NO_ONE, "number": 1}),
    "background": page(READ_LEARNER.replace(" practice_manager", "") + ", 403 practice_manager", _learner(), NO_ONE),
    "background-edit": form(OWN_PAGE, OWN_PAGE, _learner(), NO_ONE),
    "background-claim": act(OWN_PAGE.replace("200", "302"), _learner(), NO_ONE),
    "protected-week": act("302 learners, 403 *"),
    "frameworks": page(FRAMEWORKS),
    "framework": page(FRAMEWORKS, _framework),
    "framework-compare": form(
        SEES_DRAFTS, NO_POST, lambda samples: {**_framework(samples), "other": samples.framework.pk}
    ),
    "framework-import": form(RUN, RUN.replace("200", "400")),
    "framework-import-preview": form(RUN, RUN.replace("200", "409"), lambda samples: {"pk": samples.imported.pk}),
    "framework-draft": act(RUN.replace("200", "302"), _framework),
    "framework-competency-new": form(RUN, RUN.replace("200", "400"), _draft),
    "framework-competency": form(RUN, RUN.replace("200", "400"), lambda samples: {**_draft(samples), "code": "D1-01"}),
    "framework-mapping": form(RUN, RUN.replace("200", "302"), _draft),
    "framework-publish": form(RUN, RUN.replace("200", "302"), _draft),
    "framework-retire": form(RUN, RUN.replace("200", "400"), _framework),
    "framework-delete": form(RUN, RUN.replace("200", "302"), _draft),
    "learner-framework": form(MOVE, MOVE.replace("200", "302"), _learner(), NO_ONE),
    "care-certificate": page("403 stranger practice_manager support, 200 *", _framework),
    "care-standard": form(
        "200 national_lead, 403 *",
        "302 national_lead, 403 *",
        lambda samples: {**_framework(samples), "edition": "2015", "number": 6},
    ),
    "learner-portfolio": page(READ_PORTFOLIO, _learner(), NO_ONE),
    "learner-portfolio-competency": page(READ_PORTFOLIO, _coded, {**NO_ONE, "code": "D1-01"}),
    "portfolio": page(OWN_LEARNERS),
    "portfolio-readers": page(OWN_LEARNERS),
    "learner-reading": form(MOVE, MOVE.replace("200", "400"), _learner(), NO_ONE),
    "portfolio-copy": form(OWN_LEARNERS, OWN_LEARNERS.replace("200", "302")),
    "portfolio-copy-file": page("200 learner, 404 *", lambda samples: {"pk": samples.copy.pk}, {"pk": 999_999}),
    "portfolio-competency": page(OWN_LEARNERS, lambda samples: {"code": samples.competency.code}),
    "portfolio-ask": form(
        OWN_LEARNERS.replace("200", "302"),
        OWN_LEARNERS.replace("200", "409"),
        lambda samples: {"code": samples.competency.code},
    ),
    "request-withdraw": form(ASKED, ASKED.replace("200", "302"), lambda samples: {"ref": samples.request.ref}, NO_ONE),
    "request-resend": act(ASKED.replace("200", "302"), lambda samples: {"ref": samples.request.ref}, NO_ONE),
    "decision-read": act(
        ASKED.replace("200", "302"),
        lambda samples: {"pk": samples.enrolment.decisions.earliest("pk").pk},
        {"pk": 999_999},
    ),
    "evidence-new": form(OWN_LEARNERS, OWN_LEARNERS),
    "evidence": form(OWN_ITEM, OWN_ITEM.replace("200", "409"), lambda samples: {"ref": samples.item.ref}, NO_ONE),
    "evidence-autosave": act(OWN_ITEM.replace("200", "409"), lambda samples: {"ref": samples.item.ref}, NO_ONE),
    "evidence-new-version": act(OWN_ITEM.replace("200", "302"), lambda samples: {"ref": samples.item.ref}, NO_ONE),
    "evidence-delete": form(
        OWN_ITEM.replace("200", "302"),  # what was submitted before stays: back to the draft
        OWN_ITEM.replace("200", "302"),
        lambda samples: {"ref": samples.item.ref},
        NO_ONE,
    ),
    "evidence-files": act(OWN_ITEM.replace("200", "400"), lambda samples: {"ref": samples.item.ref}, NO_ONE),
    "evidence-file": page(
        "200 learner mentor, 404 *",
        lambda samples: {"ref": samples.item.ref, "pk": samples.file.pk},
        {**NO_ONE, "pk": 999_999},
    ),
    "evidence-hide": form(
        OWN_ITEM, OWN_ITEM, lambda samples: {"ref": samples.item.ref, "number": 1}, {**NO_ONE, "number": 1}
    ),
    "evidence-flag": form(
        READ_PORTFOLIO,
        READ_PORTFOLIO,
        lambda samples: {"ref": samples.item.ref, "number": 1},
        {**NO_ONE, "number": 1},
    ),
    "flags": page("200 any_hub, 403 *"),
    "flag": form(READ_FLAG, READ_FLAG.replace("200", "302"), lambda samples: {"pk": samples.flag.pk}, {"pk": 999_999}),
    "witness-ask": form(OWN_ITEM, OWN_ITEM, _witnessed, NO_ONE),
    "witness-again": act(OWN_ITEM.replace("200", "302"), _witnessed, NO_ONE),
    "witness-take-back": form(OWN_ITEM, OWN_ITEM.replace("200", "302"), _witnessed, NO_ONE),
    "witness-submit": act(OWN_ITEM.replace("200", "302"), _witnessed, NO_ONE),
    "witness": form(PUBLIC, PUBLIC, lambda samples: {"token": f"{WITNESS}{samples.world.hub.slug}"}),
    "observe": page("302 learners, 200 *"),
    "observe-own": form(OWN_LEARNERS, OWN_LEARNERS),
    "observe-learner": form("200 mentor, 404 *", "200 mentor, 404 *", _learner(), NO_ONE),
    "waiting": page("200 mentors, 403 *"),
    "waiting-together": form("302 mentors, 403 *", "302 mentors, 403 *"),
    "waiting-request": form(DECIDE, DECIDE.replace("200", "400"), lambda samples: {"ref": samples.request.ref}, NO_ONE),
    "waiting-revoke": form(
        DECIDE.replace("200", "302"),
        DECIDE.replace("200", "409"),
        lambda samples: {"ref": samples.request.ref},
        NO_ONE,
    ),
}
OWN_SETTINGS = "200 mentors, 403 *"
ANSWER = "200 hub, 403 national, 404 *"
NO_OFFER: Kwargs = {"pk": 999_999}


def _offered(samples: Samples) -> Kwargs:
    return {"pk": samples.offer.pk}


MENTORING = {
    "learner-mentors": page("200 learner mentor practice_manager hub national, 404 *", _learner(), NO_ONE),
    "learner-mentor-add": form(MOVE, MOVE, _learner(), NO_ONE),
    "learner-mentor-change": form(MOVE, MOVE, _learner(), NO_ONE),
    "learner-mentor-end": form(
        MOVE,
        MOVE,
        lambda samples: {"ref": samples.enrolment.ref, "pk": samples.enrolment.mentorships.get().pk},
        {**NO_ONE, "pk": 999_999},
    ),
    "mentor-settings": form(OWN_SETTINGS, OWN_SETTINGS),
    "absence-new": form(OWN_SETTINGS, OWN_SETTINGS),
    "absence-cancel": form(
        "200 mentor, 404 other_mentor, 403 *",
        "302 mentor, 404 other_mentor, 403 *",
        lambda samples: {"pk": samples.absence.pk},
    ),
    "waiting-snooze": form(DECIDE, DECIDE, lambda samples: {"ref": samples.request.ref}, NO_ONE),
    "learner-practice": form(MOVE, MOVE, _learner(), NO_ONE),
    "learner-transfer": form(MOVE, MOVE, _learner(), NO_ONE),
    "transfers": page("200 any_hub, 403 *"),
    "transfer": page(ANSWER, _offered, NO_OFFER),
    "transfer-accept": form(ANSWER, ANSWER, _offered, NO_OFFER),
    "transfer-decline": form(ANSWER, ANSWER, _offered, NO_OFFER),
}


def _verified(**more: Any) -> Sampler:
    return lambda samples: {"pk": samples.verification.pk, **more}


def _certificate(samples: Samples) -> Kwargs:
    return {"code": samples.certificate.code}


NO_CODE: Kwargs = {"code": "ZZZZ-ZZZZ-ZZZZ"}
CHECK = "200 hub, 403 learner mentor practice_manager national, 404 *"
ASSIGN = "200 national_lead, 403 hub national_analyst verifier, 404 *"
REST = "200 national_lead, 403 hub national_analyst, 404 *"
VERIFY = "200 verifier, 404 *"
ISSUE = "200 hub_lead national_lead, 403 learner mentor practice_manager coordinator national_analyst, 404 *"
WITHDRAW = "200 hub_lead national_lead, 403 learner coordinator national_analyst, 404 *"

FINISH = {
    "portfolio-finish": form(OWN_LEARNERS, OWN_LEARNERS.replace("200", "302")),
    "learner-finish": page("302 learner, 200 mentor practice_manager hub national, 404 *", _learner(), NO_ONE),
    "finish-statement": form(
        "200 mentor, 403 learner practice_manager hub national, 404 *",
        "200 mentor, 403 learner practice_manager hub national, 404 *",
        _learner(),
        NO_ONE,
    ),
    "finish-check": form(CHECK, CHECK, _learner(), NO_ONE),
    "finish-submit": form(CHECK, CHECK.replace("200", "302"), _learner(), NO_ONE),
    "finish-in-house": form(CHECK, CHECK, _learner(), NO_ONE),
    "finish-route": form(CHECK, CHECK, _learner(), NO_ONE),
    "certificate-issue": form(ISSUE, ISSUE.replace("200", "302"), _learner(), NO_ONE),
    "verification": page("200 any_hub national verifier, 403 *"),
    "verification-draw": form(RUN, RUN),
    "verification-sample": page(READ_COHORT, lambda samples: {"pk": samples.verification.sample_id}, {"pk": 999_999}),
    "verification-rest": form(
        REST,
        REST,
        lambda samples: {"pk": samples.verification.sample_id, "slug": samples.world.hub.slug},
        {"pk": 999_999, "slug": "no-such-hub"},
    ),
    "verification-portfolio": page("200 hub national verifier, 404 *", _verified(), {"pk": 999_999}),
    "verification-assign": form(ASSIGN, ASSIGN, _verified(), {"pk": 999_999}),
    "verification-outcome": form(VERIFY, VERIFY, _verified(), {"pk": 999_999}),
    "verification-read": form(
        VERIFY,
        VERIFY,
        lambda samples: {"pk": samples.verification.pk, "code": samples.verification.codes[0]},
        {"pk": 999_999, "code": "D1-01"},
    ),
    "verification-file": page(
        VERIFY,
        lambda samples: {
            "pk": samples.verification.pk,
            "code": samples.verification.codes[0],
            "file": samples.verified_file.pk,
        },
        {"pk": 999_999, "code": "D1-01", "file": 999_999},
    ),
    "verification-flag": form(
        VERIFY,
        VERIFY,
        lambda samples: {
            "pk": samples.verification.pk,
            "code": samples.verification.codes[0],
            "version": samples.verified_file.version_id,
        },
        {"pk": 999_999, "code": "D1-01", "version": 999_999},
    ),
    "certificate-check": page(PUBLIC),
    "certificate": page(PUBLIC, _certificate),
    "certificate-pdf": page("200 learner hub national, 404 *", _certificate, NO_CODE),
    "certificate-withdraw": form(WITHDRAW, WITHDRAW, _certificate, NO_CODE),
}

ROWS: dict[str, Row] = {**HOME, **HUBS, **COHORTS, **LEARNERS, **FINISH, **MENTORING, **SURVEYS, **REPORTS}

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
