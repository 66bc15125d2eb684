"""The end of a portfolio: declarations, the verifier's sample and blind readings, certificates, the learner's copy."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from gpa_programme.accounts import access
from gpa_programme.accounts.access import Scope
from gpa_programme.audit.models import AppendOnly
from gpa_programme.core.constraints import choices_constraint, interval_constraint
from gpa_programme.core.periods import now
from gpa_programme.core.work import Work
from hubs.models import Programme
from learners.enums import CertificateKind, DeclarationKind, Verdict, VerificationOutcome
from learners.models.enrolment import Enrolment
from learners.models.framework import Competency
from learners.models.signoff import Decision


class Declaration(AppendOnly):
    """A statement that a portfolio is finished, in the words then shown, over the sign-offs that stood then.

    Rounds count from 1; a portfolio that is referred back needs a new round.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="declarations")
    round = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=DeclarationKind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="declarations")
    wording = models.TextField()
    note = models.TextField(blank=True, default="")
    made_at = models.DateTimeField(default=now)
    sha256 = models.CharField(max_length=64, help_text="Over the standing sign-offs' hashes and the wording.")

    class Meta:
        ordering = ["enrolment", "pk"]
        constraints = [
            choices_constraint("kind", DeclarationKind, "learners_declaration_kind"),
            models.UniqueConstraint(fields=["enrolment", "round", "kind"], name="learners_declaration_once"),
        ]

    @property
    def status(self) -> DeclarationKind:
        """The kind as a member."""
        return DeclarationKind(self.kind)


class VerificationSample(AppendOnly):
    """A drawing of portfolios and competencies for verification: anybody can draw it again from its seed."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="verification_samples")
    seed = models.CharField(max_length=32)
    portfolios_percent = models.PositiveSmallIntegerField()
    competencies_each = models.PositiveSmallIntegerField()
    population = models.JSONField(
        help_text="Every portfolio that was waiting, in order: ref, hub, and its competencies, code -> domain."
    )
    drawn = models.JSONField(help_text="Reference of a drawn portfolio -> codes of its drawn competencies.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(portfolios_percent__gte=1, portfolios_percent__lte=100, competencies_each__gte=1),
                name="learners_sample_sizes",
            ),
        ]

    def __str__(self) -> str:
        return f"Sample {self.pk}, {self.programme}"

    def get_absolute_url(self) -> str:
        """The sample's page."""
        return reverse("verification-sample", kwargs={"pk": self.pk})


class VerificationQuerySet(models.QuerySet["Verification"]):
    """Verifications as their readers may see them."""

    def visible_to(self, user: Any) -> "VerificationQuerySet":
        """National: all. Hub: its learners'. Verifier: those they were given to read."""
        hubs = access.hub_ids(user)
        if hubs is None:
            return self
        return self.filter(Q(enrolment__cohort__hub__in=hubs) | Q(verifier=user.pk, drawn=True))

    def open(self) -> "VerificationQuerySet":
        """Those without an outcome."""
        return self.filter(outcome="")


class Verification(models.Model):
    """A portfolio in a sample: read in full by a verifier from a day until a day, or passed with the sample."""

    sample = models.ForeignKey(VerificationSample, on_delete=models.PROTECT, related_name="verifications")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="verifications")
    drawn = models.BooleanField(help_text="Whether it is read, or passes with the sample.")
    verifier = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="verifications"
    )
    since = models.DateField()
    until = models.DateField()
    read_at = models.DateTimeField(
        null=True, blank=True, help_text="When every drawn competency was read blind: only then is the rest shown."
    )
    outcome = models.CharField(max_length=10, choices=VerificationOutcome.choices, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = VerificationQuerySet.as_manager()

    class Meta:
        ordering = ["sample", "pk"]
        constraints = [
            interval_constraint("since", "until", "learners_verification_interval"),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *VerificationOutcome.values]), name="learners_verification_outcome"
            ),
            models.UniqueConstraint(fields=["sample", "enrolment"], name="learners_verification_once"),
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(outcome=""), name="learners_verification_one_open"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at__isnull=True)
                | (~Q(outcome="") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="learners_verification_decided",
            ),
            models.CheckConstraint(
                condition=~Q(drawn=True, outcome=VerificationOutcome.VERIFIED) | Q(read_at__isnull=False),
                name="learners_verification_read_first",
            ),
        ]
        indexes = [models.Index(fields=["verifier"], name="learners_verification_reader")]

    def get_absolute_url(self) -> str:
        """The page of this portfolio in the sample."""
        return reverse("verification-portfolio", kwargs={"pk": self.pk})

    @property
    def codes(self) -> list[str]:
        """The codes of its drawn competencies; none where it passes with the sample."""
        return list(self.sample.drawn.get(self.enrolment.ref, []))

    @property
    def access_scope(self) -> Scope:
        """Its enrolment's."""
        return self.enrolment.access_scope

    @property
    def status(self) -> VerificationOutcome | None:
        """The outcome as a member; None before there is one."""
        return VerificationOutcome(self.outcome) if self.outcome else None


class BlindReading(AppendOnly):
    """What a verifier would have decided on a drawn competency, given before the mentor's decision is shown."""

    verification = models.ForeignKey(Verification, on_delete=models.PROTECT, related_name="readings")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="blind_readings")
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    reason = models.TextField(blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            choices_constraint("verdict", Verdict, "learners_blindreading_verdict"),
            models.UniqueConstraint(fields=["verification", "competency"], name="learners_blindreading_once"),
            models.CheckConstraint(
                condition=~Q(verdict=Verdict.WOULD_RETURN) | ~Q(reason=""), name="learners_blindreading_reason"
            ),
        ]
        indexes = [models.Index(fields=["at"], name="learners_blindreading_at")]


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Certificates as their readers may open them; that one is genuine, everybody may ask."""

    def visible_to(self, user: Any) -> "CertificateQuerySet":
        """National: all. Hub: its learners'. A person: their own."""
        hubs = access.hub_ids(user)
        if hubs is None:
            return self
        return self.filter(Q(enrolment__cohort__hub__in=hubs) | Q(enrolment__learner=user.pk))


class Certificate(models.Model):
    """A certificate as issued: its content is frozen, its code can be checked by anybody, it can be withdrawn."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="certificates")
    code = models.CharField(max_length=14, unique=True)
    kind = models.CharField(max_length=12, choices=CertificateKind.choices)
    content = models.JSONField()
    issued_on = models.DateField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    stored_as = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_reason = models.TextField(blank=True, default="")

    objects = CertificateQuerySet.as_manager()

    class Meta:
        constraints = [
            choices_constraint("kind", CertificateKind, "learners_certificate_kind"),
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(withdrawn_on__isnull=True), name="learners_certificate_one_current"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_on__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
                name="learners_certificate_withdrawn",
            ),
        ]

    def get_absolute_url(self) -> str:
        """The public page on which anybody can check it."""
        return reverse("certificate", kwargs={"code": self.code})

    @property
    def access_scope(self) -> Scope:
        """Its enrolment's."""
        return self.enrolment.access_scope


class PortfolioCopy(Work):
    """A learner's whole portfolio as a ZIP, made in the background and kept for some days."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="copies")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=now)
    stored_as = models.CharField(max_length=120, blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True, default="")
    size = models.PositiveBigIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta(Work.Meta):
        ordering = ["-pk"]

    @property
    def access_scope(self) -> Scope:
        """Its enrolment's."""
        return self.enrolment.access_scope
