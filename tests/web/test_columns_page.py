"""Tables in the browser: their columns named once, with their first rows beside; then read by themselves."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from milepost.records.column_mappings import ColumnMapping
from milepost.records.findings import Weakness
from milepost.records.imports import Import
from milepost.records.items import Item
from milepost.records.systems import System

pytestmark = pytest.mark.usefixtures("home")

TABLE = """Ref,Titel,Criticality,Server,Seen
PT-1,SQL injection,Sev 1,web1.example,01/02/2026
PT-2,Old,Low,web1,
"""
CHOSEN = {
    **{f"column_{n}": field for n, field in enumerate(("id", "title", "severity", "host", "first_seen"))},
    "name": "Penetration test",
    "day_order": "day first",
    "source": "Acme",
    "severities": "Sev 1 = critical",
    "decision": "preview",
}


def upload(client: Client, system: System, content: str, name: str = "march.csv", **more: str) -> str:
    """Upload a table; return where it leads."""
    file = SimpleUploadedFile(name, content.encode())
    answer = client.post(f"/systems/{system.pk}/imports/new/", {"file": file, **more})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


@pytest.mark.usefixtures("reading_processes")
def test_an_open_table_leads_to_its_columns(client: Client, system: System) -> None:
    """With what the headings suggest and why, the first rows as read, and nothing changed."""
    where = upload(client, system, TABLE)
    assert where.startswith(f"/systems/{system.pk}/imports/columns/")
    page = client.get(where).content.decode()
    assert "What do the columns of march.csv mean?" in page
    assert "no known heading names a finding" in page
    assert '<option value="id" selected>Identifier</option>' in page
    assert "Suggested: a known heading" in page
    assert "SQL injection" in page
    assert "line 2" in page
    assert not Import.objects.exists()
    assert not ColumnMapping.objects.exists()


def test_what_is_decided_is_saved_and_previewed(client: Client, system: System) -> None:
    """The preview reads by it; importing opens the items; the next table needs no word."""
    where = upload(client, system, TABLE, source_kind="penetration_test")
    answer = client.post(where, CHOSEN)
    assert answer.status_code == 302, answer.content.decode()
    preview = str(answer["Location"])
    page = client.get(preview).content.decode()
    assert "open <strong>2</strong> items" in page
    assert "Table of findings" in page
    assert "counts as day first, as is stated" in page
    client.post(preview, {"decision": "import"})
    item = Item.objects.get(source_id="PT-1")
    assert (item.source_kind, str(item.detected_on)) == ("penetration_test", "2026-02-01")
    assert item.native_severity == "Sev 1"
    assert Weakness.objects.filter(name="acme:PT-1").exists()
    again = upload(client, system, TABLE.replace("Low", "High"), "april.csv")
    assert again.startswith(f"/systems/{system.pk}/imports/preview/")


def test_a_table_with_known_headings_leads_to_its_preview(client: Client, system: System) -> None:
    """And from there its columns can be changed."""
    preview = upload(client, system, "Finding ID,Title,Colour\n1,a,red\n")
    page = client.get(preview).content.decode()
    assert "known headings" in page
    where = preview.replace("/preview/", "/columns/")
    assert f'href="{where}"' in page
    assert "What do the columns" in client.get(where).content.decode()
    chosen = {"column_0": "id", "column_1": "title", "column_2": "notes", "name": "x", "decision": "preview"}
    assert client.post(where, chosen).status_code == 302
    assert "were not read" not in client.get(preview).content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"column_0": ""}, "o column identifies a finding"),
        ({"column_1": "id", "column_3": "title", "column_2": "title"}, "field title takes one column"),
        ({"column_1": "nonsense"}, "is no field nonsense"),
        ({"severities": "Sev 1 is critical"}, "has no = in it"),
        ({"severities": "Sev 1 = urgent"}, "is no severity"),
        ({"name": ""}, "This field is required"),
        ({"day_order": "year first"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_said(client: Client, system: System, change: dict[str, str], words: str) -> None:
    """And what was chosen stays on the page."""
    answer = client.post(upload(client, system, TABLE), CHOSEN | change)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert '<option value="host" selected>' in answer.content.decode() or "column_3" in change
    assert not ColumnMapping.objects.exists()


def test_a_cancelled_table_leaves_nothing(client: Client, system: System) -> None:
    """Neither a mapping nor the file."""
    where = upload(client, system, TABLE)
    answer = client.post(where, {"decision": "cancel"}, follow=True)
    assert "was not imported" in answer.content.decode()
    assert client.get(where).status_code == 404


def test_markup_in_a_table_stays_text(client: Client, system: System) -> None:
    """In headings, values and names."""
    hostile = "<script>alert(1)</script>"
    page = client.get(upload(client, system, f"Ref,{hostile}\n{hostile},b\n", "x.csv")).content.decode()
    assert hostile not in page
    assert "&lt;script&gt;" in page


def test_other_systems_do_not_see_a_table(client: Client, system: System) -> None:
    """What waits in one system is not found under another."""
    other = System.objects.create(
        name="Other", authority="fedramp-rev5", impact="low", created_on=system.created_on
    )
    where = upload(client, system, TABLE)
    assert client.get(where.replace(f"/{system.pk}/", f"/{other.pk}/", 1)).status_code == 404
