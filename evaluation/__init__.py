"""Surveys, measures and regional reports: what the programme achieved and who said so."""
