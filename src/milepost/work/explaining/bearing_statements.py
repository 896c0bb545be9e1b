"""What suppliers and analysts state of an item's vulnerabilities, and whether it is about what is here."""

from collections.abc import Sequence
from dataclasses import dataclass

from milepost.domain.bearing import Judged, Match, PlaceOfWeakness, judge, latest
from milepost.domain.statement import Statement, StatementStatus
from milepost.records.items import Item
from milepost.records.queries.statements import StatementRow, places_of_weaknesses, statements_on
from milepost.work import finding_items

_EXCUSING = {StatementStatus.NOT_AFFECTED, StatementStatus.FALSE_POSITIVE}


@dataclass(frozen=True, slots=True)
class Bearing:
    """A statement that holds of an item: how it bears on it, at how many of its open places, and why.

    `evidence` tells whether it can back a request for a false positive.
    """

    statement: Statement
    import_id: int
    file_name: str
    match: Match
    reason: str
    places: int
    evidence: bool

    @property
    def origin(self) -> str:
        """The document that states it."""
        return self.statement.document or self.file_name

    @property
    def words(self) -> str:
        """The statement in one line."""
        said = self.statement
        status = said.status.replace("_", " ")
        by = f" by {said.author}" if said.author else ""
        on = f" on {said.stated_at:%Y-%m-%d}" if said.stated_at else ""
        because = f" ({said.justification.replace('_', ' ')})" if said.justification else ""
        return f"{status}{because}, stated{by}{on}"


def statements_about(identifier: str, system: str) -> list[Bearing]:
    """Return what bears on the item of a system with this identifier.

    Raises:
        RecordMissing: there is no such item.
    """
    return bearing_on(finding_items.by_identifier(identifier, system))


def bearing_on(item: Item) -> list[Bearing]:
    """Return the latest statement about each product that bears on an item or may do so.

    What is plainly about other products is left out.
    """
    rows = statements_on(item.pk)
    if not rows:
        return []
    held = latest(row.statement for row in rows)
    places = places_of_weaknesses(item.pk) or [PlaceOfWeakness("", "", "", "")]
    found = [_bearing(row, places) for row in rows if any(row.statement is each for each in held)]
    return [each for each in found if each.match is not Match.OTHER_PRODUCT]


def _bearing(row: StatementRow, places: Sequence[PlaceOfWeakness]) -> Bearing:
    judged = [judge(row.statement, place) for place in places]
    best = min(judged, key=_distance)
    return Bearing(
        row.statement,
        row.import_id,
        row.file_name,
        best.match,
        best.reason,
        sum(each.match is Match.SAME for each in judged),
        best.match is Match.SAME and row.statement.status in _EXCUSING,
    )


def _distance(judged: Judged) -> int:
    return list(Match).index(judged.match)
