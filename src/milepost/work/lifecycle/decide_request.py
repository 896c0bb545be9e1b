"""Deciding any request by its kind: plan, later date, accepted risk, deviation, transfer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from milepost.domain.errors import RecordMissing
from milepost.domain.item import DeviationKind, RequestKind
from milepost.records.items import Item
from milepost.work import finding_items
from milepost.work.deviate import decide_deviation, pending
from milepost.work.lifecycle.accept_risk import decide_acceptance
from milepost.work.lifecycle.extend import decide_extension
from milepost.work.lifecycle.submit_plan import decide_plan
from milepost.work.lifecycle.transfer_item import decide_transfer


@dataclass(frozen=True, slots=True)
class Decision:
    """A yes or no to the request of a kind that waits on an item, by whom and why."""

    identifier: str
    kind: RequestKind
    approve: bool
    person: str
    reason: str = ""
    system: str = ""


def decide_request(decision: Decision, *, as_of: date) -> Item:
    """Decide a request; return the item, or the one that goes on after a transfer.

    Raises:
        RecordMissing: no request of this kind waits on the item.
        StateConflict: the item does not stand so that it could be decided.
        NotAllowed: the person may not decide it, or gives no reason for a no that needs one.
    """
    return _BY_KIND.get(decision.kind, _deviation)(decision, as_of)


def _plan(decision: Decision, as_of: date) -> Item:
    return decide_plan(
        decision.identifier,
        approve=decision.approve,
        person=decision.person,
        as_of=as_of,
        system=decision.system,
        reason=decision.reason,
    )


def _extension(decision: Decision, as_of: date) -> Item:
    return decide_extension(
        decision.identifier,
        approve=decision.approve,
        person=decision.person,
        as_of=as_of,
        system=decision.system,
        reason=decision.reason,
    )


def _acceptance(decision: Decision, as_of: date) -> Item:
    return decide_acceptance(
        decision.identifier,
        approve=decision.approve,
        person=decision.person,
        as_of=as_of,
        system=decision.system,
        reason=decision.reason,
    )


def _transfer(decision: Decision, as_of: date) -> Item:
    return decide_transfer(
        decision.identifier,
        accept=decision.approve,
        person=decision.person,
        as_of=as_of,
        system=decision.system,
        reason=decision.reason,
    )


def _deviation(decision: Decision, as_of: date) -> Item:
    item = finding_items.by_identifier(decision.identifier, decision.system)
    request = pending(item, DeviationKind(decision.kind.value))
    if request is None:
        raise RecordMissing(
            f"{decision.identifier} has no pending request of this kind", fix="request it first"
        )
    decide_deviation(
        request, approve=decision.approve, person=decision.person, as_of=as_of, reason=decision.reason
    )
    item.refresh_from_db()
    return item


_BY_KIND: Final[dict[RequestKind, Callable[[Decision, date], Item]]] = {
    RequestKind.PLAN: _plan,
    RequestKind.EXTENSION: _extension,
    RequestKind.RISK_ACCEPTANCE: _acceptance,
    RequestKind.TRANSFER: _transfer,
}
