"""OSCAL assessment results in any notation, as a document that is read and never written."""

from pathlib import Path
from typing import Final

from milepost.authorities.documents.contract import Writing, Written
from milepost.authorities.oscal.document import HEAD, Tree, uncollected
from milepost.authorities.oscal.items import CARRIED
from milepost.authorities.oscal.json_text import read_json
from milepost.authorities.oscal.results import read_results
from milepost.authorities.oscal.structure import RESULTS, ROOT
from milepost.authorities.oscal.xml_document import load_xml
from milepost.authorities.oscal.yaml_text import read_yaml
from milepost.domain.errors import NotAllowed
from milepost.domain.plan_document import PlanDocument

_BOM: Final = b"\xef\xbb\xbf"
_ZIP: Final = b"PK"


class OscalResults:
    """The format: JSON, XML and YAML are told apart by their first character."""

    name = "oscal-results"
    title = "OSCAL assessment results"
    suffix = ".json"
    carries = CARRIED

    def recognises(self, path: Path) -> bool:
        """Tell by the beginning of a file; see `PlanFormat.recognises`."""
        head = _head(path)
        return RESULTS.encode() in head and ROOT.encode() not in head and not head.startswith(_ZIP)

    def read(self, path: Path, name: str) -> PlanDocument:
        """Read findings and risks; see `PlanFormat.read`."""
        with uncollected():
            tree, problems = _loaded(path, name)
            plan = read_results(tree, name, self.name)
        plan.problems = [*problems, *plan.problems]
        return plan

    def write(self, plan: PlanDocument, out: Path, writing: Writing) -> Written:
        """Refuse: nobody but the assessor states what an assessment found.

        Raises:
            NotAllowed: always.
        """
        del plan, writing
        what = "assessment results are the assessor's statement (NIST OSCAL, assessment-results model)"
        raise NotAllowed(
            what, where=out.name, fix="write the plan instead: oscal-json, oscal-xml, oscal-yaml"
        )


FORMAT = OscalResults()


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEAD).removeprefix(_BOM).lstrip()
    except OSError:
        return b""


def _loaded(path: Path, name: str) -> Tree:
    first = _head(path)[:1]
    if first == b"{":
        return read_json(path, name), []
    return load_xml(path, name, RESULTS) if first == b"<" else read_yaml(path, name, RESULTS)
