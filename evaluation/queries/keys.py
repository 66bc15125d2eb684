"""Where the keys of surveys lie: files of the data directory, outside the database, readable by its owner only."""

from pathlib import Path

from django.conf import settings

from evaluation.models import Wave


def key_path(name: str) -> Path:
    """The file of a key. Raises ValueError for a name that is more than a file's name."""
    if not name or Path(name).name != name:
        raise ValueError(f"A key is named by a file name, not by {name!r}.")
    return Path(settings.VAR_DIR) / "keys" / name


def read_key(name: str) -> bytes | None:
    """The key, or None where there is none (any more)."""
    path = key_path(name)
    return path.read_bytes() if path.exists() else None


def link_key_name(wave: Wave) -> str:
    """The name of the key from which the tokens of a wave's links are made while it is open."""
    return f"{wave.plan.pairing_key}-wave-{wave.pk}-links"
