"""Lists: sorting, filters, paging and export all read the same rows."""

from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

import django_filters
import pytest
from django.contrib.auth.models import Group
from django.db.models import TextChoices
from django.template.loader import render_to_string
from django.test import RequestFactory
from openpyxl import load_workbook

from gpa_programme.core.tables import Column, Table
from tests.markup import Page


class State(TextChoices):
    ACTIVE = "active", "Active"
    DONE = "done", "Completed"

    @property
    def colour(self):
        return {"active": "blue", "done": "green"}[self.value]


@dataclass
class Row:
    name: str
    wait: int | None = None
    state: State = State.ACTIVE
    paid: int = 123456
    since: date = date(2019, 10, 1)


COLUMNS = [
    Column("name", "Learner", link=lambda row: f"/{row.name}/", sort=True),
    Column("wait", "Days waiting", format="number", sort=True, missing="Nothing waiting"),
    Column("state", "Status", format="status", sort=lambda row: row.state.label),
    Column("paid", "Paid", format="money"),
    Column("since", "Since", format="date"),
    Column("note", "Note", value=lambda row: "=1+1", export=False),
]
ROWS = [Row("Cerys", 5), Row("Ada", None, State.DONE), Row("Bola", 12)]


def table(query="", rows=ROWS, columns=COLUMNS, **options):
    request = RequestFactory().get(f"/list/{query}")
    return Table(rows, columns, request, caption="Learners", **options)


def names(built):
    return [row[0].text for row in built.body]


class GroupFilter(django_filters.FilterSet):
    name = django_filters.CharFilter(lookup_expr="icontains", label="Name")

    class Meta:
        model = Group
        fields = ["name"]


GROUP_COLUMNS = [Column("name", "Name", sort=True), Column("id", "Number", format="number", sort="pk")]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Cerys", "Ada", "Bola"]),
        ("?sort=name", ["Ada", "Bola", "Cerys"]),
        ("?sort=-name", ["Cerys", "Bola", "Ada"]),
        ("?sort=wait", ["Cerys", "Bola", "Ada"]),
        ("?sort=-wait", ["Bola", "Cerys", "Ada"]),
        ("?sort=state", ["Cerys", "Bola", "Ada"]),
        ("?sort=paid", ["Cerys", "Ada", "Bola"]),
        ("?sort=nonsense", ["Cerys", "Ada", "Bola"]),
    ],
)
def test_list_sorts_by_the_columns_that_say_so_and_puts_missing_values_last(query, expected):
    assert names(table(query)) == expected


def test_heads_link_to_the_other_direction_and_say_which_is_shown():
    heads = table("?sort=name&page=2&q=x", page_size=2).head

    assert [(head.href, head.aria_sort) for head in heads[:2]] == [
        ("?q=x&sort=-name", "ascending"),
        ("?q=x&sort=wait", ""),
    ]
    assert [head.href for head in heads[3:]] == ["", "", ""]


def test_default_sort_holds_until_another_is_asked_for():
    assert names(table(default_sort="-name")) == ["Cerys", "Bola", "Ada"]
    assert names(table("?sort=name", default_sort="-name")) == ["Ada", "Bola", "Cerys"]


def test_cells_are_written_for_people():
    built = table("?sort=name")

    assert [(cell.text, cell.missing, cell.href, cell.numeric) for cell in built.body[0]] == [
        ("Ada", "", "/Ada/", False),
        ("", "Nothing waiting", "", True),
        ("", "", "", False),
        ("£1,234.56", "", "", True),
        ("1 Oct 2019", "", "", False),
        ("=1+1", "", "", False),
    ]
    assert built.body[0][2].status is State.DONE


def test_sheet_holds_every_row_in_the_order_shown_with_real_numbers_and_dates():
    sheet = table("?sort=name&page=2", page_size=1).sheet

    assert [(column.label, column.kind) for column in sheet.columns] == [
        ("Learner", "text"),
        ("Days waiting", "number"),
        ("Status", "text"),
        ("Paid", "money"),
        ("Since", "date"),
    ]
    assert [list(row) for row in sheet.rows] == [
        ["Ada", None, "Completed", 123456, date(2019, 10, 1)],
        ["Bola", 12, "Active", 123456, date(2019, 10, 1)],
        ["Cerys", 5, "Active", 123456, date(2019, 10, 1)],
    ]


def test_files_hold_the_rows_of_the_page():
    csv = table("?sort=name&export=csv").export().content.decode("utf-8-sig").splitlines()
    book = load_workbook(BytesIO(table("?sort=name&export=xlsx").export().content))

    assert csv[:4] == [
        "Learner,Days waiting,Status,Paid,Since",
        "Ada,,Completed,1234.56,2019-10-01",
        "Bola,12,Active,1234.56,2019-10-01",
        "Cerys,5,Active,1234.56,2019-10-01",
    ]
    assert [[cell.value for cell in row] for row in book["Learners"].iter_rows(max_row=2)] == [
        ["Learner", "Days waiting", "Status", "Paid", "Since"],
        ["Ada", None, "Completed", 1234.56, datetime.fromisoformat("2019-10-01")],
    ]


