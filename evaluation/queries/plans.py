"""Reads of plans and instruments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet

from evaluation.models import EvaluationPlan, Instrument, Question, Wave
from gpa_programme.accounts import access
from gpa_programme.accounts.enums import Permission
from hubs.models import Cohort


@dataclass(frozen=True)
class PlanChoice:
    """The plan that a page shows, the others it could show, and the shown plan's waves as the reader sees them."""

    plan: EvaluationPlan | None
    others: tuple[EvaluationPlan, ...]
    waves: tuple[Wave, ...]


def published_plans() -> QuerySet[EvaluationPlan]:
    """Published plans, those of the newest programme first."""
    plans = EvaluationPlan.objects.filter(published_at__isnull=False).select_related("programme")
    return plans.order_by("-programme__starts", "-version")


def plans_seen(user: Any) -> list[EvaluationPlan]:
    """The published plans of the programmes that a reader takes part in."""
    hubs = access.hub_ids(user, Permission.SEE_EVALUATION)
    if hubs is None:
        return list(published_plans())
    return list(published_plans().filter(programme__in=Cohort.objects.filter(hub__in=hubs).values("programme")))


def chosen_plan(user: Any, wanted: str) -> PlanChoice:
    """The plan with the id that the address wants, else the newest."""
    seen = plans_seen(user)
    plan = next((plan for plan in seen if str(plan.pk) == wanted), seen[0] if seen else None)
    if plan is None:
        return PlanChoice(None, (), ())
    waves = Wave.objects.visible_to(user).filter(plan=plan).select_related("instrument").order_by("opens_on", "pk")
    return PlanChoice(plan, tuple(other for other in seen if other != plan), tuple(waves))


def instruments() -> Sequence[Instrument]:
    """Published instruments with their questions."""
    questions = Prefetch("questions", Question.objects.order_by("position"))
    return list(Instrument.objects.filter(published_at__isnull=False).prefetch_related(questions).order_by("pk"))


def intakes() -> list[date]:
    """The starts of all cohorts, newest first."""
    return list(Cohort.objects.order_by("-starts").values_list("starts", flat=True).distinct())
