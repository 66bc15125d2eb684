"""Loads what every test stands on: the wall around this machine, the clock, and settings that make tests faster."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import settings as properties

pytest_plugins = ["tests.network"]


def pytest_configure():
    """Cheap passwords, as the demonstration has; static files straight from their folders; examples without a clock."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ACCOUNT_SIGNUP_FIELDS = [
        "email*",
        "password1*",
    ]
    properties.register_profile("suite", deadline=None)  # how long an example takes depends on who else is busy
    properties.load_profile("suite")
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where there is none
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


class Clock:
    """The programme's clock in a file, so that other processes given its `env` move with it."""

    def __init__(self, path: Path):
        self.path = path
        self.env = {"CLOCK_FILE": str(path)}

    def set(self, moment: datetime) -> None:
        """Stops the clock at an aware moment."""
        assert moment.tzinfo is not None, "The clock shows aware moments only."
        self.path.write_text(moment.isoformat(), encoding="utf-8")

    def move(self, **delta: float) -> None:
        """Moves the stopped clock by a timedelta's arguments: clock.move(days=7)."""
        self.set(datetime.fromisoformat(self.path.read_text(encoding="utf-8")) + timedelta(**delta))


@pytest.fixture
def clock(tmp_path, settings):
    """A clock that a test sets and moves; until it is set, time is the machine's."""
    settings.CLOCK_FILE = str(tmp_path / "clock")
    return Clock(tmp_path / "clock")


@pytest.fixture
def world(db):
    """The standing world of tests/world.py."""
    from tests.world import build_world

    return build_world()
