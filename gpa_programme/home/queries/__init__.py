"""Reads that mix all apps, split by noun."""
