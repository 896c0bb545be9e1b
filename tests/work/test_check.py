"""A plan in a file is checked without any register: FedRAMP workbooks, other files beside, every output."""

import json
import subprocess
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from milepost.authorities.fedramp.fields import PoamRow
from milepost.authorities.fedramp.workbook import Version, write_workbook
from milepost.domain.errors import InputRefused, WrongUse
from milepost.work.checking.answers import as_json, as_text
from milepost.work.checking.check_document import Asked, Checked, check_document
from milepost.work.checking.comments import write_commented
from milepost.work.checking.sarif import as_sarif
from tests.authorities.poams import BARE, PLAIN, poam
from tests.samples import sample

DAY = date(2026, 6, 1)
GOOD = replace(
    BARE,
    poam_id="V-5",
    weakness_description="The balancer lb01 accepts connections with TLS 1.0 on port 443.",
    point_of_contact="Ana Diaz",
    original_detection_date=date(2026, 3, 5),
    resources_required="4 staff hours",
    milestones=(
        "(01) 2026-05-10: Tell the customers that TLS 1.0 goes",
        "(02) 2026-05-29: Switch it off and verify with a rescan",
    ),
    milestone_changes=(
        "(01) Complete 2026-05-10 : All customers are told",
        "(02) Update 2026-05-30 : One customer asked for a day",
    ),
    status_date=date(2026, 5, 30),
    comments="On plan.",
    service_names=("All",),
)


def plan(
    path: Path, rows: Iterable[PoamRow], closed: Iterable[PoamRow] = (), version: Version = "2.1"
) -> Path:
    """Write a FedRAMP workbook."""
    write_workbook(poam(rows, closed), path, layout=version)
    return path


def rules(checked: Checked, item: str = "") -> set[str]:
    """Return the rules that found something, on one item or on all."""
    return {each.rule.id for each in checked.report.findings if item in {"", each.item}}


def checked(path: Path, **wishes: object) -> Checked:
    """Check a file as of the day of the tests."""
    return check_document(path, Asked(as_of=DAY, **wishes))  # type: ignore[arg-type] # named by the test


@pytest.mark.parametrize("version", ["2.1", "3.0"])
def test_a_sound_item_has_no_error(tmp_path: Path, version: Version) -> None:
    """An item that follows all rules of FedRAMP has no error, and no warning but the packed cell."""
    found = checked(plan(tmp_path / "p.xlsx", [GOOD], version=version)).report
    assert {each.rule.id for each in found.findings if each.level != "info"} <= {"I04"}


def test_a_bad_item_is_reported_in_its_cells(tmp_path: Path) -> None:
    """Late, wrong date, vendor without product, deviation without request: each in its own cell."""
    bad = replace(
        GOOD,
        poam_id="V-6",
        scheduled_completion_date=date(2026, 5, 1),
        vendor_dependency=True,
        original_risk_rating="High",
        adjusted_risk_rating="Low",
    )
    found = checked(plan(tmp_path / "p.xlsx", [GOOD, bad]))
    places = {(each.rule.id, str(each.place)) for each in found.report.findings if each.item == "V-6"}
    assert {
        ("FR-R08", "Open POA&M Items!L10"),
        ("FR-R11", "Open POA&M Items!L10"),
        ("FR-R14", "Open POA&M Items!Q10"),
        ("FR-R14", "Open POA&M Items!R10"),
        ("FR-R15", "Open POA&M Items!S10"),
        ("FR-Q10", "Open POA&M Items!U10"),
    } <= places


def test_month_over_month(tmp_path: Path) -> None:
    """Against the last submission: a lost item, a changed detection date, a changed first milestone."""
    before = plan(tmp_path / "may.xlsx", [GOOD, replace(GOOD, poam_id="V-7"), replace(GOOD, poam_id="V-8")])
    moved = replace(GOOD, original_detection_date=date(2026, 3, 21))
    other = replace(
        GOOD, poam_id="V-7", milestones=("(01) 2026-05-28: Tell the customers that TLS 1.0 goes",)
    )
    found = checked(plan(tmp_path / "june.xlsx", [moved, other]), previous=before)
    assert "FR-Q05" in rules(found, "V-5")
    assert "FR-R09" in rules(found, "V-7")
    lost = [each.what for each in found.report.findings if each.rule.id == "X09"]
    assert lost == ["V-8 was in may.xlsx and is not here"]


def test_the_same_submission_twice_has_no_drift(tmp_path: Path) -> None:
    """Compared with itself a plan has lost, changed and miscounted nothing."""
    path = plan(tmp_path / "p.xlsx", [GOOD, PLAIN], [replace(GOOD, poam_id="V-8")])
    assert not {"X08", "X09", "FR-Q05", "FR-R09"} & rules(checked(path, previous=path))


