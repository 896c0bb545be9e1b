"""Findings as they add up, asset by asset."""

from datetime import UTC, datetime
from pathlib import Path

from milepost.domain import presence
from milepost.domain.finding import Asset, AssetReport, Facts
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.assets import site_asset
from milepost.scanners.gathering import Gathered, Gathering, Scope
from milepost.scanners.scanner import Source

SOURCE = Source(Path("report.json"), "report.json", 1)
WORDS = {"high": Severity.HIGH, "low": Severity.LOW}


def asset(name: str = "example.com") -> Asset:
    """Return an asset."""
    found = site_asset(f"https://{name}")
    assert found is not None
    return found


def facts(source_id: str = "1") -> Facts:
    """Return facts."""
    return Facts("tool", source_id, "A weakness", Severity.HIGH)


def gathered(*, only_assessed: bool = False) -> Gathered:
    """Return an asset with a scope and nothing yet in it."""
    held = Gathered(asset())
    held.scope("tool", "Tool 1", only_assessed=only_assessed)
    return held


def covering(held: Gathered, *, scope: int = 0) -> presence.Tested:
    """Return what counts as tested."""
    coverage = held.report().coverage[scope]
    return presence.Tested(coverage.assessed, coverage.unassessed)


def test_an_asset_is_begun_once_and_comes_where_it_was_first_met() -> None:
    """Whatever the order of the records, problems come first."""
    gathering = Gathering(SOURCE, WORDS)
    for name in ("b.example", "a.example", "b.example"):
        held = gathering.on(asset(name))
        held.found(facts(), name, scope=held.scope("tool"))
    gathering.problem("line 3", "what", "fix")
    parts = list(gathering.parts())
    assert isinstance(parts[0], Problem)
    reports = [part for part in parts if isinstance(part, AssetReport)]
    assert [(report.asset.name, len(report.findings)) for report in reports] == [
        ("https://b.example", 2),
        ("https://a.example", 1),
    ]


def test_a_full_look_covers_all_but_what_was_skipped() -> None:
    """What was found is tested, even where another record of it was skipped."""
    held = gathered()
    held.found(facts("found"))
    held.skipped("skipped")
    held.skipped("found")
    assert [covering(held).covers(name) for name in ("found", "skipped", "other")] == [True, False, True]


def test_a_look_at_named_checks_covers_these_alone() -> None:
    """Found or passed."""
    held = gathered(only_assessed=True)
    held.found(facts("found"))
    held.passed("passed")
    held.skipped("skipped")
    covered = [covering(held).covers(name) for name in ("found", "passed", "skipped", "other")]
    assert covered == [True, True, False, False]


def test_a_dead_asset_covers_nothing() -> None:
    """Nothing named, nothing tested."""
    assert not covering(gathered(only_assessed=True)).covers("anything")


def test_a_weakness_listed_in_part_is_found_but_not_covered() -> None:
    """One of its places that is absent may still be there; other weaknesses are covered."""
    for only_assessed in (False, True):
        held = gathered(only_assessed=only_assessed)
        held.found(facts("many"), "/one")
        held.found(facts("few"), "/one")
        held.listed_in_part("many")
        assert [covering(held).covers(name) for name in ("many", "few")] == [False, True]


def test_scopes_are_told_apart_by_name() -> None:
    """A finding belongs to its own; the same name is the same scope."""
    held = gathered()
    second = held.scope("tool:secrets", "Tool 1", only_assessed=True)
    assert (second, held.scope("tool"), held.scope("tool:secrets")) == (1, 0, 1)
    held.found(facts("secret"), "a.txt", "output", scope=second)
    report = held.report()
    assert [coverage.scope for coverage in report.coverage] == ["tool", "tool:secrets"]
    assert [(finding.coverage, finding.output) for finding in report.findings] == [(1, "output")]
    assert (
        covering(held).covers("x"),
        covering(held, scope=1).covers("x"),
        covering(held, scope=1).covers("secret"),
    ) == (
        True,
        False,
        True,
    )


def test_the_latest_part_of_a_look_dates_it() -> None:
    """A part without a time says nothing."""
    held = gathered()
    for day in (5, 7, 6):
        held.dated(datetime(2026, 1, day, tzinfo=UTC))
    held.dated(None)
    assert held.report().coverage[0].scanned_at == datetime(2026, 1, 7, tzinfo=UTC)


def test_what_a_scope_says_of_itself_reaches_the_report() -> None:
    """The detector, and whether it signed in."""
    coverage = Scope("tool", "Tool 1", None, credentialed=True).coverage()
    assert (coverage.tool, coverage.credentialed, coverage.assessed) == ("Tool 1", True, None)


def test_a_word_is_laid_on_the_scale_whatever_its_case() -> None:
    """None and blanks are unrated without a word; an unknown word is said, with its place."""
    gathering = Gathering(SOURCE, WORDS)
    words = (" HIGH ", "low", None, " ", "Awful")
    assert [gathering.rate(word, "line 7") for word in words] == [
        Severity.HIGH,
        Severity.LOW,
        Severity.UNRATED,
        Severity.UNRATED,
        Severity.UNRATED,
    ]
    assert [(problem.where, "“Awful”" in problem.what) for problem in gathering.problems] == [
        ("report.json, line 7", True)
    ]


def test_equal_facts_are_one_object() -> None:
    """So that a register can know them by identity."""
    gathering = Gathering(SOURCE, WORDS)
    first = gathering.shared(facts())
    assert gathering.shared(facts()) is first
    assert gathering.shared(facts("2")) is not first


def test_a_problem_of_the_whole_file_names_the_file() -> None:
    """Without an empty place after it."""
    gathering = Gathering(SOURCE, WORDS)
    gathering.problem("", "what", "fix")
    assert gathering.problems[0].where == "report.json"
