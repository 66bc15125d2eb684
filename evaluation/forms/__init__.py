"""What people type in evaluation, split by noun."""
