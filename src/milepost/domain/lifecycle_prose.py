"""The lifecycle in words for readers: docs/rules/lifecycle.md, made from the table.

`python -m milepost.domain.lifecycle_prose > docs/rules/lifecycle.md` writes it anew.
"""

import sys
from collections.abc import Iterable, Iterator

from milepost.domain.guards import Concern
from milepost.domain.item import ENDED_STATUSES, ItemStatus
from milepost.domain.roles import ROLE_TITLES
from milepost.domain.transition import Move, Transition
from milepost.domain.transitions import FINAL, TRANSITIONS

_HEAD = """# The lifecycle of an item

Made from the table in `src/milepost/domain/transitions.py`; change its rows in `steps/` beside it. Who takes
a step, from which status, on which conditions, and what follows. "Delayed" is no status: it is computed from
dates, every time. A request that waits for a decision is none either: the item stays where it is, and open,
meanwhile.

Where a system keeps roles (`milepost system role`), whoever decides holds a fitting one on that day. Where it
keeps none, people only have to be different. Who is nothing but an administrator or an auditor there takes
no step at all. Profiles may name other approvers and second signatures, by different people.
"""
_WORDS = {
    ItemStatus.DRAFT: "found and not yet taken on the plan, or sent back for a better plan",
    ItemStatus.OPEN: "on the plan; the clock runs from detection",
    ItemStatus.PLAN_REVIEW: "the plan is submitted, and somebody else decides on it",
    ItemStatus.IN_PROGRESS: "worked on",
    ItemStatus.REMEDIATED: "reported as fixed, with evidence; not yet verified",
    ItemStatus.VERIFIED: "verified by somebody who did not work on it; not yet closed",
    ItemStatus.RISK_ACCEPTED: "the authorizing official carries the risk up to a day; then it comes back",
    ItemStatus.OPERATIONAL_REQUIREMENT: "cannot be fixed without harm to operation; assessed again by a day",
    ItemStatus.CLOSED: "fixed, verified and closed, with a closing record",
    ItemStatus.FALSE_POSITIVE: "closed because there was nothing to fix, with a closing record",
    ItemStatus.MERGED: "carried on by another item of the system",
    ItemStatus.CANCELLED: "entered in error, or its system is gone",
    ItemStatus.TRANSFERRED: "carried on by an item of another system",
}


def lifecycle_prose() -> str:
    """Return the document as Markdown."""
    return "\n".join([_HEAD, *_statuses(), *_table(), *_steps()])


def _statuses() -> Iterator[str]:
    yield "## Statuses\n"
    yield "| status | what it means | open | what leads out of it |"
    yield "|---|---|---|---|"
    for status in ItemStatus:
        out = [each.title for each in TRANSITIONS if status in each.sources]
        way = f"final: {FINAL[status]}" if status in FINAL else f"{len(out)} steps"
        is_open = "no" if status in ENDED_STATUSES else "yes"
        yield f"| {_named(status)} | {_WORDS[status]} | {is_open} | {way} |"
    yield ""


def _table() -> Iterator[str]:
    yield "## Steps at a glance\n"
    yield "| step | from | to | who |"
    yield "|---|---|---|---|"
    for each in TRANSITIONS:
        start = ", ".join(_named(status) for status in ItemStatus if status in each.sources)
        yield f"| {each.title} | {start} | {_target(each)} | {_people(each)} |"
    yield ""


def _steps() -> Iterator[str]:
    yield "## Conditions and effects\n"
    for each in TRANSITIONS:
        yield f"### {each.title[0].upper()}{each.title[1:]}\n"
        for guard in each.guards:
            about = " (about the person)" if guard.concern is Concern.PERSON else ""
            yield f"- needs {guard.demand}{about} [{guard.citation}{_mark(verified=guard.verified)}]"
        if each.two_stage:
            yield "- needs a second signature for the severities that a profile names"
        yield f"- then {each.effect}"
        yield f"- source: {each.citation}{_mark(verified=each.verified)}\n"


def _target(each: Transition) -> str:
    if each.resumes:
        return "the status from before"
    return _named(each.to) if each.to else "stays"


def _people(each: Transition) -> str:
    if each.move is Move.LAPSE:
        return "nobody: by itself"
    names = _joined(ROLE_TITLES[role] for role in sorted(each.roles))
    return f"{names} (decides)" if each.decides else names


def _joined(names: Iterable[str]) -> str:
    return " or ".join(names)


def _named(status: ItemStatus) -> str:
    return status.replace("_", " ")


def _mark(*, verified: bool) -> str:
    return "" if verified else "; our own, unconfirmed"


if __name__ == "__main__":
    sys.stdout.write(lifecycle_prose())
