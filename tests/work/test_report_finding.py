"""One finding that a person made: it comes in like the row of a table, and goes out like an import."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from milepost.domain.errors import RecordMissing, WrongUse
from milepost.domain.item import SourceKind
from milepost.records.findings import Occurrence
from milepost.records.imports import Coverage, Import
from milepost.records.items import Item
from milepost.records.systems import System
from milepost.work.importing.report_finding import ReportedFinding, report_finding
from milepost.work.undo_import import undo_import
from tests.work.conftest import TODAY

FOUND = ReportedFinding(
    "Harbor",
    "Badge readers accept copies",
    date(2026, 2, 3),
    SourceKind.PENETRATION_TEST,
    severity="High",
    assets="gate-1, gate-2",
    detector="Acme 2026",
    controls="PE-3, AC-2(1)",
)


def test_a_finding_opens_an_item_on_its_assets(system: System) -> None:
    """With its activity, detector, day, rating and controls."""
    reported = report_finding(FOUND, as_of=TODAY)
    item = Item.objects.get(system=system)
    assert reported.items == (item.identifier,) == ("V-1",)
    assert (item.source_kind, item.original_risk) == ("penetration_test", "High")
    assert (item.detected_on, item.source_id) == (date(2026, 2, 3), "R-1")
    assert (item.title, item.asset_count) == (FOUND.title, 2)
    assert {coverage.tool for coverage in Coverage.objects.all()} == {"Acme 2026"}
    assert Import.objects.get().file_name == "Acme 2026: R-1"


def test_the_next_finding_has_the_next_identifier(system: System) -> None:
    """Of the same source; an identifier of their own stays theirs."""
    first, second = (report_finding(replace(FOUND, title=title), as_of=TODAY) for title in ("a", "b"))
    report_finding(replace(FOUND, identifier="F-7"), as_of=TODAY)
    report_finding(replace(FOUND, detector="", source_kind=SourceKind.INCIDENT), as_of=TODAY)
    names = Item.objects.filter(system=system).order_by("number").values_list("source_id", flat=True)
    assert list(names) == ["R-1", "R-2", "F-7", "R-1"]
    assert first.items != second.items


@pytest.mark.usefixtures("system")
def test_the_same_finding_under_the_same_identifier_changes_nothing() -> None:
    """A second report of it is another look at the same weakness."""
    known = replace(FOUND, identifier="F-7")
    report_finding(known, as_of=TODAY)
    again = report_finding(known, as_of=TODAY)
    assert again.report.already_imported
    later = replace(known, severity="low", found_on=FOUND.found_on + timedelta(9))
    assert report_finding(later, as_of=TODAY).items == ()
    assert Occurrence.objects.count() == 2
    assert Item.objects.count() == 1


@pytest.mark.usefixtures("system")
def test_a_finding_is_taken_back_like_an_import() -> None:
    """Item and all."""
    reported = report_finding(FOUND, as_of=TODAY)
    assert reported.report.number is not None
    assert undo_import(reported.report.number).items == ("V-1",)
    assert not Item.objects.exists()


@pytest.mark.usefixtures("system")
def test_without_an_asset_it_counts_for_the_system() -> None:
    """Which is said nowhere else, so it is said here: nothing is odd about it."""
    reported = report_finding(replace(FOUND, assets=""), as_of=TODAY)
    assert reported.report.problems == ()
    assert Occurrence.objects.get().asset.name == "the system as a whole"


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": " "}, "needs a title"),
        ({"severity": "dreadful"}, "dreadful is no severity"),
        ({"found_on": TODAY + timedelta(1)}, "lies in the future"),
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, str], words: str) -> None:
    """In a sentence, before anything is kept."""
    with pytest.raises(WrongUse, match=words):
        report_finding(replace(FOUND, **change), as_of=TODAY)  # type: ignore[arg-type] # named by the test
    assert not Import.objects.exists()


@pytest.mark.usefixtures("db")
def test_a_finding_needs_its_system() -> None:
    """One that is not there is named."""
    with pytest.raises(RecordMissing, match="no system named Harbor"):
        report_finding(FOUND, as_of=TODAY)
