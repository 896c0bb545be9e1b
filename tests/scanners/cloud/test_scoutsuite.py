"""ScoutSuite's results."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from milepost.domain.errors import DamagedInput, HostileInput, UnknownFormat
from milepost.domain.finding import AssetKind, WeaknessKind
from milepost.domain.severity import Severity
from tests.samples import sample
from tests.scanners.reading import Reading, expected, read, read_text
from tests.scanners.source_code.made import Json, broken_clauses, json

NAME = "scoutsuite/two_findings.js"


class Raw(msgspec.Struct):
    """The records of a file, counted apart."""

    records: int
    rules: int
    flagged_items: int


@pytest.mark.samples
def test_the_real_file_gives_the_counts_that_were_made_apart() -> None:
    """Two rules flag four items; every other rule passed or had nothing to check."""
    raw = msgspec.convert(expected("scans/expected.json")[NAME]["raw"], Raw)
    reading = read(sample(f"scans/{NAME}"))
    look = reading.only.coverage[0]
    assert (reading.scanner, len(reading.identities()), reading.problems) == (
        "scoutsuite",
        raw.flagged_items,
        [],
    )
    assert len({f.facts.source_id for f in reading.findings}) == raw.records
    assert len(look.assessed or ()) + len(look.unassessed) == raw.rules
    assert (look.tool, look.scanned_at) == (
        "ScoutSuite 5.10.2",
        datetime(2021, 1, 8, 16, 28, tzinfo=UTC),
    )
    finding = reading.findings[0]
    assert finding.facts.source_id == "cloudstorage-bucket-no-logging"
    assert (finding.facts.title, finding.facts.family) == ("Bucket with Logging Disabled", "Cloud Storage")
    assert (finding.facts.native_severity, finding.facts.severity) == ("warning", Severity.MODERATE)
    assert finding.facts.references == ("https://cloud.google.com/storage/docs/access-logs",)
    assert finding.locator == (
        "cloudstorage.projects.gcp-project-id.buckets."
        "52fc025e81845686d3c9fe5a5dc4f5e7ae740064.logging_enabled"
    )


def rule(*items: str, checked: int = 2, **more: object) -> Json:
    """Return a rule."""
    base: Json = {"description": "A rule", "level": "danger", "rationale": "Because", "service": "S3"}
    return base | {"items": items, "flagged_items": len(items), "checked_items": checked} | more


def document(rules: Json, **more: object) -> Json:
    """Return the document behind the variable."""
    run = {"time": "2026-01-05 10:00:00+0000", "version": "5.14.0"}
    services = {"s3": {"buckets": {"x": {"name": "x"}}, "findings": rules}}
    return {"account_id": "123", "provider_code": "aws", "last_run": run, "services": services} | more


def results(rules: Json, **more: object) -> str:
    """Return a file of results."""
    return f"scoutsuite_results =\n{json(document(rules, **more))}"


def reading(folder: Path, rules: Json, **more: object) -> Reading:
    """Write results and read them."""
    return read_text(folder, results(rules, **more))


def test_the_contract_is_kept_whatever_is_broken(tmp_path: Path) -> None:
    """Hostile and cut-off variants of the file, wrong types in the document itself."""
    rules: Json = {"a": rule("s3.x.public"), "b": rule(), "c": rule(checked=0)}
    assert broken_clauses(tmp_path, results(rules)) == []
    assert broken_clauses(tmp_path, json(document(rules))) == []


def test_an_item_of_a_rule_is_an_occurrence_on_the_account(tmp_path: Path) -> None:
    """One rule, two items; the same item twice is one."""
    found = reading(tmp_path, {"public": rule("s3.a", "s3.b", "s3.a", flagged_items=2)})
    assert found.identities() == {("scoutsuite", "public", "s3.a"), ("scoutsuite", "public", "s3.b")}
    assert (found.only.asset.kind, found.only.asset.identifiers[0].value) == (
        AssetKind.RESOURCE,
        "aws/123",
    )
    facts = found.findings[0].facts
    assert (facts.severity, facts.kind) == (Severity.HIGH, WeaknessKind.CONFIGURATION)
    assert found.problems == []


def test_only_rules_that_checked_something_are_assessed(tmp_path: Path) -> None:
    """Nothing to check may be nothing that could be listed."""
    found = reading(tmp_path, {"a": rule("s3.a"), "b": rule(), "c": rule(checked=0)})
    look = found.only.coverage[0]
    assert (look.assessed, look.unassessed) == (frozenset("ab"), frozenset("c"))


def test_flagged_items_that_are_not_listed_are_said(tmp_path: Path) -> None:
    """The rule is kept as one finding on the account."""
    found = reading(tmp_path, {"a": rule(flagged_items=3)})
    assert found.identities() == {("scoutsuite", "a", "")}
    assert "3 items are flagged and 0 different ones are listed" in found.problems[0].what


def test_the_identity_does_not_change_with_words(tmp_path: Path) -> None:
    """Nor with levels, versions and order."""
    before = reading(tmp_path, {"a": rule("s3.a"), "b": rule("s3.b")})
    later: Json = {"b": rule("s3.b", level="warning"), "a": rule("s3.a", description="Otherwise")}
    after = reading(tmp_path, later, last_run={"version": "6"})
    assert before.identities() == after.identities()


def test_a_broken_rule_is_named_and_loses_no_other(tmp_path: Path) -> None:
    """An unknown level is unrated and said."""
    found = reading(tmp_path, {"a": 5, "b": rule("s3.b", level="odd")})
    assert [problem.where for problem in found.problems] == [
        "report, services.s3.findings.a",
        "report, services.s3.findings.b",
    ]
    assert found.findings[0].facts.severity is Severity.UNRATED


def test_results_without_an_account_say_so(tmp_path: Path) -> None:
    """Nothing in them has a place."""
    found = reading(tmp_path, {"a": rule("s3.a")}, account_id=None)
    assert (found.reports, "name no account" in found.problems[0].what) == ([], True)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("scoutsuite_results = alert(1)", DamagedInput),
        ("scoutsuite_results =", DamagedInput),
        ('scoutsuite_results = {"account_id": "1"', DamagedInput),
        ('scoutsuite_results = {"services": 5}', DamagedInput),
        ('scoutsuite_results = {"a": 1}; alert(1)', DamagedInput),
        ('scoutsuite_results = {"a":' + "[" * 200 + "]" * 200 + "}", HostileInput),
    ],
)
def test_nothing_but_a_document_is_read(tmp_path: Path, text: str, error: type[Exception]) -> None:
    """A program is never run."""
    with pytest.raises(error):
        read_text(tmp_path, text)


def test_other_variables_are_not_taken_for_it(tmp_path: Path) -> None:
    """The name must be ScoutSuite's."""
    with pytest.raises(UnknownFormat):
        read_text(tmp_path, "other_results = {}")
