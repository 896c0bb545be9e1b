"""How long past its date an item is, in the classes of each report: day 120 falls differently in two."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from milepost.domain.ruling import Citation


@dataclass(frozen=True, slots=True)
class AgeClass:
    """A class of days past the date, both ends included; `last` None is open."""

    name: str
    first: int
    last: int | None

    def holds(self, days: int) -> bool:
        """Tell whether a number of days falls into the class."""
        return self.first <= days and (self.last is None or days <= self.last)


@dataclass(frozen=True, slots=True)
class AgeScale:
    """The classes of one report; days below the first class are in none."""

    name: str
    classes: tuple[AgeClass, ...]
    citation: Citation

    def class_of(self, days: int) -> AgeClass | None:
        """Return the class for so many days past the date; None where no class holds them."""
        return next((each for each in self.classes if each.holds(days)), None)

    def count(self, days: Iterable[int]) -> dict[str, int]:
        """Count by class, in order; classes without any are there with 0."""
        found = Counter(named.name for each in days if (named := self.class_of(each)) is not None)
        return {each.name: found[each.name] for each in self.classes}


OMB = AgeScale(
    "OMB quarterly report",
    (AgeClass("90-120", 90, 120), AgeClass("121+", 121, None)),
    Citation("OMB FISMA quarterly template", "systems 90 to 120, and more than 120, days past"),
)
OPENFISMA = AgeScale(
    "overdue report",
    (
        AgeClass("1-29", 1, 29),
        AgeClass("30-59", 30, 59),
        AgeClass("60-89", 60, 89),
        AgeClass("90-119", 90, 119),
        AgeClass("120+", 120, None),
    ),
    Citation("OpenFISMA overdue report", "1-29, 30-59, 60-89, 90-119, 120 and more"),
)
FEDRAMP = AgeScale(
    "FedRAMP monthly matrix",
    (
        AgeClass("0-30", 0, 30),
        AgeClass("31-60", 31, 60),
        AgeClass("61-90", 61, 90),
        AgeClass("91-120", 91, 120),
        AgeClass("121+", 121, None),
    ),
    Citation("FedRAMP Collaborative ConMon Quick Guide", "past due 0-30, 31-60, 61-90, 91-120, 121+"),
)
SCALES = (OMB, OPENFISMA, FEDRAMP)


def days_past(due: date, as_of: date) -> int:
    """Return the calendar days since a date; negative before it."""
    return (as_of - due).days


def most_overdue(days_by_system: Iterable[Iterable[int]], scale: AgeScale = OMB) -> dict[str, int]:
    """Count each system once, in the class of its most overdue item (rule of the OMB template)."""
    return scale.count(max(days, default=-1) for days in days_by_system)
