"""What others say of an item's dates: a vendor's release, an advisory, a contract, an evaluation."""

from datetime import date, datetime

from milepost.domain.circumstances import DateKind, Evaluation
from milepost.domain.errors import WrongUse
from milepost.records.deadlines import ItemDate, ItemEvaluation
from milepost.records.items import Item
from milepost.work import item_history
from milepost.work.due_dates import Cause, recompute_items
from milepost.work.obligations.profile_keys import moved
from milepost.work.own_profiles import own_profiles
from milepost.work.recording import recorded

_IMPACTS = range(1, 6)


def set_date(item: Item, kind: DateKind, on: date, source: str, *, person: str, as_of: date) -> None:
    """Record a date that somebody else set for an item; a later record of the same kind takes its place.

    Raises:
        WrongUse: no source is named.
    """
    if not source.strip():
        raise WrongUse("a date from outside needs its source", fix="name the notice, contract or report")
    with recorded("set_date", person=person, as_of=as_of):
        ItemDate.objects.create(item=item, kind=kind, on=on, source=source, person=person, set_on=as_of)
        change = {str(kind): ("", f"{on:%Y-%m-%d}")}
        item_history.record(item, change, person=person, reason=source, as_of=as_of)
        recompute_items(item.system, [item.pk], Cause(f"{kind.replace('_', ' ')} date was set", as_of))


def evaluate_item(item: Item, evaluation: Evaluation, *, person: str, as_of: date, reason: str = "") -> None:
    """Record an evaluation by FedRAMP's rules of 2026 (VER-EVA): impact, reachability, exploitability.

    Raises:
        WrongUse: the impact is not 1 to 5, or the instant has no time zone.
    """
    if evaluation.impact not in _IMPACTS:
        raise WrongUse(f"{evaluation.impact} is no Potential Agency Impact", fix="give 1 to 5")
    if evaluation.evaluated_at.tzinfo is None:
        raise WrongUse("the instant of the evaluation has no time zone", fix="write it with Z or an offset")
    with recorded("evaluate_item", person=person, as_of=as_of):
        before = item.evaluations.last()
        ItemEvaluation.objects.create(
            item=item,
            evaluated_at=evaluation.evaluated_at,
            impact=evaluation.impact,
            internet_reachable=evaluation.internet_reachable,
            likely_exploitable=evaluation.likely_exploitable,
            reason=reason,
            person=person,
        )
        change = {"evaluation": (_words(before), _said(evaluation))}
        item_history.record(item, change, person=person, reason=reason, as_of=as_of)
        recompute_items(item.system, [item.pk], Cause("it was evaluated", as_of))


def move_to_version(item: Item, key: str, *, person: str, reason: str, as_of: date) -> None:
    """Let an item stand under another version of a profile than the one it was opened under.

    Raises:
        WrongUse: there is no such version, or no reason is given.
    """
    if not reason.strip():
        raise WrongUse("moving an item to another version needs a reason", fix="give it with --reason")
    with recorded("move_to_version", person=person, as_of=as_of):
        before, item.opened_under = item.opened_under, moved(item.opened_under, key, own=own_profiles())
        item.save(update_fields=["opened_under"])
        change = {"opened_under": (before, item.opened_under)}
        item_history.record(item, change, person=person, reason=reason, as_of=as_of)
        recompute_items(item.system, [item.pk], Cause(f"it was moved to {key}", as_of))


def _said(evaluation: Evaluation) -> str:
    reachable = "internet-reachable" if evaluation.internet_reachable else "not internet-reachable"
    exploitable = "likely exploitable" if evaluation.likely_exploitable else "not likely exploitable"
    return f"N{evaluation.impact}, {reachable}, {exploitable}"


def _words(held: ItemEvaluation | None) -> str:
    if held is None:
        return ""
    at: datetime = held.evaluated_at
    return _said(
        Evaluation(
            at,
            held.impact,
            internet_reachable=held.internet_reachable,
            likely_exploitable=held.likely_exploitable,
        )
    )
