"""What dates follow from, gathered for many items at once: a fixed number of statements for any number."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from milepost.domain.circumstances import (
    Circumstances,
    DateKind,
    Evaluation,
    KnownVulnerability,
    Place,
    SetDate,
)
from milepost.domain.item import OPEN_STATUSES, DeviationState, SourceKind
from milepost.domain.rating import Rating
from milepost.domain.severity import Severity
from milepost.records import bulk
from milepost.records.circumstances.choice import Choice
from milepost.records.circumstances.places import exposure, places_of
from milepost.records.circumstances.vulnerabilities import named, of_weaknesses
from milepost.records.circumstances.zones import local_instant

_OPEN: Final = ", ".join(f"'{status}'" for status in sorted(OPEN_STATUSES))
_COLUMNS: Final = (
    "id, system_id, detected_on, rating, severity, source_kind, scheduled_on, opened_on, kev_due_on, cves,"
    " rule_due_on, rule_due_by, excused_until, opened_under, vendor_dependency, vendor_checked_on, plan,"
    " lapses_on"
)
_CVE: Final = re.compile(r"CVE-\d{4}-\d{4,}", re.IGNORECASE)


class _Row(NamedTuple):
    """An item as the statement finds it; days come as text from one database and as dates from the other."""

    id: int
    system_id: int
    detected_on: date | str
    rating: str
    severity: int
    source_kind: str
    scheduled_on: date | str | None
    opened_on: date | str
    kev_due_on: date | str | None
    cves: str
    rule_due_on: date | str | None
    rule_due_by: str
    excused_until: date | str | None
    opened_under: str
    vendor_dependency: bool | int
    vendor_checked_on: date | str | None
    plan: str
    lapses_on: date | str | None


class Held(NamedTuple):
    """The result that an item has now: its date, the rule that gave it, and until when it is excused."""

    due_on: date | None
    due_by: str
    excused_until: date | None


@dataclass(frozen=True, slots=True)
class Subject:
    """An item as the computing of dates needs it; `vendor` tells whether and when a vendor was asked.

    `carried_until` is the last day of an accepted risk or an operational requirement. Items are equal whose
    dates follow from the same, as thousands do that one scan has opened.
    """

    id: int = field(compare=False)
    held: Held = field(compare=False)
    system_id: int
    opened_on: date
    opened_under: str
    plan: str
    vendor: tuple[bool, date | None]
    carried_until: date | None
    found: Circumstances


def gather(choice: Choice, zones: Mapping[int, str], *, only_open: bool = True) -> Iterator[Subject]:
    """Yield the items of a choice, open ones or all, with everything that their dates follow from."""
    known = of_weaknesses(choice)
    places = places_of(choice, known, zones)
    standing = f"status IN ({_OPEN}) AND " if only_open else ""
    rows = [
        _Row._make(row)
        for row in bulk.select(
            f"SELECT {_COLUMNS} FROM records_item WHERE {standing}{choice.column} IN ({{}})", choice.keys
        )
    ]
    written = named({cve for row in rows for cve in _cves(row.cves)})
    said = _Said(_dates(choice), _evaluations(choice, zones), _extensions(choice))
    for row in rows:
        vulnerabilities = (*known.by_item.get(row.id, ()), *(written[cve] for cve in _cves(row.cves)))
        yield _subject(row, vulnerabilities, places.get(row.id, ()), said)


class _Said(NamedTuple):
    """What people said of items: dates from outside, the last evaluation, the last approved extension."""

    dates: Mapping[int, list[SetDate]]
    evaluations: Mapping[int, Evaluation]
    extensions: Mapping[int, date]


def _subject(
    row: _Row,
    vulnerabilities: tuple[KnownVulnerability, ...],
    places: Sequence[Place],
    said: _Said,
) -> Subject:
    found = Circumstances(
        detected_on=_day(row.detected_on),
        rating=Rating(row.rating),
        critical=row.severity == Severity.CRITICAL.rank,
        penetration_test=row.source_kind == SourceKind.PENETRATION_TEST,
        exposed=exposure(places),
        vulnerabilities=_with_said(vulnerabilities, _optional(row.kev_due_on)),
        places=tuple(places),
        evaluation=said.evaluations.get(row.id),
        dates=tuple(said.dates.get(row.id, ())),
        planned_on=_optional(row.scheduled_on),
        extended_to=said.extensions.get(row.id),
    )
    held = Held(_optional(row.rule_due_on), row.rule_due_by, _optional(row.excused_until))
    vendor = (bool(row.vendor_dependency), _optional(row.vendor_checked_on))
    return Subject(
        row.id,
        held,
        row.system_id,
        _day(row.opened_on),
        row.opened_under,
        row.plan,
        vendor,
        _optional(row.lapses_on),
        found,
    )


def _with_said(
    vulnerabilities: tuple[KnownVulnerability, ...], kev_due_on: date | None
) -> tuple[KnownVulnerability, ...]:
    """Add CISA's date as a tool or a person said it, unless the catalog itself says the same."""
    if kev_due_on is None or any(each.kev_due_on == kev_due_on for each in vulnerabilities):
        return vulnerabilities
    return (*vulnerabilities, KnownVulnerability("", kev_due_on=kev_due_on))


def _cves(text: str) -> list[str]:
    return [cve.upper() for cve in _CVE.findall(text)] if text else []


def _dates(choice: Choice) -> dict[int, list[SetDate]]:
    """Return the dates set from outside by item; of one kind the last that was set counts."""
    rows: Iterator[bulk.Found] = bulk.select(
        'SELECT d.item_id, d.kind, d."on", d.source FROM records_itemdate d'
        f" JOIN records_item i ON i.id = d.item_id WHERE i.{choice.column} IN ({{}})",
        choice.keys,
    )
    last: dict[tuple[int, str], SetDate] = {}
    for item_id, kind, on, source in rows:
        last[item_id, kind] = SetDate(DateKind(kind), _day(on), source)
    found: dict[int, list[SetDate]] = defaultdict(list)
    for (item_id, _), each in last.items():
        found[item_id].append(each)
    return found


def _evaluations(choice: Choice, zones: Mapping[int, str]) -> dict[int, Evaluation]:
    """Return the last evaluation of each item that has one."""
    rows: Iterator[bulk.Found] = bulk.select(
        "SELECT i.id, i.system_id, e.evaluated_at, e.impact, e.internet_reachable, e.likely_exploitable"
        " FROM records_itemevaluation e JOIN records_item i ON i.id = e.item_id"
        f" WHERE i.{choice.column} IN ({{}})",
        choice.keys,
    )
    found: dict[int, Evaluation] = {}
    for item_id, system_id, at, impact, reachable, exploitable in rows:
        each = Evaluation(
            local_instant(at, zones[system_id]),
            impact,
            internet_reachable=bool(reachable),
            likely_exploitable=bool(exploitable),
        )
        held = found.get(item_id)
        if held is None or held.evaluated_at <= each.evaluated_at:
            found[item_id] = each
    return found


def _extensions(choice: Choice) -> dict[int, date]:
    """Return the date of the last approved extension of each item that has one."""
    rows: Iterator[bulk.Found] = bulk.select(
        "SELECT e.item_id, e.new_on FROM records_extension e JOIN records_item i ON i.id = e.item_id"
        f" WHERE e.state = '{DeviationState.APPROVED}' AND i.{choice.column} IN ({{}})"
        " ORDER BY e.decided_on, e.id",
        choice.keys,
    )
    return {item_id: _day(new_on) for item_id, new_on in rows}


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _optional(value: date | str | None) -> date | None:
    return None if value is None else _day(value)
