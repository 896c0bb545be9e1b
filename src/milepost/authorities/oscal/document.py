"""A plan of action and milestones of OSCAL in one of its three notations, as a document among others."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from milepost.authorities.documents.contract import Writing, Written
from milepost.authorities.oscal.items import CARRIED
from milepost.authorities.oscal.nodes import Node
from milepost.authorities.oscal.reading import read_tree
from milepost.authorities.oscal.structure import ROOT
from milepost.authorities.oscal.writing import written_tree
from milepost.authorities.sheets.saving import saved
from milepost.domain.plan_document import PlanDocument
from milepost.domain.problem import Problem

Tree = tuple[Node, list[Problem]]
HEAD: Final = 4096
"""The bytes of a file by which its format is told."""


@dataclass(frozen=True, slots=True)
class OscalPlan:
    """A notation: `signs` are what the beginning of a file has if it is in it.

    The options are `version` (1.0.4 to 1.2.3), `ssp` (where the system security plan lies), `marking` and
    `document-version`.
    """

    name: str
    title: str
    suffix: str
    signs: Callable[[bytes], bool]
    load: Callable[[Path, str], Tree]
    dump: Callable[[Node], bytes]
    patch: Callable[[Path, Node], bytes] | None = None
    told: Callable[[Node], list[Problem]] | None = None
    carries: frozenset[str] = CARRIED

    def recognises(self, path: Path) -> bool:
        """Tell by the beginning of a file; see `PlanFormat.recognises`."""
        try:
            with path.open("rb") as file:
                head = file.read(HEAD)
        except OSError:
            return False
        return ROOT.encode() in head and self.signs(head.removeprefix(b"\xef\xbb\xbf").lstrip())

    def read(self, path: Path, name: str) -> PlanDocument:
        """Read a plan; see `PlanFormat.read`."""
        with uncollected():
            tree, problems = self.load(path, name)
            plan = read_tree(tree, name, self.name)
        plan.problems = [*problems, *plan.problems]
        return plan

    def write(self, plan: PlanDocument, out: Path, writing: Writing) -> Written:
        """Write a plan, into the base where there is one; see `PlanFormat.write`."""
        with uncollected():
            data, written = self._written(plan, writing)
        with saved(out) as file:
            file.write(data)
        return written

    def _written(self, plan: PlanDocument, writing: Writing) -> tuple[bytes, Written]:
        template = writing.base
        earlier = self.load(template, template.name)[0] if template else None
        tree, written = written_tree(plan, writing, earlier, template.name if template else plan.name)
        data = self.patch(template, tree) if template and self.patch else self.dump(tree)
        told = self.told(tree) if self.told else []
        return data, Written(written.counts, (*written.problems, *told))


@contextmanager
def uncollected() -> Iterator[None]:
    """Pause the cyclic garbage collector: a tree has no cycles, and looking for them takes long.

    What was made meanwhile counts as old afterwards, so that it is not looked through at once.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.unfreeze()
        if enabled:
            gc.enable()
