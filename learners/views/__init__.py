"""The pages of learners, split by noun."""
