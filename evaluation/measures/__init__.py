"""Measures: every figure is defined once (registry), counted once (counters) and read through one door."""
