"""The mails about learners, split by noun."""

from learners.emails.enrolment import invited_learner, invited_mentor

__all__ = ["invited_learner", "invited_mentor"]
