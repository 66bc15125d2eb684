"""Finds breaches of the rules that stand across rows, which no single constraint can hold: one check a rule."""

from gpa_programme.home.checks.check import Check
from gpa_programme.home.checks.enrolments import ENROLMENTS
from gpa_programme.home.checks.evaluation import EVALUATION
from gpa_programme.home.checks.portfolios import PORTFOLIOS
from gpa_programme.home.checks.witnesses import WITNESSES

CHECKS: tuple[Check, ...] = (*ENROLMENTS, *PORTFOLIOS, *WITNESSES, *EVALUATION)

__all__ = ["CHECKS", "Check"]
