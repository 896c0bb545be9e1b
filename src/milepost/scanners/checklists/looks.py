"""Several looks at several assets in one file, added up so that every asset and scope comes once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from milepost.domain.finding import Asset, AssetReport, Identifier, IdentifierKind
from milepost.domain.problem import Problem
from milepost.scanners.checklists.answers import Answers
from milepost.scanners.scanner import Source

_NAMES = {IdentifierKind.UUID, IdentifierKind.FQDN, IdentifierKind.HOSTNAME}
_BEFORE_ALL = datetime(1, 1, 1, tzinfo=UTC)


@dataclass
class _Looked:
    """One asset and the looks at it, by scope."""

    asset: Asset
    looks: dict[str, list[Answers]] = field(default_factory=dict)


class Looks:
    """The assets of a file in the order in which they are first met."""

    def __init__(self, source: Source) -> None:
        """Start empty."""
        self._source = source
        self._assets: dict[tuple[Identifier, ...], _Looked] = {}

    def add(self, asset: Asset, answers: Answers) -> None:
        """Add a look; an asset under the same names is the same, whichever addresses it had."""
        named = tuple(each for each in asset.identifiers if each.kind in _NAMES) or asset.identifiers
        held = self._assets.setdefault(named, _Looked(asset))
        together = tuple(dict.fromkeys((*held.asset.identifiers, *asset.identifiers)))
        held.asset = Asset(held.asset.name, held.asset.kind, together)
        held.looks.setdefault(answers.scope, []).append(answers)

    def parts(self) -> Iterator[Problem | AssetReport]:
        """Yield what is to be said of the looks, and one report for each asset.

        Of several looks within one scope the latest counts for every rule that it answers.
        """
        for held in self._assets.values():
            latest = [self._latest(looks) for looks in held.looks.values()]
            yield from self._problems(held, [answers for answers, _ in latest], sum(n for _, n in latest))
            every = [answers for answers, _ in latest]
            findings = [finding for number, each in enumerate(every) for finding in each.findings(number)]
            coverage = tuple(each.coverage() for each in every)
            yield AssetReport(held.asset, coverage, tuple(findings))

    def _latest(self, looks: list[Answers]) -> tuple[Answers, int]:
        first, *later = sorted(looks, key=lambda look: look.taken_at() or _BEFORE_ALL)
        overtaken = 0
        for look in later:
            overtaken += look.supersede(first)
            first = look
        return first, overtaken

    def _problems(self, held: _Looked, every: list[Answers], overtaken: int) -> Iterator[Problem]:
        merged = sum(answers.merged for answers in every)
        if merged:
            what = f"{merged} failures on {held.asset.name} repeat a rule at its place; each counts once"
            yield Problem(self._source.name, what, "nothing, unless the results should name their instances")
        if overtaken:
            what = f"{overtaken} rules failed on {held.asset.name} earlier, but not in the latest result"
            yield Problem(self._source.name, what, "nothing, if the later result is right: it counts")
