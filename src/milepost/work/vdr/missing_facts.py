"""What items lack before a system can be reported under FedRAMP's vulnerability rules of 2026."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from milepost.authorities.fedramp_vdr.timeframes import evaluation_days
from milepost.domain.item import LAPSING_STATUSES, OPEN_STATUSES, DeviationState, ItemKind
from milepost.domain.problem import Problem
from milepost.records.deadlines import ItemEvaluation
from milepost.records.items import Item
from milepost.records.planning import Deviation
from milepost.records.requests import Acceptance


def missing_facts(items: Iterable[Item], system_class: str, on: date) -> list[Problem]:
    """Return what is missing: an evaluation whose time is over by then, or why a risk is accepted.

    What was detected so lately that the rules still leave time to evaluate it needs no evaluation yet
    (VER-TFR-EVU); an item that only gathers others needs none.
    """
    wanted = [item for item in items if item.status in OPEN_STATUSES and item.kind != ItemKind.CONSOLIDATED]
    ids = [item.pk for item in wanted]
    evaluated = set(ItemEvaluation.objects.filter(item__in=ids).values_list("item", flat=True))
    reasoned = _reasoned(ids)
    return [problem for item in wanted for problem in _missing(item, system_class, on, evaluated, reasoned)]


def _reasoned(ids: list[int]) -> set[int]:
    accepted = Acceptance.objects.filter(item__in=ids, state=DeviationState.APPROVED).exclude(reason="")
    approved = Deviation.objects.filter(item__in=ids, state=DeviationState.APPROVED).exclude(rationale="")
    return {
        *accepted.values_list("item", flat=True),
        *approved.values_list("item", flat=True),
    }


def _missing(
    item: Item, system_class: str, on: date, evaluated: set[int], reasoned: set[int]
) -> Iterator[Problem]:
    name = item.identifier
    due = item.detected_on + timedelta(days=evaluation_days(system_class))
    if item.pk not in evaluated and due < on:
        what = f"it is not evaluated, and was to be by {due:%Y-%m-%d} (VER-TFR-EVU)"
        yield Problem(name, what, f"milepost item evaluate {name} --impact 1..5 …")
    if item.status in LAPSING_STATUSES and item.pk not in reasoned:
        what = "it is accepted, and nobody said why (VER-RPT-AVI)"
        yield Problem(name, what, "ask for the acceptance again with its reason")
