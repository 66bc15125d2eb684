"""Leaf helpers, each module one purpose; core imports no app."""
