"""FedRAMP's 2026 vulnerability reports as documents among others: recognised, read, written, redacted."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from milepost.authorities.documents.contract import Writing, Written
from milepost.authorities.fedramp_vdr.disclosure import withheld
from milepost.authorities.fedramp_vdr.members import CARRIED
from milepost.authorities.fedramp_vdr.report_kinds import KINDS, PACKAGE, Kind
from milepost.authorities.fedramp_vdr.report_reading import read_report
from milepost.authorities.fedramp_vdr.report_writing import report_tree
from milepost.authorities.fedramp_vdr.values import Node
from milepost.authorities.oscal.json_text import read_json, written_json
from milepost.authorities.sheets.saving import saved
from milepost.domain.plan_document import PlanDocument
from milepost.domain.problem import Problem

_HEAD: Final = 1 << 16
_LISTS: Final = frozenset(name for each in KINDS.values() for name in (each.active, each.accepted) if name)


@dataclass(frozen=True, slots=True)
class VulnerabilityReport:
    """A report: `vdt`, `avi` or `mrh`.

    The options are `uri` (of the Certification Package Overview), `from`, `to`, `generated-at` (instants) and
    `audience` (agency, public).
    """

    report: str
    suffix: str = ".json"
    carries: frozenset[str] = CARRIED

    @property
    def kind(self) -> Kind:
        """Which report it is."""
        return KINDS[self.report]

    @property
    def name(self) -> str:
        """The short name; see `PlanFormat.name`."""
        return f"vdr-{self.report}"

    @property
    def title(self) -> str:
        """The name for people."""
        return self.kind.title

    def recognises(self, path: Path) -> bool:
        """Tell by the lists that a JSON object has; see `PlanFormat.recognises`."""
        try:
            with path.open("rb") as file:
                head = file.read(_HEAD)
            plain = head.removeprefix(b"\xef\xbb\xbf").lstrip()
            if not plain.startswith(b"{") or not any(each.encode() in head for each in (PACKAGE, *_LISTS)):
                return False
            found = msgspec.json.decode(
                path.read_bytes().removeprefix(b"\xef\xbb\xbf"), type=dict[str, msgspec.Raw]
            )
        except (OSError, msgspec.MsgspecError, ValueError, RecursionError):
            return False
        lists = {name for name in _LISTS & found.keys() if bytes(found[name]).startswith(b"[")}
        return PACKAGE in found and lists == {self.kind.active, self.kind.accepted} - {""}

    def read(self, path: Path, name: str) -> PlanDocument:
        """Read a report; see `PlanFormat.read`."""
        return read_report(read_json(path, name), self.kind, name, self.name)

    def write(self, plan: PlanDocument, out: Path, writing: Writing) -> Written:
        """Write a report, into the base where there is one; see `PlanFormat.write`."""
        tree, problems = self.tree(plan, writing)
        with saved(out) as file:
            file.write(written_json(tree))
        return Written(counts_of(tree, self.kind), tuple(problems))

    def tree(self, plan: PlanDocument, writing: Writing) -> tuple[Node, list[Problem]]:
        """Return what would be written, and what of the plan is not in it.

        Raises:
            NotAllowed: something that FedRAMP's schema demands is not said.
            WrongUse: there is no such audience.
        """
        base = writing.base
        earlier = read_json(base, base.name) if base else None
        tree, problems = report_tree(plan, self.kind, writing, earlier)
        return withheld(tree, self.kind, writing.choices.get("audience", "agency")), problems


def counts_of(tree: Node, kind: Kind) -> dict[str, int]:
    """Return how many vulnerabilities stand on each list of a report."""
    lists = {name: tree.get(name) for name in (kind.active, kind.accepted) if name}
    return {name: len(found) for name, found in lists.items() if isinstance(found, list)}
