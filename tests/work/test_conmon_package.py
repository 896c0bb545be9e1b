"""The monthly package: whole or not at all, every file in the manifest, what is missing said openly."""

import csv
import hashlib
import io
import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from milepost.authorities.documents import read_document
from milepost.authorities.fedramp.conmon_matrix import (
    ACTIVE_REQUIREMENT,
    PAST_DUE,
    PAST_DUE_REQUIREMENT,
    PENDING_FALSE_POSITIVE,
    PENDING_REQUIREMENT,
    TOTAL,
)
from milepost.authorities.fedramp.deviation_form import read_requests
from milepost.authorities.fedramp.inventory_workbook import read_inventory_rows
from milepost.cli import milepost
from milepost.cli.errors import exit_code_of
from milepost.domain.errors import (
    DamagedInput,
    InputRefused,
    RecordMissing,
    StateConflict,
    UnknownFormat,
    WrongUse,
)
from milepost.domain.item import DeviationKind
from milepost.domain.rating import Rating
from milepost.records.items import Item
from milepost.records.systems import System
from milepost.work.conmon.package import ConmonOrder, ConmonPackage, write_package
from milepost.work.deviate import Support, decide_deviation, request_deviation
from milepost.work.edit_item import Edit, edit_item
from tests.samples import sample
from tests.work.conftest import TODAY, Importing
from tests.work.reports import Found, Host, nessus

WEB = Host("10.0.0.1", (Found(100, title="=cmd()"), Found(200, 22, 3)), "web.example.com")
DATABASE = Host("10.0.0.2", (Found(100),), "db.example.com", credentialed=False)
MARCH = date(2026, 3, 31)
_TEMPLATES = "fedramp/templates"


@pytest.fixture
def order(importing: Importing, system: System, tmp_path: Path) -> ConmonOrder:
    """Return the order of March's package, in which a scan was imported and two deviations were asked for."""
    importing(nessus(tmp_path / "=os.nessus", WEB, DATABASE))
    first, second = Item.objects.order_by("number")
    request_deviation(
        first, DeviationKind.RISK_ADJUSTMENT, "isolated", person="Ines", as_of=TODAY, adjusted_risk=Rating.LOW
    )
    false = request_deviation(second, DeviationKind.FALSE_POSITIVE, "absent", person="Ines", as_of=TODAY)
    decide_deviation(false, approve=True, person="Omar", as_of=date(2026, 3, 9))
    return ConmonOrder(system=system.name, month="2026-03", out=tmp_path / "march", as_of=MARCH)


def table(path: Path) -> list[list[str]]:
    """Return the rows of a CSV file."""
    return list(csv.reader(io.StringIO(path.read_text(), newline="")))


def closed_false_positive(item: Item, asked: date, decided: date) -> None:
    """Close an item as a false positive: requested with evidence, approved by somebody else."""
    request = request_deviation(
        item,
        DeviationKind.FALSE_POSITIVE,
        "no such file",
        person="Ines",
        as_of=asked,
        support=Support(evidence="Listing of the host"),
    )
    decide_deviation(request, approve=True, person="Omar", as_of=decided, reason="seen on the host")


def names(package: ConmonPackage) -> set[str]:
    """Return what is in the folder."""
    return {path.name for path in package.folder.iterdir()}


def test_the_package_holds_what_is_due_each_month(order: ConmonOrder) -> None:
    """POA&M, inventory, requests, summary, matrix, scans, difference, and their hashes."""
    package = write_package(order)
    stems = ("poam", "inventory", "deviation-requests", "executive-summary", "conmon-matrix")
    expected = {f"{stem}-2026-03.xlsx" for stem in stems}
    expected |= {f"{stem}-2026-03.md" for stem in ("executive-summary", "conmon-matrix", "difference")}
    expected |= {
        "inventory-reconciliation-2026-03.md",
        "difference-2026-03.json",
        "conmon-matrix-2026-03.csv",
    }
    expected |= {"raw-scans-2026-03.csv", "manifest.json", "SHA256SUMS"}
    assert names(package) == expected


