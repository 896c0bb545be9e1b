"""How the items of a system stood on past days, from their history: the columns of the monthly matrix."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from milepost.authorities.fedramp.conmon_matrix import Matrix, MonthColumn, Standing, month_column
from milepost.domain.item import ENDED_STATUSES, DeviationKind, DeviationState, ItemKind, ItemStatus
from milepost.records.items import Item, ItemChange
from milepost.records.planning import Deviation
from milepost.records.systems import System
from milepost.work.conmon.months import Month, day_of_report

MONTHS: Final = 6
"""The months of the collaborative-ConMon matrix, the month of the report included."""
_CHECK_IN: Final = timedelta(days=30)
"""A vendor asked within so many days excuses (POA&M Template Completion Guide 2.2, columns P and Q)."""
_FOLLOWED: Final = ("status", "adjusted_risk", "scheduled_on", "vendor_checked_on")
_NOT_COUNTED: Final = frozenset({ItemKind.CONFIGURATION})


class ItemStanding(NamedTuple):
    """An item with how it stood on a day."""

    item: Item
    standing: Standing


class History:
    """The items of a system with what was changed and asked of them; three statements."""

    def __init__(self, system: System) -> None:
        """Read items, changes and deviations."""
        self.items: Sequence[Item] = list(
            Item.objects.filter(system=system).exclude(kind__in=_NOT_COUNTED).order_by("number")
        )
        self._changes: defaultdict[int, list[ItemChange]] = defaultdict(list)
        changes = ItemChange.objects.filter(item__system=system, field__in=_FOLLOWED)
        for change in changes.order_by("-at", "-id"):
            self._changes[change.item_id].append(change)
        self._deviations: defaultdict[int, list[Deviation]] = defaultdict(list)
        for deviation in Deviation.objects.filter(item__system=system).order_by("requested_on", "id"):
            self._deviations[deviation.item_id].append(deviation)

    def on(self, day: date) -> Iterator[ItemStanding]:
        """Yield the items that were open at the end of a day, as they stood then."""
        for item in self.items:
            if item.detected_on > day:
                continue
            values = self._values(item, day)
            if values["status"] not in ENDED_STATUSES:
                yield ItemStanding(item, _standing(item, values, self._asked(item, day), day))

    def _values(self, item: Item, day: date) -> Mapping[str, str]:
        """Take back, from the newest on, what was changed after a day."""
        values = {name: _text(getattr(item, name)) for name in _FOLLOWED}
        for change in self._changes[item.pk]:
            if change.at.date() <= day:
                break
            values[change.field] = change.before
        if not values["status"]:
            values["status"] = ItemStatus.OPEN
        return values

    def _asked(self, item: Item, day: date) -> Mapping[str, str]:
        """Return the state that each kind of deviation had on a day, the latest request counting."""
        states: dict[str, str] = {}
        for each in self._deviations[item.pk]:
            if each.requested_on <= day:
                decided = each.decided_on is not None and each.decided_on <= day
                states[each.kind] = each.state if decided else DeviationState.PENDING
        return states


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _standing(item: Item, values: Mapping[str, str], asked: Mapping[str, str], day: date) -> Standing:
    due = (_day(values["scheduled_on"]), item.kev_due_on, item.rule_due_on)
    checked = _day(values["vendor_checked_on"])
    waits = item.vendor_dependency and checked is not None and day - checked <= _CHECK_IN
    requirement = asked.get(DeviationKind.OPERATIONAL_REQUIREMENT)
    return Standing(
        original=item.original_risk,
        adjusted=values["adjusted_risk"],
        due=min((each for each in due if each is not None), default=None),
        pending_false_positive=asked.get(DeviationKind.FALSE_POSITIVE) == DeviationState.PENDING,
        pending_requirement=requirement == DeviationState.PENDING,
        active_requirement=values["status"] == ItemStatus.OPERATIONAL_REQUIREMENT
        or requirement == DeviationState.APPROVED,
        excused=waits or values["status"] == ItemStatus.RISK_ACCEPTED,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def matrix_of(system: System, history: History, month: Month, as_of: date) -> Matrix:
    """Return the matrix of the six months up to a month, each as of its last day or of today."""
    months = [month.before(count) for count in reversed(range(MONTHS))]
    return Matrix(system.name, tuple(_column(history, day_of_report(each, as_of)) for each in months))


def _column(history: History, day: date) -> MonthColumn:
    standings: Iterable[Standing] = (each.standing for each in history.on(day))
    return month_column(day, standings)
