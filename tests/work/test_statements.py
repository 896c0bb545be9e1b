"""Statements about vulnerabilities (VEX) in the register: they annotate items, and open or close none."""

import json
from pathlib import Path

import pytest
from django.test import Client

from milepost.records.items import Item
from milepost.records.statements import Statement, StatementName
from milepost.records.systems import System
from milepost.work.add_system import NewSystem, add_system
from milepost.work.explaining.bearing_statements import Bearing, bearing_on
from milepost.work.explaining.explain_item import explain_item
from milepost.work.import_scan import Order, import_scan
from milepost.work.undo_import import undo_import
from tests.work.conftest import TODAY, Importing
from tests.work.register_content import content
from tests.work.reports import Image, Package, trivy

LIBCURL = "pkg:apk/alpine/libcurl@8.5.0-r0"


@pytest.fixture
def scanned(importing: Importing, tmp_path: Path) -> None:
    """Import a scan that finds one vulnerability in libcurl and one in zlib."""
    packages = (Package("CVE-2026-0001", "libcurl", "8.5.0-r0"), Package("CVE-2026-0002", "zlib", "1.3-r0"))
    importing(trivy(tmp_path / "scan.json", Image("team/app", "1.2", packages)))


def vex(path: Path, *statements: dict[str, object], at: str = "2026-02-01T00:00:00Z") -> Path:
    """Write an OpenVEX document."""
    document = {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": f"https://vex.example/{path.stem}",
        "author": "Curl Project",
        "timestamp": at,
        "statements": list(statements),
    }
    path.write_text(json.dumps(document))
    return path


def not_affected(product: str = LIBCURL, name: str = "CVE-2026-0001", **more: object) -> dict[str, object]:
    """Return a statement that a product is not affected."""
    return {
        "vulnerability": {"name": name},
        "products": [{"@id": product}],
        "status": "not_affected",
        "justification": "vulnerable_code_not_in_execute_path",
        **more,
    }


def item_of(source_id: str) -> Item:
    """Return the item of a weakness."""
    return Item.objects.get(source_id=source_id)


def only(source_id: str) -> Bearing:
    """Return the one statement that bears on the item of a weakness."""
    (bearing,) = bearing_on(item_of(source_id))
    return bearing


@pytest.mark.usefixtures("scanned")
def test_a_statement_annotates_its_item_and_changes_nothing_else(
    importing: Importing, system: System, tmp_path: Path
) -> None:
    """Neither items nor occurrences nor dates; it is told with its reason and can back a false positive."""
    before = content(system, numbers=True)["items"]
    report = importing(vex(tmp_path / "vex.json", not_affected(), not_affected(name="CVE-2020-0009")))
    assert report.statements == {"read": 2, "items_named": 1}
    assert (report.question, report.items["opened"], report.items["closure_candidates"]) == ("", 0, 0)
    assert content(system, numbers=True)["items"] == before
    bearing = only("CVE-2026-0001")
    assert (bearing.match, bearing.places, bearing.evidence) == ("same", 1, True)
    assert not bearing_on(item_of("CVE-2026-0002"))
    told = explain_item(item_of("CVE-2026-0001").identifier, as_of=TODAY).as_text()
    assert "not affected (vulnerable code not in execute path), stated by Curl Project on 2026-02-01" in told


@pytest.mark.usefixtures("scanned")
def test_statements_about_other_software_are_told_apart(importing: Importing, tmp_path: Path) -> None:
    """Another version is said to be one and backs nothing; another product is left out."""
    importing(vex(tmp_path / "old.json", not_affected("pkg:apk/alpine/libcurl@8.4.0-r0")))
    importing(vex(tmp_path / "other.json", not_affected("pkg:apk/alpine/nginx@1")))
    bearing = only("CVE-2026-0001")
    assert (bearing.match, bearing.evidence) == ("other version", False)


@pytest.mark.usefixtures("scanned")
def test_the_latest_statement_about_a_product_holds(importing: Importing, tmp_path: Path) -> None:
    """Whichever document came first."""
    importing(vex(tmp_path / "new.json", {**not_affected(), "status": "affected"}, at="2026-02-20T00:00:00Z"))
    importing(vex(tmp_path / "old.json", not_affected()))
    assert only("CVE-2026-0001").statement.status == "affected"


@pytest.mark.usefixtures("scanned")
def test_a_document_is_previewed_known_again_and_taken_back(
    importing: Importing, system: System, tmp_path: Path
) -> None:
    """A preview keeps nothing, the same bytes change nothing, undo leaves no statement."""
    path = vex(tmp_path / "vex.json", not_affected())
    before = content(system, numbers=True)
    assert importing(path, dry_run=True).statements["read"] == 1
    assert not Statement.objects.exists()
    first = importing(path)
    assert importing(path).already_imported
    assert Statement.objects.count() == 1
    undo_import(first.number or 0)
    assert not Statement.objects.exists()
    assert not StatementName.objects.exists()
    assert content(system, numbers=True) == before


@pytest.mark.usefixtures("scanned")
def test_a_statement_stays_in_its_system(tmp_path: Path) -> None:
    """What another system imported is not shown here."""
    add_system(NewSystem("Pier", "fedramp-rev5", "moderate"), as_of=TODAY)
    report = import_scan(Order(vex(tmp_path / "vex.json", not_affected()), "Pier", TODAY))
    assert report.statements == {"read": 1, "items_named": 0}
    assert not bearing_on(item_of("CVE-2026-0001"))


@pytest.mark.usefixtures("scanned")
def test_the_item_page_shows_what_is_stated(importing: Importing, tmp_path: Path, client: Client) -> None:
    """With its reason and the import that it came with."""
    importing(vex(tmp_path / "vex.json", not_affected(impact_statement="<b>Never</b> called.")))
    item = item_of("CVE-2026-0001")
    page = client.get(f"/systems/{item.system_id}/items/{item.identifier}/").content.decode()
    assert "What suppliers state" in page
    assert "can back a false positive" in page
    assert "&lt;b&gt;Never&lt;/b&gt; called." in page
