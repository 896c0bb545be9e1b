"""Scans without credentials: they are told, measured by FedRAMP's rule, and take nothing as gone."""

from pathlib import Path

import pytest

from milepost.authorities.fedramp.scan_depth import authentication
from milepost.work.add_system import NewSystem, add_system
from milepost.work.import_report import ImportReport
from milepost.work.import_scan import Order, import_scan
from tests.work.conftest import TODAY, Importing
from tests.work.reports import DAY, START, Found, Host, nessus


def hosts(depths: str) -> tuple[Host, ...]:
    """Return hosts, one for each mark: `+` with credentials, `-` without, `?` where the report is silent."""
    answers = {"+": True, "-": False, "?": None}
    return tuple(
        Host(f"10.0.0.{number}", (Found(number),), credentialed=answers[mark])
        for number, mark in enumerate(depths, 1)
    )


def about_depth(report: ImportReport) -> list[str]:
    """Return what an import says about credentials."""
    return [problem.what for problem in report.problems if "credentials" in problem.what]


@pytest.mark.parametrize(("without", "allowed"), [(0, True), (9, True), (10, False), (100, False)])
def test_a_tenth_of_the_hosts_is_too_many(without: int, *, allowed: bool) -> None:
    """Less than a tenth is not; the refusal names source and way out."""
    ruling = authentication(100, without)
    assert ruling.allowed is allowed
    assert "Performance Management Guide" in str(ruling.citation)
    assert bool(ruling.way_out) is not allowed


def test_nothing_scanned_is_nothing_without_credentials() -> None:
    """A report on no host breaks no rule."""
    assert authentication(0, 0).allowed


def test_fedramp_is_told_of_a_tenth_without_credentials(importing: Importing, tmp_path: Path) -> None:
    """With the rule's source."""
    (said,) = about_depth(importing(nessus(tmp_path / "a.nessus", *hosts("++-"))))
    assert said.startswith("1 of 3 hosts (33%) were scanned without credentials; from 10% on FedRAMP")


@pytest.mark.django_db
def test_other_authorities_are_told_the_count(tmp_path: Path) -> None:
    """Nobody's rule but FedRAMP's own is applied."""
    add_system(NewSystem("Pier", "emass", "moderate"), as_of=TODAY)
    path = nessus(tmp_path / "a.nessus", *hosts("+-"))
    (said,) = about_depth(import_scan(Order(path, "Pier", TODAY)))
    assert said == "1 of 2 hosts were scanned without credentials, which see less"


def test_what_the_report_does_not_say_is_not_counted(importing: Importing, tmp_path: Path) -> None:
    """Neither for nor against."""
    assert not about_depth(importing(nessus(tmp_path / "a.nessus", *hosts("+?"))))


def test_without_credentials_nothing_seen_with_them_is_gone(importing: Importing, tmp_path: Path) -> None:
    """The second scan sees nothing on a host that was scanned with credentials before."""
    importing(nessus(tmp_path / "a.nessus", Host("10.0.0.1", (Found(1),))))
    blind = Host("10.0.0.1", (Found(2),), credentialed=False, scanned=START + DAY)
    report = importing(nessus(tmp_path / "b.nessus", blind))
    assert (report.occurrences["missing"], report.occurrences["not_retested"]) == (0, 1)
    assert report.items["closure_candidates"] == 0
