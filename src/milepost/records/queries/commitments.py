"""What a system has asked for and promised: deviations and acceptances with their ends, money by year."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from milepost.domain.item import OPEN_STATUSES
from milepost.records import bulk

_CENT: Final = Decimal("0.01")


class Asked(NamedTuple):
    """How many requests of a kind stand in a state and end on a day; None: without an end."""

    kind: str
    state: str
    ends: date | None
    requests: int


class Money(NamedTuple):
    """What is planned to be spent in a fiscal year, on items that are open and on others (dollars)."""

    fiscal_year: int | None
    opened: Decimal
    ended: Decimal


class Commitments(NamedTuple):
    """Requests, money, and how many imports without a finding nobody has explained."""

    asked: tuple[Asked, ...]
    money: tuple[Money, ...]
    unanswered_imports: int


def commitments(system_id: int) -> Commitments:
    """Return everything with one statement."""
    opened = sorted(OPEN_STATUSES)
    values: list[bulk.Value] = [system_id, *opened, system_id, *opened, *opened, system_id, system_id]
    found = list(bulk.rows(_STATEMENT, *values))
    return Commitments(
        tuple(_asked(row) for row in found if row[0] == "asked"),
        tuple(_money([row for row in found if row[0] == "money"])),
        sum(row[4] for row in found if row[0] == "import"),
    )


def _asked(row: bulk.Found) -> Asked:
    return Asked(row[1], row[2], date.fromisoformat(row[3]) if row[3] else None, row[4])


def _money(rows: list[bulk.Found]) -> Iterator[Money]:
    for year in sorted({row[1] for row in rows}):
        sums = {row[2]: Decimal(row[3]).quantize(_CENT) for row in rows if row[1] == year}
        yield Money(int(year) if year else None, sums.get("open", Decimal(0)), sums.get("", Decimal(0)))


# SQLite begins with the table on the left of CROSS JOIN: few are asked for beside many items.
def _requests(table: str, kind: str, ends: str) -> str:
    return (
        f"SELECT 'asked', {kind}, r.state, CAST(r.{ends} AS text), count(*)"
        f" FROM {table} r CROSS JOIN records_item i WHERE i.id = r.item_id"
        f" AND i.system_id = %s AND i.status IN ({_OPEN}) GROUP BY 2, 3, 4"
    )


_OPEN = ", ".join(["%s"] * len(OPEN_STATUSES))
_MONEY = (
    "SELECT 'money', coalesce(CAST(r.fiscal_year AS text), ''),"
    f" CASE WHEN i.status IN ({_OPEN}) THEN 'open' ELSE '' END, CAST(sum(r.amount) AS text), count(*)"
    " FROM records_resource r CROSS JOIN records_item i WHERE i.id = r.item_id"
    " AND i.system_id = %s AND r.amount IS NOT NULL GROUP BY 2, 3"
)
_IMPORTS = (
    "SELECT 'import', '', '', '', count(*) FROM records_import WHERE system_id = %s AND NOT taken_as_clean"
)
_STATEMENT = " UNION ALL ".join(
    (
        _requests("records_deviation", "r.kind", "assess_on"),
        _requests("records_acceptance", "'risk_acceptance'", "expires_on"),
        _MONEY,
        _IMPORTS,
    )
)
