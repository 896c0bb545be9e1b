"""eMASS's workbook without a base: read, written and read again it says the same, in every layout of 2026."""

from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.authorities.documents import format_named, read_document
from milepost.authorities.documents.contract import Writing, losses
from milepost.authorities.emass.document import FORMAT
from milepost.domain.errors import NotAllowed, WrongUse
from milepost.domain.plan_item import PlanItem, PlanMilestone, Remark, State
from tests.authorities.emass.workbooks import AS_OF, DUE, ITEMS, carried, cells, item, plan, row

COLUMNS = {"navy": "AG", "usmc": "AF", "army": "AO"}
NOT_OF_ARMY = {"predisposing_conditions", "threat_description", "resulting_risk"}
LACKING = {"navy": set[str](), "usmc": {"resulting_risk"}, "army": NOT_OF_ARMY}


def written(out: Path, *items: PlanItem, **choices: str) -> Path:
    """Write items into a new workbook."""
    FORMAT.write(plan(*items), out, Writing(as_of=AS_OF, choices=choices))
    return out


@pytest.mark.parametrize("layout", COLUMNS)
@settings(max_examples=8)
@given(items=st.lists(ITEMS, min_size=1, max_size=4))
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, layout: str, items: list[PlanItem]
) -> None:
    """Every field that the layout has a column for; Risk Accepted without date and milestones."""
    out = tmp_path_factory.mktemp("emass") / "p.xlsx"
    for number, each in enumerate(items, 1):
        each.id = str(number)
    read = read_document(written(out, *items, layout=layout))
    assert read.layout == "emass-2026"
    for before, after in zip(items, read.items, strict=True):
        expected = carried(before)
        if before.status is State.RISK_ACCEPTED:
            expected |= {"scheduled_date": None, "milestones": []}
        found = carried(after)
        derived = {"owner", "owner_contact", "closed_date"} | LACKING[layout]
        assert {name for name in expected if expected[name] != found[name]} <= derived


@pytest.mark.parametrize(("layout", "last"), COLUMNS.items())
def test_a_new_workbook_has_the_headings_where_emass_has_them(tmp_path: Path, layout: str, last: str) -> None:
    """Row 7 from column B to the last one of the layout, items from row 8, the system above them."""
    found = cells(written(tmp_path / "p.xlsx", item(), layout=layout))
    headings = {place: value for place, value in found.items() if place.endswith("7") and place[-2].isalpha()}
    assert (headings["B7"], headings["F7"]) == ("POA&M Item ID", "POA&M Status")
    assert f"{last}7" in headings
    assert "A7" not in headings
    assert (found["A5"], found["D5"], found["B8"]) == ("System / Project Name:", "Harbor", "7")
    assert str(found["D2"])[:10] == "2026-03-01"


def test_milestones_have_rows_of_their_own(tmp_path: Path) -> None:
    """The first beside the item, each further one below it, where the item's columns are blank."""
    steps = [
        PlanMilestone("Order", date(2026, 2, 1), 1, done=True, completed=date(2026, 1, 30)),
        PlanMilestone("Install", date(2026, 2, 20), 2),
        PlanMilestone("Verify", date(2026, 5, 20), 3),
    ]
    out = written(tmp_path / "p.xlsx", item(milestones=steps), item(id="8"))
    assert [row(out, number).get("K") for number in (8, 9, 10, 11)] == [
        "Order",
        "Install",
        "Verify",
        "Turn it off",
    ]
    assert [row(out, number).get("L") for number in (8, 9, 10)] == ["Completed", "Delayed", "Open"]
    assert set(row(out, 9)) == {"K", "L", "N"}
    assert str(row(out, 8)["O"])[:10] == "2026-01-30"