def test_every_file_is_in_the_manifest_with_its_hash(order: ConmonOrder) -> None:
    """And the manifest itself among the sums."""
    package = write_package(order)
    manifest = json.loads((order.out / "manifest.json").read_text())
    assert (manifest["system"], manifest["month"], manifest["as_of"]) == ("Harbor", "2026-03", "2026-03-31")
    lines = (line.split("  ") for line in (order.out / "SHA256SUMS").read_text().splitlines())
    sums = {name: digest for digest, name in lines}
    assert set(sums) == names(package) - {"SHA256SUMS"}
    for name, digest in sums.items():
        assert hashlib.sha256((order.out / name).read_bytes()).hexdigest() == digest
    assert {each["name"]: each["sha256"] for each in manifest["files"]} == {
        name: digest for name, digest in sums.items() if name != "manifest.json"
    }
    assert [each["part"] for each in manifest["missing"]] == [each.part for each in package.missing]


def test_the_same_order_gives_the_same_bytes(order: ConmonOrder, tmp_path: Path) -> None:
    """No clock and no chance is in any file."""
    write_package(order)
    again = replace(order, out=tmp_path / "again")
    write_package(again)
    sums = [(folder / "SHA256SUMS").read_bytes() for folder in (order.out, again.out)]
    assert sums[0] == sums[1]


def test_raw_scans_are_listed_with_the_hash_of_what_was_imported(order: ConmonOrder, tmp_path: Path) -> None:
    """Those of the month alone; a name like a formula is marked as text."""
    write_package(order)
    head, row = table(order.out / "raw-scans-2026-03.csv")
    told = dict(zip(head, row, strict=True))
    assert told["File"] == "'=os.nessus"
    assert told["SHA-256"] == hashlib.sha256((tmp_path / "=os.nessus").read_bytes()).hexdigest()
    april = write_package(replace(order, month="2026-04", out=tmp_path / "april", as_of=date(2026, 4, 30)))
    assert len(table(tmp_path / "april" / "raw-scans-2026-04.csv")) == 1
    assert "scans" in [each.part for each in april.missing]


def test_requests_are_rows_of_the_form(order: ConmonOrder) -> None:
    """One row a request, with what was asked, when, and how it stands."""
    write_package(order)
    adjustment, false = read_requests(order.out / "deviation-requests-2026-03.xlsx").rows
    assert (adjustment["number"], adjustment["status"], adjustment["requested_rating"]) == (
        "V-1-RA",
        "Pending",
        "Low",
    )
    assert (adjustment["rationale"], adjustment["submitted_on"]) == ("isolated", TODAY)
    assert (false["number"], false["status"], false["kind"]) == ("V-2-FP", "Approved", "FP")


def test_only_requests_of_the_month_are_sent(order: ConmonOrder, tmp_path: Path) -> None:
    """What is pending stays on the form; what was decided before is on it only if it was given."""
    write_package(order)
    april = replace(order, month="2026-04", out=tmp_path / "april", as_of=date(2026, 4, 30))
    write_package(april)
    rows = read_requests(april.out / "deviation-requests-2026-04.xlsx").rows
    assert [row["number"] for row in rows] == ["V-1-RA"]
    kept = replace(april, out=tmp_path / "kept", deviation_form=order.out / "deviation-requests-2026-03.xlsx")
    write_package(kept)
    rows = read_requests(kept.out / "deviation-requests-2026-04.xlsx").rows
    assert [row["number"] for row in rows] == ["V-1-RA", "V-2-FP"]


