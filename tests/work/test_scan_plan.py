"""Scans turned into a document without a register: one item for each weakness, all assets listed."""

import json
from datetime import date
from pathlib import Path

import pytest

from milepost.authorities.documents import read_document
from milepost.cli import milepost
from milepost.work.documents.scan_plan import is_scan, scan_plan
from tests.samples import sample
from tests.work.conftest import TODAY
from tests.work.reports import DAY, START, Found, Host, Image, Package, nessus, trivy


def test_a_weakness_on_several_hosts_is_one_item(tmp_path: Path) -> None:
    """With every place, the worst rating, the earliest day; what is informational is no item."""
    late = Host("10.0.0.2", (Found(7, severity=4), Found(8, severity=0)), scanned=START + DAY)
    path = nessus(tmp_path / "a.nessus", Host("10.0.0.1", (Found(7, severity=3),)), late)
    (item,) = scan_plan([path], TODAY).items
    assert (item.id, item.source_ref, item.raw_severity) == ("V-1", "7", "Critical")
    assert item.assets == ("10.0.0.1 (443/TCP)", "10.0.0.2 (443/TCP)")
    assert item.identified_date == date(2026, 1, 5)


@pytest.mark.usefixtures("reading_processes")
def test_several_reports_are_one_plan(tmp_path: Path) -> None:
    """A CVE that two images have is one item, the worst items first."""
    old = trivy(tmp_path / "a.json", Image("a/app", "1", (Package("CVE-2026-0001", "x", severity="LOW"),)))
    both = (Package("CVE-2026-0001", "x", severity="LOW"), Package("CVE-2026-0002", "y"))
    new = trivy(tmp_path / "b.json", Image("b/app", "2", both))
    items = scan_plan([old, new], TODAY).items
    assert [(item.source_ref, item.assets) for item in items] == [
        ("CVE-2026-0002", ("b/app:2 (y)",)),
        ("CVE-2026-0001", ("a/app:1 (x)", "b/app:2 (x)")),
    ]


def test_a_table_is_no_scan(tmp_path: Path) -> None:
    """Nor is a file that nobody knows."""
    table = tmp_path / "plan.csv"
    table.write_text("POAM ID,Weakness Name\nV-1,Old TLS\n")
    unknown = tmp_path / "x"
    unknown.write_text("hello")
    assert (is_scan(table), is_scan(unknown)) == (False, False)


def test_the_command_converts_a_scan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Into the workbook that is asked for; counts and losses are told."""
    path = nessus(tmp_path / "a.nessus", Host("10.0.0.1", (Found(7),)))
    out = tmp_path / "poam.xlsx"
    milepost(["convert", str(path), str(out), "--to", "fedramp-poam", "--json"], standalone_mode=False)
    told = json.loads(capsys.readouterr().out)
    assert (told["read"]["items"], told["rows"]["Open POA&M Items"]) == (1, 1)
    assert [item.source_ref for item in read_document(out).items] == ["7"]


@pytest.mark.samples
@pytest.mark.parametrize("name", ["saf_sample", "dradis_example_v2", "libnessus_report_local_3"])
def test_items_are_as_many_as_counted_independently(name: str) -> None:
    """One for each plugin above informational."""
    counted = json.loads(sample("dod/expected_counts.json").read_text())[f"nessus/{name}.nessus"]
    plan = scan_plan([sample(f"dod/nessus/{name}.nessus")], TODAY)
    assert len(plan.items) == counted["poam_items_grouped_by_plugin_sev_gt_0"]