def test_what_a_tool_found_goes_to_the_details(tmp_path: Path) -> None:
    """The source is one of eMASS's nineteen; tool, plugin and CVE stand in the details."""
    found = item(source_text="Nessus", source_type="scan", title="Old TLS", cves=("CVE-2011-3389",))
    cell = row(written(tmp_path / "p.xlsx", found), 8)
    assert (cell["P"], cell["Q"]) == ("Vulnerability Management", "Nessus; Old TLS; CVE-2011-3389")


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        ("scan", "Vulnerability Management"),
        ("config", "Configuration Management"),
        ("assessment", "Security Control Deficiencies"),
        ("audit", "Audit Findings"),
        ("pentest", "Risk Assessment Findings"),
        ("other", "Other (Technical)"),
    ],
)
def test_every_kind_of_source_has_a_word_of_the_glossary(tmp_path: Path, kind: str, source: str) -> None:
    """Free words never stand where eMASS takes words of its list only."""
    found = row(written(tmp_path / "p.xlsx", item(source_text="Who found it", source_type=kind)), 8)
    assert (found["P"], found["Q"]) == (source, "Who found it")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Critical", "Very High"),
        ("CAT I", "High"),
        ("CAT II", "Moderate"),
        ("Medium", "Moderate"),
        ("Low", "Low"),
    ],
)
def test_ratings_become_one_of_five_levels(tmp_path: Path, said: str, expected: str) -> None:
    """Whatever scale the finding had."""
    assert row(written(tmp_path / "p.xlsx", item(raw_severity=said)), 8)["U"] == expected


def test_a_cci_gives_its_assessment_procedure(tmp_path: Path) -> None:
    """CCI-000366 is CM-6 b: its procedure stands beside the controls that are named."""
    found = row(written(tmp_path / "p.xlsx", item(controls=("AC-3", "CCI-000366"))), 8)
    assert str(found["D"]).startswith("AC-3; CM-")
    assert "CCI" not in str(found["D"])


def test_every_device_is_listed(tmp_path: Path) -> None:
    """One a line; what no cell holds is counted in the cell, told, and whole in a file beside."""
    few = [f"host-{number}" for number in range(1000)]
    many = [f"a-host-with-a-long-name-{number:05}" for number in range(2000)]
    out = tmp_path / "p.xlsx"
    done = FORMAT.write(plan(item(assets=few), item(id="8", assets=many)), out, Writing(as_of=AS_OF))
    assert str(row(out, 8)["V"]).split("\n") == few
    cut = str(row(out, 9)["V"])
    assert len(cut) <= 32_767
    shown = cut.split("\n")[:-1]
    assert cut.endswith(f"and {2000 - len(shown):,} devices more, listed in p-devices.csv")
    assert [problem.where for problem in done.problems] == ["8"]
    beside = (tmp_path / "p-devices.csv").read_text().splitlines()
    assert beside == ["POA&M Item ID,Device", *(f"8,{name}" for name in many)]


def test_text_stays_text(tmp_path: Path) -> None:
    """What looks like a formula is no formula."""
    found = item(mitigations="=1+1", assets=("@host",))
    cell = row(written(tmp_path / "p.xlsx", found), 8)
    assert (cell["W"], cell["V"]) == ("=1+1", "@host")


def test_the_office_is_one_line(tmp_path: Path) -> None:
    """Organization, name, phone, e-mail, with commas between and none within."""
    found = item(responsible_org="NAVWAR", owner="Roe, Jo", owner_contact="555-0100 jo@example.mil")
    assert row(written(tmp_path / "p.xlsx", found), 8)["R"] == "NAVWAR, Roe  Jo, 555-0100, jo@example.mil"


def test_a_remedy_stands_among_the_recommendations(tmp_path: Path) -> None:
    """The workbook has no column for a plan of remediation; milestones and recommendations are its places."""
    found = item(remediation_plan="Upgrade.")
    assert row(written(tmp_path / "p.xlsx", found), 8)["AF"] == "Upgrade."


