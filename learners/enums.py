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


class Route(TextChoices):
    """How a learner gets to the end: with an award, without one, or by evidence of what they did before."""

    ACCREDITED = "accredited", "Accredited"
    IN_HOUSE = "in_house", "In house"
    RETROSPECTIVE = "retrospective", "Retrospective"


class ScopeState(TextChoices):
    """Where a proposed scope stands between mentor and learner."""

    PROPOSED = "proposed", "Waiting for the other to agree"
    AGREED = "agreed", "Agreed"
    DECLINED = "declined", "Declined"
    TAKEN_BACK = "taken_back", "Taken back"

    @property
    def colour(self) -> str:
        """The tag colour of this state."""
        return {"proposed": "blue", "agreed": "green", "declined": "orange", "taken_back": "grey"}[self.value]


class CareCertificate(TextChoices):
    """Whether a learner holds the Care Certificate."""

    HELD = "held", "Held"
    IN_PROGRESS = "in_progress", "In progress"
    NONE = "none", "None"


class ProtectedHours(TextChoices):
    """Whether a learner had their protected day in a week."""

    YES = "yes", "Yes"
    PART = "part", "Part of it"
    NO = "no", "No"


class DigestRhythm(TextChoices):
    """How often a mentor's digest comes."""

    SOON = "soon", "Within the hour"
    DAILY = "daily", "Once a day, at 7 in the morning"
    WEEKLY = "weekly", "Once a week, on Monday at 7 in the morning"


class DeclarationKind(TextChoices):
    """Whose statement it is that a portfolio is finished."""

    LEARNER = "learner", "Learner's declaration"
    MENTOR = "mentor", "Mentor's statement"
    HUB = "hub", "Hub's check"


class Verdict(TextChoices):
    """What a verifier would have decided, before seeing what was decided."""

    WOULD_SIGN = "would_sign", "I would sign this off"
    WOULD_RETURN = "would_return", "I would return this"


class VerificationOutcome(TextChoices):
    """What a verification came to."""

    VERIFIED = "verified", "Verified"
    REFERRED = "referred", "Referred back"
    LEFT = "left", "Left the sample"

    @property
    def colour(self) -> str:
        """The tag colour of this outcome."""
        return {"verified": "green", "referred": "orange", "left": "grey"}[self.value]


class CertificateKind(TextChoices):
    """Which certificate a learner gets."""

    ACCREDITED = "accredited", "Verified by an external verifier"
    IN_HOUSE = "in_house", "Completed in house"


class OfferState(TextChoices):
    """What became of the offer of a learner to another hub."""

    OPEN = "open", "Waiting for the other hub"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    TAKEN_BACK = "taken_back", "Taken back"

    @property
    def colour(self) -> str:
        """The tag colour of this state."""
        return {"open": "blue", "accepted": "green", "declined": "orange", "taken_back": "grey"}[self.value]


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

    @property
    def in_a_sentence(self) -> str:
        """The label inside a sentence: "GP" keeps its capitals."""
        return self.label if self is MentorKind.GP else self.label.lower()


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
    """Where a version of evidence stands; submitting freezes it. Held: it looks as if it names a patient."""

    DRAFT = "draft", "Draft"
    HELD = "held", "Held: check for patient details"
    SUBMITTED = "submitted", "Submitted"

    @property
    def colour(self) -> str:
        """The tag colour of this state."""
        return {"draft": "grey", "held": "orange", "submitted": "blue"}[self.value]


WRITABLE = (VersionState.DRAFT, VersionState.HELD)
SEEN_IN_PRACTICE = (EvidenceKind.OBSERVATION, EvidenceKind.WITNESS, EvidenceKind.LOG)


class WitnessState(TextChoices):
    """Where a colleague's statement stands."""

    ASKED = "asked", "Asked"
    ANSWERED = "answered", "Answered"
    DECLINED = "declined", "Declined"
    EXPIRED = "expired", "Link has expired"

    @property
    def colour(self) -> str:
        """The tag colour of this state."""
        return {"asked": "blue", "answered": "green", "declined": "orange", "expired": "grey"}[self.value]


class FlagState(TextChoices):
    """What became of a mentor's flag that evidence names a patient."""

    OPEN = "open", "Hidden until somebody decides"
    CLEARED = "cleared", "Cleared: no patient can be recognised"
    CONFIRMED = "confirmed", "Confirmed: what named a patient is destroyed"

    @property
    def colour(self) -> str:
        """The tag colour of this state."""
        return {"open": "orange", "cleared": "green", "confirmed": "red"}[self.value]


class RequestRoute(TextChoices):
    """Whether a request is about what was learned on the programme or before it."""

    USUAL = "usual", "Learned on the programme"
    PRIOR = "prior", "Prior learning"


class ClosedBecause(TextChoices):
    """Why a request was closed without a decision."""

    WITHDRAWN = "withdrawn", "Taken back by the learner"
    OUT_OF_SCOPE = "out_of_scope", "No longer in scope"
    TRANSFERRED = "transferred", "Moved on with the learner"
    LEFT = "left", "The learner left the programme"
    DESTROYED = "destroyed", "The evidence was destroyed"


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
