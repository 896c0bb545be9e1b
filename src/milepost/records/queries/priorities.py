"""Open items with everything that their priority follows from: the same few statements for any number."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final, NamedTuple

from milepost.domain import acceptance
from milepost.domain.item import LAPSING_STATUSES, OPEN_STATUSES, ItemStatus, ResourceKind
from milepost.records import bulk
from milepost.records.items import UNDATED

_OPEN: Final = "i.status IN ({})".format(", ".join(f"'{status}'" for status in sorted(OPEN_STATUSES)))
_CVE: Final = re.compile(r"CVE-\d{4}-\d{4,}", re.IGNORECASE)


class Published(NamedTuple):
    """What is published of an item's CVEs: the worst EPSS of them, and the first day in CISA's catalog."""

    epss: float | None = None
    epss_percentile: float | None = None
    kev_added_on: date | None = None

    def joined(self, other: "Published") -> "Published":
        """Return the worst of both."""
        added = [day for day in (self.kev_added_on, other.kev_added_on) if day is not None]
        return Published(
            _larger(self.epss, other.epss),
            _larger(self.epss_percentile, other.epss_percentile),
            min(added, default=None),
        )


class OpenItem(NamedTuple):
    """An open item; `impact` as somebody wrote it, `hours` of people's work where any are planned.

    `status` is the one that counts on the day: what was decided for a time comes back by itself.
    `excused_until` is the last day on which it is not late whatever its date.
    """

    identifier: str
    title: str
    status: str
    rating: str
    impact: str
    due_on: date | None
    excused_until: date | None
    responsible: str
    hours: float | None
    known_exploited: bool
    epss: float | None
    epss_percentile: float | None


class _Row(NamedTuple):
    """An item as the statement finds it; days come as text from one database and as dates from the other."""

    id: int
    identifier: str
    title: str
    status: str
    rating: str
    impact: str
    due_order: date | str
    excused_until: date | str | None
    responsible: str
    lapses_on: date | str | None
    resumes: str
    kev_due_on: date | str | None
    cves: str


def open_items(system_id: int, as_of: date) -> Iterator[OpenItem]:
    """Yield the open items of a system, in no particular order."""
    hours = _hours(system_id)
    published = _published(system_id)
    rows = list(map(_Row._make, bulk.rows(_ITEMS, system_id)))
    written = _written({cve for row in rows for cve in _cves(row.cves)})
    for row in rows:
        known = published.get(row.id, _NOTHING)
        for cve in _cves(row.cves):
            known = known.joined(written.get(cve, _NOTHING))
        yield _item(row, hours.get(row.id), known, as_of)


_NOTHING: Final = Published()
_ITEMS: Final = (
    "SELECT i.id, i.identifier, CASE WHEN i.name = '' THEN i.title ELSE i.name END, i.status, i.rating,"
    " i.impact, i.due_order, i.excused_until, i.responsible, i.lapses_on, i.resumes, i.kev_due_on, i.cves"
    f" FROM records_item i WHERE i.system_id = %s AND {_OPEN}"
)
_HOURS: Final = (
    "SELECT r.item_id, sum(r.hours) FROM records_resource r JOIN records_item i ON i.id = r.item_id"
    f" WHERE i.system_id = %s AND {_OPEN} AND r.kind = %s AND r.hours IS NOT NULL GROUP BY r.item_id"
)
_PUBLISHED: Final = (
    "SELECT s.item_id, max(k.epss), max(k.epss_percentile), min(k.kev_added_on) FROM records_itemscope s"
    " JOIN records_item i ON i.id = s.item_id JOIN records_weaknesscve n ON n.weakness_id = s.weakness_id"
    f" JOIN records_knowncve k ON k.cve = n.cve WHERE i.system_id = %s AND {_OPEN} GROUP BY s.item_id"
)


def _hours(system_id: int) -> dict[int, float]:
    rows: Iterable[bulk.Found] = bulk.rows(_HOURS, system_id, ResourceKind.PEOPLE.value)
    return {item_id: float(hours) for item_id, hours in rows}


def _published(system_id: int) -> dict[int, Published]:
    rows: Iterable[bulk.Found] = bulk.rows(_PUBLISHED, system_id)
    return {item_id: _known(*values) for item_id, *values in rows}


def _written(cves: Iterable[str]) -> Mapping[str, Published]:
    """Return what is published of CVEs that people wrote down themselves."""
    rows: Iterable[bulk.Found] = bulk.select(
        "SELECT cve, epss, epss_percentile, kev_added_on FROM records_knowncve WHERE cve IN ({})",
        sorted(cves),
    )
    return {cve: _known(*values) for cve, *values in rows}


def _known(epss: float | None, percentile: float | None, added_on: date | str | None) -> Published:
    return Published(epss, percentile, _day(added_on))


def _item(row: _Row, hours: float | None, known: Published, as_of: date) -> OpenItem:
    due = _day(row.due_order)
    listed = known.kev_added_on is not None and known.kev_added_on <= as_of
    return OpenItem(
        identifier=row.identifier,
        title=row.title,
        status=_present(row, as_of),
        rating=row.rating,
        impact=row.impact,
        due_on=None if due == UNDATED else due,
        excused_until=_day(row.excused_until),
        responsible=row.responsible,
        hours=hours,
        known_exploited=row.kev_due_on is not None or listed,
        epss=known.epss,
        epss_percentile=known.epss_percentile,
    )


def _present(row: _Row, as_of: date) -> str:
    if row.status not in LAPSING_STATUSES:
        return row.status
    resumes = ItemStatus(row.resumes or ItemStatus.OPEN)
    return acceptance.present_status(ItemStatus(row.status), _day(row.lapses_on), resumes, as_of)


def _cves(text: str) -> list[str]:
    return [cve.upper() for cve in _CVE.findall(text)] if text else []


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _larger(one: float | None, other: float | None) -> float | None:
    return max((each for each in (one, other) if each is not None), default=None)
