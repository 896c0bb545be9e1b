"""Files that come together: each all or nothing, previewed as one, taken back as one, known again."""

import zipfile
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from milepost.domain.errors import RecordMissing, StateConflict
from milepost.domain.problem import Problem
from milepost.records.imports import Bundle, Import
from milepost.records.items import Item
from milepost.records.systems import System
from milepost.scanners.archives import Given, taken
from milepost.work.comment_item import comment_item
from milepost.work.import_scan import Order, import_scan
from milepost.work.importing.import_bundle import BundleReport, import_bundle
from milepost.work.undo_import import undo_bundle, undo_import
from tests.work.conftest import TODAY
from tests.work.register_content import content
from tests.work.reports import DAY, START, Found, Host, nessus

WEB = Host("10.0.0.1", (Found(100, severity=3), Found(200)))
LATER = Host("10.0.0.1", (Found(100, severity=3), Found(300)), scanned=START + 30 * DAY)
OTHER = Host("10.0.0.2", (Found(400),))


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Return an archive of three reports and two files that are none."""
    path = tmp_path / "reports.zip"
    with zipfile.ZipFile(path, "w") as file:
        for name, host in (("1.nessus", WEB), ("2.nessus", LATER), ("sub/3.nessus", OTHER)):
            file.write(nessus(tmp_path / "report", host), name)
        file.writestr("readme.txt", "hello")
        file.writestr("sub/4.nessus", "<NessusClientData_v2><Report>")
    return path


def together(system: System, path: Path, room: Path, **wishes: object) -> BundleReport:
    """Import what is in an archive or folder."""
    order = Order(path, system.name, TODAY, **wishes)  # type: ignore[arg-type] # named by the test
    with taken([Given(path, path.name)], room) as found:
        return import_bundle(path.name, found, order)


@pytest.mark.usefixtures("reading_processes")
def test_each_file_has_its_own_outcome_and_all_have_a_sum(
    system: System, archive: Path, tmp_path: Path
) -> None:
    """What is no report is named with the reason, and the others are taken."""
    report = together(system, archive, tmp_path / "room")
    names = [each.name for each in report.files]
    assert names == ["1.nessus", "2.nessus", "readme.txt", "sub/3.nessus", "sub/4.nessus"]
    assert [each.report is None for each in report.files] == [False, False, True, False, True]
    assert (report.new, report.refused) == (3, 2)
    assert report.items["opened"] == 4
    assert report.occurrences["missing"] == 1
    assert Import.objects.filter(bundle=report.number).count() == 3
    stored = Bundle.objects.get(system=system).problems
    assert [each["where"].partition(",")[0] for each in stored] == ["readme.txt", "sub/4.nessus"]


def test_a_preview_of_all_is_what_the_import_does(system: System, archive: Path, tmp_path: Path) -> None:
    """Cumulative: the second file is compared with the first; and nothing is changed."""
    before = content(system)
    preview = together(system, archive, tmp_path / "room", dry_run=True)
    assert content(system) == before
    assert not Bundle.objects.exists()
    done = together(system, archive, tmp_path / "room")
    assert preview.number is None
    assert [each.number for each in preview.reports] == [None] * 3
    assert (preview.occurrences, preview.weaknesses) == (done.occurrences, done.weaknesses)
    assert preview.items == done.items


def test_the_same_archive_twice_changes_nothing(system: System, archive: Path, tmp_path: Path) -> None:
    """Neither do its files in a folder or one by one."""
    together(system, archive, tmp_path / "room")
    before = content(system)
    again = together(system, archive, tmp_path / "room")
    with zipfile.ZipFile(archive) as file:
        file.extractall(tmp_path / "folder")
    from_folder = together(system, tmp_path / "folder", tmp_path / "room")
    assert (again.new, from_folder.new) == (0, 0)
    assert content(system) == before
    assert Bundle.objects.count() == 1


def test_an_interrupted_import_goes_on_under_its_number(
    system: System, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was taken before the break stays, and belongs to the same bundle."""
    taken_before: list[str] = []

    def breaking(order: Order) -> object:
        taken_before.append(order.name)
        if len(taken_before) > 1:
            raise KeyboardInterrupt
        return import_scan(order)

    with monkeypatch.context() as patched:
        patched.setattr("milepost.work.importing.import_bundle.import_scan", breaking)
        with pytest.raises(KeyboardInterrupt):
            together(system, archive, tmp_path / "room")
    assert Import.objects.count() == 1
    report = together(system, archive, tmp_path / "room")
    assert Import.objects.filter(bundle=report.number).count() == 3
    assert report.new == 2


def test_a_bundle_is_taken_back_as_a_whole(system: System, archive: Path, tmp_path: Path) -> None:
    """The register is as before; so is it when its files are taken back one by one."""
    import_scan(Order(nessus(tmp_path / "before", OTHER, WEB), system.name, TODAY))
    before = content(system)
    report = together(system, archive, tmp_path / "room")
    assert report.number is not None
    assert [each.file_name for each in undo_bundle(report.number)] == [
        *("sub/3.nessus", "2.nessus", "1.nessus")
    ]
    assert content(system) == before
    assert not Bundle.objects.exists()
    together(system, archive, tmp_path / "room")
    for record in Import.objects.exclude(bundle=None).order_by("-pk"):
        undo_import(record.pk)
    assert content(system) == before
    assert not Bundle.objects.exists()


def test_work_of_people_keeps_all_of_a_bundle(system: System, archive: Path, tmp_path: Path) -> None:
    """All or none of it is taken back."""
    report = together(system, archive, tmp_path / "room")
    item = Item.objects.get(system=system, source_id="100")
    comment_item(item.identifier, "Ours", person="Sam", as_of=TODAY)
    before = content(system)
    assert report.number is not None
    with pytest.raises(StateConflict, match="people have worked on"):
        undo_bundle(report.number)
    assert content(system) == before


def test_files_that_are_all_refused_leave_no_bundle(system: System, tmp_path: Path) -> None:
    """There is nothing to take back."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.txt").write_text("hello")
    (tmp_path / "folder" / "link").symlink_to("/etc/passwd")
    report = together(system, tmp_path / "folder", tmp_path / "room")
    assert (report.number, report.refused) == (None, 1)
    (problem,) = report.problems
    assert problem == Problem("link", "this is a link, and links are not followed", "give the file itself")
    assert not Bundle.objects.exists()


def test_a_refused_archive_among_others_is_named(system: System, archive: Path, tmp_path: Path) -> None:
    """The reason stands beside what was taken."""
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04")
    given = [Given(archive, "reports.zip"), Given(tmp_path / "bad.zip", "bad.zip")]
    with taken(given, tmp_path / "room") as found:
        report = import_bundle("two", found, Order(archive, system.name, TODAY))
    assert report.new == 3
    assert [each.where for each in report.problems] == ["bad.zip"]


def test_a_bundle_needs_its_system_and_its_number(system: System, archive: Path, tmp_path: Path) -> None:
    """What is not there is named."""
    with pytest.raises(RecordMissing, match="no system named Nowhere"):
        together(System(name="Nowhere"), archive, tmp_path / "room")
    with pytest.raises(RecordMissing, match="no bundle 7"):
        undo_bundle(7)
    assert not Import.objects.filter(system=system).exists()


def test_knowing_all_files_again_reads_none_of_them(system: System, archive: Path, tmp_path: Path) -> None:
    """The second time, a file costs a handful of statements."""
    together(system, archive, tmp_path / "room")
    with CaptureQueriesContext(connection) as statements:
        together(system, archive, tmp_path / "room")
    assert len(statements) <= 10 * 3 + 10
