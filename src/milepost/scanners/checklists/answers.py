"""The answers to the rules of one checklist on one asset, as they add up: open, gone, not established."""

from dataclasses import dataclass, field
from datetime import datetime

from milepost.domain.finding import Coverage, Finding


@dataclass
class Answers:
    """What was answered for the rules of one scope (`stig:RHEL_9_STIG`).

    A rule that is answered more than once on an asset (by instance, or twice) counts by its worst answer:
    open, then not established, then gone. `merged` counts answers that said nothing more of a finding that
    was there already.
    """

    scope: str
    tool: str
    scanned_at: datetime | None = None
    times: list[datetime] = field(default_factory=list)
    merged: int = 0
    open: dict[tuple[str, str], Finding] = field(default_factory=dict)
    assessed: set[str] = field(default_factory=set)
    unassessed: set[str] = field(default_factory=set)
    unselected: set[str] = field(default_factory=set)

    def opened(self, finding: Finding) -> None:
        """Add a rule that is not met; one that is open at this place already is counted as merged."""
        key = finding.facts.source_id, finding.locator
        self.assessed.add(finding.facts.source_id)
        self.merged += key in self.open
        self.open.setdefault(key, finding)

    def passed(self, source_id: str) -> None:
        """Note that a rule is met or does not apply."""
        self.assessed.add(source_id)

    def skipped(self, source_id: str) -> None:
        """Note that nothing was established about a rule: not reviewed, an error."""
        self.unassessed.add(source_id)

    def left_out(self, source_id: str) -> None:
        """Note that a rule was left out; where anything else is said of it, that counts."""
        self.unselected.add(source_id)

    def holds(self, source_id: str) -> bool:
        """Tell whether anything was answered for a rule."""
        return source_id in self.assessed or source_id in self.unassessed or source_id in self.unselected

    def holds_any(self) -> bool:
        """Tell whether anything was answered at all."""
        return bool(self.assessed or self.unassessed or self.unselected)

    def supersede(self, earlier: "Answers") -> int:
        """Take over what an earlier look says of rules that this one says nothing of.

        Returns how many open rules of the earlier look this one answers otherwise.
        """
        kept = {key: each for key, each in earlier.open.items() if not self.holds(key[0])}
        overtaken = {key[0] for key in earlier.open if key not in kept and key not in self.open}
        ours = frozenset(self.assessed | self.unassessed | self.unselected)
        self.open = kept | self.open
        self.assessed |= earlier.assessed - ours
        self.unassessed |= earlier.unassessed - ours
        self.unselected |= earlier.unselected - ours
        self.merged += earlier.merged
        return len(overtaken)

    def taken_at(self) -> datetime | None:
        """Return when the look was taken: as the file says, else the latest time of an answer."""
        return self.scanned_at or max(self.times, default=None)

    def findings(self, coverage: int) -> list[Finding]:
        """Return the open rules, their scope being the one with this number."""
        if coverage == 0:
            return list(self.open.values())
        return [
            Finding(each.facts, each.locator, each.output, each.first_seen, coverage)
            for each in self.open.values()
        ]

    def coverage(self) -> Coverage:
        """Return what was assessed; nothing counts that is not named."""
        settled = {source_id for source_id, locator in self.open if not locator}
        unassessed = (self.unassessed | (self.unselected - self.assessed)) - settled
        return Coverage(
            scope=self.scope,
            tool=self.tool,
            scanned_at=self.taken_at(),
            assessed=frozenset(self.assessed - unassessed),
            unassessed=frozenset(unassessed),
        )
