"""Where an item is found: the occurrences that it covers, on their assets, with first and last sight."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from django.db import connection

PAGE: Final = 50
"""Occurrences on a page of them."""
OUTPUT_SHOWN: Final = 1500
"""Characters shown of what a tool printed about an occurrence."""


class OccurrenceRow(NamedTuple):
    """One weakness at one place; `last_seen` while open is the last look that covered it.

    `output` is what the tool printed, at most `OUTPUT_SHOWN` characters of it (`output_cut`).
    """

    asset: str
    asset_kind: str
    source_id: str
    locator: str
    tool: str
    open: bool
    first_seen: datetime
    last_seen: datetime | None
    gone_at: datetime | None
    output: str
    output_cut: bool


class Places(NamedTuple):
    """The occurrences of an item: all counted, one page of them listed."""

    assets: int
    occurrences: int
    open: int
    rows: list[OccurrenceRow]
    page: int
    pages: int


COVERED: Final = (
    " FROM records_itemscope s JOIN records_occurrence o ON o.weakness_id = s.weakness_id"
    " WHERE s.item_id = %s AND (s.asset_id = o.asset_id OR (s.asset_id IS NULL AND NOT EXISTS ("
    "SELECT 1 FROM records_itemscope x WHERE x.weakness_id = o.weakness_id AND x.asset_id = o.asset_id)))"
)
"""The occurrences that an item covers: an asset's own scope comes before that of the whole system."""

_ROWS: Final = (
    "SELECT a.name, a.version, a.kind, w.source_id, p.locator, t.tool, p.open, p.first_seen, t.last_look,"
    " p.gone_at, g.output FROM (SELECT o.*"
    f"{COVERED}) p JOIN records_asset a ON a.id = p.asset_id JOIN records_weakness w ON w.id = p.weakness_id"
    " LEFT JOIN records_assessedscope t ON t.asset_id = p.asset_id AND t.scope = p.scope"
    f" LEFT JOIN (SELECT id, substr(output, 1, {OUTPUT_SHOWN + 1}) AS output FROM records_sighting) g"
    " ON g.id = p.sighting_id ORDER BY p.open DESC, a.name, w.source_id, p.locator, p.id LIMIT %s OFFSET %s"
)


def places_of(item_id: int, page: int = 1) -> Places:
    """Return a page of an item's occurrences, the open ones first; a page beyond the last is the last."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(DISTINCT o.asset_id), sum(CASE WHEN o.open THEN 1 ELSE 0 END)" + COVERED,
            [item_id],
        )
        occurrences, assets, opened = cursor.fetchone()
        pages = max(1, -(-occurrences // PAGE))
        page = min(max(page, 1), pages)
        cursor.execute(_ROWS, [item_id, PAGE, (page - 1) * PAGE])
        rows = [_row(row) for row in cursor.fetchall()]
    return Places(assets, occurrences, opened or 0, rows, page, pages)


def _row(row: Sequence[object]) -> OccurrenceRow:
    name, version, kind, source_id, locator, tool, is_open, first_seen, last_look, gone_at, output = row
    text = str(output or "")
    return OccurrenceRow(
        asset=f"{name}:{version}" if version else str(name),
        asset_kind=str(kind),
        source_id=str(source_id),
        locator=str(locator),
        tool=str(tool or ""),
        open=bool(is_open),
        first_seen=_instant(first_seen) or datetime.fromtimestamp(0, UTC),
        last_seen=_instant(last_look) if is_open else None,
        gone_at=_instant(gone_at),
        output=text[:OUTPUT_SHOWN],
        output_cut=len(text) > OUTPUT_SHOWN,
    )


def _instant(seconds: object) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None
