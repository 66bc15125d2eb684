"""Somebody else who is first: what they do happens after the page was read and before its action holds a lock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def overtaken_by(deed: Callable[[], Any]) -> Iterator[None]:
    """Inside, `deed` is done once, where the first transaction begins."""
    waits = [deed]

    def notice(execute, sql, params, many, context):
        if waits and sql.startswith("SAVEPOINT"):
            waits.pop()()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(notice):
        yield
    assert not waits, "no transaction began, so nobody was overtaken"
