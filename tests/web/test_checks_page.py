"""The page of checks: what the rules find in a system, and in a document that is uploaded."""

import json
import re
from datetime import date
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.register_rows import fill
from milepost.authorities.fedramp.workbook import write_workbook
from milepost.checks.registry import all_rules
from milepost.domain.rating import Rating
from milepost.records.systems import System
from milepost.web.check_view import PAGE
from milepost.web.clock import today
from milepost.web.pages import checks
from milepost.work.checking.check_document import Asked
from milepost.work.checking.check_system import check_system
from milepost.work.open_item import NewItem, open_item
from tests.authorities.poams import BARE, poam
from tests.web.conftest import Register

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

CSV = (
    "POA&M ID,Weakness Name,Weakness Description,Point of Contact,Original Detection Date,"
    "Scheduled Completion Date,Status\n"
    "V-1,=cmd|'/c calc'!A0,<script>alert(1)</script>,,2026-01-05,2025-12-01,Open\n"
)

pytestmark = pytest.mark.usefixtures("home")


def shown(client: Client, address: str) -> str:
    """Return a page as text."""
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def checked(client: Client, system: System, name: str, content: bytes, **more: str) -> "Answer":
    """Upload a document to be checked."""
    file = SimpleUploadedFile(name, content)
    return client.post(f"/systems/{system.pk}/checks/file/", {"file": file, "answer": "page", **more})


def workbook(folder: Path) -> bytes:
    """Return a FedRAMP workbook with one bare item."""
    path = folder / "plan.xlsx"
    write_workbook(poam([BARE]), path, layout="2.1")
    return path.read_bytes()


def numbers(page: str) -> dict[str, int]:
    """Return the findings that the page counts by weight."""
    found = re.findall(r"<dt>(Errors|Warnings|Remarks)</dt><dd>(?:<a [^>]*>)?(\d+)", page)
    return {name: int(number) for name, number in found}


def test_the_page_says_what_the_rules_find(client: Client, register: Register) -> None:
    """It counts as the verb does, links to the items concerned, and says of each rule why and what to do."""
    page = unescape(shown(client, f"/systems/{register.system.pk}/checks/"))
    report = check_system(register.system.name, Asked(as_of=today(register.system.time_zone))).report
    levels = [finding.level.value for finding in report.findings]
    assert numbers(page) == {
        "Errors": levels.count("error"),
        "Warnings": levels.count("warning"),
        "Remarks": levels.count("info"),
    }
    for finding in report.findings:
        assert finding.rule.fix in page
        assert finding.rule.title in page
    assert f"/systems/{register.system.pk}/items/{register.identifier}/" in page
    assert 'aria-current="page">Checks' in page


def test_unconfirmed_rules_are_marked(client: Client, register: Register) -> None:
    """A rule that no source confirms says so; one that was seen in its source does not."""
    page = shown(client, f"/systems/{register.system.pk}/checks/")
    articles = re.findall(r'<article class="rule[^"]*".*?</article>', page, re.DOTALL)
    marked = {re.findall(r'class="code">([^<]+)<', each)[0]: "Not confirmed" in each for each in articles}
    assert marked
    assert {name: all_rules()[name].standing == "unconfirmed" for name in marked} == marked
    assert {True, False} == set(marked.values())


def test_findings_are_filtered(client: Client, register: Register) -> None:
    """By weight and by rule; the counts of the other weights stay, and a filter can be taken away again."""
    home = f"/systems/{register.system.pk}/checks/"
    page = shown(client, home)
    warnings = shown(client, f"{home}?level=warning")
    assert "weight--warning" in warnings
    assert "weight--error" not in warnings
    assert numbers(warnings) == numbers(page)
    name = re.findall(r'<option value="([A-Z][^"]+)"', page)[0]
    one = shown(client, f"{home}?rule={name}")
    assert set(re.findall(r'<p class="quiet"><span class="code">([^<]+)<', one)) == {name}
    assert "Remove filter" in one


