"""Occurrences in reports of the cloud: each once; what was merged or suppressed is counted and said."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

import msgspec

from milepost.domain.finding import Asset, AssetReport, Facts, Finding, Identifier
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.gathering import Gathered, Gathering
from milepost.scanners.scanner import Source
from milepost.scanners.times import iso_instant, unix_instant

Loose = str | int | float | None
"""What a report may write where a text or a number is meant."""


def words(value: Loose) -> str:
    """Return a loose value as text without surrounding space; empty for nothing."""
    return value.strip() if isinstance(value, str) else "" if value is None else str(value)


def instant(value: Loose) -> datetime | None:
    """Read an instant written as ISO 8601 or as seconds since 1970: the tools of AWS write both."""
    if value is None:
        return None
    return iso_instant(value) if isinstance(value, str) else unix_instant(f"{value:.0f}")


def goes_on(around: Mapping[str, msgspec.Raw], token: str) -> bool:
    """Tell whether the token of a next page stands beside a list: then the list is not whole."""
    return bytes(around.get(token, b"")).strip() not in {b"", b"null", b'""'}


class Occurrences:
    """The assets of a report with their findings, each occurrence once, and what is to be said of them."""

    def __init__(self, source: Source, severities: Mapping[str, Severity]) -> None:
        """Start empty; `severities` lays the tool's words (lower case) on the common scale."""
        self.gathering = Gathering(source, severities)
        self._held: dict[str, Gathered] = {}
        self._named: dict[Identifier, Gathered] = {}
        self._seen: dict[int, dict[tuple[str, str, str], int]] = {}
        self._known: dict[int, Facts] = {}
        self._merged = 0
        self._suppressed = 0
        self._left: dict[tuple[str, str], int] = {}

    def on(self, key: str, build: Callable[[], Asset]) -> Gathered:
        """Return what is gathered of the asset that goes by `key` in this report; it is named once.

        Assets whose first identifier is the same are one, whatever their other names.
        """
        held = self._held.get(key)
        if held is None:
            asset = build()
            known = self._named.get(asset.identifiers[0])
            held = self._held[key] = known or self.gathering.on(asset)
            self._named[asset.identifiers[0]] = held
        return held

    def found(
        self,
        held: Gathered,
        facts: Facts,
        locator: str = "",
        *,
        output: str = "",
        first_seen: datetime | None = None,
        scope: int = 0,
    ) -> None:
        """Add a finding; of several about one occurrence the one that needs action, then the worst, stays.

        A finding whose weakness has no id is left out, and said.
        """
        if not facts.source_id:
            self.left_out(
                "findings do not say of which weakness they are and were left out", "export them again"
            )
            return
        seen = self._seen.get(id(held))
        if seen is None:
            seen = self._seen[id(held)] = {}
        here = len(held.findings)
        number = seen.setdefault((facts.source, facts.source_id, locator), here)
        finding = Finding(self._same(facts), locator, output, first_seen, scope)
        if number == here:
            held.add(finding)
        else:
            held.scopes[scope].assessed.add(facts.source_id)
            held.findings[number] = self._joined(held.findings[number], finding)

    def suppressed(self, facts: Facts, reason: str = "") -> Facts:
        """Return facts as suppressed in the tool: still to be seen, but opening no item."""
        self._suppressed += 1
        status = f"suppressed: {reason}" if reason else "suppressed"
        return replace(facts, actionable=False, vendor_status=status)

    def left_out(self, what: str, fix: str) -> None:
        """Count a record that was left out; `what` goes on from its number (`records could not …`)."""
        self._left[what, fix] = self._left.get((what, fix), 0) + 1

    def parts(self) -> Iterator[AssetReport | Problem]:
        """Yield the problems and then every asset once."""
        if self._suppressed:
            what = f"{self._suppressed} findings are suppressed in the tool; they open no item"
            self.gathering.problem("", what, "request a deviation for each, or lift the suppression")
        if self._merged:
            what = f"{self._merged} records were merged: they repeat an asset, weakness and place"
            self.gathering.problem("", what, "nothing, unless the report means different places")
        for (what, fix), number in self._left.items():
            self.gathering.problem("", f"{number} {what}", fix)
        yield from self.gathering.parts()

    def _same(self, facts: Facts) -> Facts:
        """Return equal facts as the same object, at no cost for an object that was met before."""
        known = self._known.get(id(facts))
        if known is None:
            known = self.gathering.shared(facts)
            self._known[id(known)] = known
        return known

    def _joined(self, held: Finding, other: Finding) -> Finding:
        """Return what stays of two findings about one occurrence, seen first when either was."""
        self._merged += 1
        first = min(filter(None, [held.first_seen, other.first_seen]), default=None)
        kept = other if _weight(other.facts) > _weight(held.facts) else held
        return kept if kept.first_seen == first else replace(kept, first_seen=first)


def _weight(facts: Facts) -> tuple[bool, int]:
    return facts.actionable, facts.severity.rank
