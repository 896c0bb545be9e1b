"""The official examples and schemas: read, written back unchanged, and valid in every version."""

import re
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from milepost.authorities.documents import recognised_format
from milepost.authorities.oscal.document import OscalPlan
from milepost.authorities.oscal.json_document import FORMAT as JSON
from milepost.authorities.oscal.xml_document import FORMAT as XML
from milepost.authorities.oscal.yaml_document import FORMAT as YAML
from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import PlanItem
from tests.authorities.oscal.plans import BARE, CLOSED, FULL, NOTATIONS, PLANS, as_json, plan, schema, written
from tests.samples import sample

pytestmark = pytest.mark.samples
EXAMPLES = "fedramp/oscal/examples"
FEDRAMP = "rev5-FedRAMP-POAM-OSCAL-Template"
IFA = "ifa_plan-of-action-and-milestones"
FILES = (
    f"{FEDRAMP}.json",
    f"{FEDRAMP}.xml",
    f"{FEDRAMP}.yaml",
    "rev4-FedRAMP-POAM-OSCAL-Template.json",
    f"{IFA}.json",
    f"{IFA}.xml",
    f"{IFA}.yaml",
    "AwesomeCloudPOAM2-schema-INVALID.xml",
    "fedramp-validation-test-poam.xml",
)
FORMS = {each.suffix: each for each in NOTATIONS}
SCHEMAS = ("1.0.4", "1.1.2", "1.1.3", "1.2.1", "1.2.3")


def filled(name: str, folder: Path) -> Path:
    """Return a copy of an example whose items are not called examples."""
    copy = folder / name
    copy.write_text(sample(f"{EXAMPLES}/{name}").read_text().replace("[EXAMPLE]", ""))
    return copy


def canonical(path: Path) -> bytes:
    """Return the canonical form of an XML file, comments and instructions included."""
    return etree.tostring(etree.parse(path), method="c14n", with_comments=True)


def valid_xml(path: Path) -> bool:
    """Tell whether an XML file is valid by the official schema of 1.2.3."""
    found = etree.parse(sample("fedramp/oscal/schemas/oscal_poam_schema_v1.2.3.xsd"))
    return etree.XMLSchema(found).validate(etree.parse(path))


@pytest.mark.parametrize("name", FILES)
def test_an_example_comes_back_unchanged(name: str, tmp_path: Path) -> None:
    """Path by path in JSON and YAML, canonically in XML; with its items and with them as mere examples."""
    for path in (filled(name, tmp_path), sample(f"{EXAMPLES}/{name}")):
        form = FORMS[path.suffix]
        assert recognised_format(path) is form
        again = written(form.read(path, name), tmp_path, form, earlier=path)
        if form is XML:
            assert canonical(again) == canonical(path)
        else:
            assert form.load(again, name)[0] == form.load(path, name)[0]


@pytest.mark.parametrize("name", [FEDRAMP, IFA])
def test_the_notations_say_the_same(name: str, tmp_path: Path) -> None:
    """JSON and YAML give the same tree, XML the same items, but for quotes that the twins escape."""
    as_read = [form.read(filled(f"{name}{form.suffix}", tmp_path), name) for form in NOTATIONS]
    told = [re.sub(r"\\+|\s+", "", "".join(map(repr, each.items)).replace("\\n", " ")) for each in as_read]
    if name == FEDRAMP:
        assert told[1] == told[0]
    trees = [form.load(sample(f"{EXAMPLES}/{name}{form.suffix}"), name)[0] for form in (JSON, YAML)]
    assert [each.id for each in as_read[0].items] == [each.id for each in as_read[1].items]
    if name == IFA:
        assert trees[0] == trees[1]


def test_fedramp_template(tmp_path: Path) -> None:
    """The second item of FedRAMP's template says what stands there."""
    item = JSON.read(filled(f"{FEDRAMP}.json", tmp_path), "plan").items[1]
    assert (item.id, item.title, item.controls) == ("V-2", "Vulnerability Title", ("AC-2",))
    assert (item.source_text, item.source_ref) == ("XYZ Vulnerability Scanning Tool", "VulID-001")
    assert (item.raw_severity, item.adjusted_severity, item.impact) == ("High", "Moderate", "High")
    assert (item.identified_date, item.scheduled_date) == (date(2020, 10, 10), date(2023, 5, 31))
    assert [(each.number, each.due) for each in item.milestones] == [
        (1, date(2023, 7, 2)),
        (2, date(2023, 7, 7)),
    ]
    assert [(each.number, each.on) for each in item.milestone_changes] == [
        (1, date(2020, 7, 2)),
        (0, date(2020, 7, 7)),
    ]
    assert (item.vendor_dependency, item.vendor_last_checkin) == (True, date(2020, 7, 7))
    assert (item.vendor_product, item.cves) == ("Component Definition", ("CVE-2020-00000",))
    answers = item.risk_adjustment, item.false_positive, item.operational_requirement
    assert answers == ("Yes", "No", "Yes")
    assert item.resources_text == "Describe required resources."