@pytest.mark.parametrize("query", ["level=fatal", "rule=ZZ99"])
def test_a_filter_that_means_nothing_is_refused(client: Client, register: Register, query: str) -> None:
    """An address that names no weight or rule is refused in a sentence."""
    answer = client.get(f"/systems/{register.system.pk}/checks/?{query}")
    assert answer.status_code == 400
    assert "choose one" in answer.content.decode() or "use the page" in answer.content.decode()


def test_a_rule_has_its_pages(client: Client, system: System) -> None:
    """A rule with many findings is read page by page: every item of it once."""
    fill(system, items=PAGE + 30, occurrences=PAGE + 30, as_of=today(system.time_zone), assets=5)
    address, pages = f"/systems/{system.pk}/checks/?rule=C03", []
    while address:
        page = shown(client, address)
        pages.append(re.findall(r'href="[^"]*/items/([^/]+)/', page))
        link = re.search(r'rel="next" href="([^"]+)"', page)
        address = unescape(link[1]) if link else ""
    found = check_system(system.name, Asked(as_of=today(system.time_zone), only=["C03"])).report.findings
    assert [name for page in pages for name in page] == [finding.item for finding in found]
    assert len(pages) == 2


def test_rules_that_do_not_apply_are_folded(client: Client, register: Register) -> None:
    """What could not be judged stands below, gathered by the reason."""
    page = shown(client, f"/systems/{register.system.pk}/checks/")
    report = check_system(register.system.name, Asked(as_of=today(register.system.time_zone))).report
    assert f'not applicable <span class="count">{len(report.not_judged)}</span>' in page
    assert all(f'class="code">{each.rule.id}<' in page for each in report.not_judged)


def test_findings_are_downloaded(client: Client, register: Register) -> None:
    """As JSON and as SARIF, named after the system and the day; no other form is there."""
    home = f"/systems/{register.system.pk}/checks/findings"
    answer = client.get(f"{home}.json?as_of=2026-03-01")
    assert answer["Content-Disposition"] == 'attachment; filename="Harbor-check-2026-03-01.json"'
    report = check_system(register.system.name, Asked(as_of=date(2026, 3, 1))).report
    assert len(json.loads(answer.content)["findings"]) == len(report.findings)
    sarif = client.get(f"{home}.sarif?as_of=2026-03-01")
    assert json.loads(sarif.content)["version"] == "2.1.0"
    assert len(json.loads(sarif.content)["runs"][0]["results"]) == len(report.findings)
    assert client.get(f"{home}.docx").status_code == 404


