"""Plan, instruments, waves, and answers that are stored so that nobody can be tied to one."""

import secrets
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from evaluation.enums import Aim, QuestionKind, Respondent, TimePoint, WaveMode, WaveState
from gpa_programme.accounts import access
from gpa_programme.accounts.access import Scope
from gpa_programme.core.constraints import choices_constraint, interval_constraint
from gpa_programme.core.periods import now
from hubs.models import Cohort, Hub, Programme

CODE_ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXZ"


def new_code() -> str:
    """A code that can be typed from a poster: eight letters without look-alikes."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(8))


class EvaluationPlan(models.Model):
    """What a programme's evaluation asks, of whom, when and how; published before the first wave opens."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="evaluation_plans")
    version = models.PositiveSmallIntegerField(default=1)
    pairing_key = models.CharField(
        max_length=40, help_text="The name of the key file, which lies outside the database."
    )
    published_at = models.DateTimeField(null=True, blank=True)
    key_destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "version"], name="evaluation_plan_version")]

    def __str__(self) -> str:
        return f"{self.programme.name}, plan {self.version}"

    @property
    def access_scope(self) -> Scope:
        """The whole programme: no hub."""
        return Scope()


class Instrument(models.Model):
    """A questionnaire for one kind of respondent; frozen once published."""

    key = models.SlugField(max_length=40)
    version = models.PositiveSmallIntegerField(default=1)
    respondent = models.CharField(max_length=20, choices=Respondent.choices)
    title = models.CharField(max_length=120)
    introduction = models.TextField(blank=True, default="")
    source = models.CharField(max_length=200, help_text="Who wrote the questions, under which licence.")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            choices_constraint("respondent", Respondent, "evaluation_instrument_respondent"),
            models.UniqueConstraint(fields=["key", "version"], name="evaluation_instrument_version"),
        ]

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """One question of an instrument, tagged with the aim it speaks to."""

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="questions")
    key = models.SlugField(max_length=40)
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    hint = models.CharField(max_length=300, blank=True, default="")
    kind = models.CharField(max_length=16, choices=QuestionKind.choices)
    aim = models.CharField(max_length=24, choices=Aim.choices, blank=True, default="")
    positive = models.JSONField(default=list, help_text="The answers that are counted, such as 4 and 5 of 5.")
    lower_is_better = models.BooleanField(default=False, help_text="Fewer of the counted answers are better.")
    primary = models.BooleanField(default=False, help_text="The plan's primary item for its aim.")
    not_applicable = models.BooleanField(default=False, help_text="May be passed over; stays outside the 100%.")

    class Meta:
        ordering = ["instrument", "position"]
        constraints = [
            choices_constraint("kind", QuestionKind, "evaluation_question_kind"),
            models.CheckConstraint(condition=Q(aim__in=["", *Aim.values]), name="evaluation_question_aim"),
            models.UniqueConstraint(fields=["instrument", "key"], name="evaluation_question_key"),
        ]


class WaveQuerySet(models.QuerySet["Wave"]):
    """Waves as their readers may see them."""

    def visible_to(self, user: Any) -> "WaveQuerySet":
        """National roles see all; a hub's people see those that ask a cohort of theirs."""
        hubs = access.hub_ids(user)
        if hubs is None:
            return self
        asked = Cohort.objects.filter(
            hub__in=hubs, programme=models.OuterRef("plan__programme"), starts=models.OuterRef("intake")
        )
        return self.filter(models.Exists(asked))


class Wave(models.Model):
    """Plan × instrument × time point × intake, with fixed opening and closing."""

    plan = models.ForeignKey(EvaluationPlan, on_delete=models.PROTECT, related_name="waves")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="waves")
    time_point = models.CharField(max_length=12, choices=TimePoint.choices)
    intake = models.DateField(help_text="The start of the cohorts it asks.")
    mode = models.CharField(max_length=20, choices=WaveMode.choices)
    state = models.CharField(max_length=10, choices=WaveState.choices, default=WaveState.PLANNED)
    opens_on = models.DateField()
    closes_on = models.DateField()

    objects = WaveQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_on", "instrument__title"]
        constraints = [
            choices_constraint("time_point", TimePoint, "evaluation_wave_time_point"),
            choices_constraint("mode", WaveMode, "evaluation_wave_mode"),
            choices_constraint("state", WaveState, "evaluation_wave_state"),
            interval_constraint("opens_on", "closes_on", "evaluation_wave_interval"),
            models.UniqueConstraint(fields=["plan", "instrument", "time_point", "intake"], name="evaluation_wave_once"),
        ]

    def __str__(self) -> str:
        return f"{self.instrument.title}, {TimePoint(self.time_point).label.lower()}"

    def get_absolute_url(self) -> str:
        """The wave's page."""
        return reverse("wave", kwargs={"pk": self.pk})

    @property
    def status(self) -> WaveState:
        """The state as a member."""
        return WaveState(self.state)

    @property
    def access_scope(self) -> Scope:
        """The whole programme: no hub."""
        return Scope()


class WaveLink(models.Model):
    """The open link of a wave in a hub: printed on posters as a QR code and a code to type."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="links")
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="wave_links")
    code = models.CharField(max_length=8, unique=True, default=new_code)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["wave", "hub"], name="evaluation_wavelink_once")]


class Invitation(models.Model):
    """Who was asked and whether they answered: never when, never what. The link's token is stored as a hash."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="invitations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="survey_invitations")
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    delivered = models.BooleanField(default=False)
    reminders = models.PositiveSmallIntegerField(default=0)
    answered = models.BooleanField(default=False)
    opted_out = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["wave", "person"], name="evaluation_invitation_once")]


class Response(models.Model):
    """One set of answers: a random id, the wave, the stratum; no person, invitation, time or address."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="+")
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField()
    pseudonym = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "pseudonym"], condition=~Q(pseudonym=""), name="evaluation_response_one_a_pseudonym"
            ),
        ]
        indexes = [models.Index(fields=["wave", "hub"], name="evaluation_response_stratum")]


class Comment(models.Model):
    """Free text: wave, stratum, question and text, with no link to a response; moderated before release."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="+")
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="+")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    verdict = models.CharField(
        max_length=10,
        choices=[("", "Not read yet"), ("publish", "Publish"), ("withhold", "Withhold")],
        blank=True,
        default="",
    )
    verdict_reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["id"]


class Release(models.Model):
    """A wave's tables, frozen once: every page, file and report reads these numbers."""

    wave = models.OneToOneField(Wave, on_delete=models.PROTECT, related_name="release")
    released_at = models.DateTimeField(default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    rule_version = models.CharField(max_length=20)
    tables = models.JSONField()
    sha256 = models.CharField(max_length=64)
