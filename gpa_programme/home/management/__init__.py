"""The commands that mix all apps."""
