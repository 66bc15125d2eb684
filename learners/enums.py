"""States and kinds of learners: enrolment, competency, evidence, request, decision, each with its tag colour."""

from django.db.models import TextChoices


class FrameworkState(TextChoices):
    """Where a version of the framework stands."""

    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"

    @property
    def colour(self) -> str:
        """The tag colour of this state."""
        return {"draft": "grey", "published": "green", "retired": "white"}[self.value]


class CompetencyKind(TextChoices):
    """Core applies to everybody; administrative and clinical ones by agreement."""

    CORE = "core", "Core"
    ADMINISTRATIVE = "administrative", "Administrative"
    CLINICAL = "clinical", "Clinical"


class EnrolmentState(TextChoices):
    """Where an enrolment stands; docs/states.md prints who may move it."""

    APPLIED = "applied", "Applied"
    RESERVE = "reserve", "Reserve list"
    OFFERED = "offered", "Offered"
    ACCEPTED = "accepted", "Accepted"
    ACTIVE = "active", "Active"
    SUBMITTED = "submitted", "Submitted for verification"
    REFERRED = "referred", "Referred back"
    VERIFIED = "verified", "Verified"
    COMPLETED = "completed", "Completed"
    COMPLETED_IN_HOUSE = "completed_in_house", "Completed in house"
    DECLINED = "declined", "Declined"
    LAPSED = "lapsed", "Lapsed"
    WITHDRAWN = "withdrawn", "Withdrawn"
    TRANSFERRED = "transferred", "Transferred"

    @property
    def colour(self) -> str:
        """The tag colour of this state."""
        return {
            "applied": "grey", "reserve": "grey", "offered": "yellow", "accepted": "aqua-green", "active": "blue",
            "submitted": "purple", "referred": "orange", "verified": "green", "completed": "green",
            "completed_in_house": "green",
        }.get(self.value, "white")  # fmt: skip


PLACE_HOLDING = (
    EnrolmentState.OFFERED,
    EnrolmentState.ACCEPTED,
    EnrolmentState.ACTIVE,
    EnrolmentState.SUBMITTED,
    EnrolmentState.REFERRED,
    EnrolmentState.VERIFIED,
    EnrolmentState.COMPLETED,
    EnrolmentState.COMPLETED_IN_HOUSE,
)
LEARNING = (EnrolmentState.ACTIVE, EnrolmentState.REFERRED)
COMPLETE = (EnrolmentState.COMPLETED, EnrolmentState.COMPLETED_IN_HOUSE)


class PlaceState(TextChoices):
    """What a place is when no enrolment holds it."""

    FREE = "free", "Free"

    @property
    def colour(self) -> str:
        """The tag colour of this state."""
        return "white"


class WithdrawalReason(TextChoices):
    """Why a learner withdrew, as coded for returns."""

    LEFT_PRACTICE = "left_practice", "Left the practice"
    LOST_MENTOR = "lost_mentor", "Lost the mentor"
    WORKLOAD = "workload", "Workload"
    NOT_BACKED = "not_backed", "Role not backed by the practice"
    PERSONAL = "personal", "Personal reasons"
    OTHER = "other", "Other"


class MentorKind(TextChoices):
    """In what capacity a mentor decides."""

    GP = "gp", "GP mentor"
    SECOND = "second", "Second mentor"
    COVER = "cover", "Cover"


class EvidenceKind(TextChoices):
    """What a piece of evidence is."""

    REFLECTION = "RA", "Reflective account"
    CASE_STUDY = "CS", "Case study"
    WITNESS = "WS", "Witness statement"
    OBSERVATION = "DO", "Direct observation"
    WORK_PRODUCT = "WP", "Work product"
    DISCUSSION = "PD", "Professional discussion"
    LOG = "LOG", "Log of supervised repetitions"
    CERTIFICATE = "CERT", "Certificate"


class VersionState(TextChoices):
    """Where a version of evidence stands; submitting freezes it."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"

    @property
    def colour(self) -> str:
        """The tag colour of this state."""
        return {"draft": "grey", "submitted": "blue"}[self.value]


class DecisionKind(TextChoices):
    """What a mentor decided on a request."""

    SIGNED_OFF = "signed_off", "Signed off"
    RETURNED = "returned", "Returned"
    CANNOT_JUDGE = "cannot_judge", "Cannot judge"
    REVOKED = "revoked", "Revoked"

    @property
    def colour(self) -> str:
        """The tag colour of this decision."""
        return {"signed_off": "green", "returned": "orange", "cannot_judge": "grey", "revoked": "red"}[self.value]


class CompetencyState(TextChoices):
    """The state of one competency for one learner, in order of precedence (DESIGN.md section 3)."""

    OUT_OF_SCOPE = "out_of_scope", "Not in scope"
    REVOKED = "revoked", "Revoked"
    EXPIRED = "expired", "Expired"
    STALE = "stale", "Changed since sign-off"
    SIGNED_OFF = "signed_off", "Signed off"
    RETURNED = "returned", "Returned"
    WAITING = "waiting", "Waiting for mentor"
    DRAFTING = "drafting", "Drafting"
    NOT_STARTED = "not_started", "Not started"

    @property
    def colour(self) -> str:
        """The tag colour of this state."""
        return {
            "out_of_scope": "white", "revoked": "red", "expired": "red", "stale": "orange", "signed_off": "green",
            "returned": "orange", "waiting": "blue", "drafting": "grey", "not_started": "grey",
        }[self.value]  # fmt: skip

    @property
    def short(self) -> str:
        """One or two letters for a dense table; always with the full words as its title."""
        return {
            "out_of_scope": "–", "revoked": "Rv", "expired": "Ex", "stale": "Ch", "signed_off": "S",
            "returned": "R", "waiting": "W", "drafting": "D", "not_started": "",
        }[self.value]  # fmt: skip
