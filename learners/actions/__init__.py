"""What changes learners' records, split by noun."""
