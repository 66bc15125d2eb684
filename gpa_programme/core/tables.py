"""Lists as data: columns, filters, sorting and paging in the address, and the same rows as a file."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.timezone import localtime

from gpa_programme.core import spreadsheets
from gpa_programme.core.jinja import querystring

Format = Literal["text", "number", "percent", "money", "date", "datetime", "status", "yes_no"]
OnPhone = Literal["always", "filled", "never"]  # whether a phone, where a row is a card, has a line for the value
Sort = bool | str | Sequence[str] | Callable[[Any], Any] | None

_NUMERIC = frozenset({"number", "percent", "money"})
_KINDS: dict[str, spreadsheets.Kind] = {
    "number": "number",
    "percent": "percent",
    "money": "money",
    "date": "date",
    "datetime": "datetime",
}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Column:
    """One column: where its value comes from, how it is written, what it links to and whether it sorts."""

    key: str
    label: str
    value: Callable[[Any], Any] | None = None
    link: Callable[[Any], str | None] | None = None
    sort: Sort = None
    format: Format = "text"
    missing: str = ""
    export: bool = True
    on_phone: OnPhone = "always"

    @property
    def numeric(self) -> bool:
        """Whether values line up on the right."""
        return self.format in _NUMERIC

    def of(self, row: Any) -> Any:
        """The raw value for a row: from `value`, else the attribute or key of this name, called if it is a method."""
        if self.value is not None:
            return self.value(row)
        found = row[self.key] if isinstance(row, dict) else getattr(row, self.key)
        return found() if callable(found) else found

    def shown(self, value: Any) -> str:
        """A value as a person reads it; what is not a figure, such as the reason for a hidden one, as its text."""
        if self.numeric and not isinstance(value, (int, float, Decimal)):
            return str(value)
        return _FORMATS[self.format](value)

    def exported(self, value: Any) -> Any:
        """A value as a spreadsheet takes it: figures, pence and dates stay what they are."""
        if value is None or self.format in _KINDS:
            return value
        return self.shown(value)


@dataclass(frozen=True)
class Head:
    """The head of a column as the template prints it."""

    label: str
    numeric: bool
    href: str
    aria_sort: str


@dataclass(frozen=True)
class Cell:
    """One cell as the template prints it."""

    label: str
    numeric: bool
    text: str
    missing: str
    href: str
    status: Any
    style: str


class Table:
    """A list of rows for components/table.html, and `export()` for the file of the same rows.

    `rows` is a queryset or a sequence. The address holds `sort`, `page`, `export` and the filters; with a
    `prefix` those names start with it, so that two tables fit on a page.
    """

    def __init__(
        self,
        rows: QuerySet[Any] | Iterable[Any],
        columns: Sequence[Column],
        request: HttpRequest,
        *,
        caption: str,
        filterset: Callable[..., Any] | None = None,
        page_size: int = 50,
        default_sort: str = "",
        prefix: str = "",
        empty: str = "Nothing here yet.",
        filename: str = "",
        notes: Sequence[str] = (),
    ) -> None:
        self.columns, self.request, self.caption = list(columns), request, caption
        self.page_size, self.prefix, self.empty, self.notes = page_size, prefix, empty, list(notes)
        self.filename = filename or slugify(caption)
        self.page_parameter, self._sort_parameter, self._export_parameter = (
            f"{prefix}{name}" for name in ("page", "sort", "export")
        )
        self.filter = filterset(request.GET, queryset=rows, request=request) if filterset else None
        self._all = self.filter.qs if self.filter is not None else rows
        self.sort = self._asked_sort() or default_sort

    @cached_property
    def rows(self) -> Any:
        """Every row that the filters leave, in the order shown."""
        column = self._column(self.sort)
        descending = self.sort.startswith("-")
        if isinstance(self._all, QuerySet):
            return _ordered(self._all, column, descending=descending)
        return _sorted(list(self._all), column, descending=descending)

    @cached_property
    def page(self) -> Page[Any]:
        """The page asked for; a number that does not exist gives the nearest page."""
        return Paginator(self.rows, self.page_size).get_page(self.request.GET.get(self.page_parameter))

    @cached_property
    def head(self) -> list[Head]:
        """The heads, each with its sort link."""
        return [self._head(column) for column in self.columns]

    @cached_property
    def body(self) -> list[list[Cell]]:
        """The cells of this page."""
        return [[_cell(column, row) for column in self.columns] for row in self.page.object_list]

    @property
    def count(self) -> int:
        """How many rows the filters leave."""
        return self.page.paginator.count

    @cached_property
    def is_filtered(self) -> bool:
        """Whether a filter is set."""
        if self.filter is None or not self.filter.form.is_bound:
            return False
        self.filter.form.is_valid()
        return any(value not in (None, "", []) for value in self.filter.form.cleaned_data.values())

    @property
    def clear_href(self) -> str:
        """The address without filters; sorting stays."""
        kept = {self._sort_parameter: self.request.GET.get(self._sort_parameter)}
        return querystring(self.request.GET.__class__(), **kept)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the filter form carries along: the sorting asked for."""
        asked = self._asked_sort()
        return [(self._sort_parameter, asked)] if asked else []

    @property
    def exports(self) -> list[dict[str, str]]:
        """Links to the files of exactly these rows."""
        return [
            {"label": kind.upper(), "href": self._address(**{self._export_parameter: kind, self.page_parameter: None})}
            for kind in ("csv", "xlsx")
        ]

    def export(self) -> HttpResponse | None:
        """The file asked for by `?export=csv` or `?export=xlsx`, with every row in the order shown; else None."""
        kind = self.request.GET.get(self._export_parameter)
        if kind not in {"csv", "xlsx"}:
            return None
        if kind == "csv":
            response = HttpResponse(spreadsheets.csv_bytes(self.sheet), content_type="text/csv; charset=utf-8")
        else:
            about = spreadsheets.Properties(title=self.caption, filters=self._filters_in_words())
            response = HttpResponse(spreadsheets.xlsx_bytes([self.sheet], about), content_type=_XLSX)
        response["Content-Disposition"] = f'attachment; filename="{self.filename}.{kind}"'
        return response

    @property
    def sheet(self) -> spreadsheets.Sheet:
        """All rows as a sheet that is read once, for a file or for a workbook of several."""
        columns = [column for column in self.columns if column.export]
        rows = self.rows.iterator(chunk_size=2000) if isinstance(self.rows, QuerySet) else self.rows
        return spreadsheets.Sheet(
            title=self.caption,
            columns=[spreadsheets.Col(column.label, _KINDS.get(column.format, "text")) for column in columns],
            rows=([column.exported(column.of(row)) for column in columns] for row in rows),
            notes=self.notes,
        )

    def _filters_in_words(self) -> str:
        if not self.is_filtered or self.filter is None:
            return ""
        chosen = [field for field in self.filter.form if field.value() not in (None, "", [])]
        return "; ".join(f"{field.label}: {field.value()}" for field in chosen)

    def _address(self, **changes: Any) -> str:
        return querystring(self.request.GET, **changes)

    def _asked_sort(self) -> str:
        asked = self.request.GET.get(self._sort_parameter, "")
        return asked if self._column(asked) else ""

    def _column(self, sort: str) -> Column | None:
        name = sort.removeprefix("-")
        return next((column for column in self.columns if column.key == name and column.sort), None)

    def _head(self, column: Column) -> Head:
        if not column.sort:
            return Head(column.label, column.numeric, "", "")
        ascending, descending = self.sort == column.key, self.sort == f"-{column.key}"
        following = f"-{column.key}" if ascending else column.key
        href = self._address(**{self._sort_parameter: following, self.page_parameter: None})
        state = "ascending" if ascending else "descending" if descending else ""
        return Head(column.label, column.numeric, href, state)


