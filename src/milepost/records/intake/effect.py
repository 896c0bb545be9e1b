"""What an import did to the register, added up over its batches."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from milepost.domain.finding import AssetKind, Coverage
from milepost.domain.matching import Comparison, Key, Known, Outcome, Seen


class Source(NamedTuple):
    """The import a batch belongs to: its row, its file's digest, the scan time to use.

    `overrides` says that a person gave the time and that it holds over what the file says.
    """

    import_id: int
    system_id: int
    sha256: str
    scanned_at: int
    overrides: bool


class Standing(NamedTuple):
    """How an asset stood within a scope before this import (`records.AssessedScope`)."""

    id: int
    last_look: int
    last_tie: str
    version: str
    credentialed_once: bool
    open_count: int


@dataclass(slots=True)
class Look:
    """One report's look at one asset within one scope, compared with the register.

    A `late` look is older than one that the register has, or the second at the asset in one file: it is
    stored like any other, and the asset is folded anew from all its looks afterwards. It `renames` a known
    asset if no look in any scope is newer: name and version are those of the newest.
    """

    asset_id: int
    kind: AssetKind
    scope: str
    coverage: Coverage
    at: int
    name: str
    version: str
    named: str
    standing: Standing | None
    late: bool
    renames: bool
    comparison: Comparison

    @property
    def moved(self) -> bool:
        """Tell whether the asset is seen in another version than at the look before."""
        return not self.late and moved(self.standing, self.version)

    def outcomes(self) -> Iterator[tuple[Outcome, list[Key]]]:
        """Yield what was found out, outcome by outcome; a late look changes nothing that is known."""
        found = self.comparison
        yield Outcome.NEW, [key for key, _ in found.new]
        again = [*found.persisting, *((key, held) for key, held, _ in found.refreshed)]
        yield Outcome.PERSISTING, [key for key, _ in again]
        yield Outcome.PERSISTING if self.late else Outcome.CHANGED, [key for key, _, _ in found.changed]
        yield Outcome.PERSISTING if self.late else Outcome.REAPPEARED, [key for key, _, _ in found.reappeared]
        yield Outcome.MISSING, [key for key, _ in found.missing]
        yield Outcome.NOT_RETESTED, [key for key, _ in found.not_retested]

    def written(self) -> Iterator[int]:
        """Yield the weakness of each occurrence that is new, gone or held in another wording than now."""
        yield from (key.weakness_id for key, _ in self.comparison.new)
        yield from (key.weakness_id for key, _ in self.comparison.missing)
        yield from (key.weakness_id for key, _, _ in self.reworded())

    def reworded(self) -> Iterator[tuple[Key, Known, Seen]]:
        """Yield what is held in another wording than now reported."""
        yield from self.comparison.refreshed
        yield from self.comparison.changed
        yield from self.comparison.reappeared


def moved(standing: Standing | None, version: str) -> bool:
    """Tell whether an asset is seen in another version (an image's tag) than at the look before."""
    return bool(standing and standing.version and version and standing.version != version)


@dataclass(slots=True)
class Effect:
    """Counts and traces of one import.

    `tally` counts outcomes by weakness; `wordings` and `versions` hold what changed, from and to; `unfolded`
    are assets to fold anew; `open_before` counts, by scope, what was open on the hosts looked at; `changed`
    are weaknesses of which an occurrence was written; `told_depth` are hosts of which the report says whether
    it had credentials, and `credentialed` those where it had.
    """

    tally: defaultdict[int, Counter[Outcome]] = field(default_factory=lambda: defaultdict(Counter))
    wordings: defaultdict[int, set[tuple[int, int]]] = field(default_factory=lambda: defaultdict(set))
    versions: defaultdict[int, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    open_before: Counter[str] = field(default_factory=Counter)
    looked_at: set[tuple[int, str]] = field(default_factory=set)
    unfolded: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)
    assets: set[int] = field(default_factory=set)
    tools: set[str] = field(default_factory=set)
    told_depth: set[int] = field(default_factory=set)
    credentialed: set[int] = field(default_factory=set)
    earliest: int | None = None
    latest: int | None = None
    findings: int = 0

    def add(self, look: Look) -> None:
        """Add one look."""
        for outcome, keys in look.outcomes():
            for key in keys:
                self.tally[key.weakness_id][outcome] += 1
        self.changed.update(look.written())
        self._trace(look)
        self.assets.add(look.asset_id)
        self.tools.add(look.coverage.tool)
        self._note_depth(look)
        self.latest = look.at if self.latest is None else max(self.latest, look.at)
        self.earliest = look.at if self.earliest is None else min(self.earliest, look.at)
        if look.kind == AssetKind.HOST:
            self.open_before[look.scope] += look.standing.open_count if look.standing else 0
        if look.late:
            self.unfolded.add(look.asset_id)

    def _note_depth(self, look: Look) -> None:
        if look.kind == AssetKind.HOST and look.coverage.credentialed is not None:
            self.told_depth.add(look.asset_id)
            if look.coverage.credentialed:
                self.credentialed.add(look.asset_id)

    def _trace(self, look: Look) -> None:
        if look.late:
            return
        for key, held, sight in look.comparison.changed:
            if held.facts_id != sight.facts_id:
                self.wordings[key.weakness_id].add((held.facts_id, sight.facts_id))
            if look.standing is not None and look.moved:
                self.versions[key.weakness_id].add((look.standing.version, look.version))

    def total(self, outcome: Outcome) -> int:
        """Return how many occurrences had this outcome."""
        return sum(counts[outcome] for counts in self.tally.values())
