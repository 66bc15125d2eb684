"""The verbs of the system: every permission, and the keys of every role."""

from django.db.models import TextChoices


class Permission(TextChoices):
    """What a person may do. A role is a list of these; a view declares one."""

    SEE_COMPONENTS = "see_components", "See the component gallery"
    SEE_OPERATIONS = "see_operations", "See queues, failures and health"
    RUN_OPERATIONS = "run_operations", "Run parked work again"
    SEE_PEOPLE = "see_people", "See who has which role"
    INVITE_PEOPLE = "invite_people", "Invite people"
    SEE_HISTORY = "see_history", "See who did what and when"
    SEE_HUB = "see_hub", "See a hub"
    SEE_ALL_HUBS = "see_all_hubs", "See the hubs side by side"
    SEE_PRACTICES = "see_practices", "See practices"
    SEE_COHORT = "see_cohort", "See a cohort and its board"
    ENROL = "enrol", "Enrol learners"
    MOVE_ENROLMENT = "move_enrolment", "Move an enrolment on"
    SEE_LEARNER = "see_learner", "See a learner's page"
    SEE_PORTFOLIO = "see_portfolio", "Read a learner's shared evidence"
    READ_WITH_REASON = "read_with_reason", "Open a learner's evidence for a reason that the learner sees"
    KEEP_PORTFOLIO = "keep_portfolio", "Keep an own portfolio"
    AGREE_SCOPE = "agree_scope", "Propose and agree which competencies apply"
    DECIDE = "decide", "Sign off or return a competency"
    DECIDE_FLAG = "decide_flag", "Decide whether flagged evidence names a patient"
    MANAGE_MENTORS = "manage_mentors", "Change a learner's practice and mentors"
    CHECK_PORTFOLIO = "check_portfolio", "Check a finished portfolio"
    ISSUE_CERTIFICATE = "issue_certificate", "Issue and withdraw certificates"
    SEE_VERIFICATION = "see_verification", "See samples and outcomes of verification"
    DRAW_SAMPLE = "draw_sample", "Draw a sample of portfolios for verification"
    VERIFY = "verify", "Verify sampled portfolios"
    SEE_FRAMEWORKS = "see_frameworks", "See competency frameworks"
    MANAGE_FRAMEWORKS = "manage_frameworks", "Write, publish and retire competency frameworks"
    MOVE_FRAMEWORK = "move_framework", "Move a learner to another framework version"
    SEE_EVALUATION = "see_evaluation", "See waves and what is released"
    RUN_EVALUATION = "run_evaluation", "Open, close and release waves"
    SEE_MEASURES = "see_measures", "See measures and their definitions"
    SEE_DASHBOARD = "see_dashboard", "See the national dashboard"
    SEE_REPORT = "see_report", "See a regional report"
    WRITE_REPORT = "write_report", "Write and submit a regional report"
    ACCEPT_REPORT = "accept_report", "Accept or return a regional report"
    SEE_OUTBOX = "see_outbox", "Read the local outbox"


class RoleKey(TextChoices):
    """The roles of DESIGN.md section 1."""

    NATIONAL_LEAD = "national_lead", "National lead"
    NATIONAL_ANALYST = "national_analyst", "National analyst"
    VERIFIER = "verifier", "Verifier"
    SUPPORT = "support", "Support"
    HUB_LEAD = "hub_lead", "Hub lead"
    COORDINATOR = "coordinator", "Coordinator"
    PRACTICE_MANAGER = "practice_manager", "Practice manager"
    MENTOR = "mentor", "Mentor"
    LEARNER = "learner", "Learner"
    READER = "reader", "Reader for a time"

    @property
    def colour(self) -> str:
        """The tag colour of a role."""
        return {"learner": "aqua-green", "mentor": "purple", "practice_manager": "white"}.get(self.value, "blue")
