"""The scan reports of the demonstration: real files of their formats, self-made in every word and address."""

import ipaddress
import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from milepost.demo.estate import DAYS_BEFORE, IMAGES, SERVERS
from milepost.demo.scans import Scan, write_scans
from milepost.demo.weaknesses import host_weaknesses, package_weaknesses
from milepost.domain.finding import AssetReport
from milepost.domain.problem import Problem
from milepost.scanners.opening import open_report, read_report
from milepost.scanners.scanner import Part

_HOSTS_IN_PACKAGE_NAMES = {"github.com", "golang.org"}
DAYS = [date(2026, 6, 1), date(2027, 1, 1), date(2028, 2, 29)]


@pytest.mark.parametrize("as_of", DAYS, ids=str)
def test_every_report_is_read_without_a_problem(as_of: date, tmp_path: Path) -> None:
    """Each file is recognised by its content, read whole, and dated on the day that its name says."""
    for scan in write_scans(tmp_path, as_of):
        parts = _read(scan)
        assert [part for part in parts if isinstance(part, Problem)] == []
        reports = [part for part in parts if isinstance(part, AssetReport)]
        times = {each.scanned_at for report in reports for each in report.coverage}
        assert {time and time.date() for time in times} == {scan.day}
        assert scan.day == as_of - timedelta(days=DAYS_BEFORE[scan.month])
        assert scan.path.name.startswith(f"{scan.day:%Y-%m-%d}-")


def test_months_hold_reports_of_every_tool(tmp_path: Path) -> None:
    """Each month has a scan of the hosts and five of images; the checklist is filled twice."""
    scans = write_scans(tmp_path, DAYS[0])
    formats = {month: Counter[str]() for month in DAYS_BEFORE}
    for scan in scans:
        formats[scan.month][open_report(scan.path)[0].name] += 1
    monthly = {"nessus": 1, "trivy": 3, "grype": 2}
    assert formats == {1: monthly, 2: monthly | {"ckl": 1}, 3: monthly, 4: monthly | {"ckl": 1}}
    assert [scan.path for scan in scans] == sorted(scan.path for scan in scans)


def test_same_day_gives_same_bytes(tmp_path: Path) -> None:
    """Files written twice for one day are equal, so that importing them again changes nothing."""
    first, again = (
        [scan.path.read_bytes() for scan in write_scans(tmp_path / name, DAYS[0])] for name in ("a", "b")
    )
    assert first == again


def test_findings_are_those_of_the_table(tmp_path: Path) -> None:
    """What the reports of a month name is what the table says for that month: one finding for each digit."""
    found: Counter[tuple[int, str]] = Counter()
    for scan in write_scans(tmp_path, DAYS[0]):
        scanner = open_report(scan.path)[0].name
        reports = [part for part in _read(scan) if isinstance(part, AssetReport)]
        found[scan.month, scanner] += sum(len(report.findings) for report in reports)
    for month in DAYS_BEFORE:
        digit = str(month)
        images = {
            tool: [each.name for each in IMAGES if tool in each.scanners] for tool in ("trivy", "grype")
        }
        for tool, names in images.items():
            expected = [
                weakness.cve
                for weakness in package_weaknesses()
                for name in names
                if digit in weakness.seen.get(name, "")
            ]
            assert found[month, tool] == len(expected)
    first_month = [
        weakness.plugin
        for weakness in host_weaknesses()
        for host in weakness.hosts
        if "1" in weakness.seen.get(host, weakness.seen.get("*", ""))
    ]
    assert found[1, "nessus"] == len(first_month) + len(SERVERS)


def test_nothing_belongs_to_anybody(tmp_path: Path) -> None:
    """Every name lies under a reserved top-level domain, every address in a private or reserved network."""
    text = "\n".join(scan.path.read_text(encoding="utf-8") for scan in write_scans(tmp_path, DAYS[0]))
    hosts = set(re.findall(r"\b[\w-]+\.(?:com|net|org|io|gov|mil)\b", text))
    addresses = {server.address_in(month) for server in SERVERS for month in DAYS_BEFORE}
    assert hosts - {"openssh.com"} == _HOSTS_IN_PACKAGE_NAMES
    assert [each for each in addresses if ipaddress.ip_address(each).is_global] == []
    assert all(server.fqdn.endswith(".example") for server in SERVERS)


def _read(scan: Scan) -> list[Part]:
    scanner, source = open_report(scan.path)
    return list(read_report(source, scanner))
