"""What changes evaluation's records, split by noun."""
