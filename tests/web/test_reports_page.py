"""Reports as downloads, the monthly package with its checks, the CMMC score of an uploaded assessment."""

import hashlib
import json
import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from milepost.authorities.cmmc.requirements import REQUIREMENTS
from milepost.authorities.cmmc.rules import Level
from milepost.records.systems import System
from milepost.web.pages import reports
from tests.web.conftest import Register


@pytest.mark.parametrize(("form", "begins"), [("pdf", b"%PDF-"), ("html", b"<!DOCTYPE html>")])
def test_a_report_is_downloaded(client: Client, register: Register, form: str, begins: bytes) -> None:
    """The plan comes as PDF or HTML under the name of the system, the report and the day."""
    path = f"/systems/{register.system.pk}/reports/?as_of=2026-03-05"
    answer = client.post(path, {"kind": "poam", "form": form, "marking": "CUI"})
    assert answer["Content-Disposition"] == f'attachment; filename="Harbor-poam-2026-03-05.{form}"'
    assert answer.getvalue().startswith(begins)


def test_a_period_that_is_over_is_reported_as_of_its_end(client: Client, register: Register) -> None:
    """The review pack of January speaks of the 31st."""
    path = f"/systems/{register.system.pk}/reports/?as_of=2026-03-05"
    answer = client.post(path, {"kind": "monthly", "form": "html", "period": "2026-01"})
    assert "Harbor-monthly-2026-01-31.html" in answer["Content-Disposition"]
    assert "Remote code execution" in answer.getvalue().decode()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"kind": "item"}, "is about one item"),
        ({"kind": "item", "item": "V-999"}, "V-999"),
        ({"kind": "monthly", "period": "next week"}, "next week"),
        ({"kind": "closure", "item": "V-1"}, "V-1"),
    ],
)
def test_a_report_that_cannot_be_is_refused(
    client: Client, register: Register, asked: dict[str, str], said: str
) -> None:
    """The refusal stands on the page, with what was typed."""
    answer = client.post(f"/systems/{register.system.pk}/reports/", asked | {"form": "pdf"})
    assert answer.status_code == 400
    assert said in answer.content.decode()


def test_an_unknown_report_is_refused(client: Client, register: Register) -> None:
    """A kind that does not exist is no choice."""
    assert client.post(f"/systems/{register.system.pk}/reports/", {"kind": "x"}).status_code == 400


def test_what_takes_minutes_is_left_to_the_command_line(
    client: Client, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A register with more items than a page can wait for is refused, and the command is named."""
    monkeypatch.setattr(reports, "MOST", 1)
    answer = client.post(f"/systems/{register.system.pk}/reports/", {"kind": "poam", "form": "pdf"})
    assert answer.status_code == 400
    assert "milepost report poam" in answer.content.decode()


@pytest.mark.usefixtures("home")
def test_a_package_shows_its_checks_and_then_comes_as_it_was_checked(
    client: Client, register: Register
) -> None:
    """What is missing stands first; the zip holds the files with exactly the hashes that the page showed."""
    path = f"/systems/{register.system.pk}/reports/package/?as_of=2026-03-05"
    answer = client.post(path, {"month": "2026-02", "layout": "3.0"})
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert "Missing" in page
    assert "give it in the form" in page
    assert "--poam-template" not in page
    shown = set(re.findall(r'<span class="code">([0-9a-f]{64})</span>', page))
    download = next(part for part in re.findall(r'href="([^"]+)"', page) if part.endswith("/zip/"))
    zipped = client.get(download)
    assert "Harbor-ConMon-2026-02-2026-03-05.zip" in zipped["Content-Disposition"]
    with ZipFile(BytesIO(zipped.getvalue())) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    assert {"manifest.json", "SHA256SUMS", "poam-2026-02.xlsx"} <= held.keys()
    named = {each["name"]: each["sha256"] for each in json.loads(held["manifest.json"])["files"]}
    assert {name: hashlib.sha256(held[name]).hexdigest() for name in named} == named
    assert shown == set(named.values())


@pytest.mark.usefixtures("home")
def test_a_package_belongs_to_its_system(client: Client, register: Register) -> None:
    """Under another system there is no such package; nor is there one of a month that has not begun."""
    path = f"/systems/{register.system.pk}/reports/package/?as_of=2026-03-05"
    token = client.post(path, {"month": "2026-02", "layout": "3.0"})["Location"].split("/")[-2]
    other = System.objects.create(
        name="Other", authority="fedramp-rev5", impact="low", created_on=register.system.created_on
    )
    for ending in ("", "zip/"):
        assert client.get(f"/systems/{other.pk}/reports/package/{token}/{ending}").status_code == 404
        assert client.get(f"/systems/{register.system.pk}/reports/package/x/{ending}").status_code == 404
    late = client.post(path, {"month": "2026-04", "layout": "3.0"})
    assert late.status_code == 400
    assert "has not begun" in late.content.decode()


def assessment(*unmet: str) -> SimpleUploadedFile:
    """Return a CSV with all 110 requirements of Level 2, some of them not met."""
    rows = [
        f"{each.identifier},{'NOT MET' if each.identifier in unmet else 'MET'}"
        for each in REQUIREMENTS[Level.TWO].values()
    ]
    assert len(rows) == 110
    return SimpleUploadedFile("gap.csv", "\n".join(["Requirement,Result", *rows]).encode())


def scored(client: Client, system: System, file: SimpleUploadedFile, **more: str) -> str:
    """Return the page that scores an assessment on 2026-03-05."""
    path = f"/systems/{system.pk}/reports/cmmc/?as_of=2026-03-05"
    return client.post(path, {"file": file, **more}).content.decode()


def test_an_assessment_is_scored(client: Client, system: System) -> None:
    """One requirement of a point may be deferred: 109 of 110, Conditional, 180 days from the status date."""
    page = scored(client, system, assessment("AC.L2-3.1.4"), status_date="2026-03-01", kind="self", level="2")
    assert "109 <span" in page
    assert "Conditional Level 2 (Self)" in page
    assert "<dd>176</dd>" in page, "180 days after 1 March is 28 August; four days have gone"
    assert "2026-08-28" in page
    assert '<span class="mark mark--good">May be</span>' in page


def test_what_may_never_be_deferred_says_why(client: Client, system: System) -> None:
    """A requirement of five points blocks a status, with the section of the rule (32 CFR 170.21)."""
    page = scored(client, system, assessment("AC.L2-3.1.1", "AC.L2-3.1.22"))
    assert "No CMMC Status" in page
    assert '<span class="mark mark--kev">Never</span>' in page
    assert "section 170.21(a)(2)(ii)" in page
    assert "section 170.21(a)(2)(iii)" in page
    assert "implement AC.L2-3.1.1 before the assessment" in page


def test_an_assessment_that_is_none_is_refused_by_its_name(client: Client, system: System) -> None:
    """The refusal names the file as the person does."""
    bad = SimpleUploadedFile("<i>.csv", b"\x00\x00")
    page = scored(client, system, bad)
    assert "&lt;i&gt;.csv" in page
    assert "milepost-assessment" not in page


def test_hostile_text_in_an_assessment_is_text(client: Client, system: System) -> None:
    """What cannot be told in a file is shown as it stands there."""
    bad = SimpleUploadedFile("a.csv", b"Requirement,Result\nAC.L2-3.1.4,<script>alert(1)</script>\n")
    assert "<script>alert" not in scored(client, system, bad)
