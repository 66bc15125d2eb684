"""Pure decisions about learners, without a database, split by noun."""
