"""Runs one proof by name: at full size, noting its figures in docs/proofs.md; with --ci at CI size, noting nothing."""

import argparse
import datetime
import importlib
import os
import platform
import sys
import time
from pathlib import Path

from tests.sizes import SIZES

NOTES = Path(__file__).resolve().parent.parent.parent / "docs" / "proofs.md"


def machine():
    """This machine in one line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {system}"


def note(name, size, figures, seconds):
    """The section that docs/proofs.md gets."""
    now = datetime.datetime.now(datetime.UTC)
    told = ", ".join(f"{key} {value}" for key, value in size.items())
    rows = "".join(f"| {key} | {value} |\n" for key, value in figures.items())
    head = f"\n## {name}, {now.day} {now:%B %Y}\n\n`python3 run.py prove {name}` on {machine()}; size: {told}; "
    return f"{head}{seconds:.0f} seconds.\n\n| Figure | Value |\n|---|---|\n{rows}"


def main():
    """Proves, prints the figures and notes them; a claim that does not hold ends with its assertion."""
    parser = argparse.ArgumentParser(prog="run.py prove", description=__doc__)
    parser.add_argument("name", choices=sorted(SIZES), help="a module of tests/proofs")
    parser.add_argument("--ci", action="store_true", help="at CI size, without a note")
    options = parser.parse_args()
    size = SIZES[options.name]["ci" if options.ci else "full"]
    began = time.monotonic()
    figures = importlib.import_module(f"tests.proofs.{options.name}").main(size)
    seconds = time.monotonic() - began
    for key, value in figures.items():
        print(f"{key}: {value}")
    print(f"{options.name} holds ({seconds:.1f} seconds)")
    if not options.ci:
        with NOTES.open("a", encoding="utf-8") as file:
            file.write(note(options.name, size, figures, seconds))
        print(f"Noted in {NOTES.name}.")


if __name__ == "__main__":
    sys.exit(main())
