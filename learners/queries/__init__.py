"""Reads of learners, split by noun."""
