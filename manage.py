#!/usr/bin/env python3
"""The command line of the project: migrate, load_reference, seed_demo, invite, check_records and Django's own."""

import os
import sys


def main() -> None:
    """Run the management command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gpa_programme.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415  the settings must be named first

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
