"""Importing in the browser: upload, preview, decision, and taking it back."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from milepost.records.imports import Import
from milepost.records.items import Item
from milepost.records.systems import System
from milepost.web import uploads
from milepost.web.clock import now
from tests.web.conftest import SCAN, Register
from tests.work.reports import DAY, START, Found, Host, nessus

pytestmark = pytest.mark.usefixtures("home")


def upload(client: Client, system: System, path: Path, name: str = "scan.nessus", **more: str) -> str:
    """Upload a file; return the address of its preview."""
    file = SimpleUploadedFile(name, path.read_bytes())
    answer = client.post(f"/systems/{system.pk}/imports/new/", {"file": file, **more})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """Return a report with two weaknesses."""
    return nessus(tmp_path / "own-name.nessus", Host("10.0.0.1", SCAN, "web.example"))


def test_a_preview_changes_nothing(client: Client, system: System, scan: Path) -> None:
    """The preview shows what would come, and the register is as before."""
    page = client.get(upload(client, system, scan)).content.decode()
    assert "Remote code execution" in page
    assert "open <strong>2</strong> items" in page
    assert not Import.objects.exists()
    assert not Item.objects.exists()


def test_an_upload_waits_under_a_name_of_our_own(
    client: Client, system: System, home: Path, scan: Path
) -> None:
    """The file waits readable by its owner alone, under a name that its sender did not choose."""
    upload(client, system, scan, "../../evil.nessus")
    waiting = sorted((home / "uploads").iterdir())
    assert [path.suffix for path in waiting] == [".json", ".scan"]
    assert {path.stat().st_mode & 0o777 for path in waiting} == {0o600}
    assert (home / "uploads").stat().st_mode & 0o777 == 0o700
    assert not [path for path in waiting if "evil" in path.name]


@pytest.mark.usefixtures("reading_processes")
def test_a_confirmed_import_is_what_was_previewed(
    client: Client, system: System, home: Path, scan: Path
) -> None:
    """Confirming imports under the file's name as people know it, and the upload is gone."""
    preview = upload(client, system, scan, "C:\\Scans\\März\u202e.nessus")
    answer = client.post(preview, {"decision": "import"}, follow=True)
    record = Import.objects.get(system=system)
    assert record.file_name == "März.nessus"
    assert answer.redirect_chain == [(f"/systems/{system.pk}/imports/{record.pk}/", 302)]
    assert "März.nessus is imported" in answer.content.decode()
    assert Item.objects.filter(system=system).count() == 2
    assert list((home / "uploads").iterdir()) == []
    assert client.get(preview).status_code == 404


def test_a_cancelled_import_leaves_nothing(client: Client, system: System, home: Path, scan: Path) -> None:
    """Cancelling forgets the file."""
    answer = client.post(upload(client, system, scan), {"decision": "cancel"}, follow=True)
    assert "was not imported" in answer.content.decode()
    assert not Import.objects.exists()
    assert list((home / "uploads").iterdir()) == []


def test_a_second_scan_is_compared(client: Client, register: Register, tmp_path: Path) -> None:
    """The preview of the next scan tells new, reappeared and persisting apart."""
    found = (SCAN[0], SCAN[1], Found(1003, 80, 3, "Directory listing"))
    later = nessus(
        tmp_path / "third.nessus", Host("10.0.0.1", found, "web.example", scanned=START + 60 * DAY)
    )
    page = client.get(upload(client, register.system, later)).content.decode()
    for outcome in ("new", "reappeared", "persisting"):
        assert f'id="{outcome}"' in page
    assert "Directory listing" in page


def test_the_same_file_again_says_so(client: Client, system: System, scan: Path) -> None:
    """A file that was imported before can only be put aside."""
    client.post(upload(client, system, scan), {"decision": "import"})
    preview = upload(client, system, scan)
    assert "was imported before" in client.get(preview).content.decode()
    client.post(preview, {"decision": "import"})
    assert Import.objects.count() == 1


