"""What is written is read again as it was, in all three notations; what a document says otherwise stays."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings

from milepost.authorities.documents import format_named, recognised_format
from milepost.authorities.documents.contract import Writing, losses
from milepost.authorities.oscal.document import OscalPlan
from milepost.authorities.oscal.items import changed_fields
from milepost.authorities.oscal.json_document import FORMAT as JSON
from milepost.authorities.oscal.xml_document import FORMAT as XML
from milepost.authorities.oscal.yaml_document import FORMAT as YAML
from milepost.domain.errors import NotAllowed, WrongUse
from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import PlanMilestone, State
from tests.authorities.oscal.plans import BARE, CLOSED, FULL, NOTATIONS, PLANS, as_json, plan, written

EVERY = pytest.mark.parametrize("form", NOTATIONS, ids=lambda form: form.name)


def differences(before: PlanDocument, after: PlanDocument) -> dict[str, frozenset[str]]:
    """Return the fields in which the items of two plans differ, by identifier."""
    pairs = zip(before.items, after.items, strict=True)
    return {old.id: changed for old, new in pairs if (changed := changed_fields(old, new))}


def uuids(value: object) -> Iterator[str]:
    """Yield every uuid in a document."""
    if isinstance(value, dict):
        yield from (each for key, each in value.items() if key == "uuid")
        for each in value.values():
            yield from uuids(each)
    elif isinstance(value, list):
        for each in value:
            yield from uuids(each)


@EVERY
def test_a_full_item_comes_back(form: OscalPlan, tmp_path: Path) -> None:
    """Every field of an open, a bare and a closed item is read as it was written."""
    given_plan = plan(FULL, BARE, CLOSED)
    found = form.read(written(given_plan, tmp_path, form), "plan")
    assert differences(given_plan, found) == {}
    assert found.facts["system"] == "Harbor"
    assert found.facts["provider"] == "Example Cloud"


@EVERY
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made=PLANS)
def test_any_plan_comes_back(form: OscalPlan, made: PlanDocument) -> None:
    """Reading what was written gives the same plan, and writing it back into the file changes no byte."""
    with TemporaryDirectory() as folder:
        first = written(made, Path(folder), form)
        found = form.read(first, "plan")
        assert differences(made, found) == {}
        before = first.read_bytes()
        assert written(found, Path(folder), form, earlier=first).read_bytes() == before


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(first=PLANS, second=PLANS)
def test_a_document_follows_its_plan(first: PlanDocument, second: PlanDocument) -> None:
    """A plan written into the document of another one is read as the second says, for its items."""
    with TemporaryDirectory() as folder:
        for form in (JSON, XML):
            earlier = written(first, Path(folder), form)
            found = form.read(written(second, Path(folder), form, earlier=earlier), "plan")
            wanted = {each.id: each for each in second.items}
            changed = {
                each.id: changed_fields(wanted[each.id], each) for each in found.items if each.id in wanted
            }
            assert {name: fields for name, fields in changed.items() if fields} == {}


def test_the_same_plan_is_the_same_document(tmp_path: Path) -> None:
    """UUIDs are made from the system, the item and the part: none is left to chance, none stands twice."""
    first = written(plan(FULL, BARE), tmp_path).read_bytes()
    found = list(uuids(as_json(written(plan(FULL, BARE), tmp_path))))
    assert (tmp_path / "written.json").read_bytes() == first
    assert len(found) == len(set(found))


def test_uuids_stay_when_the_text_changes(tmp_path: Path) -> None:
    """An item that is written anew with another title keeps the UUIDs of all its parts."""
    first = written(plan(FULL), tmp_path)
    before = list(uuids(as_json(first)))
    after = list(uuids(as_json(written(plan(replace(FULL, title="Old TLS")), tmp_path, earlier=first))))
    assert before == after


def test_what_is_unknown_stays(tmp_path: Path) -> None:
    """Foreign properties, links and misspelled siblings are told, kept, and stand where they stood."""
    first = written(plan(FULL), tmp_path)
    odd = '"poam-items": [{"x-odd": {"a": [1]}, "links": [{"href": "https://example.com"}],'
    first.write_text(re.sub(r'"poam-items": \[\s*\{', odd, first.read_text()))
    found = JSON.read(first, "plan")
    found.items[0].title = "Old TLS"
    told = [each for each in found.problems if "x-odd" in each.where]
    again = as_json(written(found, tmp_path, earlier=first))["plan-of-action-and-milestones"]
    items = again["poam-items"]
    assert [each.what for each in told] == ["OSCAL knows no x-odd here; it is kept, and not understood"]
    assert isinstance(items, list)
    assert (items[0]["x-odd"], items[0]["links"]) == ({"a": [1]}, [{"href": "https://example.com"}])
    assert items[0]["title"] == "Old TLS"


def test_comments_of_xml_stay(tmp_path: Path) -> None:
    """A comment, an instruction and an unknown attribute of an XML file survive a change beside them."""
    first = written(plan(FULL), tmp_path, XML)
    text = first.read_text().replace("<risk ", '<!-- ours --><risk xml:lang="en" ', 1)
    first.write_text(text.replace("<plan-of", "<?model here?>\n<plan-of", 1))
    found = XML.read(first, "plan")
    found.items[0].scheduled_date = date(2026, 7, 1)
    after = written(found, tmp_path, XML, earlier=first).read_text()
    assert '<!-- ours --><risk xml:lang="en"' in after
    assert after.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<?model here?>\n<plan-of')
    assert "<deadline>2026-07-01T00:00:00Z</deadline>" in after


def test_an_item_that_the_plan_lost_stays_and_is_told(tmp_path: Path) -> None:
    """Nothing vanishes from a document because the plan no longer has it."""
    first = written(plan(FULL, BARE), tmp_path)
    receipt = JSON.write(plan(FULL), tmp_path / "out.json", _writing(first))
    assert receipt.counts["poam-items"] == 2
    assert "V-2" in receipt.problems[0].what


def test_the_hour_of_detection_stays(tmp_path: Path) -> None:
    """A day that did not change keeps the hour and zone that the document gave it."""
    first = written(plan(FULL), tmp_path)
    first.write_text(first.read_text().replace("2026-03-02T00:00:00Z", "2026-03-02T23:30:00-05:00"))
    found = JSON.read(first, "plan")
    assert found.items[0].identified_date == date(2026, 3, 2)
    found.items[0].title = "Old TLS"
    assert '"2026-03-02T23:30:00-05:00"' in written(found, tmp_path, earlier=first).read_text()


def test_milestones_keep_their_tasks(tmp_path: Path) -> None:
    """A milestone is found again by its number; one more is one task more."""
    first = written(plan(FULL), tmp_path)
    before = set(uuids(as_json(first)))
    steps = (*FULL.milestones, PlanMilestone("Check", date(2026, 6, 30), 3))
    after = set(uuids(as_json(written(plan(replace(FULL, milestones=steps)), tmp_path, earlier=first))))
    assert before < after
    assert len(after - before) == 1


def test_everything_is_carried() -> None:
    """No field of an item is lost; what OSCAL has no place for stands in properties of our own."""
    assert losses(plan(FULL, CLOSED), JSON) == []


def test_documents_are_recognised_by_content(tmp_path: Path) -> None:
    """Each notation is recognised by itself alone; another model of OSCAL is none of them."""
    for form in NOTATIONS:
        found = recognised_format(written(plan(FULL), tmp_path, form))
        assert found is not None
        assert found.name == form.name
        assert format_named(form.name).suffix == form.suffix
    other = tmp_path / "ssp.json"
    other.write_text('{"system-security-plan": {}}')
    assert recognised_format(other) is None


def test_an_empty_plan_is_refused(tmp_path: Path) -> None:
    """The model demands an item; nothing is written."""
    with pytest.raises(NotAllowed, match="no item"):
        written(plan(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_version_is_refused(tmp_path: Path) -> None:
    """The refusal says which there are."""
    with pytest.raises(WrongUse, match=r"1\.0\.4"):
        written(plan(FULL), tmp_path, version="2.0.0")


def test_yaml_that_is_no_text(tmp_path: Path) -> None:
    """A number without quotes where OSCAL has texts is read as a text, and told."""
    path = written(plan(FULL), tmp_path, YAML)
    path.write_text(path.read_text().replace('version: "2026-06-01"', "version: 1.5"))
    found = YAML.read(path, "plan.yaml")
    assert [each.what for each in found.problems] == ["1.5 is written without quotes and read as a text"]
    assert differences(plan(FULL), found) == {}


def test_a_state_changed_by_hand_counts(tmp_path: Path) -> None:
    """Our finer state is passed over where somebody else has changed the status."""
    path = written(plan(FULL), tmp_path)
    assert JSON.read(path, "plan").items[0].status is State.DELAYED
    path.write_text(path.read_text().replace('"status": "remediating"', '"status": "closed"'))
    assert JSON.read(path, "plan").items[0].status is State.CLOSED_COMPLETED


def test_items_without_identifier_keep_their_uuid(tmp_path: Path) -> None:
    """An item that only has a UUID is called by it, and gets no identifier of ours."""
    path = written(plan(FULL), tmp_path)
    path.write_text(path.read_text().replace('"POAM-ID"', '"other"'))
    found = JSON.read(path, "plan")
    assert len(found.items[0].id) == 36
    found.items[0].title = "Old TLS"
    assert "POAM-ID" not in written(found, tmp_path, earlier=path).read_text()


def _writing(earlier: Path) -> Writing:
    return Writing(as_of=date(2026, 6, 1), base=earlier)
