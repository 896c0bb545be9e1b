"""Archives and several files in the browser: one preview, one decision, each file with its own outcome."""

import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from milepost.records.imports import Bundle, Import
from milepost.records.items import Item
from milepost.records.systems import System
from milepost.work.comment_item import comment_item
from tests.web.conftest import SCAN, Register
from tests.work.reports import Found, Host, nessus

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def first(tmp_path: Path) -> bytes:
    """Return a report with two weaknesses."""
    return nessus(tmp_path / "x", Host("10.0.0.1", SCAN, "web.example")).read_bytes()


@pytest.fixture
def second(tmp_path: Path) -> bytes:
    """Return a report of another host."""
    return nessus(tmp_path / "x", Host("10.0.0.2", (Found(7, severity=3),))).read_bytes()


def archived(**members: bytes) -> bytes:
    """Return an archive of reports."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.nessus", content)
    return file.getvalue()


def upload(client: Client, system: System, **files: bytes) -> str:
    """Upload files; return the address of their preview."""
    sent = [SimpleUploadedFile(name.replace("_", "."), content) for name, content in files.items()]
    answer = client.post(f"/systems/{system.pk}/imports/new/", {"file": sent})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def test_an_archive_is_previewed_and_imported_as_one(
    client: Client, system: System, home: Path, first: bytes, second: bytes
) -> None:
    """Each file with its own outcome; nothing is changed before the decision, nothing is left after it."""
    preview = upload(client, system, march_zip=archived(a=first, b=second, c=b"hello"))
    page = client.get(preview).content.decode()
    assert "Preview of march.zip" in page
    assert "<strong>3</strong> files, of which <strong>2</strong> are new" in page
    assert "<strong>1</strong> cannot be read" in page
    assert "open <strong>3</strong> items" in page
    assert "Remote code execution" in page
    assert not Import.objects.exists()
    answer = client.post(preview, {"decision": "import"}, follow=True)
    bundle = Bundle.objects.get(system=system)
    assert answer.redirect_chain == [(f"/systems/{system.pk}/bundles/{bundle.pk}/", 302)]
    shown = answer.content.decode()
    assert "2 of 3 files of march.zip are imported" in shown
    assert "no known report" in shown
    assert [path for path in home.rglob("*") if path.is_file()] == []
    assert Item.objects.count() == 3


@pytest.mark.usefixtures("reading_processes")
def test_several_files_come_at_once(client: Client, system: System, first: bytes, second: bytes) -> None:
    """They are known together, each also alone, and can be taken back in one go."""
    client.post(upload(client, system, a_nessus=first, b_nessus=second), {"decision": "import"})
    bundle = Bundle.objects.get(system=system)
    assert bundle.name == "a.nessus and 1 more"
    listed = client.get(f"/systems/{system.pk}/imports/").content.decode()
    assert listed.count(f'href="/systems/{system.pk}/bundles/{bundle.pk}/"') == 2
    one = bundle.imports.order_by("id")[0]
    assert "a.nessus and 1 more" in client.get(f"/systems/{system.pk}/imports/{one.pk}/").content.decode()
    undo = f"/systems/{system.pk}/bundles/{bundle.pk}/undo/"
    assert "none of its <strong>2</strong> files" in client.get(undo).content.decode()
    answer = client.post(undo, follow=True)
    assert "2 imports of a.nessus and 1 more are taken back" in answer.content.decode()
    assert not Import.objects.exists()
    assert not Bundle.objects.exists()


def test_a_cancelled_archive_leaves_nothing(
    client: Client, system: System, home: Path, first: bytes, second: bytes
) -> None:
    """Neither in the register nor in the home."""
    preview = upload(client, system, a_nessus=first, b_nessus=second)
    answer = client.post(preview, {"decision": "cancel"}, follow=True)
    assert "was not imported" in answer.content.decode()
    assert [path for path in home.rglob("*") if path.is_file()] == []
    assert client.get(preview).status_code == 404


def test_the_same_archive_again_says_so(client: Client, system: System, first: bytes) -> None:
    """It can only be put aside."""
    client.post(upload(client, system, a_zip=archived(a=first)), {"decision": "import"})
    preview = upload(client, system, b_zip=archived(other=first))
    assert "was imported before" in client.get(preview).content.decode()
    answer = client.post(preview, {"decision": "import"}, follow=True)
    assert "nothing changed" in answer.content.decode()
    assert (Bundle.objects.count(), Import.objects.count()) == (1, 1)


def test_empty_reports_of_an_archive_are_asked_about(
    client: Client, register: Register, tmp_path: Path
) -> None:
    """Only a yes takes what they do not show as missing."""
    empty = nessus(tmp_path / "x").read_bytes()
    preview = upload(client, register.system, a_zip=archived(a=empty))
    assert "1 file holds no finding" in client.get(preview).content.decode()
    client.post(preview, {"decision": "import", "clean": "yes"})
    assert Import.objects.get(file_name="a.nessus").taken_as_clean


def test_a_hostile_archive_says_why(client: Client, system: System, home: Path) -> None:
    """The preview names the reason, and there is nothing to import."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("../../evil.nessus", "x")
    page = client.get(upload(client, system, a_zip=file.getvalue())).content.decode()
    assert "leads out of the package" in page
    assert 'value="import"' not in page
    assert not list(home.rglob("*evil*"))


def test_other_systems_do_not_see_it(client: Client, register: Register, first: bytes, second: bytes) -> None:
    """Neither what waits nor what came."""
    other = System.objects.create(
        name="Other", authority="fedramp-rev5", impact="low", created_on=register.system.created_on
    )
    preview = upload(client, other, a_nessus=first, b_nessus=second)
    away = preview.replace(f"/{other.pk}/", f"/{register.system.pk}/", 1)
    assert client.get(away).status_code == 404
    client.post(preview, {"decision": "import"})
    bundle = Bundle.objects.get()
    for path in ("", "undo/"):
        assert client.get(f"/systems/{register.system.pk}/bundles/{bundle.pk}/{path}").status_code == 404
        assert client.get(f"/systems/{other.pk}/bundles/{bundle.pk}/{path}").status_code == 200
    assert client.get(f"/systems/{other.pk}/bundles/999/").status_code == 404


def test_work_of_people_stops_the_undoing_of_all(
    client: Client, system: System, first: bytes, second: bytes
) -> None:
    """The page says which items, and everything stays."""
    client.post(upload(client, system, a_nessus=first, b_nessus=second), {"decision": "import"})
    item = Item.objects.filter(system=system)[0]
    comment_item(item.identifier, "Ours", person="Sam", as_of=item.opened_on)
    bundle = Bundle.objects.get(system=system)
    answer = client.post(f"/systems/{system.pk}/bundles/{bundle.pk}/undo/")
    assert answer.status_code == 409
    assert f"people have worked on {item.identifier}" in answer.content.decode()
    assert Import.objects.count() == 2
