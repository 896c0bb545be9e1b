"""Assessment results of an assessor are read as findings, whatever their notation."""

import json
from datetime import date
from pathlib import Path

import jsonschema_rs
import pytest

from milepost.authorities.documents import read_document, recognised_format
from milepost.authorities.documents.contract import Writing
from milepost.authorities.oscal.results_document import FORMAT
from milepost.domain.errors import NotAllowed
from milepost.domain.plan_item import State
from tests.samples import sample

FINDING, OTHER, PASSED = (f"{number}0000000-0000-4000-8000-000000000000" for number in (1, 2, 3))
SEEN, RISK, FIXED = (f"{number}0000000-0000-4000-8000-000000000000" for number in (4, 5, 6))
ASSESSOR, HOST, TOOL = (f"{number}0000000-0000-4000-8000-000000000000" for number in (7, 8, 9))


OBSERVATION = {
    "uuid": SEEN,
    "description": "Forty accounts of people who left are active.",
    "methods": ["TEST"],
    "types": ["finding"],
    "origins": [{"actors": [{"type": "tool", "actor-uuid": TOOL}]}],
    "subjects": [{"subject-uuid": HOST, "type": "inventory-item"}],
    "relevant-evidence": [{"href": "https://example.com/accounts.csv", "description": "The list"}],
    "collected": "2026-03-02T09:00:00Z",
}
OPEN_RISK = {
    "uuid": RISK,
    "title": "Accounts are not reviewed",
    "description": "Nobody looks at accounts.",
    "statement": "Former staff can log in.",
    "status": "open",
    "deadline": "2026-09-01T00:00:00Z",
    "characterizations": [
        {
            "origin": {"actors": [{"type": "party", "actor-uuid": ASSESSOR}]},
            "facets": [{"name": "risk", "system": "https://fedramp.gov", "value": "high"}],
        }
    ],
}
FIXED_RISK = {
    "uuid": FIXED,
    "title": "A password was known",
    "description": "Changed while the assessment ran.",
    "statement": "It could be used.",
    "status": "closed",
}
METADATA = {
    "title": "Assessment of Harbor",
    "last-modified": "2026-03-05T00:00:00Z",
    "version": "1",
    "oscal-version": "1.1.3",
    "parties": [{"uuid": ASSESSOR, "type": "organization", "name": "Example Assessors"}],
}


def of(identifier: str, title: str, target: str, state: str) -> dict[str, object]:
    """Return a finding about an objective."""
    return {
        "uuid": identifier,
        "title": title,
        "description": f"{title}.",
        "origins": [{"actors": [{"type": "party", "actor-uuid": ASSESSOR}]}],
        "target": {"type": "objective-id", "target-id": target, "status": {"state": state}},
    }


def results() -> dict[str, object]:
    """Return a finding with all that belongs to it, a bare one, a satisfied one and a corrected risk."""
    whole = of(FINDING, "Accounts are not reviewed", "ac-2.3_obj.a", "not-satisfied")
    whole["related-observations"] = [{"observation-uuid": SEEN}]
    whole["related-risks"] = [{"risk-uuid": RISK}]
    software = {"type": "software", "status": {"state": "operational"}}
    result = {
        "uuid": "a0000000-0000-4000-8000-000000000000",
        "title": "First look",
        "description": "All of it.",
        "start": "2026-03-01T00:00:00Z",
        "end": "2026-03-04T00:00:00Z",
        "local-definitions": {
            "components": [{"uuid": TOOL, "title": "Auditor 3", "description": "A tool.", **software}],
            "inventory-items": [{"uuid": HOST, "description": "directory-1"}],
        },
        "reviewed-controls": {"control-selections": [{"include-all": {}}]},
        "observations": [OBSERVATION],
        "risks": [OPEN_RISK, FIXED_RISK],
        "findings": [
            whole,
            of(OTHER, "No plan is tested", "cp-4_obj", "not-satisfied"),
            of(PASSED, "Media are marked", "mp-3_obj", "satisfied"),
        ],
    }
    return {
        "assessment-results": {
            "uuid": "b0000000-0000-4000-8000-000000000000",
            "metadata": METADATA,
            "import-ap": {"href": "plan.json"},
            "results": [result],
        }
    }


def written(folder: Path, document: dict[str, object] | None = None) -> Path:
    """Write results as JSON and return the file."""
    path = folder / "results.json"
    path.write_text(json.dumps(document or results()))
    return path


def test_a_finding_is_an_item_with_its_risk_and_observations(tmp_path: Path) -> None:
    """Control, asset, tool, evidence, rating, dates and statement come from the objects it relates to."""
    item = read_document(written(tmp_path)).items[0]
    assert (item.id, item.title, item.controls) == (FINDING, "Accounts are not reviewed", ("AC-2(3)",))
    assert (item.source_ref, item.source_details) == ("ac-2.3_obj.a", "objective-id ac-2.3_obj.a")
    assert (item.source_text, item.assets) == ("Auditor 3", ("directory-1",))
    assert (item.raw_severity, item.impact_description) == ("High", "Former staff can log in.")
    assert (item.identified_date, item.scheduled_date) == (date(2026, 3, 2), date(2026, 9, 1))
    assert item.supporting_documents == ("https://example.com/accounts.csv",)
    assert item.status is State.PLANNED