@pytest.mark.parametrize(
    ("changes", "broken"),
    [
        ({}, ""),
        ({"scheduled_date": None}, "Ongoing needs a scheduled completion date"),
        ({"responsible_org": ""}, "Ongoing needs an office or organization"),
        ({"description": ""}, "Ongoing needs a description"),
        ({"resources_text": ""}, "Ongoing needs the resources required"),
        ({"source_text": ""}, "Ongoing needs an identification source"),
        ({"milestones": ()}, "Ongoing needs at least one milestone"),
        ({"milestones": [PlanMilestone("Late", date(2026, 7, 1), 1)]}, "milestone 1 is due after the item"),
        ({"milestones": [PlanMilestone("No day", None, 1)]}, "milestone 1 needs a scheduled completion date"),
        ({"milestones": [PlanMilestone("", DUE, 1)]}, "milestone 1 needs a description"),
        ({"milestones": [PlanMilestone("Done", DUE, 1, done=True)]}, "Completed without a completion date"),
        (
            {"status": State.RISK_ACCEPTED, "scheduled_date": None, "milestones": ()},
            "Risk Accepted needs comments",
        ),
        (
            {"status": State.RISK_ACCEPTED, "scheduled_date": None, "comments": [Remark("AO signed")]},
            "Risk Accepted has no milestones: 1 were not written",
        ),
        (
            {"status": State.RISK_ACCEPTED, "milestones": (), "comments": [Remark("AO signed")]},
            "Risk Accepted has no scheduled completion date",
        ),
        (
            {
                "status": State.CLOSED_COMPLETED,
                "actual_completion_date": date(2026, 2, 1),
                "comments": [Remark("Fixed")],
            },
            "1 milestones that are neither Completed nor Archived",
        ),
        (
            {
                "status": State.CLOSED_COMPLETED,
                "actual_completion_date": date(2026, 3, 2),
                "comments": [Remark("Fixed")],
                "milestones": [PlanMilestone("Done", DUE, 1, done=True, completed=date(2026, 2, 1))],
            },
            "the completion date is in the future",
        ),
        (
            {
                "status": State.CLOSED_COMPLETED,
                "comments": [Remark("Fixed")],
                "milestones": [PlanMilestone("x", DUE, 1, archived=True)],
            },
            "Completed needs a completion date",
        ),
        ({"status": State.CLOSED_FALSE_POSITIVE}, "Not Applicable cannot be given"),
        ({"status": State.UNKNOWN, "status_label": "Perhaps"}, "Perhaps is no status of eMASS"),
        ({"raw_severity": "Dreadful"}, "Dreadful is none of the levels"),
        ({"source_text": "Jo's eyes"}, "is no identification source"),
        ({"responsible_org": "A, B, C, D, E"}, "more than organization, name, phone, e-mail"),
    ],
)
def test_every_rule_of_a_status_is_told(tmp_path: Path, changes: dict[str, object], broken: str) -> None:
    """With its source, before anything is written; a sound item breaks none."""
    done = FORMAT.write(plan(item(**changes)), tmp_path / "p.xlsx", Writing(as_of=AS_OF))
    told = [problem.what for problem in done.problems]
    assert len(told) == (1 if broken else 0), told
    assert all(broken in what and "eMASS" in what for what in told)


def test_nothing_is_written_where_no_rule_may_be_broken(tmp_path: Path) -> None:
    """The refusal names the item, the rule and its source, and counts the others."""
    writing = Writing(as_of=AS_OF, choices={"check": "refuse"})
    with pytest.raises(NotAllowed, match=r"7: Ongoing needs the resources.*sheet Instructions.*2 rules"):
        FORMAT.write(plan(item(resources_text="", milestones=())), tmp_path / "p.xlsx", writing)
    assert list(tmp_path.iterdir()) == []
    FORMAT.write(plan(item()), tmp_path / "p.xlsx", writing)


def test_many_items_with_one_fault_are_counted(tmp_path: Path) -> None:
    """Twenty are named and the rest counted."""
    items = [item(id=str(number), resources_text="") for number in range(50)]
    done = FORMAT.write(plan(*items), tmp_path / "p.xlsx", Writing(as_of=AS_OF))
    assert len(done.problems) == 21
    assert done.problems[-1].where == "30 items more"


def test_what_the_workbook_cannot_say_is_told_before() -> None:
    """It has no column for money of our own, nor for the day of detection."""
    found = losses(plan(item(identified_date=DUE, cost_actual=5.0)), FORMAT)
    assert {each.field for each in found} == {"identified_date", "cost_actual"}


def test_an_unknown_choice_is_refused(tmp_path: Path) -> None:
    """In a sentence that names what there is."""
    for choices, known in (({"layout": "space"}, "navy, usmc, army"), ({"check": "x"}, "warn or refuse")):
        with pytest.raises(WrongUse, match=known):
            FORMAT.write(plan(), tmp_path / "p.xlsx", Writing(as_of=AS_OF, choices=choices))


def test_the_format_is_known_by_name() -> None:
    """And carries fields that items have."""
    assert format_named("emass") is FORMAT
    assert FORMAT.carries <= {each.name for each in fields(PlanItem)}
