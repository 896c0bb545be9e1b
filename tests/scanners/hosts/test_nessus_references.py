"""Cross references, times and names that all shapes of Nessus share."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from milepost.domain.finding import Facts, Finding
from milepost.domain.severity import Severity
from milepost.scanners.hosts.merging import merged
from milepost.scanners.hosts.nessus_references import cross_references, listed_references
from milepost.scanners.times import compact_instant, spelled_instant, zoned_instant
from tests.scanners.nessus_text import check, host, item, nessus
from tests.scanners.reading import read_text


@pytest.mark.parametrize("kind", ["IAVA", "IAVB", "IAVT"])
def test_a_notice_is_kept_once_whether_it_is_an_element_or_a_reference(tmp_path: Path, kind: str) -> None:
    """Old files have the element only, new ones both."""
    number = f"2020-{kind[-1]}-0510-S"
    inside = f"<{kind.lower()}>{number}</{kind.lower()}><xref>{kind}:{number}</xref>"
    facts = read_text(tmp_path, nessus(host(item(inside=inside))), "a").findings[0].facts
    assert facts.references == (f"{kind}:{number}",)
    alone = inside.partition("<xref>")[0]
    assert read_text(tmp_path, nessus(host(item(inside=alone))), "b").findings[0].facts.references == (
        f"{kind}:{number}",
    )


def test_references_are_sorted_by_kind() -> None:
    """Addresses and notices are kept, weaknesses and due dates go to their own fields."""
    found = cross_references(
        ["https://a.example"],
        ["IAVA:2020-A-1", "CWE:79", "CISA-KNOWN-EXPLOITED:2022/05/03", "CISA-KNOWN-EXPLOITED:2022/04/03"],
        ["20"],
    )
    assert found.kept == ("https://a.example", "IAVA:2020-A-1")
    assert (found.cwes, found.exploited, found.kev_due) == (("CWE-20", "CWE-79"), True, "2022-04-03")


@pytest.mark.parametrize(
    ("cell", "references"),
    [
        ("IAVA #2020-A-0510,CWE #79", ["IAVA:2020-A-0510", "CWE:79"]),
        ("IAVA:2020-A-0510;CERT:1\nMSKB:2", ["IAVA:2020-A-0510", "CERT:1", "MSKB:2"]),
        ("", []),
    ],
)
def test_a_cell_of_references_is_split(cell: str, references: list[str]) -> None:
    """In the ways of Nessus and of Tenable.sc."""
    assert listed_references(cell) == references


def test_checks_without_any_id_go_by_their_own_names(tmp_path: Path) -> None:
    """And never by the plugin that runs them all."""
    checks = [
        check("FAILED", number).replace(f"<cm:compliance-check-id>id-{number}</cm:compliance-check-id>", "")
        for number in ("1", "2")
    ]
    reading = read_text(tmp_path, nessus(host(item(), *checks)))
    assert [each.facts.source_id for each in reading.findings[1:]] == ["check 1", "check 2"]


@pytest.mark.parametrize(
    ("text", "instant", "unknown"),
    [
        ("2022/3/23 14:32 CET", datetime(2022, 3, 23, 13, 32, tzinfo=UTC), ""),
        ("2022/3/22 18:28 EDT (GMT -4:00)", datetime(2022, 3, 22, 22, 28, tzinfo=UTC), ""),
        ("2009/12/11 2:57", datetime(2009, 12, 11, 2, 57, tzinfo=UTC), ""),
        ("2021/1/25 18:40 Elsewhere Time", datetime(2021, 1, 25, 18, 40, tzinfo=UTC), "Elsewhere Time"),
        ("2021/13/25 18:40", None, ""),
        ("yesterday", None, ""),
    ],
)
def test_the_time_that_plugin_19506_prints(text: str, instant: datetime | None, unknown: str) -> None:
    """With its zone where that is known."""
    assert zoned_instant(text) == (instant, unknown)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("Feb 19, 2024 21:01:01 UTC", datetime(2024, 2, 19, 21, 1, 1, tzinfo=UTC)),
        ("Feb 03, 2026 12:00 AM", datetime(2026, 2, 3, tzinfo=UTC)),
        ("February 3, 2026", datetime(2026, 2, 3, tzinfo=UTC)),
        ("Feb 30, 2026", None),
        ("N/A", None),
    ],
)
def test_months_in_letters(text: str, instant: datetime | None) -> None:
    """As Tenable.sc and Qualys write them."""
    assert spelled_instant(text) == instant


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("20210211T164705486", datetime(2021, 2, 11, 16, 47, 5, 486000, tzinfo=UTC)),
        ("20210211T164705", datetime(2021, 2, 11, 16, 47, 5, tzinfo=UTC)),
        ("20211311T164705", None),
        ("", None),
    ],
)
def test_times_without_separators(text: str, instant: datetime | None) -> None:
    """As Nexpose writes them."""
    assert compact_instant(text) == instant


def test_one_occurrence_comes_once_with_all_that_was_said_of_it() -> None:
    """The facts that ask for something win, the earliest first sight counts, outputs are joined once each."""
    quiet = Facts("x", "1", "t", Severity.LOW, actionable=False)
    loud = Facts("x", "1", "t", Severity.LOW)
    early, late = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    (finding,) = merged(
        [
            Finding(quiet, "p", "a", late),
            Finding(loud, "p", "b", early),
            Finding(quiet, "p", "a"),
            Finding(quiet, "p"),
        ]
    )
    assert finding == Finding(loud, "p", "a\n\nb", early)
