"""What people type about learners, split by noun."""
