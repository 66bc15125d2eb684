"""Each shared constraint refuses the rows it should and no other, in the database itself."""

import datetime

import pytest
from django.db import IntegrityError, connection, models, transaction

from gpa_programme.core.constraints import choices_constraint, interval_constraint, pair_constraint


class Colour(models.TextChoices):
    RED = "red", "Red"
    BLUE = "blue", "Blue"


class Row(models.Model):
    colour = models.CharField(max_length=10, default="red")
    decided_at = models.DateField(null=True)
    decided_by = models.IntegerField(null=True)
    start = models.DateField(default=datetime.date(2019, 11, 4))
    end = models.DateField(null=True)

    class Meta:
        app_label = "core_constraints_test"
        constraints = [
            choices_constraint("colour", Colour, "row_colour_known"),
            pair_constraint("decided_at", "decided_by", "row_decided_pair"),
            interval_constraint("start", "end", "row_ends_after_start"),
        ]


DAY = datetime.date(2019, 11, 4)


@pytest.fixture
def table(transactional_db):
    with connection.schema_editor() as editor:
        editor.create_model(Row)
    yield
    with connection.schema_editor() as editor:
        editor.delete_model(Row)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"colour": "blue"},
        {"decided_at": DAY, "decided_by": 3},
        {"end": DAY},
        {"end": DAY + datetime.timedelta(days=1)},
    ],
)
def test_constraints_allowed_row_is_saved(table, values):
    Row.objects.create(**values)
    assert Row.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"colour": "green"}, "row_colour_known"),
        ({"decided_at": DAY}, "row_decided_pair"),
        ({"decided_by": 3}, "row_decided_pair"),
        ({"end": DAY - datetime.timedelta(days=1)}, "row_ends_after_start"),
    ],
)
def test_constraints_forbidden_row_is_refused_by_name(table, values, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Row.objects.create(**values)


def test_constraints_bulk_update_is_refused(table):
    Row.objects.create()
    with pytest.raises(IntegrityError, match="row_colour_known"), transaction.atomic():
        Row.objects.update(colour="green")