def kev(path: Path, *entries: tuple[str, str, str]) -> Path:
    """Write a catalog of CISA's shape."""
    listed = [{"cveID": cve, "dateAdded": added, "dueDate": due} for cve, added, due in entries]
    path.write_text(json.dumps({"title": "made for a test", "vulnerabilities": listed}), encoding="utf-8")
    return path


def test_known_exploited_vulnerabilities(tmp_path: Path) -> None:
    """With CISA's catalog, a tracked CVE with another date is reported, and one past its date."""
    catalog = kev(tmp_path / "kev.json", ("CVE-2011-3389", "2026-03-25", "2026-04-01"))
    found = checked(plan(tmp_path / "p.xlsx", [PLAIN, GOOD]), kev=catalog)
    assert {"FR-Q14", "K04", "K02"} <= rules(found, "V-1")
    assert not {"FR-Q14", "K04", "K02"} & rules(found, "V-5")


def test_the_inventory(tmp_path: Path) -> None:
    """With the inventory, an asset that it does not have is reported; ports do not matter."""
    book = openpyxl.Workbook()
    book.active.title = "Inventory"
    book.active.append(["", "Title"])
    book.active.append(["", "UNIQUE ASSET IDENTIFIER", "IPv4 or IPv6\nAddress", "Authenticated Scan"])
    book.active.append(["Instructions", "Identifier"])
    book.active.append(["", "lb-1", "198.51.100.7", "Yes"])
    book.save(tmp_path / "iiw.xlsx")
    found = checked(plan(tmp_path / "p.xlsx", [GOOD]), inventory=tmp_path / "iiw.xlsx")
    assert [each.what for each in found.report.findings if each.rule.id == "FR-Q12"] == [
        "not in the inventory: web-2 (8443/TCP)"
    ]


@pytest.mark.samples
def test_a_real_inventory_is_read(tmp_path: Path) -> None:
    """A filled inventory of a public programme has its seven assets; none of ours is among them."""
    path = sample("fedramp/samples/IIW-2026-05-filled.xlsx")
    found = checked(plan(tmp_path / "p.xlsx", [GOOD]), inventory=path, only=("FR-Q12",))
    assert [each.rule.id for each in found.report.findings] == ["FR-Q12"]


def test_rules_are_chosen(tmp_path: Path) -> None:
    """One rule, a group, or the beginning of ids; and the other way round."""
    path = plan(tmp_path / "p.xlsx", [replace(GOOD, point_of_contact="", weakness_description="")])
    assert rules(checked(path, only=("C02",))) == {"C02"}
    assert rules(checked(path, only=("owners",))) == {"O01"}
    assert "C02" not in rules(checked(path, without=("C*",)))
    with pytest.raises(WrongUse):
        checked(path, only=("Z9",))


def test_an_unknown_profile_is_refused(tmp_path: Path) -> None:
    """A profile that a person names must exist."""
    with pytest.raises(WrongUse):
        checked(plan(tmp_path / "p.xlsx", [GOOD]), profiles=("nobody",))


def test_every_rule_is_judged_or_has_a_reason(tmp_path: Path) -> None:
    """Nothing passes in silence: judged and not judged together are all rules of the profiles."""
    report = checked(plan(tmp_path / "p.xlsx", [GOOD])).report
    assert {rule.id for rule in report.judged}.isdisjoint(each.rule.id for each in report.not_judged)
    assert all(each.why for each in report.not_judged)
    assert {"E02", "P01", "T08"} <= {each.rule.id for each in report.not_judged}


def test_json_has_every_part(tmp_path: Path) -> None:
    """Each finding has rule, level, item, place, what, why and fix; counts add up."""
    said = as_json(
        checked(plan(tmp_path / "p.xlsx", [replace(GOOD, weakness_description="")]), only=("C02",))
    )
    assert said["counts"] == {"error": 1, "warning": 0, "info": 0, "waived": 0}
    assert said["findings"] == [
        {
            "rule": "C02",
            "level": "error",
            "item": "V-5",
            "place": "Open POA&M Items!D9",
            "field": "description",
            "what": "there is no description of the weakness",
            "fix": "Say what is wrong, where, and what could follow from it.",
            "why": ["S01", "S21"],
            "standing": "verified",
            "waiver": "",
        }
    ]


