"""Findings of packages as they add up: one occurrence once, however often a report lists it."""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from milepost.domain.finding import Facts, Finding
from milepost.scanners.gathering import Gathered, Gathering
from milepost.scanners.packages import Weakness, name_weakness

Text = str | int | float | None

SUPPRESSED = "suppressed: "
MOST_LINES = 20

_MORE = "…"


class Occurrences:
    """The occurrences of all assets of a report; what a report says twice comes together."""

    def __init__(self, gathering: Gathering) -> None:
        """Start empty; problems go to `gathering`."""
        self._gathering = gathering
        self._positions: dict[tuple[Gathered, int, str, str, str], int] = {}
        self._differing = 0
        self._suppressed = 0

    def add(
        self,
        held: Gathered,
        facts: Facts,
        locator: str,
        output: str = "",
        *,
        first_seen: datetime | None = None,
        scope: int = 0,
    ) -> None:
        """Add a record; one of a known occurrence adds its version and output to that."""
        if not facts.actionable and facts.vendor_status.startswith(SUPPRESSED):
            self._suppressed += 1
        findings = held.findings
        last = len(findings)
        position = self._positions.setdefault((held, scope, facts.source, facts.source_id, locator), last)
        again = Finding(facts, locator, output, first_seen, scope)
        if position == last:
            held.add(again)
            return
        findings[position] = self._joined(findings[position], again)

    def finish(self) -> None:
        """Say what was merged although it differs, and what people suppressed in the tool."""
        if self._differing:
            what = (
                f"{self._differing} records repeat an occurrence in other words; the most severe "
                f"of each counts"
            )
            self._gathering.problem("", what, "look at these findings in the tool")
        if self._suppressed:
            what = f"{self._suppressed} findings are suppressed in the tool; they open no item"
            self._gathering.problem("", what, "request a deviation for each, or lift the suppression")

    def _joined(self, before: Finding, again: Finding) -> Finding:
        if again.facts is before.facts and again.output in before.output:
            return before
        seen = [instant for instant in (before.first_seen, again.first_seen) if instant is not None]
        return Finding(
            before.facts if again.facts is before.facts else self._merged(before, again),
            before.locator,
            _lines(before.output, again.output),
            min(seen, default=None),
            before.coverage,
        )

    def _merged(self, before: Finding, again: Finding) -> Facts:
        """Return the facts of the graver of two, with the versions of both."""
        worse, other = sorted((before, again), key=_gravity, reverse=True)
        facts = replace(
            worse.facts,
            version=_all_of(before.facts.version, again.facts.version),
            fixed_version=_all_of(before.facts.fixed_version, again.facts.fixed_version),
        )
        alike = replace(
            other.facts,
            version=facts.version,
            fixed_version=facts.fixed_version,
            solution=facts.solution,
        )
        self._differing += alike != facts
        return self._gathering.shared(facts)


def named(tool: str, native: str, others: tuple[str, ...]) -> Weakness:
    """Name a vulnerability as `name_weakness` does; the one CVE beside a tool's own id is an alias of it.

    The tool's id stays the source's id, because a CVE may be assigned later; the alias joins the two.
    """
    weakness = name_weakness(tool, native, others)
    if weakness.source != tool or len(weakness.cves) != 1:
        return weakness
    return weakness._replace(aliases=weakness.cves)


def said(value: Text) -> str:
    """Return what a report says where it may write a number or nothing instead of a text."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def stand_in(title: str) -> str:
    """Return what stands in for an id that a tool withholds: a digest of the title, case and blanks apart."""
    return f"title-{sha256(' '.join(title.lower().split()).encode()).hexdigest()[:16]}"


def upgrade(package: str, fixed_version: str) -> str:
    """Return the solution for a package with a fixed version; nothing without one."""
    return f"Upgrade {package} to {fixed_version}." if fixed_version else ""


def _gravity(finding: Finding) -> tuple[bool, int]:
    return finding.facts.actionable, finding.facts.severity.rank


def _all_of(first: str, second: str) -> str:
    """Return both versions, in an order that does not follow the report's."""
    if first == second or not second:
        return first
    return ", ".join(sorted({*filter(None, first.split(", ")), *second.split(", ")}))


def _lines(first: str, second: str) -> str:
    lines = first.split("\n") if first else []
    if not second or second in lines or lines[-1:] == [_MORE]:
        return first
    return "\n".join([*lines, second if len(lines) < MOST_LINES else _MORE])
