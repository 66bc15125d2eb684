"""One valid, minimal row of each kind: every make_… counts what it names, sends nothing, and takes overrides."""

from tests.factories.accounts import make_national_role, make_user
from tests.factories.evaluation import (
    make_instrument,
    make_invitation,
    make_plan,
    make_question,
    make_report,
    make_report_version,
    make_response,
    make_wave,
    make_wave_link,
)
from tests.factories.finish import make_certificate, make_verification
from tests.factories.hubs import (
    make_cohort,
    make_figures,
    make_hub,
    make_hub_membership,
    make_link,
    make_organisation,
    make_place,
    make_practice,
    make_practice_membership,
    make_programme,
    make_region,
)
from tests.factories.learners import (
    make_competency,
    make_enrolment,
    make_framework,
    make_mentorship,
    make_pause,
    make_placement,
)
from tests.factories.portfolios import make_decision, make_evidence, make_request, make_version
from tests.factories.witnesses import make_observation, make_witness

__all__ = [
    "make_certificate",
    "make_cohort",
    "make_competency",
    "make_decision",
    "make_enrolment",
    "make_evidence",
    "make_figures",
    "make_framework",
    "make_hub",
    "make_hub_membership",
    "make_instrument",
    "make_invitation",
    "make_link",
    "make_mentorship",
    "make_national_role",
    "make_observation",
    "make_organisation",
    "make_pause",
    "make_place",
    "make_placement",
    "make_plan",
    "make_practice",
    "make_practice_membership",
    "make_programme",
    "make_question",
    "make_region",
    "make_report",
    "make_report_version",
    "make_request",
    "make_response",
    "make_user",
    "make_verification",
    "make_version",
    "make_wave",
    "make_wave_link",
    "make_witness",
]
