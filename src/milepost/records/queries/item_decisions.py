"""What was decided about an item, and what its closing rests on, as its page shows it."""

from datetime import date
from typing import NamedTuple

import msgspec

from milepost.records.closing import ClosingRecord, Fix
from milepost.records.items import Item
from milepost.records.requests import Acceptance, Extension, PlanSubmission, Transfer


class RequestView(NamedTuple):
    """A request with its decision; `particulars` are (name, text) of what it says beside the reason."""

    kind: str
    state: str
    reason: str
    particulars: tuple[tuple[str, str], ...]
    requested_on: date
    requested_by: str
    decided_on: date | None
    decided_by: str
    decision_reason: str


class FixView(NamedTuple):
    """A fix as it was reported, and what became of it: waits, verified, rejected, withdrawn."""

    outcome: str
    fixed_by: str
    fixed_on: date
    evidence: str
    done: str
    judged_by: str
    judged_on: date | None
    method: str
    remark: str


class ClosingView(NamedTuple):
    """The record of a closing; `departures` say in words where the work left the plan."""

    outcome: str
    closed_on: date
    closed_by: str
    fixed_on: date | None
    fixed_by: str
    done: str
    verified_on: date
    verified_by: str
    method: str
    remark: str
    departures: tuple[str, ...]
    evidence: tuple[str, ...]
    version: str


class TransferView(NamedTuple):
    """The other end of a transfer: the item there, and its system."""

    system_id: int
    system: str
    identifier: str


class Decisions(NamedTuple):
    """What was decided about an item, the latest first; `came_from`, `went_to` where it was handed over."""

    requests: list[RequestView]
    fixes: list[FixView]
    closings: list[ClosingView]
    came_from: TransferView | None
    went_to: TransferView | None


def decisions_on(system_id: int, identifier: str) -> Decisions:
    """Return what was decided about an item; nothing where there is no such item."""
    item = Item.objects.filter(system=system_id, identifier=identifier).first()
    if item is None:
        return Decisions([], [], [], None, None)
    requests = [*_plans(item), *_extensions(item), *_acceptances(item), *_transfers(item)]
    return Decisions(
        requests=sorted(requests, key=lambda each: each.requested_on, reverse=True),
        fixes=[_fix(row) for row in item.fixes.order_by("-pk")],
        closings=[_closing(row) for row in item.closings.order_by("-pk")],
        came_from=_came_from(item),
        went_to=_went_to(item),
    )


def _plans(item: Item) -> list[RequestView]:
    rows = PlanSubmission.objects.filter(item=item)
    return [_request("plan", row, ("version", row.version[:12])) for row in rows]


def _extensions(item: Item) -> list[RequestView]:
    rows = Extension.objects.filter(item=item)
    return [
        _request("extension", row, ("new date", f"{row.new_on}"), ("mitigations", row.mitigations))
        for row in rows
    ]


def _acceptances(item: Item) -> list[RequestView]:
    return [
        _request(
            "risk_acceptance",
            row,
            ("until", f"{row.expires_on}"),
            ("threat", row.threat),
            ("mitigations", row.mitigations),
            ("residual risk", row.residual_risk),
            ("came back on", f"{row.returned_on}" if row.returned_on else ""),
        )
        for row in Acceptance.objects.filter(item=item)
    ]


def _transfers(item: Item) -> list[RequestView]:
    rows = Transfer.objects.filter(item=item).select_related("receiver")
    return [_request("transfer", row, ("to", row.receiver.name)) for row in rows]


def _request(
    kind: str, row: PlanSubmission | Extension | Acceptance | Transfer, *particulars: tuple[str, str]
) -> RequestView:
    return RequestView(
        kind,
        row.state,
        row.reason,
        tuple((name, text) for name, text in particulars if text),
        row.requested_on,
        row.requested_by,
        row.decided_on,
        row.decided_by,
        row.decision_reason,
    )


def _fix(row: Fix) -> FixView:
    return FixView(
        row.outcome,
        row.fixed_by,
        row.fixed_on,
        row.evidence,
        row.done,
        row.judged_by,
        row.judged_on,
        row.method,
        row.remark,
    )


def _closing(row: ClosingRecord) -> ClosingView:
    return ClosingView(
        row.outcome,
        row.closed_on,
        row.closed_by,
        row.fixed_on,
        row.fixed_by,
        row.done,
        row.verified_on,
        row.verified_by,
        row.method,
        row.remark,
        tuple(msgspec.json.decode(row.departures, type=list[str])),
        tuple(msgspec.json.decode(row.evidence, type=list[str])),
        row.version,
    )


def _came_from(item: Item) -> TransferView | None:
    row = Transfer.objects.filter(taken_as=item).select_related("item__system").first()
    return _end(row.item) if row else None


def _went_to(item: Item) -> TransferView | None:
    row = Transfer.objects.filter(item=item).exclude(taken_as=None).select_related("taken_as__system").first()
    return _end(row.taken_as) if row and row.taken_as else None


def _end(item: Item) -> TransferView:
    return TransferView(item.system_id, item.system.name, item.identifier)
