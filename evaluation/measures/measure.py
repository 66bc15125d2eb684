"""What a measure is: its words, its unit and how its value follows from its counts."""

from dataclasses import dataclass
from typing import Literal

from evaluation.enums import Disclosure, UnitKind

Direction = Literal["higher", "lower", "neither"]
Shape = Literal["count", "share", "median"]
LEVELS = (UnitKind.COHORT, UnitKind.HUB, UnitKind.REGION, UnitKind.ENGLAND)


@dataclass(frozen=True)
class Measure:
    """One figure of the programme in plain words: what is counted, of what, and what a hub can do about it.

    `unit` is "percent" for shares, "days" for medians, else what is counted. `denominator` is empty where there is
    none. `cumulative` totals only ever rise, so no process chart is drawn of them. `flow` says that it counts what
    happened in a month, so that a month that still runs is not comparable.
    """

    key: str
    name: str
    definition: str
    aim: str
    unit: str
    direction: Direction
    numerator: str
    denominator: str
    why: str
    what_a_hub_can_do: str
    levels: tuple[UnitKind, ...] = LEVELS
    disclosure: Disclosure = Disclosure.OPERATIONAL
    owner: str = "National programme team"
    version: int = 1
    cumulative: bool = False
    flow: bool = False

    @property
    def shape(self) -> Shape:
        """How its value follows from its counts."""
        return {"percent": "share", "days": "median"}.get(self.unit, "count")  # type: ignore[return-value]

    @property
    def formula(self) -> str:
        """The definition as a formula in words."""
        if self.shape == "median":
            return f"Median of {self.numerator}"
        if not self.denominator:
            return f"Number of {self.numerator}"
        return f"{self.numerator[:1].upper()}{self.numerator[1:]} ÷ {self.denominator}"

    @property
    def href(self) -> str:
        """Its definition as a page."""
        return f"/measures/{self.key}/"

    @property
    def anchor(self) -> str:
        """Its place on a hub's page."""
        return self.key.replace("_", "-")

    @property
    def direction_label(self) -> str:
        """Which way is better, in words."""
        return {"higher": "Higher is better", "lower": "Lower is better"}.get(self.direction, "Neither is better")
