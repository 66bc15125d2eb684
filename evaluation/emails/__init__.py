"""Messages of evaluation, split by noun."""
