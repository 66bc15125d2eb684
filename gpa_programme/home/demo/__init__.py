"""The demonstration: invented people at real practices, the same each time, in every state that the system knows."""
