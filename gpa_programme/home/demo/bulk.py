"""Writes many rows of one table at once, under ids it hands out itself: the demonstration is alone when it is made."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models
from django.db.models import Max

BATCH = 5_000


class Rows:
    """Rows of one table that wait to be written. Columns not named take the field's default, which must be plain,
    or stay empty where they may.
    """

    def __init__(self, model: type[models.Model], *columns: str) -> None:
        fields = {field.attname: field for field in model._meta.concrete_fields if not field.primary_key}
        rest = {name: field.get_default() for name, field in fields.items() if name not in columns}
        moving = [name for name in rest if callable(fields[name].default) and not _stays(fields[name])]
        if moving or set(columns) - set(fields):
            raise ValueError(f"{model.__name__}: name {moving} and no {set(columns) - set(fields)}")
        self.model = model
        self.columns = columns
        self.rest = tuple(_plain(value) for value in rest.values())
        self.names = ["id", *columns, *rest]
        self.waiting: list[tuple[Any, ...]] = []
        self.go_on()

    def go_on(self) -> None:
        """Hand out ids after those of the rows that stand in the table now; nothing may be waiting."""
        self.next = (self.model._default_manager.aggregate(last=Max("pk"))["last"] or 0) + 1

    def add(self, *values: Any) -> int:
        """Keep a row, its values in the order of the columns; returns its id."""
        pk = self.next
        self.next += 1
        self.waiting.append((pk, *values, *self.rest))
        return pk

    def write(self) -> int:
        """Insert what waits; returns how many."""
        count = len(self.waiting)
        quote = connection.ops.quote_name
        head = f"INSERT INTO {quote(self.model._meta.db_table)} ({', '.join(map(quote, self.names))}) VALUES "  # noqa: S608  names of our own tables
        for start in range(0, count, BATCH):
            _insert(head, len(self.names), self.waiting[start : start + BATCH])
        self.waiting = []
        return count


def _stays(field: "models.Field[Any, Any]") -> bool:
    """Whether a field that nobody names gets the same in every row: an empty one, or no value at all."""
    return field.default in {dict, list} or (field.null and not field.has_default())


def _insert(head: str, width: int, rows: list[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            from psycopg2.extras import execute_values  # noqa: PLC0415  SQLite needs no driver

            execute_values(cursor.cursor, head + "%s", rows, page_size=1000)
            return
        marks = f"({', '.join(['%s'] * width)})"
        cursor.executemany(head + marks, [[_for_sqlite(value) for value in row] for row in rows])


def _plain(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict | list) else value


def _for_sqlite(value: Any) -> Any:
    return str(value.astimezone(UTC).replace(tzinfo=None)) if type(value) is datetime else value


def write_all(tables: Iterable[Rows]) -> int:
    """Write the tables and let the database's own ids go on after ours; returns how many rows."""
    written = [(rows.model, rows.write()) for rows in tables]
    models_written = [model for model, count in written if count]
    with connection.cursor() as cursor:
        for line in connection.ops.sequence_reset_sql(no_style(), models_written):
            cursor.execute(line)
    return sum(count for _model, count in written)
