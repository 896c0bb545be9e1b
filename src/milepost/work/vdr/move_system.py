"""Moving a system from FedRAMP's POA&M to its vulnerability rules of 2026, with all items and their history.

Identifiers, detection dates, plans, decisions and evidence stay as they are. The versions that an item was
opened under stay beside the new one, and due dates that held before are kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from django.db import transaction

from milepost.authorities import newest_profile
from milepost.authorities.by_profile import levels_of
from milepost.authorities.profiles import profile_of
from milepost.domain.errors import NotAllowed, StateConflict, WrongUse
from milepost.domain.item import OPEN_STATUSES
from milepost.domain.problem import Problem
from milepost.domain.profile import Profile
from milepost.records.items import Item, ItemChange
from milepost.records.systems import System
from milepost.work import finding_systems
from milepost.work.due_dates import Cause, recompute_systems
from milepost.work.obligations.profile_keys import moved
from milepost.work.own_profiles import own_profiles
from milepost.work.recording import recorded
from milepost.work.vdr.missing_facts import missing_facts
from milepost.work.vdr.system_class import VDR

_REV5 = "fedramp-rev5"
_CLASS_OF = {"li-saas": "B", "low": "B", "moderate": "C", "high": "D"}
"""The class whose baseline is that of the impact level without CA-5 (Consolidated Rules 2026, baselines)."""
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Move:
    """What is asked: the system, the day from which, its class, who moves it, and whether it is a preview."""

    system: str
    on: date
    system_class: str
    person: str
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class DateMoved:
    """An item whose due date is another one now."""

    item: str
    before: date | None
    after: date | None


@dataclass(frozen=True, slots=True)
class Moved:
    """The receipt: from what to what, how many items came along, which dates changed, what is missing.

    `remarks` do not hinder the move; `missing` does, and is empty unless this is a preview.
    """

    system: str
    before: str
    after: str
    items: int
    open_items: int
    dates: tuple[DateMoved, ...]
    missing: tuple[Problem, ...] = ()
    remarks: tuple[str, ...] = ()


def move_to_vdr(move: Move, *, as_of: date) -> Moved:
    """Move a system, all in one transaction; a preview does the same and takes it all back.

    Raises:
        RecordMissing: there is no such system.
        WrongUse: the class is none, nobody is named, or the rules are not in force on that day.
        StateConflict: the system does not answer to FedRAMP Rev. 5 first.
        NotAllowed: items lack what the rules want to be reported of them.
    """
    own = own_profiles()
    wanted = _class(move)
    if move.on > as_of:
        raise WrongUse(f"{move.on} is to come", fix="move it on that day, or preview with --dry-run --as-of")
    profile = profile_of(VDR, on=move.on, own=own)
    with recorded("move_to_vdr", person=move.person, as_of=as_of) as told:
        system = finding_systems.locked(move.system)
        if _REV5 not in newest_profile(system.authority, own=own).lineage:
            what = f"it answers to {system.authority}, not to {_REV5}"
            raise StateConflict(what, where=system.name, fix="only a system with FedRAMP's POA&M can move")
        items = list(Item.objects.filter(system=system).order_by("number"))
        missing = missing_facts(items, wanted, move.on)
        if missing and not move.dry_run:
            raise _refused(system, missing)
        done = _moved(system, items, move, profile, as_of)
        told.about(system, system.name)
        told.tell(on=move.on, items=done.items, dates=done.dates)
        told.changed("authority", done.before, done.after)
        if move.dry_run:
            transaction.set_rollback(True)
    return replace(done, missing=tuple(missing))


def _class(move: Move) -> str:
    if not move.person.strip():
        raise WrongUse("nobody is named who moves it", fix="give --person")
    wanted = move.system_class.upper()
    levels = levels_of(frozenset({VDR}))
    if wanted not in levels:
        raise WrongUse(f"{move.system_class} is no class", fix=f"use one of {', '.join(levels)}")
    return wanted


def _refused(system: System, missing: Sequence[Problem]) -> NotAllowed:
    named = "; ".join(f"{each.where}: {each.what}" for each in missing[:_SHOWN])
    more = f"; and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
    what = f"facts are missing ({len(missing)}): {named}{more}"
    return NotAllowed(what, where=system.name, fix="the list is in the preview: --dry-run")


def _moved(system: System, items: Sequence[Item], move: Move, profile: Profile, as_of: date) -> Moved:
    before = f"{system.authority}, {system.impact}"
    usual = _CLASS_OF.get(system.impact)
    remarks = () if usual == move.system_class.upper() else (_other_class(system.impact, usual),)
    dates = {item.pk: item.rule_due_on for item in items}
    reason = f"{system.name} moved from {system.authority} to {profile.key} on {move.on:%Y-%m-%d}"
    system.obligations.filter(profile=VDR).delete()
    system.authority, system.impact = VDR, move.system_class.upper()
    system.save(update_fields=["authority", "impact"])
    own = own_profiles()
    at = datetime.combine(as_of, time(), tzinfo=UTC)
    changes = []
    for item in items:
        held, item.opened_under = item.opened_under, moved(item.opened_under, profile.key, own=own)
        changes.append(
            ItemChange(
                item=item,
                at=at,
                person=move.person,
                field="opened_under",
                before=held,
                after=item.opened_under,
                reason=reason,
                decides=True,
            )
        )
    ItemChange.objects.bulk_create(changes, batch_size=500)
    Item.objects.bulk_update(items, ["opened_under"], batch_size=500)
    recompute_systems([system], Cause(reason, as_of))
    opened = [item for item in items if item.status in OPEN_STATUSES]
    after = dict(Item.objects.filter(system=system).values_list("pk", "rule_due_on"))
    changed = tuple(
        DateMoved(item.identifier, dates[item.pk], after[item.pk])
        for item in items
        if dates[item.pk] != after[item.pk]
    )
    now = f"{profile.key}, class {system.impact}"
    return Moved(system.name, before, now, len(items), len(opened), changed, remarks=remarks)


def _other_class(impact: str, usual: str | None) -> str:
    return f"the baseline of {impact} is that of class {usual or 'unknown'}; the class given was taken"