def test_the_inventory_holds_what_scans_know(order: ConmonOrder) -> None:
    """And the report says that nobody listed it."""
    package = write_package(order)
    rows = read_inventory_rows(order.out / "inventory-2026-03.xlsx").rows
    assert [(row["addresses"], row["dns_name"], row["authenticated_scan"]) for row in rows] == [
        ("10.0.0.1", "web.example.com", "Yes"),
        ("10.0.0.2", "db.example.com", "No"),
    ]
    assert package.reconciled.unlisted == ()
    assert "inventory workbook" in [each.part for each in package.missing]


def test_the_summary_names_files_requests_and_issues(order: ConmonOrder) -> None:
    """Scans by name, requests by number, the host without credentials as an issue."""
    write_package(replace(order, annual_assessment="done in January"))
    text = (order.out / "executive-summary-2026-03.md").read_text()
    assert "- OS Scans: =os.nessus" in text
    assert "- Risk Adjustments: V-1-RA" in text
    assert "- Status of Annual Assessment: done in January" in text
    assert "1 of 2 hosts (50%) were scanned without credentials" in text


def test_late_items_are_named_with_what_they_wait_for(order: ConmonOrder, tmp_path: Path) -> None:
    """High and Moderate apart, by the rating that counts."""
    item = Item.objects.get(identifier="V-1")
    request_deviation(item, DeviationKind.FALSE_POSITIVE, "absent", person="Ines", as_of=date(2026, 5, 2))
    write_package(replace(order, month="2026-05", out=tmp_path / "may", as_of=date(2026, 5, 31)))
    text = (tmp_path / "may" / "executive-summary-2026-05.md").read_text()
    assert "- Late High Items: V-1, due 2026-02-04, false positive pending\n" in text
    assert "- Late Moderate Items: V-2, due 2026-04-05\n" in text


def test_the_difference_explains_itself(order: ConmonOrder, tmp_path: Path) -> None:
    """Against last month's package: what changed, and by whom and why."""
    write_package(order)
    item = Item.objects.get(identifier="V-1")
    closed_false_positive(item, MARCH, date(2026, 4, 8))
    april = replace(
        order, month="2026-04", out=tmp_path / "april", as_of=date(2026, 4, 30), previous=order.out
    )
    package = write_package(april)
    assert package.difference.ended == ("V-1",)
    assert package.difference.compared
    assert [each.item for each in package.difference.compared.changed] == ["V-1"]
    text = (april.out / "difference-2026-04.md").read_text()
    assert "Against poam-2026-03.xlsx" in text
    assert "2026-04-08 by Omar: seen on the host" in text
    told = json.loads((april.out / "difference-2026-04.json").read_text())
    assert told["previous"] == "poam-2026-03.xlsx"
    assert told["compared"]["faults"] == []


def test_a_previous_workbook_that_was_changed_is_refused(order: ConmonOrder, tmp_path: Path) -> None:
    """Its hash is held against the manifest that came with it."""
    write_package(order)
    (order.out / "poam-2026-03.xlsx").write_bytes(b"other")
    april = replace(
        order, month="2026-04", out=tmp_path / "april", as_of=date(2026, 4, 30), previous=order.out
    )
    with pytest.raises(DamagedInput, match="SHA-256 differs"):
        write_package(april)
    shutil.rmtree(order.out)
    order.out.mkdir()
    with pytest.raises(RecordMissing, match=r"manifest\.json"):
        write_package(april)
    assert not april.out.exists()


@pytest.mark.parametrize("text", ['{"files": [{"name": 1}]}', "[", "{}"])
def test_a_manifest_that_is_none_is_refused(order: ConmonOrder, tmp_path: Path, text: str) -> None:
    """In a sentence that names the file."""
    (tmp_path / "last").mkdir()
    (tmp_path / "last" / "manifest.json").write_text(text)
    with pytest.raises(DamagedInput, match="no manifest of a monthly package"):
        write_package(replace(order, previous=tmp_path / "last"))


