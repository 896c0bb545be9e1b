"""Evidence in the browser: files go into the vault beside an item, and come out as attachments only."""

import errno
import os
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http.response import HttpResponseBase
from django.test import Client

from milepost.records.items import Item
from milepost.records.systems import System
from milepost.web.clock import today
from milepost.work.add_system import NewSystem, add_system
from milepost.work.open_item import NewItem, open_item

HTML = b"<html><script>alert(1)</script></html>"


@pytest.fixture
def item(system: System, home: Path) -> Item:
    """Return an item that Ines opened, in a home of its own."""
    assert not home.exists()
    return open_item(NewItem(system.name, "No MFA", today(), "Ines"), as_of=today())


def page(client: Client, item: Item) -> str:
    """Return the item's page."""
    return client.get(f"/systems/{item.system_id}/items/{item.identifier}/").content.decode()


def send(client: Client, item: Item, *files: tuple[str, bytes], **said: str) -> str:
    """Send the form; return the page that comes back."""
    address = f"/systems/{item.system_id}/evidence/add/{item.identifier}/"
    given = [SimpleUploadedFile(name, content) for name, content in files]
    fields = {"person": "Sam", **said, "file": given}
    return client.post(address, fields, follow=True).content.decode()


def fetched(client: Client, item: Item, number: int = 1, version: int = 1) -> HttpResponseBase:
    """Ask for a version of a piece of evidence."""
    return client.get(f"/systems/{item.system_id}/evidence/{number}/{version}/")


def body(answer: HttpResponseBase) -> bytes:
    """Return what was downloaded."""
    return b"".join(answer)


def test_files_are_listed_beside_the_item(client: Client, item: Item) -> None:
    """Several files at once are a piece of evidence each; a newer version stands above the earlier one."""
    assert "None yet." in page(client, item)
    shown = send(client, item, ("scan.html", HTML), ("plan.txt", b"plan"))
    assert "E-1 version 1 is in the vault." in shown
    assert "E-2 plan.txt" in shown
    shown = send(client, item, ("scan2.html", HTML + b"2"), version_of="E-1", remark="in March")
    assert shown.index("scan2.html</a>") < shown.index("scan.html</a>")
    assert "in March" in shown
    assert body(fetched(client, item, 1, 2)) == HTML + b"2"


def test_download_is_an_attachment_that_nothing_runs(client: Client, item: Item) -> None:
    """HTML comes back byte for byte as plain text, saved and not shown, sandboxed, its type not guessed."""
    send(client, item, ("Größe\r\nX: y.html", HTML))
    answer = fetched(client, item)
    assert body(answer) == HTML
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"
    assert "X" not in answer


def test_evidence_of_another_system_does_not_exist(client: Client, item: Item) -> None:
    """Under another system's address the same number leads nowhere, and so does its item."""
    send(client, item, ("a.txt", b"a"))
    other = add_system(NewSystem("Quay", "fedramp-rev5", "low"), as_of=today())
    assert client.get(f"/systems/{other.pk}/evidence/1/1/").status_code == 404
    assert client.get(f"/systems/{other.pk}/evidence/add/{item.identifier}/").status_code == 404
    assert fetched(client, item, 1, 2).status_code == 404


def test_damaged_evidence_is_refused_in_a_sentence(client: Client, item: Item, home: Path) -> None:
    """A file that was changed in the vault is not given out; the page says why and what to do."""
    send(client, item, ("a.txt", b"a"))
    kept = next(path for path in (home / "vault").rglob("*") if path.is_file())
    kept.chmod(0o600)
    kept.write_bytes(b"b")
    answer = fetched(client, item)
    assert answer.status_code == 409
    assert "is not what was put there" in client.get(answer.wsgi_request.path).content.decode()  # type: ignore[attr-defined] # the test client's


def test_full_disk_is_a_507(client: Client, item: Item, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the vault has no room the answer is 507 with the reason, and the item's page works on."""
    address = f"/systems/{item.system_id}/evidence/add/{item.identifier}/"
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", _full)
        answer = client.post(address, {"person": "Sam", "file": SimpleUploadedFile("a.txt", b"a")})
    assert answer.status_code == 507
    assert "No space left on device" in answer.content.decode()
    assert "None yet." in page(client, item)


def _full(_: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_refused_files_say_why(
    client: Client, item: Item, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    """Empty, too large, two for one version, nobody named: the form comes back with the reason."""
    monkeypatch.setenv("MILEPOST_EVIDENCE_MIB", "1")
    assert "The submitted file is empty" in send(client, item, ("a.txt", b""))
    assert "more than 1,048,576 bytes" in send(client, item, ("a.txt", b"x" * ((1 << 20) + 1)))
    assert "This field is required" in send(client, item, ("a.txt", b"a"), person="")
    send(client, item, ("a.txt", b"a"))
    assert "one file" in send(client, item, ("a.txt", b"a2"), ("b.txt", b"b"), version_of="E-1")
    assert list((home / "uploads").iterdir()) == []
