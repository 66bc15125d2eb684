"""What invented learners and mentors write: short, plausible, without a patient in it."""

from learners.enums import EvidenceKind
from learners.rules.witnesses import SAID_BY_OTHERS

E = EvidenceKind
TITLES = {
    E.REFLECTION: ("What I learned at the desk", "A morning that went differently", "Looking back on my first weeks"),
    E.CASE_STUDY: ("Following one request to its end", "Two services, one plan", "A referral that needed chasing"),
    E.WORK_PRODUCT: ("A week of letters sorted", "My checklist for the recall list", "Templates I drafted"),
    E.DISCUSSION: ("Talk with my mentor", "Discussion after a training day", "Questions I was asked"),
    E.LOG: ("Log of supervised practice", "Ten times under supervision", "Practice log, signed each day"),
    E.CERTIFICATE: ("Course certificate", "E-learning completed", "Training day attended"),
}
OPENINGS = (
    "On my protected day I worked through this with the practice's protocol beside me.",
    "I had watched this several times before I did it on my own, with my mentor within reach.",
    "This came up in an ordinary week, which is why I chose it.",
    "I was unsure at first and wrote down what I did not know before I began.",
)
MIDDLES = (
    "I checked who was accountable at each step, wrote down what I did and asked when the protocol did not cover it.",
    "The part I found hardest was knowing when to stop, so I agreed a clear limit with the doctor.",
    "I compared my list with the one made before and found two things that would have been missed.",
    "A colleague watched, and we talked about what went well and what I would do differently.",
)
ENDINGS = (
    "Next time I will start earlier and tell the team sooner.",
    "Since then I have done it every week, and the doctor no longer has to check each one.",
    "I have added a line to our protocol so that the next person finds it more easily.",
    "I feel confident with this now and would show it to a new colleague.",
)
JUSTIFICATIONS = (
    "It shows the whole task from start to finish.",
    "I did this on my own, under the practice's protocol.",
    "It shows that I know when to ask.",
    "My mentor saw me do this.",
)
RETURNS = (
    ("The account says what was done but not why.", "Two sentences on why you chose this order."),
    ("I could not tell which part you did yourself.", "Mark your own part, or let me watch you once."),
    ("This is one good example; the competency asks for regular practice.", "Two more dated examples in the log."),
    ("Escalation is not mentioned.", "Say whom you would tell, and when."),
)
REVOKED = "An audit of the workflow found steps left out since. To be shown again after a refresher."
CANNOT_JUDGE = "I was not there when this was done; the GP mentor should decide."
STATEMENT = "Ready for the role; a pleasure to work with."
NO_AWARD = "The practice and the learner seek no award; the hub certifies."
WOULD_RETURN = "I see what was done, but not how often, and no date."
PAUSES = ("Family leave", "Sick leave", "Practice merger", "Caring for a relative")


def kind_of(suggested: list[str]) -> EvidenceKind:
    """The first kind suggested that a learner writes alone: what others say of them needs those others."""
    alone = (EvidenceKind(one) for one in suggested if one not in SAID_BY_OTHERS)
    return next(alone, E.REFLECTION)


def pick(options: tuple[str, ...], number: int) -> str:
    """One of the options, in turn."""
    return options[number % len(options)]


def account(number: int, version: int = 1) -> str:
    """The text of a piece of evidence; a later version says more."""
    parts = [pick(OPENINGS, number), pick(MIDDLES, number // 4), pick(ENDINGS, number // 16)]
    if version > 1:
        parts.insert(2, "I have added what was missing: why I did it in this order, and whom I would have told.")
    return "\n\n".join(parts)
