"""Pure decisions of evaluation, without a database, split by noun."""
