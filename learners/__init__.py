"""Competency framework, enrolments, portfolios and sign-off: what a learner does and who decides on it."""
