"""Documents without a system: read, checked, converted, compared, and nothing of them kept."""

import json
import tempfile
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.work.reports import Found, Host, nessus

PLAN = (
    "POA&M ID,Weakness Name,Weakness Description,Controls,Original Detection Date,Scheduled Completion Date,"
    "Original Risk Rating,Status,Remediation Plan\n"
    "V-1,Weak keys,Keys are weak,AC-2,2026-01-05,{due},High,Open,Replace them\n"
)

pytestmark = pytest.mark.django_db


def upload(content: str | bytes, name: str = "plan.csv") -> SimpleUploadedFile:
    """Return a file as a browser sends it."""
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def asked(client: Client, file: SimpleUploadedFile, answer: str = "read", **more: str) -> tuple[int, str]:
    """Send a document; return the status and the page."""
    found = client.post("/documents/", {"file": file, "answer": answer, **more})
    return found.status_code, found.content.decode()


def test_a_document_is_recognised_and_checked(client: Client) -> None:
    """The page says what it is, how many items it has, what the rules find with place and way out."""
    status, page = asked(client, upload(PLAN.format(due="2026-02-04")))
    assert status == 200
    assert "plan.csv" in page
    assert "What it is" in page
    assert "What to do:" in page
    assert "line 2" in page


def test_each_format_says_what_it_would_lose(client: Client) -> None:
    """OSCAL loses nothing of such a plan; the quarterly table of OMB has no place for its controls."""
    page = asked(client, upload(PLAN.format(due="2026-02-04")))[1]
    told = page.partition("What each format would lose")[2]
    oscal = told.partition("OSCAL plan of action and milestones (JSON)")[2].partition("</tr>")[0]
    quarterly = told.partition("OMB quarterly")[2].partition("</tr>")[0]
    assert "Nothing" in oscal
    assert "Controls" in quarterly


def test_a_scan_is_a_document_too(client: Client, tmp_path: Path) -> None:
    """A scanner's report is read as a plan of its findings, under the name that people know it by."""
    path = nessus(
        tmp_path / "x.nessus", Host("10.0.0.1", (Found(1001, 443, 4, "Old software"),), "web.example")
    )
    page = asked(client, upload(path.read_bytes(), "march.nessus"))[1]
    assert "findings of scans" in page
    assert "march.nessus" in page


def test_a_document_is_converted(client: Client) -> None:
    """What loses nothing is handed over at once, in the format that was chosen."""
    answer = client.post(
        "/documents/",
        {"file": upload(PLAN.format(due="2026-02-04")), "answer": "convert", "target": "oscal-json"},
    )
    document = json.loads(answer.getvalue())
    assert 'filename="plan-oscal-json-' in answer["Content-Disposition"]
    assert document["plan-of-action-and-milestones"]["poam-items"][0]["title"] == "Weak keys"


def test_losses_are_told_before_anything_is_written(client: Client) -> None:
    """What would lose something is refused with the list, unless the person agrees to that."""
    file, target = PLAN.format(due="2026-02-04"), "omb-quarterly"
    status, page = asked(client, upload(file), "convert", target=target)
    assert status == 400
    assert "cannot carry" in page
    agreed = {"file": upload(file), "answer": "convert", "target": target, "accept": "on"}
    answer = client.post("/documents/", agreed)
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"FIPS 199 impact" in answer.getvalue()


@pytest.mark.parametrize("answer", ["read", "convert"])
def test_what_is_no_document_is_refused_by_its_name(client: Client, answer: str) -> None:
    """The refusal names the file as the person does; the page is one of Milepost."""
    status, page = asked(client, upload(b"\x00\x01\x02 nothing", "notes <b>.bin"), answer, target="emass")
    assert status == 400
    assert "notes &lt;b&gt;.bin" in page
    assert "milepost-upload" not in page


def test_nothing_chosen_is_refused(client: Client) -> None:
    """To convert, a format has to be chosen."""
    status, page = asked(client, upload(PLAN.format(due="2026-02-04")), "convert")
    assert status == 400
    assert "no format is chosen" in page.casefold()


def test_two_documents_are_compared(client: Client) -> None:
    """A changed date is told with both values; a changed detection date is a fault with its rule."""
    before = PLAN.format(due="2026-02-04")
    after = before.replace("2026-02-04", "2026-03-04").replace("2026-01-05", "2026-01-09")
    page = client.post(
        "/documents/compare/", {"before": upload(before), "after": upload(after, "later.csv")}
    ).content.decode()
    assert "<del>2026-02-04</del> <ins>2026-03-04</ins>" in page
    assert "the original detection date changed" in page
    assert "FedRAMP POA&amp;M Template Completion Guide" in page
    assert "later.csv" in page


def test_a_comparison_names_the_file_that_cannot_be_read(client: Client) -> None:
    """The refusal stands at the field of that file."""
    answer = client.post(
        "/documents/compare/",
        {"before": upload(PLAN.format(due="2026-02-04")), "after": upload(b"\x00", "z.bin")},
    )
    assert answer.status_code == 400
    assert "z.bin" in answer.content.decode()


def test_nothing_of_a_document_is_kept(
    client: Client, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Afterwards there is no file, neither in the home nor in the folder for what is passing."""
    passing = tmp_path / "passing"
    passing.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(passing))
    file = PLAN.format(due="2026-02-04")
    asked(client, upload(file))
    answer = client.post("/documents/", {"file": upload(file), "answer": "convert", "target": "fedramp-poam"})
    assert "xl/workbook.xml" in ZipFile(BytesIO(answer.getvalue())).namelist()
    asked(client, upload(b"\x00", "z.bin"))
    assert list(passing.iterdir()) == []
    assert not home.exists()


def test_hostile_text_in_a_document_is_text(client: Client) -> None:
    """Whatever stands in a document or in its name makes no element."""
    bad = "<script>alert(1)</script>"
    file = PLAN.format(due="2026-02-04").replace("Weak keys", bad).replace("V-1", f"{bad}1")
    page = asked(client, upload(file, f"{bad}.csv"))[1]
    assert "What it is" in page
    assert "<script>alert" not in page
    both = {"before": upload(file), "after": upload(file.replace("Replace them", bad))}
    assert "<script>alert" not in client.post("/documents/compare/", both).content.decode()