def test_a_finding_without_risk_is_an_item_too(tmp_path: Path) -> None:
    """It is open, of the control of its objective, and its source is who stands behind it."""
    item = read_document(written(tmp_path)).items[1]
    assert (item.id, item.controls, item.status) == (OTHER, ("CP-4",), State.PLANNED)
    assert (item.source_type, item.source_text) == ("assessment", "Example Assessors")


def test_what_is_satisfied_is_counted_and_a_corrected_risk_is_closed(tmp_path: Path) -> None:
    """The satisfied finding is no item; the risk that nothing open names is one, closed."""
    found = read_document(written(tmp_path))
    assert found.facts["satisfied"] == "1"
    assert [(each.id, each.status) for each in found.items[2:]] == [(FIXED, State.CLOSED_COMPLETED)]
    assert found.problems == []


def test_what_is_wrong_is_told_with_its_place(tmp_path: Path) -> None:
    """An unknown property and a reference to nothing are told with their JSON paths."""
    text = json.dumps(results()).replace('"target":', '"x-odd": 1, "target":', 1)
    path = tmp_path / "results.json"
    path.write_text(text.replace(f'"risk-uuid": "{RISK}"', f'"risk-uuid": "{HOST}"'))
    told = {each.where.partition(", ")[2]: each.what for each in read_document(path).problems}
    finding = "assessment-results.results[0].findings[0]"
    assert "knows no x-odd" in told[f"{finding}.x-odd"]
    assert told[f"{finding}.related-risks[0].risk-uuid"] == f"no risk has the uuid {HOST}"


XML = f"""<?xml version="1.0"?>
<assessment-results xmlns="http://csrc.nist.gov/ns/oscal/1.0" uuid="b0000000-0000-4000-8000-000000000000">
 <metadata><title>Assessment</title><last-modified>2026-03-05T00:00:00Z</last-modified>
  <version>1</version><oscal-version>1.0.4</oscal-version></metadata>
 <import-ap href="plan.xml"/>
 <result uuid="a0000000-0000-4000-8000-000000000000"><title>First look</title>
  <description><p>All.</p></description>
  <start>2026-03-01T00:00:00Z</start>
  <reviewed-controls><control-selection><include-all/></control-selection></reviewed-controls>
  <observation uuid="{SEEN}"><description><p>Seen.</p></description><method>TEST</method>
   <collected>2026-03-02T09:00:00Z</collected></observation>
  <finding uuid="{FINDING}"><title>No plan is tested</title>
   <description><p>It is <em>old</em>.</p></description>
   <target type="statement-id" target-id="cp-4_smt.a"><status state="not-satisfied"/></target>
   <related-observation observation-uuid="{SEEN}"/></finding>
 </result>
</assessment-results>
"""
YAML = f"""assessment-results:
  uuid: b0000000-0000-4000-8000-000000000000
  metadata: {{title: Assessment, last-modified: "2026-03-05T00:00:00Z", version: 1, oscal-version: 1.2.3}}
  import-ap: {{href: plan.yaml}}
  results:
  - uuid: a0000000-0000-4000-8000-000000000000
    title: First look
    description: All.
    start: "2026-03-01T00:00:00Z"
    reviewed-controls: {{control-selections: [{{include-all: {{}}}}]}}
    observations:
    - {{uuid: {SEEN}, description: Seen., methods: [TEST], collected: "2026-03-02T09:00:00Z"}}
    findings:
    - uuid: {FINDING}
      title: No plan is tested
      description: It is *old*.
      target: {{type: statement-id, target-id: cp-4_smt.a, status: {{state: not-satisfied}}}}
      related-observations: [{{observation-uuid: {SEEN}}}]
"""


@pytest.mark.parametrize("text", [XML, YAML], ids=["xml", "yaml"])
def test_other_notations_say_the_same(text: str, tmp_path: Path) -> None:
    """XML and YAML are known by content and give the item that JSON would."""
    path = tmp_path / "results"
    path.write_text(text)
    assert recognised_format(path) is FORMAT
    (item,) = read_document(path).items
    assert (item.id, item.title, item.description) == (FINDING, "No plan is tested", "It is *old*.")
    assert (item.controls, item.identified_date) == (("CP-4",), date(2026, 3, 2))


def test_results_are_not_written(tmp_path: Path) -> None:
    """They are the assessor's statement: writing them is refused, and nothing is left behind."""
    out = tmp_path / "out.json"
    with pytest.raises(NotAllowed):
        FORMAT.write(read_document(written(tmp_path)), out, Writing(as_of=date(2026, 6, 1)))
    assert not out.exists()


def test_the_sample_is_what_the_schema_allows() -> None:
    """The document of these tests is valid by the official schema, so that they speak of real results."""
    schema = json.loads(sample("fedramp/oscal/schemas/oscal_complete_schema_v1.1.3.json").read_bytes())
    assert jsonschema_rs.validator_for(schema).is_valid(results())
