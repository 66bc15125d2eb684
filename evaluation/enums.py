"""States and kinds of evaluation: aims, respondents, waves, questions, reports, each with its tag colour."""

from django.db.models import TextChoices


class Aim(TextChoices):
    """The quadruple aim."""

    PATIENT_EXPERIENCE = "patient_experience", "Patient experience"
    POPULATION_HEALTH = "population_health", "Population health"
    SUSTAINABLE_COST = "sustainable_cost", "Sustainable cost"
    STAFF_WELLBEING = "staff_wellbeing", "Staff wellbeing"


class Respondent(TextChoices):
    """Who answers an instrument."""

    LEARNER = "learner", "Learners"
    MENTOR = "mentor", "GP mentors"
    PRACTICE_MANAGER = "practice_manager", "Practice managers"
    PATIENT = "patient", "Patients"


class QuestionKind(TextChoices):
    """How a question is answered."""

    AGREEMENT = "agreement", "Agreement, five steps"
    FREQUENCY = "frequency", "Frequency, five steps"
    RATING = "rating", "Very good to very poor, five steps and don't know"
    ZERO_TO_TEN = "zero_to_ten", "0 to 10"
    NUMBER = "number", "A number"
    TEXT = "text", "Free text"


class TimePoint(TextChoices):
    """When in the programme a wave asks."""

    BASELINE = "baseline", "Baseline"
    MONTH_5 = "month_5", "Month 5"
    END = "end", "End"
    FOLLOW_UP = "follow_up", "Follow-up"


class WaveMode(TextChoices):
    """How answers are protected; fixed at creation."""

    ANONYMOUS_OPEN = "anonymous_open", "Anonymous, open link"
    ANONYMOUS_INVITED = "anonymous_invited", "Anonymous, by invitation"
    CONFIDENTIAL_LINKED = "confidential_linked", "Confidential, linked over time"


class WaveState(TextChoices):
    """Where a wave stands."""

    PLANNED = "planned", "Planned"
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"
    RELEASED = "released", "Released"

    @property
    def colour(self) -> str:
        """The tag colour of this state."""
        return {"planned": "grey", "open": "blue", "closed": "yellow", "released": "green"}[self.value]


class ReportState(TextChoices):
    """Where a regional report stands (DESIGN.md section 4)."""

    EXPECTED = "expected", "Expected"
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    RETURNED = "returned", "Returned"
    ACCEPTED = "accepted", "Accepted"
    ISSUED = "issued", "Issued"
    SUPERSEDED = "superseded", "Superseded"

    @property
    def colour(self) -> str:
        """The tag colour of this state."""
        return {
            "expected": "grey", "draft": "yellow", "submitted": "blue", "returned": "orange",
            "accepted": "aqua-green", "issued": "green", "superseded": "white",
        }[self.value]  # fmt: skip


class Rag(TextChoices):
    """How a part of the programme goes, suggested by rule and set by a person."""

    GREEN = "green", "Green: on plan"
    AMBER = "amber", "Amber: action needed soon"
    RED = "red", "Red: urgent action"

    @property
    def colour(self) -> str:
        """The tag colour; the word always stands beside it."""
        return {"green": "green", "amber": "orange", "red": "red"}[self.value]


class BuildKind(TextChoices):
    """What a piece of report work does."""

    FREEZE = "freeze", "Freeze the figures"
    DRAW = "draw", "Draw the files"


class FileKind(TextChoices):
    """The files drawn from a report's frozen content."""

    PDF = "pdf", "PDF"
    XLSX = "xlsx", "Excel workbook"
    CSV = "csv", "CSV"


class UnitKind(TextChoices):
    """The levels at which a figure exists."""

    COHORT = "cohort", "Cohort"
    HUB = "hub", "Hub"
    REGION = "region", "Region"
    ENGLAND = "england", "England"


class Disclosure(TextChoices):
    """How a figure may leave its owner."""

    OPERATIONAL = "operational", "Operational: exact for the hub and the national team"
    PEOPLE = "people", "Breakdown of people: small numbers hidden below England"
    SURVEY = "survey", "Survey: closed and released waves only"
