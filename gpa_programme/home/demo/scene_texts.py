"""What people write in the scenes of the demonstration; the one telephone number is of those kept for fiction."""

from gpa_programme.home.demo.cast import Said
from learners.enums import EvidenceKind

E = EvidenceKind

REFLECTION = Said(
    E.REFLECTION,
    "A conversation at the desk that others could hear",
    ("CAR-03",),
    answers={
        "what_happened": "Somebody began to tell me about results while others stood behind them. I asked them to come "
        "to the side room and went on there.",
        "what_went_well": "They thanked me. It was hard to stop them without sounding cold.",
        "what_you_learned": "People talk when they are worried. It is for me to notice who else is listening.",
        "next_time": "I offer the side room before we begin, and have asked for a sign that says so.",
    },
)
LOG_TITLE, LOG_CODE = "Blood pressure and pulse under supervision", "CLI-03"
LOG_TEXT = "I counted only those where somebody stood beside me."
WATCHED_LOG = (
    "Blood pressure, morning clinic",
    "Explained what would happen, chose the right cuff, took three readings and brought me the high one at once.",
)
WATCHED = (
    "Prepared a room and a nervous visitor",
    "Knocked, waited, drew the curtain and asked who should stay. Spoke to the person, not over them.",
)
ON_DEVICE = (
    "Explained a delay at the front desk",
    "Told each person how long it would be and why, calmly, and offered to ring those who could not wait.",
)
PHOTO = Said(
    E.WORK_PRODUCT,
    "My board of tests that are booked and outstanding",
    ("ADM-06",),
    answers={"what_it_is": "The wall board with counts only.", "your_part": "I set it up and keep it every day."},
    why="It shows how nothing is lost between booking and result.",
)
PHOTO_NAME = "board-of-tests.png"
WITNESS = Said(
    E.WITNESS, "Arranging an interpreter and a double appointment", ("CAR-05",), why="She saw how I planned it."
)
WITNESS_ASKS = "Please say what you saw me do when the appointment needed an interpreter."
WITNESS_STATEMENT = (
    "I worked beside them that morning. They asked what the person preferred, booked the interpreter for a double "
    "appointment and rang to confirm it the day before."
)
WITNESS_OPEN = Said(E.WITNESS, "Weekly call to people who live alone", ("CAR-11",), why="He has heard these calls.")
WITNESS_OPEN_ASKS = "Please say what you heard when I rang people who live alone."
WITNESS_JOBS = ("Practice nurse", "Social prescriber")
RETURNED = Said(
    E.REFLECTION,
    "A complaint about a lost form",
    ("COM-05",),
    answers={"what_happened": "A form had gone astray and somebody was angry with me about it."},
)
RETURNED_BECAUSE = ("I can see that you stayed calm, but not what you did next.", "Say whom you told, and when.")
EDITED = Said(
    E.WORK_PRODUCT,
    "Who gets which letter: my list for the team",
    ("ADM-02",),
    answers={"what_it_is": "A list on one page.", "your_part": "I wrote it and tried it for a fortnight."},
)
EDITED_SINCE = "The practice has a pharmacist since, so medication letters go there first."
HELD = Said(
    E.REFLECTION,
    "A form in large print",
    ("CAR-06",),
    answers={
        "what_happened": "Somebody could not read the form. I rang them back on 01632 960123 and we did it aloud."
    },
)
FLAGGED = Said(
    E.CASE_STUDY,
    "A visit with a hearing loop",
    ("COM-04",),
    answers={
        "the_case": "The retired florist from the corner opposite our door came without her hearing aids.",
        "what_you_did": "I fetched the loop, faced her and wrote the two important words down.",
    },
)
FLAGGED_WHERE = "First answer, first line: trade and corner together show who it was"
DESTROYED = Said(
    E.DISCUSSION,
    "Handing over a busy morning",
    ("COM-06",),
    answers={
        "with_whom": "My GP mentor, after morning clinic",
        "what_you_talked_about": "The man who drives the mobile library, and what the doctor decided for him.",
    },
)
DESTROYED_WHERE = "Second answer: the trade shows who it was"
DESTROYED_ANSWER = "There is only one with that trade here."
CLAIM_ANSWERS = {"the_course": "Care Certificate", "who_gave_it": "My previous employer, a care home"}
PREVIOUS_ROLES = ("Health care assistant in a care home", "Receptionist", "Shop assistant")
READING_REASON = "The learner asked us to look at whether the log is enough before the mentors' meeting."
SCOPE_WITHOUT = "The practice sends wounds to the community nurses, so there is nothing to practise on."
SCOPE_OTHER = "I changed to the afternoon clinic, where the work is another."
TRANSFER = "Moves house next month and has found a practice there."
WITHDRAWN_CERTIFICATE = "The name was spelt wrongly. A new one follows when the learner has confirmed it."
DRAFT_NOTE = "Health promotion is worded anew; document safety is part of audit; remote consultations are new."
