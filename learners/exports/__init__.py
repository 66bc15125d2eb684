"""Files made of learners' records, split by noun."""
