"""A scanner that raises its own rating: under FedRAMP the rating that counts follows, without a request.

The raised rating follows from what the tools say now and what the first report said, so the order in which
scans come in makes no difference, and an import that is taken back takes it with it. The scheduled date stays
as it was planned; the due date follows from the rating that counts.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time
from typing import Final, NamedTuple

from milepost.authorities.fedramp.risk_adjustment import RatingChange, needs_no_request
from milepost.domain.item import OPEN_STATUSES, DeviationKind, DeviationState
from milepost.domain.rating import Rating
from milepost.domain.ruling import Ruling
from milepost.records import bulk
from milepost.records.items import Item, ItemChange
from milepost.records.systems import System
from milepost.work.obligations.system_terms import SystemTerms
from milepost.work.opening import severity_of
from milepost.work.rescheduling import Cause
from milepost.work.terms import Authorities

_ROWS: Final = (
    "SELECT id, status, severity, original_risk, adjusted_risk, opened_under, opened_on FROM records_item"
    " WHERE first_seen IS NOT NULL AND original_risk <> '' AND id IN ({})"
)
_DECIDED: Final = (
    "SELECT DISTINCT item_id FROM records_itemchange"
    " WHERE person <> '' AND field = 'adjusted_risk' AND item_id IN ({})"
)
_FEDRAMP: Final = "fedramp-rev5"


class _Row(NamedTuple):
    """An item as the statement finds it; days come as text from one database and as dates from the other."""

    id: int
    status: str
    severity: int
    original_risk: str
    adjusted_risk: str
    opened_under: str
    opened_on: date | str


def follow_raised_ratings(
    system: System, item_ids: Collection[int], cause: Cause | None, terms: SystemTerms | None = None
) -> None:
    """Let open items have the rating that their scanners raised, and lose it where none rates so any more.

    What a person decided of the rating stays. Without a cause nothing is written to the history. `terms` are
    what the system answers to, where they are known.
    """
    rows = map(_Row._make, bulk.select(_ROWS, sorted(item_ids)))
    found = [row for row in rows if row.status in OPEN_STATUSES]
    raised = _raised(system, found, terms or SystemTerms([system]))
    changed = [row for row in found if row.adjusted_risk != raised.get(row.id, "")]
    decided = {item_id for (item_id,) in bulk.select(_DECIDED, sorted(row.id for row in changed))}
    _write([(row, raised.get(row.id, "")) for row in changed if row.id not in decided], cause)


def raised_by_scanner(item: Item) -> Ruling | None:
    """Return why an adjusted rating needs no request: the scanner raised its own; None where it does not."""
    original, adjusted = Rating(item.original_risk), Rating(item.adjusted_risk)
    if Rating.NONE in {original, adjusted} or adjusted.rank <= original.rank or item.first_seen is None:
        return None
    approved = item.deviations.filter(kind=DeviationKind.RISK_ADJUSTMENT, state=DeviationState.APPROVED)
    if approved.exists():
        return None
    return needs_no_request(RatingChange(original, adjusted), by_scanner=True)


def _raised(system: System, rows: Iterable[_Row], terms: SystemTerms) -> dict[int, str]:
    """Return the rating of each item of FedRAMP whose scanners rate it higher than the first report did."""
    known = Authorities(system, terms.own)
    rated: dict[tuple[str, int], Rating] = {}
    raised: dict[int, str] = {}
    for row in rows:
        key = (row.opened_under, row.severity)
        if key not in rated:
            rated[key] = known.of(row.opened_under).rate(severity_of(row.severity)).rating
        rating = rated[key]
        if rating == row.original_risk or rating is Rating.NONE:
            continue
        lineage = terms.of(system.pk, row.opened_under, _day(row.opened_on))[0].lineage
        if _FEDRAMP in lineage and _is_raise(Rating(row.original_risk), rating):
            raised[row.id] = rating.value
    return raised


def _is_raise(original: Rating, rating: Rating) -> bool:
    change = RatingChange(original, rating)
    return change.steps_down < 0 and needs_no_request(change, by_scanner=True).allowed


def _write(changes: Collection[tuple[_Row, str]], cause: Cause | None) -> None:
    bulk.update("records_item", ("adjusted_risk",), ("text",), [(rating, row.id) for row, rating in changes])
    if cause is None:
        return
    at = datetime.combine(cause.as_of, time(), tzinfo=UTC)
    alike = bulk.columns_of(ItemChange(at=at, field="adjusted_risk", source_import=cause.import_id))
    own = ("item_id", "before", "after", "reason")
    shared = {name: value for name, value in alike.items() if name not in {"id", *own}}
    entries = [
        (*shared.values(), row.id, row.adjusted_risk, rating, _reason(row, rating)) for row, rating in changes
    ]
    bulk.insert("records_itemchange", (*shared, *own), entries)


def _reason(row: _Row, rating: str) -> str:
    if rating:
        return f"the scanner raised its own rating to {rating}"
    return f"no scanner rates it above {row.original_risk} any more"


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
