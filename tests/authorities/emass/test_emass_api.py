"""Requests for eMASS's REST API: bodies that its own description takes, business rules told, read again."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import jsonschema_rs
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.authorities.documents import read_document, recognised_format
from milepost.authorities.documents.contract import Writing, Written
from milepost.authorities.emass.api_document import FORMAT
from milepost.domain.errors import DamagedInput, NotAllowed
from milepost.domain.plan_item import EvidencePiece, PlanItem, PlanMilestone, Remark, State
from tests.authorities.emass.workbooks import AS_OF, DUE, ITEMS, item, plan
from tests.samples import sample

Body = list[dict[str, object]]
BODIES = {
    ("POST", "poams"): "PoamRequestPostBody",
    ("PUT", "poams"): "PoamRequestPutBody",
    ("POST", "milestones"): "MilestonesRequestPostBody",
    ("PUT", "milestones"): "MilestonesRequestPutBody",
    ("PUT", "artifacts"): "ArtifactsRequestPutBody",
}
KNOWN = {
    "meta": {"code": 200},
    "data": [
        {
            "systemId": 3,
            "poamId": 451,
            "displayPoamId": 100000451,
            "externalUid": "V-7",
            "status": "Ongoing",
            "vulnerabilityDescription": "Telnet is on",
            "pocOrganization": "NAVWAR",
            "sourceIdentifyingVulnerability": "Nessus",
            "resources": "none",
            "mitigations": "Firewall",
            "identifiedInCFOAuditOrOtherReview": False,
            "scheduledCompletionDate": 1780272000,
            "milestones": [
                {
                    "milestoneId": 19,
                    "poamId": 451,
                    "description": "Order",
                    "scheduledCompletionDate": 1777593600,
                },
                {
                    "milestoneId": 20,
                    "poamId": 451,
                    "description": "Install",
                    "scheduledCompletionDate": 1777593600,
                },
            ],
        },
        {"poamId": 452, "displayPoamId": 100000452, "status": "Archived", "vulnerabilityDescription": "Old"},
    ],
}
"""The answer of GET /api/systems/3/poams."""


def write(out: Path, *items: PlanItem, base: Path | None = None, **choices: str) -> Written:
    """Write requests."""
    return FORMAT.write(plan(*items), out, Writing(as_of=AS_OF, base=base, choices=choices))


def sent(out: Path) -> dict[tuple[str, str], Body]:
    """Return the bodies by method and path."""
    return {(each["method"], each["path"]): each["body"] for each in json.loads(out.read_text())["requests"]}


@pytest.fixture
def known(tmp_path: Path) -> Path:
    """What eMASS has."""
    path = tmp_path / "get.json"
    path.write_text(json.dumps(KNOWN))
    return path


@settings(max_examples=20)
@given(items=st.lists(ITEMS, min_size=1, max_size=4))
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, items: list[PlanItem]
) -> None:
    """Every field that the API has; accepted risks without date and milestones, one control an item."""
    out = tmp_path_factory.mktemp("api") / "r.json"
    for number, each in enumerate(items, 1):
        each.id, each.controls, each.source_details = f"V-{number}", each.controls[:1], ""
    write(out, *items)
    assert recognised_format(out) is FORMAT
    for before, after in zip(items, read_document(out).items, strict=True):
        accepted = before.status is State.RISK_ACCEPTED
        for name in FORMAT.carries - {
            "milestones",
            "comments",
            "controls",
            "assets",
            "owner",
            "owner_contact",
        }:
            if name in {"closed_date", "actual_completion_date"} or (accepted and name == "scheduled_date"):
                continue
            assert getattr(after, name) == getattr(before, name), name
        steps = [] if accepted else [(each.text, each.due) for each in before.milestones]
        assert [(each.text, each.due) for each in after.milestones] == steps
        assert [each.text for each in after.comments] == [each.text for each in before.comments]
        assert (tuple(after.controls), tuple(after.assets)) == (tuple(before.controls), tuple(before.assets))


def test_days_are_seconds_and_nothing_empty_is_sent(tmp_path: Path) -> None:
    """A new item goes to POST with our identifier; a procedure is told from a control."""
    done = write(tmp_path / "r.json", item(id="V-1", controls=("CM-6.5",)), system_id="3")
    body = sent(tmp_path / "r.json")[("POST", "/api/systems/3/poams")][0]
    assert body["scheduledCompletionDate"] == datetime(2026, 6, 1, tzinfo=UTC).timestamp()
    assert (body["externalUid"], body["assessmentProcedure"]) == ("V-1", "CM-6.5")
    assert (body["pocFirstName"], body["pocLastName"], body["pocEmail"]) == ("Jo", "Roe", "jo@example.mil")
    assert "controlAcronym" not in body
    assert "mitigations" not in body
    assert done.counts == {"POST /api/systems/3/poams": 1}
    assert done.problems == ()


def test_what_emass_knows_is_updated(tmp_path: Path, known: Path) -> None:
    """With its own numbers; what the plan does not say stays; only new and moved milestones are sent."""
    steps = [
        PlanMilestone("Order", date(2026, 5, 1), 1),
        PlanMilestone("Install", date(2026, 5, 20), 2),
        PlanMilestone("Verify", date(2026, 5, 25), 3),
    ]
    write(tmp_path / "r.json", item(id="V-7", milestones=steps), item(id="V-8"), base=known, system_id="3")
    bodies = sent(tmp_path / "r.json")
    (update,) = bodies[("PUT", "/api/systems/3/poams")]
    assert (update["poamId"], update["displayPoamId"], update["mitigations"]) == (451, 100000451, "Firewall")
    assert (update["resources"], update["identifiedInCFOAuditOrOtherReview"]) == ("4 hours", False)
    assert "milestones" not in update
    assert [each["externalUid"] for each in bodies[("POST", "/api/systems/3/poams")]] == ["V-8"]
    path = "/api/systems/3/poams/451/milestones"
    assert [each["description"] for each in bodies[("POST", path)]] == ["Verify"]
    assert [each["milestoneId"] for each in bodies[("PUT", path)]] == [20]


def test_emass_own_numbers_are_identifiers_too(tmp_path: Path, known: Path) -> None:
    """The answer of a GET is a plan; an archived item is not sent again, and that is told."""
    read = read_document(known)
    assert [each.id for each in read.items] == ["V-7", "100000452"]
    assert [each.key for each in read.items[0].milestones] == ["19", "20"]
    done = write(tmp_path / "r.json", read.items[1], base=known)
    assert json.loads((tmp_path / "r.json").read_text()).get("requests", []) == []
    assert any("archived item cannot be updated" in problem.what for problem in done.problems)


def test_an_accepted_risk_has_neither_date_nor_milestones(tmp_path: Path, known: Path) -> None:
    """Neither when it is new nor when eMASS has them still."""
    accepted = {"status": State.RISK_ACCEPTED, "comments": [Remark("AO signed")]}
    write(tmp_path / "r.json", item(id="V-7", **accepted), item(id="V-8", **accepted), base=known)
    for (_, path), bodies in sent(tmp_path / "r.json").items():
        assert path.endswith("/poams")
        assert not {"scheduledCompletionDate", "milestones"} & set(bodies[0])


@pytest.mark.parametrize(
    ("changes", "broken"),
    [
        ({"resources_text": "x" * 251}, "resources has 251 characters, eMASS takes 250"),
        ({"description": "x" * 2001}, "vulnerabilityDescription has 2,001 characters"),
        ({"controls": ("AC-3", "AC-4")}, "AC-3 is sent, not AC-4"),
        (
            {"responsible_org": "NAVWAR", "owner": "Jo Roe"},
            "first name, last name, phone and e-mail together",
        ),
        ({"milestones": ()}, "Ongoing needs at least one milestone"),
    ],
)
def test_business_rules_are_told(tmp_path: Path, changes: dict[str, object], broken: str) -> None:
    """Those of the API beside those of the status, each with its source."""
    done = write(tmp_path / "r.json", item(**changes))
    assert [broken in problem.what and "eMASS" in problem.what for problem in done.problems] == [True]


def test_nothing_is_written_where_no_rule_may_be_broken(tmp_path: Path) -> None:
    """As for the workbook."""
    with pytest.raises(NotAllowed):
        write(tmp_path / "r.json", item(milestones=()), check="refuse")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ['{"data": 7}', '{"data": [{"status": 7}]', '[{"status": 7}]'])
def test_what_is_no_answer_of_the_api_is_refused(tmp_path: Path, content: str) -> None:
    """With the path in the data."""
    path = tmp_path / "x.json"
    path.write_text(content)
    with pytest.raises(DamagedInput, match=r"x\.json: the file is no list of POA&M items"):
        FORMAT.read(path, path.name)


@pytest.mark.samples
def test_every_body_is_one_that_the_api_takes(tmp_path: Path, known: Path) -> None:
    """Against the official OpenAPI description, with every property that it does not name refused."""
    evidence = [EvidencePiece("scan.nessus", "scan"), EvidencePiece("photo.png", "screenshot")]
    full = item(
        id="V-8",
        evidence=evidence,
        raw_severity="High",
        resulting_risk="Low",
        assets=("a", "b"),
        threat_description="Outsiders",
        last_review=DUE,
        controls=("AC-3",),
    )
    steps = [PlanMilestone("Order", DUE, 1), PlanMilestone("Report", DUE, 2)]
    out = tmp_path / "r.json"
    write(out, item(id="V-7", milestones=steps), full, base=known)
    schemas = _schemas()
    seen = set()
    for (method, path), body in sent(out).items():
        kind = (method, path.rsplit("/", 1)[1])
        seen.add(kind)
        validator = jsonschema_rs.validator_for(schemas[BODIES[kind]])
        for each in body:
            assert [str(error) for error in validator.iter_errors(each)] == []
            assert validator.is_valid(each | {"notOfTheApi": 1}) is False
    assert seen == set(BODIES)


def _schemas() -> dict[str, dict[str, object]]:
    """Return the schema of one element of each body: its parts joined, what is not named not allowed."""
    reading = b'#metadata(yaml("api.yaml").components.schemas) <schemas>'
    files = {
        "main.typ": reading,
        "api.yaml": sample("dod/reference/eMASSRestOpenApi_v3.22.yaml").read_bytes(),
    }
    found = typst.query(  # type: ignore[type-var] # its stubs forget files in memory
        files, "<schemas>", field="value", one=True
    )
    known = json.loads(found)
    schemas: dict[str, dict[str, object]] = {}
    for name in BODIES.values():
        items = known[name]["items"]
        parts = [known[part["$ref"].rsplit("/", 1)[1]] for part in items.get("allOf", [])] or [items]
        properties = {key: value for part in parts for key, value in part["properties"].items()}
        required = known[name]["required"]
        schemas[name] = {
            "type": "object",
            "properties": _plain(properties),
            "required": required,
            "additionalProperties": False,
        }
    return schemas


def _plain(schema: object) -> object:
    """Return a schema of OpenAPI 3.0 as JSON Schema: without the marks that mean nothing there."""
    if isinstance(schema, dict):
        return {
            key: _plain(value) for key, value in schema.items() if key not in {"format", "example", "x-faker"}
        }
    return [_plain(each) for each in schema] if isinstance(schema, list) else schema