def test_text_is_grouped_and_counted(tmp_path: Path) -> None:
    """By rule with at most eight places, by item with all of them; the last lines count."""
    rows = [replace(GOOD, poam_id=f"V-{number}", weakness_description="") for number in range(11)]
    found = checked(plan(tmp_path / "p.xlsx", rows), only=("C02",))
    by_rule, by_item = as_text(found), as_text(found, "item")
    assert "ERROR C02 Weakness description missing: 11" in by_rule
    assert "… and 3 more" in by_rule
    assert "… and" not in as_text(found, all_places=True)
    assert by_item.count("error   C02") == 11
    assert "11 errors, 0 warnings, 0 remarks, 0 waived; 1 rule judged, 0 not applicable" in by_rule


def results(log: dict[str, object]) -> list[dict[str, object]]:
    """Return the results of the one run of a SARIF log."""
    runs = log["runs"]
    assert isinstance(runs, list)
    assert len(runs) == 1
    found: list[dict[str, object]] = runs[0]["results"]
    return found


def test_sarif_has_the_shape_of_the_standard(tmp_path: Path) -> None:
    """Version, driver with rules, results that point at a rule, levels and places of SARIF 2.1.0."""
    path = plan(tmp_path / "a plan.xlsx", [replace(GOOD, weakness_description="")])
    log = json.loads(json.dumps(as_sarif(checked(path))))
    driver = log["runs"][0]["tool"]["driver"]
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    assert driver["name"] == "Milepost"
    assert len({rule["id"] for rule in driver["rules"]}) == len(driver["rules"])
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in {"error", "warning", "note"}
    for result in results(log):
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"}
    one = next(each for each in results(log) if each["ruleId"] == "C02")
    assert one["locations"] == [
        {
            "physicalLocation": {"artifactLocation": {"uri": "a%20plan.xlsx", "index": 0}},
            "logicalLocations": [
                {"name": "D9", "fullyQualifiedName": "Open POA&M Items!D9", "kind": "object"}
            ],
        }
    ]


def test_sarif_of_text_has_lines_and_suppressions(tmp_path: Path) -> None:
    """A finding in a CSV file has the line as its region; a waived one is suppressed with the reason."""
    path = tmp_path / "p.csv"
    path.write_text(
        "ID,Weakness,Owner,Status\nP-1,,Ana Diaz,Ongoing\nP-2,Old,Ana Diaz,Ongoing\n", encoding="utf-8"
    )
    waivers = tmp_path / "w.csv"
    waivers.write_text("rule,item,reason\nC02,P-1,Known\n", encoding="utf-8")
    log = json.loads(json.dumps(as_sarif(checked(path, only=("C02",), waivers=waivers))))
    (one,) = results(log)
    assert one["locations"][0]["physicalLocation"]["region"] == {"startLine": 2}  # type: ignore[index] # a list
    assert one["suppressions"] == [{"kind": "external", "justification": "Known"}]


def members(path: Path) -> dict[str, bytes]:
    """Return the unpacked parts of a workbook."""
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_comments_stand_in_the_cells(tmp_path: Path) -> None:
    """The user's own workbook comes back with a comment at each finding, all other parts byte for byte."""
    source, out = plan(tmp_path / "p.xlsx", [replace(GOOD, weakness_description="")]), tmp_path / "out.xlsx"
    count = write_commented(checked(source, only=("C02", "FR-R32")), source, out)
    cell = openpyxl.load_workbook(out)["Open POA&M Items"]["D9"]
    assert count == 1
    assert cell.comment is not None
    assert cell.comment.text.startswith("ERROR C02: there is no description of the weakness.")
    before, after = members(source), members(out)
    differing = {name for name in before if before[name] != after[name]}
    assert differing == {"[Content_Types].xml", "xl/worksheets/sheet1.xml"} | {
        name for name in differing if name.endswith("sheet1.xml.rels")
    }


