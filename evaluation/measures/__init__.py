"""Every figure, written once, and the one door through which it is read, split by noun."""
