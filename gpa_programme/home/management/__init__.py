"""Management commands of home."""