def test_reason_for_a_hidden_figure_is_shown_in_its_place():
    built = table(rows=[Row("Ada", "Fewer than 10 answers")])

    assert built.body[0][1].text == "Fewer than 10 answers"


@pytest.mark.parametrize(
    ("kind", "content_type"),
    [
        ("csv", "text/csv; charset=utf-8"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_export_answers_with_a_named_file(kind, content_type):
    response = table(f"?export={kind}").export()

    assert response["Content-Type"] == content_type
    assert response["Content-Disposition"] == f'attachment; filename="learners.{kind}"'


@pytest.mark.parametrize("query", ["", "?export=pdf"])
def test_no_export_unless_a_known_kind_is_asked_for(query):
    assert table(query).export() is None


def test_two_tables_on_a_page_do_not_disturb_each_other():
    built = table("?a-sort=name&sort=-name", prefix="a-")

    assert names(built) == ["Ada", "Bola", "Cerys"]
    assert built.exports[0]["href"] == "?a-sort=name&sort=-name&a-export=csv"


def test_template_labels_every_cell_and_announces_the_order():
    built = table("?sort=name", page_size=2)

    html = render_to_string("components/table.html", {"table": built, "request": built.request})

    page = Page(html)
    assert page.complaints == []
    assert 'aria-sort="ascending"' in html
    assert 'data-label="Days waiting"' in html
    assert "Showing 1 to 2 of 3" in html


@pytest.mark.parametrize(
    ("query", "words"), [("", "They appear here."), ("?name=zzz", "Nothing matches these filters")]
)
@pytest.mark.django_db
def test_empty_list_says_what_will_be_here_or_that_the_filter_hides_all(query, words):
    built = table(query, Group.objects.all(), GROUP_COLUMNS, filterset=GroupFilter, empty="They appear here.")

    html = render_to_string("components/table.html", {"table": built, "request": built.request})

    assert words in html


@pytest.mark.django_db
def test_filter_is_kept_by_sorting_paging_and_export():
    for name in ("mentor a", "mentor b", "learner"):
        Group.objects.create(name=name)

    built = table("?name=mentor&sort=-name", Group.objects.all(), GROUP_COLUMNS, filterset=GroupFilter)

    assert names(built) == ["mentor b", "mentor a"]
    assert [row[0] for row in built.sheet.rows] == ["mentor b", "mentor a"]
    assert built.head[0].href == "?name=mentor&sort=name"
    assert built.exports[1]["href"] == "?name=mentor&sort=-name&export=xlsx"
    assert (built.is_filtered, built.clear_href, built.kept) == (True, "?sort=-name", [("sort", "-name")])


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_two_queries_whatever_its_length(rows, django_assert_num_queries):
    for number in range(rows):
        Group.objects.create(name=f"group {number}")
    built = table("?sort=name", Group.objects.all(), GROUP_COLUMNS)

    with django_assert_num_queries(2):
        render_to_string("components/table.html", {"table": built, "request": built.request})


@pytest.mark.django_db
def test_queryset_rows_that_tie_keep_one_order_over_pages():
    for number in range(4):
        Group.objects.create(name=f"group {number}")
    columns = [Column("name", "Name", value=lambda row: row.name, sort="permissions__codename")]

    pages = [names(table(f"?sort=name&page={page}", Group.objects.all(), columns, page_size=2)) for page in (1, 2)]

    assert pages == [["group 0", "group 1"], ["group 2", "group 3"]]


@pytest.mark.django_db
def test_function_cannot_sort_a_queryset():
    built = table("?sort=name", Group.objects.all(), [Column("name", "Name", sort=len)])

    with pytest.raises(TypeError) as refusal:
        names(built)

    assert str(refusal.value) == "The column 'name' of a queryset sorts by a field, not by a function"


def test_a_phone_has_no_line_for_what_it_can_do_without_and_figures_and_dates_keep_their_shape(rf):
    columns = [
        Column("name", "Name"),
        Column("size", "Size", format="number", on_phone="never"),
        Column("seen", "Seen", format="date"),
        Column("note", "Note", on_phone="filled"),
    ]
    rows = [
        {"name": "A", "size": 1, "seen": date(2026, 3, 1), "note": ""},
        {"name": "B", "size": 2, "seen": None, "note": "Put off"},
    ]

    built = Table(rows, columns, rf.get("/"), caption="Things")

    assert [[cell.style for cell in row] for row in built.body] == [
        ["", " nhsuk-table__cell--numeric gpa-table__cell--roomy", " gpa-table__cell--date", " gpa-table__cell--roomy"],
        ["", " nhsuk-table__cell--numeric gpa-table__cell--roomy", " gpa-table__cell--date", ""],
    ]
