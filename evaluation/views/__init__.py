"""The pages of evaluation, split by noun."""