def test_comments_that_were_there_stay(tmp_path: Path) -> None:
    """A comment in the same cell gets ours below it; one elsewhere stays as it is."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["ID", "Weakness", "Owner", "Status"], ["P-1", None, "Ana Diaz", "Ongoing"]):
        sheet.append(row)
    sheet["B2"].comment = Comment("Ask Jo", "Jo")
    sheet["A1"].comment = Comment("The key", "Jo")
    source, out = tmp_path / "p.xlsx", tmp_path / "out.xlsx"
    book.save(source)
    write_commented(checked(source, only=("C02", "O01")), source, out)
    result = openpyxl.load_workbook(out).active
    assert result["A1"].comment.text == "The key"
    assert result["B2"].comment.text.startswith("Ask Jo")
    assert "ERROR C02" in result["B2"].comment.text


@pytest.mark.libreoffice
def test_libreoffice_opens_the_comments(tmp_path: Path, soffice: str) -> None:
    """LibreOffice reads the commented workbook and keeps the comment when it saves it as .ods."""
    source, out = plan(tmp_path / "p.xlsx", [replace(GOOD, weakness_description="")]), tmp_path / "out.xlsx"
    write_commented(checked(source, only=("C02",)), source, out)
    folder = tmp_path / "profile"
    command: Sequence[str] = [
        *(soffice, f"-env:UserInstallation={folder.as_uri()}", "--headless", "--convert-to", "ods"),
        *("--outdir", str(tmp_path), str(out)),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    with zipfile.ZipFile(tmp_path / "out.ods") as package:
        assert b"there is no description of the weakness" in package.read("content.xml")


def test_only_a_workbook_takes_comments(tmp_path: Path) -> None:
    """Text has no cells, and the document itself is never overwritten."""
    text = tmp_path / "p.csv"
    text.write_text("ID,Weakness,Owner\nP-1,Old TLS,Jo\n", encoding="utf-8")
    with pytest.raises(WrongUse, match="only a workbook"):
        write_commented(checked(text), text, tmp_path / "out.xlsx")
    source = plan(tmp_path / "p.xlsx", [GOOD])
    with pytest.raises(WrongUse, match="the document itself"):
        write_commented(checked(source), source, source)


@pytest.mark.parametrize("name", ["kev", "inventory", "previous", "waivers"])
def test_files_beside_the_plan_are_refused_by_name(tmp_path: Path, name: str) -> None:
    """A file that is not what it should be is refused in a sentence."""
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{"a": 1}', encoding="utf-8")
    with pytest.raises(InputRefused, match=r"wrong\.json"):
        checked(plan(tmp_path / "p.xlsx", [GOOD]), **{name: wrong})


@pytest.mark.samples
@pytest.mark.parametrize("version", ["2.1", "3.0"])
def test_official_templates_filled_by_us_take_comments(tmp_path: Path, version: Version) -> None:
    """An official template that was filled is checked, and opens with its comments."""
    names = {"2.1": "FedRAMP-POAM-Template-v2.1-2024-03-29", "3.0": "FedRAMP-POAM-Template-v3.0-2025-11-17"}
    template = sample(f"fedramp/templates/{names[version]}.xlsx")
    source, out = tmp_path / "p.xlsx", tmp_path / "out.xlsx"
    rows = [replace(GOOD, weakness_description="")]
    write_workbook(poam(rows), source, layout=version, template=template)
    write_commented(checked(source, only=("C02",)), source, out)
    column = "D" if version == "2.1" else "E"
    cell = openpyxl.load_workbook(out)["Open POA&M Items"][f"{column}9"]
    assert cell.comment is not None


@pytest.mark.samples
def test_the_defects_of_a_real_cmmc_log_are_found() -> None:
    """The public tracking log has statuses outside its lifecycle, a 5-point item and a wrong summary."""
    found = checked(sample("cmmc/samples/mactech_MAC-AUD-405_POAM_Tracking_Log_v1.2.md"))
    assert {"CM-04", "CM-02", "CM-09"} <= rules(found)


@pytest.mark.samples
def test_a_generated_cmmc_plan_defers_too_much() -> None:
    """Five of its seven requirements are worth more than a point, one may never be deferred."""
    found = checked(sample("agencies/samples/complyscan_poam.csv"))
    by_rule = [each.rule.id for each in found.report.findings]
    assert {"CM-01", "CM-02", "CM-06"} <= set(by_rule)
    never = [each.item for each in found.report.findings if each.rule.id == "CM-01"]
    assert never == ["POAM-007"]


def test_a_table_is_only_judged_by_its_own_columns(tmp_path: Path) -> None:
    """Of two tables in a text, the one without a column for resources is not blamed for that."""
    path = tmp_path / "plan.md"
    path.write_text(
        "| ID | Weakness | Owner |\n|---|---|---|\n| P-1 | Telnet is open on sw-1 | Ana Diaz |\n\n"
        "| ID | Weakness | Resources Required |\n|---|---|---|\n| P-2 | Telnet is open on sw-2 | |\n",
        encoding="utf-8",
    )
    found = checked(path, only=("C13", "O01"))
    assert {(each.rule.id, each.item) for each in found.report.findings} == {("C13", "P-2")}


def test_items_without_identifier_are_told_apart(tmp_path: Path) -> None:
    """By item, a row without an identifier is named by its line."""
    path = tmp_path / "p.csv"
    path.write_text("Control,Weakness,Owner\nAC-2,Old TLS,Team\nAC-3,Old SSH,Team\n", encoding="utf-8")
    text = as_text(checked(path, only=("O02",)), "item")
    assert "line 2: 1" in text
    assert "line 3: 1" in text
