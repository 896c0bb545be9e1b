"""All items of a system as lines, for the command line and for exports of a list."""

from dataclasses import asdict, dataclass
from datetime import date

from milepost.domain.deadline import is_overdue
from milepost.domain.item import OPEN_STATUSES
from milepost.domain.severity import Severity
from milepost.records.items import UNDATED, Item
from milepost.records.queries.present_status import present_status

_WORDS = {severity.rank: severity.value for severity in Severity}


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item as a line; dates as YYYY-MM-DD, empty where there is none."""

    id: str
    name: str
    kind: str
    status: str
    source: str
    source_id: str
    controls: str
    severity: str
    native_severity: str
    rating: str
    adjusted_rating: str
    detected: str
    scheduled: str
    due: str
    completed: str
    overdue: bool
    closure_candidate: bool
    open_occurrences: int
    assets: int
    responsible: str

    def as_json(self) -> dict[str, object]:
        """Return the line as a JSON object."""
        return asdict(self)


def item_lines(system_id: int, as_of: date) -> list[ItemLine]:
    """Return the items of a system by number, in one statement."""
    return [_line(item, as_of) for item in Item.objects.filter(system_id=system_id).order_by("number")]


def _line(item: Item, as_of: date) -> ItemLine:
    due = None if item.due_order == UNDATED else item.due_order
    status = present_status(item, as_of)
    opened = status in OPEN_STATUSES
    return ItemLine(
        id=item.identifier,
        name=item.name or item.title,
        kind=item.kind,
        status=status.value,
        source=item.source_kind,
        source_id=item.source_id,
        controls=item.controls,
        severity=_WORDS[item.severity],
        native_severity=item.native_severity,
        rating=item.original_risk,
        adjusted_rating=item.adjusted_risk,
        detected=_day(item.detected_on),
        scheduled=_day(item.scheduled_on),
        due=_day(due),
        completed=_day(item.completed_on),
        overdue=opened
        and is_overdue(due, completed=item.completed_on, as_of=as_of, excused_until=item.excused_until),
        closure_candidate=opened and item.open_count == 0 and item.known_count > 0,
        open_occurrences=item.open_count,
        assets=item.asset_count,
        responsible=item.responsible,
    )


def _day(value: date | None) -> str:
    return f"{value:%Y-%m-%d}" if value else ""
