"""Findings as they add up, asset by asset, where a report lists them one after the other in any order."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from milepost.domain.finding import Asset, AssetReport, Coverage, Facts, Finding, Identifier
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.scanner import Source

T = TypeVar("T")


@dataclass(slots=True)
class Scope:
    """One tool's look at one asset: what it tested, what it did not, when, and how deep.

    `only_assessed` says that nothing counts as tested but what the report names (`found` or `passed`).
    """

    name: str
    tool: str
    scanned_at: datetime | None = None
    credentialed: bool | None = None
    only_assessed: bool = False
    assessed: set[str] = field(default_factory=set)
    unassessed: set[str] = field(default_factory=set)
    in_part: set[str] = field(default_factory=set)

    def coverage(self) -> Coverage:
        """Return what was assessed, for the report."""
        assessed = frozenset(self.assessed) if self.only_assessed else None
        unassessed = frozenset((self.unassessed - self.assessed) | self.in_part)
        return Coverage(self.name, self.tool, self.scanned_at, self.credentialed, assessed, unassessed)


class Gathered:
    """What a report says of one asset, as it adds up."""

    def __init__(self, asset: Asset) -> None:
        """Start without any finding."""
        self.asset = asset
        self.scopes: list[Scope] = []
        self.findings: list[Finding] = []

    def scope(self, name: str, tool: str = "", *, only_assessed: bool = False) -> int:
        """Return the number of a scope, begun when it is first met."""
        for number, scope in enumerate(self.scopes):
            if scope.name == name:
                return number
        self.scopes.append(Scope(name, tool, only_assessed=only_assessed))
        return len(self.scopes) - 1

    def found(
        self,
        facts: Facts,
        locator: str = "",
        output: str = "",
        *,
        first_seen: datetime | None = None,
        scope: int = 0,
    ) -> None:
        """Add a finding; its weakness counts as assessed."""
        self.add(Finding(facts, locator, output, first_seen, scope))

    def add(self, finding: Finding) -> None:
        """Add a finding; its weakness counts as assessed."""
        self.findings.append(finding)
        self.scopes[finding.coverage].assessed.add(finding.facts.source_id)

    def passed(self, source_id: str, *, scope: int = 0) -> None:
        """Note that a weakness was looked for and is not there."""
        self.scopes[scope].assessed.add(source_id)

    def skipped(self, source_id: str, *, scope: int = 0) -> None:
        """Note that nothing was established about a weakness: an error, not reviewed, left out."""
        self.scopes[scope].unassessed.add(source_id)

    def listed_in_part(self, source_id: str, *, scope: int = 0) -> None:
        """Note that a weakness has more places than the report names: an absent one may still be there."""
        self.scopes[scope].in_part.add(source_id)

    def dated(self, scanned_at: datetime | None, *, scope: int = 0) -> None:
        """Note when a part of the look was taken; the latest counts."""
        held = self.scopes[scope].scanned_at
        if scanned_at is not None and (held is None or scanned_at > held):
            self.scopes[scope].scanned_at = scanned_at

    def report(self) -> AssetReport:
        """Put the asset, what was assessed on it and its findings together."""
        coverage = tuple(scope.coverage() for scope in self.scopes)
        return AssetReport(self.asset, coverage, tuple(self.findings))


class Known(Generic[T]):
    """What was built before, by the words that it was built from, for whoever says the same again."""

    def __init__(self) -> None:
        """Start without anything."""
        self._held: dict[object, T] = {}

    def get(self, words: object) -> T | None:
        """Return what was built from these words; None for what is new, or no key (a list)."""
        try:
            return self._held.get(words)
        except TypeError:
            return None

    def keep(self, words: object, built: T) -> T:
        """Remember what was built from these words, and return it."""
        with suppress(TypeError):
            self._held[words] = built
        return built


class Gathering:
    """All assets of a report as they add up, and what could not be taken as it stands."""

    def __init__(self, source: Source, severities: Mapping[str, Severity]) -> None:
        """Start empty; `severities` lays the tool's words (lower case) on the common scale."""
        self.problems: list[Problem] = []
        self._source = source
        self._severities = severities
        self._rated: dict[str | None, Severity] = {}
        self._assets: dict[tuple[Identifier, ...], Gathered] = {}
        self._facts: dict[Facts, Facts] = {}

    def on(self, asset: Asset) -> Gathered:
        """Return what is gathered of an asset, begun when it is first met."""
        held = self._assets.get(asset.identifiers)
        if held is None:
            held = self._assets[asset.identifiers] = Gathered(asset)
        return held

    def rate(self, word: str | None, where: str) -> Severity:
        """Lay the tool's word on the common scale; an unknown word is a problem and counts as unrated."""
        severity = self._rated.get(word) or self._severities.get((word or "").strip().lower())
        if severity is not None:
            self._rated[word] = severity
            return severity
        if (word or "").strip():
            what = f"the severity “{word}” is unknown; the finding is unrated"
            self.problem(where, what, "rate it by hand")
        return Severity.UNRATED

    def shared(self, facts: Facts) -> Facts:
        """Return equal facts as the same object, so that a register can know them by identity."""
        return self._facts.setdefault(facts, facts)

    def problem(self, place: str, what: str, fix: str) -> None:
        """Note what could not be taken as it stands; `place` is where in the file (`line 7`)."""
        where = f"{self._source.name}, {place}" if place else self._source.name
        self.problems.append(Problem(where, what, fix))

    def parts(self) -> Iterator[AssetReport | Problem]:
        """Yield the problems, then every asset once, in the order in which they were first met."""
        yield from self.problems
        for held in self._assets.values():
            yield held.report()
