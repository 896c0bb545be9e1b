"""What became of a POA&M since last month: against last month's workbook, and why, from the history."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from milepost.authorities.documents import read_document
from milepost.authorities.documents.comparing import Comparison, compare_plans
from milepost.domain.errors import DamagedInput, RecordMissing
from milepost.domain.item import ENDED_STATUSES
from milepost.records.items import Item, ItemChange
from milepost.records.systems import System
from milepost.work.conmon.manifest import MANIFEST, digest_of, entries_of

_SHOWN = 200


class Event(NamedTuple):
    """A change of an item in the month: who made it, when and why; the person is empty for an import."""

    item: str
    field: str
    before: str
    after: str
    on: date
    person: str
    reason: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A month's difference: items new and ended in the register, every change, the workbooks compared.

    `previous` names last month's workbook; `compared` is None where none was given.
    """

    first: date
    last: date
    opened: tuple[str, ...]
    ended: tuple[str, ...]
    events: tuple[Event, ...]
    previous: str = ""
    compared: Comparison | None = None


def difference_of(system: System, first: date, last: date) -> Difference:
    """Return what the register's history says of some days, both included."""
    found = ItemChange.objects.filter(item__system=system, at__date__gte=first, at__date__lte=last)
    changes = found.select_related("item").order_by("item__number", "at", "id")
    opened = Item.objects.filter(system=system, opened_on__gte=first, opened_on__lte=last)
    ended = Item.objects.filter(system=system, status__in=ENDED_STATUSES)
    ended = ended.filter(status_on__gte=first, status_on__lte=last)
    return Difference(
        first,
        last,
        tuple(opened.order_by("number").values_list("identifier", flat=True)),
        tuple(ended.order_by("number").values_list("identifier", flat=True)),
        tuple(_event(each) for each in changes),
    )


def _event(change: ItemChange) -> Event:
    said = (change.field, change.before, change.after, change.at.date(), change.person, change.reason)
    return Event(change.item.identifier, *said)


def previous_workbook(previous: Path) -> Path:
    """Return last month's workbook: the file itself, or the POA&M of a package, whose hash must be right.

    Raises:
        RecordMissing: the folder holds no package with a POA&M.
        DamagedInput: the workbook is not the one in the package's manifest.
    """
    if not previous.is_dir():
        return previous
    entry = next((each for each in entries_of(previous) if each.kind == "poam"), None)
    if entry is None or not (previous / entry.name).is_file():
        what = f"the folder holds no {MANIFEST} with a POA&M workbook"
        raise RecordMissing(what, where=str(previous), fix="give last month's package, or its workbook")
    path = previous / entry.name
    if digest_of(path) != entry.sha256:
        what = f"it is not the workbook that {MANIFEST} names: its SHA-256 differs"
        raise DamagedInput(what, where=str(path), fix="give the package as it was sent")
    return path


def compared(previous: Path, present: Path) -> Comparison:
    """Compare last month's workbook with this month's.

    Raises:
        InputRefused: last month's cannot be read.
    """
    return compare_plans(read_document(previous), read_document(present))


def difference_json(found: Difference) -> str:
    """Return the difference as JSON."""
    document: dict[str, object] = {
        "first": found.first.isoformat(),
        "last": found.last.isoformat(),
        "opened": found.opened,
        "ended": found.ended,
        "changes": [each._asdict() for each in found.events],
        "previous": found.previous or None,
    }
    if found.compared:
        document["compared"] = _compared_json(found.compared)
    return json.dumps(document, default=str, ensure_ascii=False, indent=2) + "\n"


def _compared_json(found: Comparison) -> dict[str, object]:
    return {
        "new": found.new,
        "gone": found.gone,
        "same": found.same,
        "changed": [
            {
                "item": each.item,
                "fields": [
                    {"field": d.field, "before": d.before, "after": d.after} for d in each.differences
                ],
            }
            for each in found.changed
        ],
        "faults": [
            {
                "item": each.item,
                "fault": each.fault.value,
                "detail": each.detail,
                "citation": str(each.citation),
            }
            for each in found.faults
        ],
    }


def difference_text(found: Difference) -> str:
    """Return the difference in Markdown: what is new, ended and changed, each change with its reason."""
    lines = [f"# What changed from {found.first} to {found.last}", ""]
    lines += [f"- {len(found.opened)} items opened: {_listed(found.opened)}"]
    lines += [f"- {len(found.ended)} items ended: {_listed(found.ended)}"]
    lines += ["", "## Changes and their reasons", "", *(_changes(found.events) or ["None."])]
    if found.compared:
        lines += ["", f"## Against {found.previous}", "", *_against(found.compared, found.events)]
    return "\n".join(lines).rstrip() + "\n"


def _listed(names: Sequence[str]) -> str:
    rest = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return (", ".join(names[:_SHOWN]) + rest) or "none"


def _changes(events: Iterable[Event]) -> list[str]:
    return [
        f"- {each.item}, {each.field.replace('_', ' ')}: {each.before or '(none)'} -> "
        f"{each.after or '(none)'}, {_why(each)}"
        for each in events
    ]


def _why(event: Event) -> str:
    by = event.person or "an import"
    return f"{event.on} by {by}" + (f": {event.reason}" if event.reason else "")


def _against(found: Comparison, events: Sequence[Event]) -> Iterator[str]:
    numbers = f"{len(found.new)} new, {len(found.gone)} gone, {len(found.changed)} changed"
    yield f"{numbers}, {found.same} the same."
    yield ""
    yield from (f"- fault: {e.item}: {e.fault}, {e.detail} ({e.citation})" for e in found.faults)
    yield f"- new: {_listed(found.new)}"
    yield f"- gone: {_listed(found.gone)}"
    reasons = _reasons(events)
    for each in found.changed:
        yield f"- {each.item} {each.title}".rstrip()
        for one in each.differences:
            words = f"{one.field.replace('_', ' ')}: {one.before or '(none)'} -> {one.after or '(none)'}"
            yield f"    - {words}"
        if each.item in reasons:
            yield f"    - why: {reasons[each.item]}"


def _reasons(events: Sequence[Event]) -> Mapping[str, str]:
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for each in events:
        found[each.item][_why(each)] = None
    return {item: "; ".join(whys) for item, whys in found.items()}
