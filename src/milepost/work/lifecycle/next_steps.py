"""What can be done with an item now, by whom, and what has to happen before the rest."""

from dataclasses import dataclass
from datetime import date

from milepost.authorities.profiles import profile_of
from milepost.domain import lifecycle
from milepost.domain.acceptance import Counted, counted
from milepost.domain.case import Request
from milepost.domain.deadline import is_overdue
from milepost.domain.errors import WrongUse
from milepost.domain.item import OPEN_STATUSES, ItemStatus
from milepost.domain.lifecycle import NextStep
from milepost.domain.status_names import label_of
from milepost.records.items import UNDATED, Item
from milepost.work import finding_items
from milepost.work.lifecycle.cases import case_of
from milepost.work.own_profiles import own_profiles


@dataclass(frozen=True, slots=True)
class Outlook:
    """How an item stands on a day, what the authority calls that, what waits, and what can be done.

    `lapsed` tells that an accepted risk or operational requirement has come back by itself. `final` says why
    nothing leads on, where nothing does.
    """

    identifier: str
    status: ItemStatus
    label: str
    lapsed: bool
    lapses_on: date | None
    counts: Counted
    pending: tuple[Request, ...]
    steps: tuple[NextStep, ...]
    final: str
    roles_kept: bool

    def as_json(self) -> dict[str, object]:
        """Return the document that `milepost item next --json` prints."""
        return {
            "item": self.identifier,
            "status": self.status.value,
            "label": self.label,
            "lapsed": self.lapsed,
            "lapses_on": self.lapses_on,
            "counts_as_open": {"open": self.counts.open, "reason": self.counts.reason},
            "pending": [
                {"kind": each.kind.value, "by": each.by, "on": each.on, "until": each.until}
                for each in self.pending
            ],
            "steps": [_step(each) for each in self.steps],
            "final": self.final,
            "roles_kept": self.roles_kept,
        }


def next_steps(identifier: str, *, as_of: date, system: str = "") -> Outlook:
    """Return how an item stands and every step from there.

    Raises:
        RecordMissing: there is no such item.
    """
    return outlook_of(finding_items.by_identifier(identifier, system), as_of)


def outlook_of(item: Item, as_of: date) -> Outlook:
    """Return how an item stands and every step from there."""
    case = case_of(item, as_of)
    steps = lifecycle.next_steps(case, as_of)
    due = None if item.due_order == UNDATED else item.due_order
    overdue = case.status in OPEN_STATUSES and is_overdue(due, completed=item.completed_on, as_of=as_of)
    return Outlook(
        identifier=item.identifier,
        status=case.status,
        label=_label(item, case.status, case.requests, as_of, overdue=overdue),
        lapsed=case.status != item.status,
        lapses_on=case.lapses_on,
        counts=counted(case.status, case.rules),
        pending=case.requests,
        steps=steps,
        final=lifecycle.finality(case.status),
        roles_kept=case.roles_kept,
    )


def _label(
    item: Item, status: ItemStatus, requests: tuple[Request, ...], as_of: date, *, overdue: bool
) -> str:
    try:
        profile = profile_of(item.system.authority, on=as_of, own=own_profiles())
    except WrongUse:
        return ""
    return label_of(status, profile, overdue=overdue, pending=[each.kind for each in requests])


def _step(each: NextStep) -> dict[str, object]:
    return {
        "step": each.transition.name,
        "title": each.transition.title,
        "ready": each.ready,
        "who": list(each.roles),
        "not": list(each.barred),
        "missing": [
            {"reason": ruling.reason, "fix": ruling.way_out, "citation": str(ruling.citation)}
            for ruling in each.missing
        ],
        "brings": list(each.brings),
        "effect": each.transition.effect,
    }