def test_a_manifest_that_leads_out_of_its_folder_is_refused(order: ConmonOrder, tmp_path: Path) -> None:
    """A package comes from elsewhere; it may not name files of this machine."""
    write_package(order)
    manifest = order.out / "manifest.json"
    manifest.write_text(manifest.read_text().replace("poam-2026-03.xlsx", "../poam.xlsx"))
    april = replace(order, out=tmp_path / "april", previous=order.out)
    with pytest.raises(InputRefused, match="outside the package"):
        write_package(april)


def test_where_anything_fails_nothing_is_left(order: ConmonOrder, tmp_path: Path) -> None:
    """A template that is none: no folder, no half a package, and the register as it was."""
    before = {path.name for path in tmp_path.iterdir()}
    with pytest.raises(UnknownFormat):
        write_package(replace(order, summary_template=tmp_path / "=os.nessus"))
    assert {path.name for path in tmp_path.iterdir()} == before
    assert System.objects.get().exported_number == 0


def test_a_folder_that_holds_something_is_left_alone(order: ConmonOrder) -> None:
    """An empty one is taken."""
    order.out.mkdir()
    write_package(order)
    with pytest.raises(StateConflict, match="exists already"):
        write_package(order)
    with pytest.raises(WrongUse, match="does not exist"):
        write_package(replace(order, out=order.out / "a" / "b"))


@pytest.mark.parametrize("month", ["2026-13", "2026-00", "March", "2026-3", "2026-04", "0000-01"])
def test_a_month_that_is_none_or_has_not_begun_is_refused(order: ConmonOrder, month: str) -> None:
    """With the form that it should have."""
    with pytest.raises(WrongUse):
        write_package(replace(order, month=month))


def test_what_is_missing_depends_on_the_day_of_writing(order: ConmonOrder, tmp_path: Path) -> None:
    """Before the month's end, on it, and after it."""
    parts = {}
    for day in (date(2026, 3, 20), MARCH, date(2026, 4, 2)):
        package = write_package(replace(order, out=tmp_path / str(day), as_of=day))
        parts[day] = {each.part for each in package.missing}
    assert "the whole month" in parts[date(2026, 3, 20)] - parts[MARCH]
    assert "the state on 2026-03-31" in parts[date(2026, 4, 2)] - parts[MARCH]


def test_the_matrix_shows_months_as_they_were(order: ConmonOrder, tmp_path: Path) -> None:
    """An item closed in April was open in March, when a request for it was pending."""
    item = Item.objects.get(identifier="V-1")
    closed_false_positive(item, MARCH, date(2026, 4, 8))
    write_package(replace(order, month="2026-05", out=tmp_path / "may", as_of=date(2026, 5, 31)))
    rows = {row[0]: row[1:] for row in table(tmp_path / "may" / "conmon-matrix-2026-05.csv")}
    assert rows["Open items"] == ["2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05"]
    assert rows[TOTAL] == ["0", "2", "2", "2", "1", "1"]
    assert rows[PENDING_FALSE_POSITIVE] == ["0", "0", "0", "1", "0", "0"]


@pytest.mark.samples
def test_the_official_files_are_filled(order: ConmonOrder) -> None:
    """Given all templates, only what Milepost does not keep is missing."""
    package = write_package(
        replace(
            order,
            poam_template=sample(f"{_TEMPLATES}/FedRAMP-POAM-Template-v3.0-2025-11-17.xlsx"),
            inventory=sample("fedramp/samples/IIW-2026-05-filled.xlsx"),
            deviation_form=sample(f"{_TEMPLATES}/FedRAMP-Vulnerability-Deviation-Request-Form.xlsx"),
            summary_template=sample(
                f"{_TEMPLATES}/FedRAMP-Continuous-Monitoring-Monthly-Executive-Summary-Template-2018.xlsx"
            ),
        )
    )
    assert not {each.part for each in package.missing if "official" in each.part}
    assert {item.id for item in read_document(order.out / "poam-2026-03.xlsx").items} == {"V-1", "V-2"}
    assert len(read_inventory_rows(order.out / "inventory-2026-03.xlsx").rows) == 9
    assert len(package.reconciled.unscanned) == 7


