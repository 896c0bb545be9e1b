"""The one transaction of a verb, and its one event in the ledger; verbs inside other verbs add to theirs."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Final

import msgspec
from django.db import transaction

from milepost.ledger import acting, chain
from milepost.ledger.canonical import Content
from milepost.ledger.events import INSTALLATION, Deed, chain_of
from milepost.records.imports import Import
from milepost.records.items import Item
from milepost.records.systems import System
from milepost.work.lifecycle.versions import item_version

_LONGEST_SUBJECT: Final = 500
_LONGEST_NAME: Final = 200
_EMPTY: Final[tuple[object, ...]] = ("", None, [], {})


@dataclass(slots=True)
class Told:
    """What a verb tells of itself while it runs; the first system and person that are named count."""

    verb: str
    person: str
    as_of: date | None
    system_id: int | None = None
    subjects: list[str] = field(default_factory=list)
    items: dict[int, Item] = field(default_factory=dict)
    steps: dict[str, Content] = field(default_factory=dict)
    changes: list[Content] = field(default_factory=list)
    facts: dict[str, Content] = field(default_factory=dict)
    reason: str = ""
    idle: bool = False

    def about(self, system: System, subject: str = "") -> None:
        """Name the system, and what in it."""
        if self.system_id is None:
            self.system_id = system.pk
        if subject and subject not in self.subjects:
            self.subjects.append(subject)

    def about_item(self, item: Item) -> None:
        """Name an item; its version after the verb goes into the event."""
        own = self.system_id in {None, item.system_id}
        self.about(item.system, item.identifier if own else f"{item.system.name}: {item.identifier}")
        self.items[item.pk] = item

    def tell(self, **facts: object) -> None:
        """Say what people entered or what came of it; what is empty is left out."""
        self.idle = False
        plain = {name: msgspec.to_builtins(value, enc_hook=str) for name, value in facts.items()}
        self.facts |= {name: _exact(value) for name, value in plain.items() if value not in _EMPTY}

    def took(self, step: str, given: object) -> None:
        """Say which step of the lifecycle was taken, and what a person brought to it."""
        self.idle = False
        said = msgspec.to_builtins(given, enc_hook=str)
        self.steps[step] = {name: value for name, value in said.items() if value not in _EMPTY}

    def changed(self, name: str, before: object, after: object, item: str = "") -> None:
        """Say which field changed, from what to what."""
        self.idle = False
        change: dict[str, Content] = {"field": name, "old": _shown(before), "new": _shown(after)}
        self.changes.append(change | ({"item": item} if item else {}))

    def imported(self, record: Import, *opened: str) -> None:
        """Say which file was taken in, and what it brought, counted; never each finding."""
        self.about(record.system, f"import {record.pk}")
        self.tell(
            file=record.file_name,
            sha256=record.sha256,
            format=record.format,
            bundle=record.bundle_id,
            counts=record.counts,
            taken_as_clean=record.taken_as_clean,
            opened=list(opened),
        )

    def undid(self, record: Import, number: int, removed: Sequence[str]) -> None:
        """Say which import was taken back, and which items went with it."""
        self.about(record.system, f"import {number}")
        self.changed("import", f"{record.file_name}, SHA-256 {record.sha256}", "", f"import {number}")
        self.changed("items", ", ".join(removed), "")

    def nothing(self) -> None:
        """Say that nothing was changed, if nothing was: then nothing is written down either."""
        self.idle = not self.facts and not self.changes


_telling: ContextVar[Told | None] = ContextVar("telling", default=None)


@contextmanager
def recorded(
    verb: str, *, person: str = "", as_of: date | None = None, system: System | None = None
) -> Iterator[Told]:
    """Run a verb in one transaction with one event: both stay, or neither.

    A refusal, a preview that is rolled back and a verb that says it did nothing leave no event.
    """
    outer = _telling.get()
    told = outer or Told(verb, person, as_of)
    if system is not None:
        told.about(system)
    with transaction.atomic():
        if outer is not None:
            yield told
            return
        token = _telling.set(told)
        try:
            yield told
        finally:
            _telling.reset(token)
        if not told.idle and not transaction.get_rollback():
            _append(told)


def telling() -> Told:
    """Return what the present verb tells; outside of one it goes nowhere."""
    return _telling.get() or Told("", "", None)


def _append(told: Told) -> None:
    who = acting.present()
    at = who.now() if who.now else datetime.combine(told.as_of or date.min, time(), UTC)
    content: dict[str, Content] = {
        "account": who.account,
        "as_of": told.as_of.isoformat() if told.as_of else "",
        "reason": told.reason,
        "changes": told.changes,
        "facts": told.facts,
        "steps": told.steps,
        "versions": _versions(told),
    }
    chain.append(
        Deed(
            chain=INSTALLATION if told.system_id is None else chain_of(told.system_id),
            verb=told.verb,
            subject=", ".join(told.subjects)[:_LONGEST_SUBJECT],
            actor=(told.person or who.account)[:_LONGEST_NAME],
            via=who.via,
            at=at,
            content={name: value for name, value in content.items() if value not in _EMPTY},
        )
    )


def _versions(told: Told) -> Mapping[str, Content]:
    """Return the SHA-256 of each item that a person changed, as it stands after the verb."""
    present = Item.objects.select_related("system").in_bulk(told.items)
    return {item.identifier: item_version(item) for item in present.values()}


def _shown(value: object) -> str:
    return "" if value is None else str(value)


def _exact(value: Content) -> Content:
    """Write fractions as text: they are not the same in every reader of JSON."""
    if isinstance(value, dict):
        return {name: _exact(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_exact(each) for each in value]
    return str(value) if isinstance(value, float) else value