def test_examples_of_a_template_are_no_items(tmp_path: Path) -> None:
    """They are told; and they go, with their risks and observations, when the template is filled."""
    path = sample(f"{EXAMPLES}/{FEDRAMP}.json")
    found = JSON.read(path, "template")
    assert list(found.items) == []
    assert sum("example of the template" in each.what for each in found.problems) == 2
    again = as_json(written(plan(FULL), tmp_path, earlier=path))["plan-of-action-and-milestones"]
    items, risks = again["poam-items"], again["risks"]
    assert isinstance(items, list)
    assert isinstance(risks, list)
    assert ([each["title"] for each in items], len(risks)) == ([FULL.title], 1)
    assert again["import-ssp"] == as_json(path)["plan-of-action-and-milestones"]["import-ssp"]


def test_nist_example_has_a_reference_that_dangles(tmp_path: Path) -> None:
    """NIST's example is valid by its schema; that an item relates to no risk is told with its place."""
    found = JSON.read(filled(f"{IFA}.json", tmp_path), "ifa.json")
    told = [each for each in found.problems if "401c15c9" in each.what]
    assert [each.where for each in told] == [
        "ifa.json, plan-of-action-and-milestones.poam-items[0].related-risks[0].risk-uuid"
    ]


def test_a_uuid_given_twice_is_told(tmp_path: Path) -> None:
    """The known invalid example gives one uuid to two items; both are read."""
    found = XML.read(filled("AwesomeCloudPOAM2-schema-INVALID.xml", tmp_path), "plan")
    assert len(found.items) == 7
    assert any("given twice" in each.what for each in found.problems)


@pytest.mark.parametrize("version", SCHEMAS)
def test_what_is_written_is_valid(version: str, tmp_path: Path) -> None:
    """A new document is valid by the schema of its version, in JSON and YAML, and names the version."""
    for form in (JSON, YAML):
        path = written(plan(FULL, BARE, CLOSED), tmp_path, form, version=version)
        tree, _ = form.load(path, "plan")
        assert schema(version)(tree)
        root = tree["plan-of-action-and-milestones"]
        assert isinstance(root, dict)
        assert root["metadata"]["oscal-version"] == version


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made=PLANS)
def test_any_plan_is_valid(made: PlanDocument) -> None:
    """Whatever a plan says, the document is valid: JSON in the oldest and newest version, XML in 1.2.3."""
    with TemporaryDirectory() as folder:
        for version in ("1.0.4", "1.1.3", "1.2.3"):
            assert schema(version)(as_json(written(made, Path(folder), version=version)))
        assert valid_xml(written(made, Path(folder), XML, version="1.2.3"))


@pytest.mark.parametrize("form", [JSON, XML], ids=lambda form: form.name)
def test_a_filled_template_is_valid(form: OscalPlan, tmp_path: Path) -> None:
    """FedRAMP's template with items of ours is valid, and keeps its version unless another is chosen."""
    path = sample(f"{EXAMPLES}/{FEDRAMP}{form.suffix}")
    again = written(plan(FULL, BARE, CLOSED), tmp_path, form, earlier=path)
    assert valid_xml(again) if form is XML else schema("1.0.4")(as_json(again))


def test_parts_that_a_version_lacks_are_left_out(tmp_path: Path) -> None:
    """Findings and actions of 1.1 are taken out, and told, where 1.0.4 is asked for."""
    path = written(plan(FULL), tmp_path, version="1.1.3")
    action = '{"uuid": "f7ad53c3-9d0c-4c1f-9d2b-0f7a0f5a2a11", "type": "t", "system": "urn:x:y"}'
    odd = f'"actions": [{action}], "title": "Harbor'
    path.write_text(path.read_text().replace('"title": "Harbor', odd, 1))
    assert schema("1.1.3")(as_json(path))
    found = JSON.read(path, "plan")
    again = written(found, tmp_path, earlier=path, version="1.0.4")
    assert schema("1.0.4")(as_json(again))
    assert "actions" not in again.read_text()


def test_an_item_of_ours_satisfies_fedramps_demands(tmp_path: Path) -> None:
    """Deadline, both responses, an impact, milestones with days, one risk (FedRAMP's Schematron, rev 5)."""
    item = PlanItem(
        id="V-1", title="A", raw_severity="High", scheduled_date=date(2026, 7, 1), milestones=FULL.milestones
    )
    root = as_json(written(plan(item), tmp_path))["plan-of-action-and-milestones"]
    risks = root["risks"]
    assert isinstance(risks, list)
    risk = risks[0]
    facets = {each["name"] for one in risk["characterizations"] for each in one["facets"]}
    tasks = [task for each in risk["remediations"] for task in each.get("tasks", ())]
    assert [each["lifecycle"] for each in risk["remediations"]] == ["recommendation", "planned"]
    assert {"risk", "impact"} <= facets
    assert all("timing" in each for each in tasks)
    assert risk["deadline"] == "2026-07-01T00:00:00Z"