def test_the_command_says_what_was_written_and_what_is_missing(
    order: ConmonOrder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In words and as JSON; the forms alone by export."""
    asked = ["conmon", "--system", "Harbor", "--month", "2026-03", "--as-of", "2026-03-31", "-o"]
    assert exit_code_of(milepost, [*asked, str(order.out)]) == 0
    out = capsys.readouterr().out
    assert "poam-2026-03.xlsx (POA&M workbook 3.0)" in out
    assert "last month's package: " in out
    assert exit_code_of(milepost, [*asked, str(tmp_path / "two"), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [each["kind"] for each in document["files"]][:2] == ["poam", "inventory"]
    for form in ("fedramp-dr", "fedramp-inventory"):
        export = ["export", form, "--system", "Harbor", "--as-of", "2026-03-31", "-o"]
        assert exit_code_of(milepost, [*export, str(tmp_path / f"{form}.xlsx"), "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["file"] == str(tmp_path / f"{form}.xlsx")
        assert exit_code_of(milepost, [*export, str(tmp_path / f"{form}.xlsx")]) == 0
        assert "Wrote" in capsys.readouterr().out


def test_without_requests_no_form_is_written(
    system: System, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty form would be a request for nothing."""
    out = tmp_path / "dr.xlsx"
    assert exit_code_of(milepost, ["export", "fedramp-dr", "--system", system.name, "-o", str(out)]) == 0
    assert "No requests." in capsys.readouterr().out
    assert not out.exists()


def test_an_adjustment_moves_the_item_to_another_row_from_its_approval_on(
    order: ConmonOrder, tmp_path: Path
) -> None:
    """In the months before it stands where it was; an operational requirement is active and not late."""
    first, second = Item.objects.order_by("number")
    decide_deviation(first.deviations.get(), approve=True, person="Omar", as_of=date(2026, 4, 8))
    stays = request_deviation(
        second, DeviationKind.OPERATIONAL_REQUIREMENT, "needed", person="Ines", as_of=date(2026, 4, 20)
    )
    decide_deviation(stays, approve=True, person="Omar", as_of=date(2026, 5, 4))
    write_package(replace(order, month="2026-05", out=tmp_path / "may", as_of=date(2026, 5, 31)))
    rows = {row[0]: row[1:] for row in table(tmp_path / "may" / "conmon-matrix-2026-05.csv")}
    assert rows["High"] == ["0", "1", "1", "1", "0", "0"]
    assert rows["High/Low"] == ["0", "0", "0", "0", "1", "1"]
    assert rows["Moderate"] == ["0", "1", "1", "1", "1", "1"]
    assert rows[PENDING_REQUIREMENT] == ["0", "0", "0", "0", "1", "0"]
    assert rows[ACTIVE_REQUIREMENT] == ["0", "0", "0", "0", "0", "1"]
    assert rows[PAST_DUE_REQUIREMENT] == ["0", "0", "0", "0", "1", "0"]


def test_what_waits_for_a_vendor_that_was_asked_is_not_past_due(order: ConmonOrder, tmp_path: Path) -> None:
    """Thirty days long (POA&M Template Completion Guide 2.2, columns P and Q)."""
    item = Item.objects.get(identifier="V-2")
    values = {"vendor_dependency": "yes", "vendor_product": "Vault", "vendor_checked_on": "2026-05-01"}
    edit_item(Edit(item.identifier, values, "Sam", "asked the vendor"), as_of=date(2026, 5, 1))
    write_package(replace(order, month="2026-06", out=tmp_path / "june", as_of=date(2026, 6, 30)))
    rows = {row[0]: row[1:] for row in table(tmp_path / "june" / "conmon-matrix-2026-06.csv")}
    assert rows[PAST_DUE] == ["0", "1", "1", "2", "1", "2"]
