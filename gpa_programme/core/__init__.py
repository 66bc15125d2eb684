"""Leaf helpers that import nothing of ours but one another: clock, work, tables, files, charts, disclosure."""
