"""Mappings of columns: saved once for the whole register, found by the headings, used by themselves."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from milepost.domain.errors import RecordMissing, StateConflict, UnknownFormat, WrongUse
from milepost.domain.item import SourceKind
from milepost.records.findings import Weakness
from milepost.records.imports import Coverage, Import
from milepost.records.items import Item
from milepost.records.systems import System
from milepost.scanners.archives import Given, taken
from milepost.scanners.isolation import surveyed
from milepost.scanners.sheets.columns import Columns
from milepost.work.import_scan import Order
from milepost.work.importing.column_mappings import (
    mapping_named,
    mapping_of,
    mappings,
    remove_mapping,
    save_mapping,
)
from milepost.work.importing.import_bundle import import_bundle
from tests.scanners.reading import written
from tests.work.conftest import TODAY, Importing
from tests.work.reports import Found, Host, nessus

TABLE = "Ref,Titel,Criticality,Server\nPT-1,SQL injection,High,web1.example\nPT-2,Old,Low,web1.example\n"


def saved(path: Path, *pairs: tuple[str, str], **more: object) -> Columns:
    """Save a mapping for a table."""
    mapping = mapping_of(surveyed(path), pairs, **more)  # type: ignore[arg-type] # named by the test
    save_mapping(mapping, as_of=TODAY)
    return mapping


@pytest.mark.usefixtures("system", "reading_processes")
def test_a_table_is_read_by_the_mapping_of_its_headings(importing: Importing, tmp_path: Path) -> None:
    """Whatever their capitals and blanks; refused before it is saved."""
    with pytest.raises(UnknownFormat, match="no known heading names a finding"):
        importing(written(tmp_path, TABLE, "march.csv"))
    saved(tmp_path / "march.csv", ("title", "Titel"), name="pentest")
    report = importing(written(tmp_path, TABLE.replace("Ref,Titel", "REF , titel"), "april.csv"))
    assert report.format == "table"
    assert report.items["opened"] == 2
    assert set(Weakness.objects.values_list("name", flat=True)) == {"pentest:PT-1", "pentest:PT-2"}


@pytest.mark.usefixtures("system")
def test_next_months_table_finds_the_same_items(importing: Importing, tmp_path: Path) -> None:
    """What is closed there is missing here; what is absent is not re-tested; nothing is closed by that."""
    table = "Finding ID,Title,Severity,Host,Status\n"
    first = written(tmp_path, f"{table}1,a,High,h,Open\n2,b,Low,h,Open\n3,c,Low,h,Open\n", "1.csv")
    importing(first, scanned_on=TODAY - timedelta(30))
    report = importing(
        written(tmp_path, f"{table}1,A!,Critical,h,Open\n2,b,Low,h,Closed\n", "2.csv"), scanned_on=TODAY
    )
    assert report.occurrences["changed"] == 1
    assert report.occurrences["missing"] == 1
    assert report.occurrences["not_retested"] == 1
    assert report.occurrences["new"] == 0


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize("kind", [kind for kind in SourceKind if kind is not SourceKind.SCAN])
def test_the_activity_and_the_detector_go_with_the_items(
    importing: Importing, tmp_path: Path, kind: SourceKind
) -> None:
    """A penetration test, an audit, an incident: as an assessor would name them."""
    path = written(tmp_path, "Finding ID,Title,Severity\nF-1,a,High\n", "x.csv")
    importing(path, source_kind=kind, detector="Acme 2026")
    item = Item.objects.get(source_id="F-1")
    assert item.source_kind == kind
    assert Import.objects.get().source_kind == kind
    assert Coverage.objects.get().tool == "Acme 2026"


@pytest.mark.usefixtures("system")
def test_without_a_detector_the_activity_is_named(importing: Importing, tmp_path: Path) -> None:
    """And its identifiers are its own: those of another table are others."""
    path = written(tmp_path, "Finding ID,Title\nF-1,a\n", "x.csv")
    importing(path, source_kind=SourceKind.PENETRATION_TEST)
    assert Weakness.objects.get().name == "penetration-test:F-1"
    assert Coverage.objects.get().tool == "Penetration test"


@pytest.mark.usefixtures("system")
def test_a_mapping_can_be_named(importing: Importing, tmp_path: Path) -> None:
    """It must fit; for a scanner's report there is none."""
    saved(written(tmp_path, TABLE, "march.csv"), ("title", "Titel"), name="pentest")
    assert importing(tmp_path / "march.csv", columns="pentest").items["opened"] == 2
    other = written(tmp_path, "Finding ID,Title\n1,a\n", "other.csv")
    with pytest.raises(UnknownFormat, match="the mapping pentest is for a table with the columns"):
        importing(other, columns="pentest")
    with pytest.raises(RecordMissing, match="no mapping named nothing"):
        importing(other, columns="nothing")
    scan = nessus(tmp_path / "a.nessus", Host("10.0.0.1", (Found(1),)))
    with pytest.raises(WrongUse, match="is for tables, and this is Nessus"):
        importing(scan, columns="pentest")
    assert importing(scan, source_kind=SourceKind.ASSESSMENT).items["opened"] == 1


@pytest.mark.usefixtures("db")
def test_what_is_given_holds_over_what_is_suggested(tmp_path: Path) -> None:
    """A column that is given elsewhere is not suggested again; an empty one takes a field out."""
    survey = surveyed(written(tmp_path, TABLE, "march.csv"))
    mapping = mapping_of(survey, [("title", "titel"), ("severity", ""), ("asset", "Server")])
    assert mapping.fields == {"id": ("Ref",), "title": ("Titel",), "asset": ("Server",)}
    assert mapping.name == "march"
    with pytest.raises(WrongUse, match="no column identifies"):
        mapping_of(survey, [("id", "")])
    with pytest.raises(WrongUse, match="no column “Nummer”"):
        mapping_of(survey, [("id", "Nummer")])
    with pytest.raises(WrongUse, match="is no order of dates"):
        mapping_of(survey, [], day_order="year first")


@pytest.mark.usefixtures("db")
def test_headings_have_one_mapping_and_a_mapping_one_name(tmp_path: Path) -> None:
    """Saving again replaces; a name that is taken is refused."""
    path = written(tmp_path, TABLE, "march.csv")
    first = saved(path, ("title", "Titel"), name="one")
    save_mapping(replace(first, name="two", source="Acme"), as_of=TODAY)
    assert [each.name for each in mappings()] == ["two"]
    assert mapping_named("two").source == "Acme"
    other = written(tmp_path, "Finding ID,Title\n1,a\n", "other.csv")
    with pytest.raises(StateConflict, match="the mapping two is for other headings"):
        saved(other, name="two")
    remove_mapping("two")
    assert mappings() == []
    with pytest.raises(RecordMissing):
        remove_mapping("two")


def test_tables_of_an_archive_are_read_by_their_mappings(system: System, tmp_path: Path) -> None:
    """What has none is refused with the way out, and the others are taken."""
    folder = tmp_path / "folder"
    folder.mkdir()
    saved(written(folder, TABLE, "a.csv"), ("title", "Titel"), name="pentest")
    written(folder, "Nummer,Text\n1,a\n", "b.csv")
    with taken([Given(folder, "folder")], tmp_path / "room") as found:
        report = import_bundle("folder", found, Order(folder, system.name, TODAY))
    assert (report.new, report.refused) == (1, 1)
    refusal = report.files[1].refusal
    assert refusal is not None
    assert "milepost columns save b.csv" in refusal.fix
