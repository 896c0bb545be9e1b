"""Harmful and damaged documents are refused in one sentence, with the place."""

from dataclasses import replace
from pathlib import Path

import pytest

from milepost.authorities.oscal.json_document import FORMAT as JSON
from milepost.authorities.oscal.xml_document import FORMAT as XML
from milepost.authorities.oscal.yaml_document import FORMAT as YAML
from milepost.domain.errors import DamagedInput, EmptyInput, HostileInput, InputRefused, UnknownFormat
from tests.authorities.oscal.plans import FULL, plan, written

ROOT = "plan-of-action-and-milestones"


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("", EmptyInput, "empty"),
        ("{", DamagedInput, "not well-formed JSON"),
        ("[]", DamagedInput, "no JSON object"),
        ('{"a": {"b": 1, "b": 2}}', DamagedInput, "the key b stands twice"),
        ('{"a": NaN}', DamagedInput, "not well-formed JSON"),
        ('{"a":' * 150 + "1" + "}" * 150, HostileInput, "deeper than 100"),
        ("[" * 100_000, InputRefused, "plan.json"),
        ('{"catalog": {}}', UnknownFormat, "but catalog"),
    ],
)
def test_json_that_is_refused(text: str, error: type[InputRefused], said: str, tmp_path: Path) -> None:
    """Cut off, repeated keys, no numbers, too deep, another model."""
    path = tmp_path / "plan.json"
    path.write_text(text)
    with pytest.raises(error, match=said):
        JSON.read(path, "plan.json")


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("a: [1", DamagedInput, "not well-formed YAML.*line 2"),
        ("a: 1\n---\nb: 1", DamagedInput, "more than one document"),
        ("[" * 200 + "]" * 200, HostileInput, "nests"),
        ("- a", DamagedInput, "object"),
        ("a: 1", UnknownFormat, "but a"),
    ],
)
def test_yaml_that_is_refused(text: str, error: type[InputRefused], said: str, tmp_path: Path) -> None:
    """Cut off, several documents, too deep, a list, another model."""
    path = tmp_path / "plan.yaml"
    path.write_text(text)
    with pytest.raises(error, match=said):
        YAML.read(path, "plan.yaml")


def test_yaml_that_repeats_itself_is_refused(tmp_path: Path) -> None:
    """Anchors of anchors do not fill the memory."""
    lines = ["a: &a [x,x,x,x,x,x,x,x,x,x]"]
    lines += [
        f"{new}: &{new} [{','.join([f'*{old}'] * 10)}]"
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    path = tmp_path / "plan.yaml"
    path.write_text("\n".join(lines))
    with pytest.raises(HostileInput, match="repeats"):
        YAML.read(path, "plan.yaml")


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("<a", DamagedInput, "not well-formed XML"),
        (f'<!DOCTYPE x [<!ENTITY e "e">]><{ROOT}>&e;</{ROOT}>', HostileInput, "entit"),
        (f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><{ROOT}/>', HostileInput, "entit"),
        ("<other/>", UnknownFormat, "outermost"),
        ("<a>" * 300 + "</a>" * 300, InputRefused, "plan.xml"),
    ],
)
def test_xml_that_is_refused(text: str, error: type[InputRefused], said: str, tmp_path: Path) -> None:
    """Cut off, entities, another document, too deep."""
    path = tmp_path / "plan.xml"
    path.write_text(text)
    with pytest.raises(error, match=said):
        XML.read(path, "plan.xml")


@pytest.mark.parametrize(
    ("old", "new", "where", "said"),
    [
        ('"risk-uuid": "', '"risk-uuid": "0', "related-risks[0].risk-uuid", "no risk has the uuid"),
        ('"actor-uuid": "', '"actor-uuid": "0', "actor-uuid", "an actor"),
        ('"role-id": "point-of-contact"', '"role-id": "x"', "role-id", "the role x is not defined"),
        ('"timing": {', '"x": {', "tasks[0]", "has no day"),
        ('"deadline": "2026', '"deadline": "soon', "deadline", "is no day"),
        ('"href": "#', '"href": "#0', "import-ssp.href", "not in the document"),
        ('"statement": "Traffic can be read."', '"statement": 7', "statement", "not a text"),
        ('"types": [', '"types": ["finding", 1, ', "types", "not a list of texts"),
        ('"status": "remediating",', "", "risks[0]", "status is missing"),
    ],
)
def test_what_no_schema_catches(old: str, new: str, where: str, said: str, tmp_path: Path) -> None:
    """Each fault is told with its JSON path, and the rest is read; a sound document has none."""
    path = written(plan(FULL), tmp_path)
    assert list(JSON.read(path, "plan.json").problems) == []
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    found = JSON.read(path, "plan.json")
    assert [each.id for each in found.items] == ["V-1"]
    assert any(each.where.endswith(where) and said in each.what for each in found.problems), found.problems


@pytest.mark.parametrize(
    ("name", "namespace"),
    [
        ("POAM-ID", "https://fedramp.gov/ns/oscal"),
        ("POAM-ID", "http://fedramp.gov/ns/oscal"),
        ("poam-id", "https://fedramp.gov/ns/oscal"),
        ("poam-id", "http://fedramp.gov/ns/oscal"),
    ],
)
def test_four_spellings_of_the_identifier(name: str, namespace: str, tmp_path: Path) -> None:
    """All are read (FedRAMP's guide, its extensions, automate.fedramp.gov); one is written."""
    path = written(plan(FULL), tmp_path)
    old = '"name": "POAM-ID",\n            "ns": "https://fedramp.gov/ns/oscal"'
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, f'"name": "{name}", "ns": "{namespace}"'))
    assert JSON.read(path, "plan").items[0].id == "V-1"


def test_control_characters_are_told(tmp_path: Path) -> None:
    """XML cannot hold them: they are replaced, and the receipt says so."""
    path = written(plan(replace(FULL, title="a\x07b")), tmp_path, XML)
    assert XML.read(path, "plan").items[0].title == "a\ufffdb"