def test_a_large_register_is_checked_when_asked(
    client: Client, register: Register, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond a size the page waits for a person; what was found stays, readable by its owner alone."""
    monkeypatch.setattr(checks, "AT_ONCE", 1)
    address = f"/systems/{register.system.pk}/checks/"
    before = shown(client, address)
    assert numbers(before) == {}
    assert "Check 3 items" in before
    answer = client.post(address)
    assert (answer.status_code, answer["Location"]) == (302, address)
    after = shown(client, address)
    assert numbers(after)["Errors"] > 0
    assert "What changed since then is not in it" in after
    kept = list((home / "checks").iterdir())
    assert [path.stat().st_mode & 0o777 for path in kept] == [0o600]
    reported = NewItem(register.system.name, "Gate", date(2026, 1, 5), "Ines", risk=Rating.LOW)
    open_item(reported, as_of=date(2026, 1, 6))
    assert numbers(shown(client, address)) == numbers(after)
    client.post(address)
    assert numbers(shown(client, address)) != numbers(after)


def test_a_result_that_cannot_be_read_is_none(
    client: Client, register: Register, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A damaged result of a large register's check is as if there were none."""
    monkeypatch.setattr(checks, "AT_ONCE", 1)
    address = f"/systems/{register.system.pk}/checks/"
    client.post(address)
    (kept,) = (home / "checks").iterdir()
    kept.write_bytes(b"{")
    assert numbers(shown(client, address)) == {}


@pytest.mark.parametrize("count", [5, 300])
def test_the_page_costs_little(client: Client, system: System, count: int) -> None:
    """At most thirty statements and 150 kB, however many items there are."""
    fill(system, items=count, occurrences=count, as_of=today(system.time_zone), assets=5)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(f"/systems/{system.pk}/checks/")
    assert len(queries) <= 30
    assert len(answer.content) <= 150_000


def test_a_page_beyond_the_end_is_the_last(client: Client, register: Register) -> None:
    """An address behind the last page of a rule shows the last one."""
    address = f"/systems/{register.system.pk}/checks/?rule=C03"
    assert "/items/" in shown(client, address)
    assert shown(client, f"{address}&page=99").count("/items/") == shown(client, address).count("/items/")


def test_the_day_is_carried_on(client: Client, register: Register) -> None:
    """Looked at as of a day, the plan is judged on that day, and the links keep it."""
    page = shown(client, f"/systems/{register.system.pk}/checks/?as_of=2026-01-20")
    assert re.search(r'href="[^"]*level=error[^"]*as_of=2026-01-20', page)
    assert re.search(r"findings\.json\?as_of=2026-01-20", page)


def test_an_empty_register_says_so(client: Client, system: System) -> None:
    """Without items there is nothing to check but a file."""
    page = shown(client, f"/systems/{system.pk}/checks/")
    assert "Nothing to check yet" in page
    assert f'action="/systems/{system.pk}/checks/file/"' in page


def test_a_file_is_checked_and_not_kept(client: Client, system: System, home: Path, tmp_path: Path) -> None:
    """The findings of an uploaded workbook are shown with their cells; nothing of it stays."""
    answer = checked(client, system, "plan.xlsx", workbook(tmp_path))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<strong>plan.xlsx</strong> was read as" in page
    assert re.search(r"POA&amp;M Items![A-Z]+\d", page)
    assert numbers(page)["Errors"] > 0
    assert list((home / "uploads").iterdir()) == []


def test_the_workbook_comes_back_with_comments(client: Client, system: System, tmp_path: Path) -> None:
    """The other button gives the workbook back, a comment in each cell that a rule reports."""
    answer = checked(client, system, "my plan.xlsx", workbook(tmp_path), answer="workbook")
    day = today(system.time_zone)
    assert answer["Content-Disposition"] == f'attachment; filename="my-plan-checked-{day:%Y-%m-%d}.xlsx"'
    book = openpyxl.load_workbook(BytesIO(answer.getvalue()))
    notes = [cell.comment for sheet in book for row in sheet.iter_rows() for cell in row if cell.comment]
    assert notes
    assert any("ERROR" in note.text for note in notes)


def test_a_text_takes_no_comments(client: Client, system: System) -> None:
    """A document that is no workbook is refused for comments beside the field, under its own name."""
    answer = checked(client, system, "plan.csv", CSV.encode(), answer="workbook")
    assert answer.status_code == 400
    assert "only a workbook can take comments" in answer.content.decode()


def test_hostile_text_is_shown_as_text(client: Client, system: System, home: Path) -> None:
    """What stands in a document is never markup, and never the name that Milepost gave the upload."""
    page = checked(client, system, "..\\<b>plan.csv", CSV.encode()).content.decode()
    assert "&lt;b&gt;plan.csv" in page
    assert "<script>alert" not in page
    assert ".scan" not in page
    assert list((home / "uploads").iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"no plan at all", b"PK\x03\x04broken"])
def test_a_file_that_is_none_is_refused(client: Client, system: System, home: Path, content: bytes) -> None:
    """What is empty, no plan or damaged is refused beside the field under the name that people know."""
    answer = checked(client, system, "plan.xlsx", content)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "usa-error-message" in page
    assert ".scan" not in page
    assert not (home / "uploads").exists() or list((home / "uploads").iterdir()) == []


def test_the_profile_can_be_chosen(client: Client, system: System) -> None:
    """A document is judged by the chosen profile; one that does not exist is refused."""
    page = checked(client, system, "plan.csv", CSV.encode(), profile="fedramp-rev5").content.decode()
    assert "Judged by FedRAMP" in page
    assert checked(client, system, "plan.csv", CSV.encode(), profile="nowhere").status_code == 400