def test_an_empty_report_asks(client: Client, register: Register, tmp_path: Path) -> None:
    """A report without findings is a question; only a yes takes what it does not show as missing."""
    empty = nessus(tmp_path / "empty.nessus")
    preview = upload(client, register.system, empty)
    page = client.get(preview).content.decode()
    assert "Is it a clean scan?" in page
    client.post(preview, {"decision": "import", "clean": "no"})
    assert not Import.objects.get(sha256__isnull=False, file_name="scan.nessus").taken_as_clean
    assert "Asks: clean scan?" in client.get(f"/systems/{register.system.pk}/imports/").content.decode()
    client.post(upload(client, register.system, empty), {"decision": "import", "clean": "yes"})
    assert Import.objects.get(file_name="scan.nessus").taken_as_clean


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"   \n", "nothing but blanks"),
        (b"\x00\x01\x02 no report", "no known report"),
        (b"<NessusClientData_v2><Report><ReportHost name='a'>", "scan.nessus"),
    ],
)
def test_a_refused_file_says_why(
    client: Client, system: System, home: Path, content: bytes, reason: str
) -> None:
    """A file that cannot be read is refused beside its field, and nothing of it is kept."""
    answer = client.post(
        f"/systems/{system.pk}/imports/new/", {"file": SimpleUploadedFile("scan.nessus", content)}
    )
    assert answer.status_code == 400
    assert reason in answer.content.decode()
    assert list((home / "uploads").iterdir()) == []


def test_no_file_is_asked_for(client: Client, system: System) -> None:
    """Without a file, the form asks for one."""
    answer = client.post(f"/systems/{system.pk}/imports/new/", {})
    assert answer.status_code == 400
    assert "This field is required" in answer.content.decode()


def test_the_day_of_the_scan_can_be_given(client: Client, system: System, scan: Path) -> None:
    """What the upload says of the scan's day holds over the file."""
    client.post(upload(client, system, scan, scanned_on="2025-12-24"), {"decision": "import"})
    assert str(Item.objects.filter(system=system)[0].detected_on) == "2025-12-24"


def test_other_systems_do_not_see_an_upload(client: Client, system: System, scan: Path) -> None:
    """What waits for a decision in one system is not found under another."""
    other = System.objects.create(
        name="Other", authority="fedramp-rev5", impact="low", created_on=system.created_on
    )
    preview = upload(client, system, scan)
    assert client.get(preview.replace(f"/{system.pk}/", f"/{other.pk}/", 1)).status_code == 404


def test_what_nobody_decided_is_swept(client: Client, system: System, home: Path, scan: Path) -> None:
    """An upload that waits for more than a day goes with the next upload."""
    old = upload(client, system, scan)
    before = (now() - uploads.KEPT - timedelta(minutes=1)).timestamp()
    for path in (home / "uploads").iterdir():
        os.utime(path, (before, before))
    new = upload(client, system, scan)
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200


def test_an_import_is_taken_back(client: Client, register: Register) -> None:
    """The page asks first; taken back, the import is gone from the list."""
    path = f"/systems/{register.system.pk}/imports/{register.second}/undo/"
    assert "had never come" in client.get(path).content.decode()
    answer = client.post(path, follow=True)
    assert "is taken back" in answer.content.decode()
    assert not Import.objects.filter(pk=register.second).exists()


def test_work_of_people_stops_the_undoing(client: Client, register: Register) -> None:
    """An import whose items people have worked on stays, and the page says which and what helps."""
    imports = f"/systems/{register.system.pk}/imports"
    assert client.post(f"{imports}/{register.second}/undo/").status_code == 302
    answer = client.post(f"{imports}/{register.first}/undo/")
    assert answer.status_code == 409
    assert f"people have worked on {register.identifier}" in answer.content.decode()
    assert Item.objects.filter(identifier=register.identifier).exists()
