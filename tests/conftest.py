"""Loads what every test stands on: the machine's list, the wall around it, and the shared fixtures."""

pytest_plugins = ["tests.machine", "tests.network"]
