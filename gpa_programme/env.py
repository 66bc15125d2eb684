"""Readers of the environment: what is unset falls back to what is safe, what is odd stops the start."""

import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()


def secret_key() -> str:
    """SECRET_KEY; a throw-away one where unset, which ends every session at each restart."""
    given = env.str("SECRET_KEY", default="")
    if given and len(given) < 32:
        raise ImproperlyConfigured("SECRET_KEY must have at least 32 characters.")
    return given or secrets.token_urlsafe(50)


def database(var: Path) -> dict[str, object]:
    """The database of DATABASE_URL, or SQLite in VAR_DIR with WAL and immediate transactions."""
    url = env.str("DATABASE_URL", default="")
    if url:
        return _postgres(url)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": var / "gpa.sqlite3",
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
            " PRAGMA cache_size=-32000; PRAGMA mmap_size=268435456;",
        },
    }


def _postgres(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must start with postgres://; leave it unset for SQLite.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": "-c statement_timeout=60000 -c lock_timeout=10000"},
    }


def require_loopback(hosts: list[str]) -> None:
    """Refuse to start a demonstration that another machine could reach."""
    if not hosts or set(hosts) - {"localhost", "127.0.0.1", "[::1]", "testserver"}:
        raise ImproperlyConfigured("DEMO=1 runs on loopback hosts only: set ALLOWED_HOSTS=localhost,127.0.0.1.")
