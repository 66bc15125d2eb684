"""Check constraints that several models share: allowed values, who-and-when pairs, dated intervals."""

from django.db.models import CheckConstraint, Choices, F, Q


def choices_constraint(field: str, enum: type[Choices], name: str) -> CheckConstraint:
    """Allow in `field` only the values of `enum`, so that a bulk update cannot invent a state.

    A null passes, as SQL checks do: make the column not null where a value is required.
    """
    return CheckConstraint(
        condition=Q(**{f"{field}__in": list(enum.values)}),
        name=name,
        violation_error_message=f"{field} must be one of: {', '.join(str(label) for label in enum.labels)}.",
    )


def pair_constraint(a: str, b: str, name: str) -> CheckConstraint:
    """Require both of two nullable columns or neither, such as `decided_at` and `decided_by`."""
    both = Q(**{f"{a}__isnull": False, f"{b}__isnull": False})
    neither = Q(**{f"{a}__isnull": True, f"{b}__isnull": True})
    return CheckConstraint(
        condition=both | neither,
        name=name,
        violation_error_message=f"{a} and {b} go together: fill in both or neither.",
    )


def interval_constraint(start: str, end: str, name: str) -> CheckConstraint:
    """Let an interval stay open (`end` null) or end on or after its start."""
    return CheckConstraint(
        condition=Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": F(start)}),
        name=name,
        violation_error_message=f"{end} cannot be before {start}.",
    )
