"""Reads of evaluation, split by noun."""
