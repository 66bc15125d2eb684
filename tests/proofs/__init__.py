"""Heavy claims, proved with real processes: one module a claim, its sizes in tests/sizes.py.

A module has `main(size) -> dict`: it makes its own database (tests/workers.py), asserts its claim and returns the
figures to note. It imports Django's models only after it has entered `place.django()` or another process has.
"""