def _ordered(queryset: QuerySet[Any], column: Column | None, *, descending: bool) -> QuerySet[Any]:
    """A queryset in a total order: rows that tie keep their place from page to page."""
    if column is None:
        return queryset if queryset.ordered else queryset.order_by("pk")
    fields = _fields(column)
    if descending:
        return queryset.order_by(*(F(field).desc(nulls_last=True) for field in fields), "pk")
    return queryset.order_by(*(F(field).asc(nulls_last=True) for field in fields), "pk")


def _fields(column: Column) -> list[str]:
    if column.sort is True:
        return [column.key]
    if isinstance(column.sort, str):
        return [column.sort]
    if isinstance(column.sort, Sequence):
        return list(column.sort)
    raise TypeError(f"The column {column.key!r} of a queryset sorts by a field, not by a function")


def _sorted(rows: list[Any], column: Column | None, *, descending: bool) -> list[Any]:
    """A list in order, rows without a value last in both directions."""
    if column is None:
        return rows
    key = column.sort if callable(column.sort) else column.of
    valued = [(key(row), row) for row in rows]
    known = sorted((pair for pair in valued if pair[0] is not None), key=lambda pair: pair[0], reverse=descending)
    return [row for _value, row in known] + [row for value, row in valued if value is None]


def _cell(column: Column, row: Any) -> Cell:
    value = column.of(row)
    href = (column.link(row) if column.link else None) or ""
    missing = (column.missing or "Not available") if value is None or value == "" else ""
    is_status = column.format == "status" and not missing
    text = "" if missing or is_status else column.shown(value)
    return Cell(
        column.label, column.numeric, text, missing, href, value if is_status else None, _style(column, missing)
    )


def _style(column: Column, missing: str) -> str:
    """What sets a cell apart: figures line up, dates stay on one line, and a phone may leave a line out."""
    roomy = column.on_phone == "never" or (column.on_phone == "filled" and bool(missing))
    marks = {"nhsuk-table__cell--numeric": column.numeric, "gpa-table__cell--date": column.format == "date"}
    return "".join(f" {name}" for name, is_so in {**marks, "gpa-table__cell--roomy": roomy}.items() if is_so)


def _number(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"


def _date(value: date) -> str:
    return f"{value.day} {value:%b %Y}"


def _datetime(value: datetime) -> str:
    local = localtime(value)
    return f"{_date(local)}, {local:%H:%M}"


def _money(value: int) -> str:
    return f"{'−' if value < 0 else ''}£{abs(Decimal(value)) / 100:,.2f}"


_FORMATS: dict[str, Callable[[Any], str]] = {
    "text": str,
    "number": _number,
    "percent": lambda value: f"{value:g}%",
    "money": _money,
    "date": _date,
    "datetime": _datetime,
    "status": lambda value: str(value.label),
    "yes_no": lambda value: "Yes" if value else "No",
}
