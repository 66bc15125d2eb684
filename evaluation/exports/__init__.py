"""Files drawn from evaluation's figures, split by noun."""
