"""The contract of a document format: how a plan is recognised, read and written, and what it can carry."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import NamedTuple, Protocol, runtime_checkable

from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import PlanItem
from milepost.domain.problem import Problem

_NOT_CARRIED = frozenset(
    {"sheet", "row", "texts", "notes", "finding_key", "last_update", "poc", "status_label", "source_type"}
)
"""Fields that say how an item was read, or repeat another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """How a document is to be written.

    `as_of` is the day that it speaks of. `base` is the user's own template or an earlier export: whatever
    the plan does not say stays in it untouched. `choices` are the format's own options by name (`version`).
    """

    as_of: date
    base: Path | None = None
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: how many items by list or sheet, and what could not be written as it is."""

    counts: Mapping[str, int]
    problems: tuple[Problem, ...] = ()


class Loss(NamedTuple):
    """A field of the plan that a format cannot carry: how many items say it, and the first of them."""

    field: str
    items: int
    example: str


@runtime_checkable
class PlanFormat(Protocol):
    """A document format: one module in the folder of its authority, one line in the list.

    Reading what was written gives the same plan in all fields that it carries; writing a plan into the very
    document that it was read from changes nothing but what the plan changed.
    """

    @property
    def name(self) -> str:
        """The short name, as commands take it: `emass`, `oscal-json`."""

    @property
    def title(self) -> str:
        """The name for people."""

    @property
    def suffix(self) -> str:
        """The ending of its files, with the dot."""

    @property
    def carries(self) -> frozenset[str]:
        """The fields of `PlanItem` that it can say."""

    def recognises(self, path: Path) -> bool:
        """Tell by content alone whether a file is such a document."""

    def read(self, path: Path, name: str) -> PlanDocument:
        """Read a document; `name` is how people know the file.

        Raises:
            InputRefused: it cannot be taken; the message names sheet and cell, or the path in the data.
        """

    def write(self, plan: PlanDocument, out: Path, writing: Writing) -> Written:
        """Write a plan; nothing is left behind where it fails.

        Raises:
            InputRefused: the base is no such document.
            NotAllowed: a rule of the authority forbids it; the message names rule and source.
        """


def losses(plan: PlanDocument, target: PlanFormat) -> list[Loss]:
    """Return what a format cannot carry of a plan, to be told before it is written."""
    counts: Counter[str] = Counter()
    first: dict[str, str] = {}
    for item in plan.items:
        for name in _said(item):
            if name not in target.carries:
                counts[name] += 1
                first.setdefault(name, item.id)
    return [Loss(name, count, first[name]) for name, count in counts.most_common()]


def _said(item: PlanItem) -> Iterator[str]:
    for each in fields(PlanItem):
        if each.name not in _NOT_CARRIED and getattr(item, each.name) not in ("", None, (), [], False):
            yield each.name
