"""One batch of asset reports against the register: what is known is read and compared."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from milepost.domain.finding import AssetReport, Coverage, Finding
from milepost.domain.matching import Known, Seen, compare
from milepost.domain.presence import EVERYTHING, Tested, retests
from milepost.domain.problem import Problem
from milepost.records import bulk
from milepost.records.intake import writing
from milepost.records.intake.assets import AssetIntake, asset_named
from milepost.records.intake.digests import fingerprint, fitted
from milepost.records.intake.effect import Effect, Look, Source, Standing, moved
from milepost.records.intake.looks import TestedIntake
from milepost.records.intake.weaknesses import WeaknessIntake
from milepost.records.wordings import Wordings

Line = tuple[int, str]


class _Register(NamedTuple):
    """What the register knows of the assets of one batch; `newest` is the last look in any scope."""

    known: Mapping[Line, dict[tuple[int, str], Known]]
    standings: Mapping[Line, Standing]
    newest: Mapping[int, tuple[int, str]]


class OccurrenceIntake:
    """Takes the batches of one import into the register."""

    def __init__(self, source: Source) -> None:
        """Start an import; the caller holds the transaction and the system's lock."""
        self._source = source
        self._weaknesses = WeaknessIntake(source.system_id)
        self._assets = AssetIntake(source.system_id)
        self._tested = TestedIntake(source.system_id)
        self.effect = Effect()

    @property
    def problems(self) -> list[Problem]:
        """What could not be told: ambiguous assets and weaknesses."""
        return [*self._assets.problems, *self._weaknesses.problems]

    @property
    def wordings(self) -> Wordings:
        """What the report says, by the row that holds it."""
        return self._weaknesses.wordings

    def take(self, reports: Sequence[AssetReport]) -> None:
        """Take one batch: about a dozen statements however many findings it holds."""
        self._weaknesses.learn(each.facts for report in reports for each in report.findings)
        asset_ids, reports = _joined(self._assets.learn([report.asset for report in reports]), reports)
        register = _register(asset_ids)
        looks = [
            self._look(report, asset_id, place, register)
            for report, asset_id in zip(reports, asset_ids, strict=True)
            for place in range(len(report.coverage))
        ]
        writing.write(looks, self._source, self._tested)
        for look in looks:
            self.effect.add(look)
        self.effect.findings += sum(len(report.findings) for report in reports)

    def _look(self, report: AssetReport, asset_id: int, place: int, register: _Register) -> Look:
        coverage = report.coverage[place]
        scope = fitted(coverage.scope, 200)
        standing = register.standings.get((asset_id, scope))
        at = self._instant(coverage)
        late = self._is_late((asset_id, scope), at, standing)
        asset = report.asset
        seen = self._seen(report.findings, place)
        known = register.known.get((asset_id, scope), {})
        retested = _Retested(coverage, standing, self._weaknesses.source_id)
        version = fitted(asset.version, 200)
        comparison = compare(seen, known, retested.tells, moved=not late and moved(standing, version))
        if late:
            comparison.missing.clear()
            comparison.not_retested.clear()
        named = asset_named(asset)
        name = fitted(asset.name, 500)
        newest = register.newest.get(asset_id)
        newest_now = newest is not None and newest <= (at, self._source.sha256)
        renames = newest_now and self._assets.renamed(asset_id, name, version)
        return Look(
            asset_id=asset_id,
            kind=asset.kind,
            scope=scope,
            coverage=coverage,
            at=at,
            name=name,
            version=version,
            named=named,
            standing=standing,
            late=late,
            renames=renames,
            comparison=comparison,
        )

    def _is_late(self, line: Line, at: int, standing: Standing | None) -> bool:
        again = line in self.effect.looked_at
        self.effect.looked_at.add(line)
        newer = standing is not None and (standing.last_look, standing.last_tie) > (at, self._source.sha256)
        return again or newer

    def _instant(self, coverage: Coverage) -> int:
        if coverage.scanned_at is None or self._source.overrides:
            return self._source.scanned_at
        return int(coverage.scanned_at.timestamp())

    def _seen(self, findings: Iterable[Finding], place: int) -> dict[tuple[int, str], Seen]:
        seen: dict[tuple[int, str], Seen] = {}
        held_of = self._weaknesses.held
        for finding in findings:
            if finding.coverage != place:
                continue
            facts_id, weakness_id, _ = held_of[id(finding.facts)]
            key = (weakness_id, fitted(finding.locator, 400))
            sight = _sight(finding, facts_id)
            seen[key] = self._merged(seen[key], sight) if key in seen else sight
        return seen

    def _merged(self, first: Seen, second: Seen) -> Seen:
        """Join two reports of one occurrence in one file, the same in whatever order they come."""
        worse = max(first, second, key=lambda each: self.wordings.weight(each.facts_id))
        outputs = dict.fromkeys(sorted({*first.output.split(_JOINT), *second.output.split(_JOINT)}))
        output = _JOINT.join(each for each in outputs if each)
        instants = [each.first_seen for each in (first, second) if each.first_seen is not None]
        mark = fingerprint(output.encode("utf-8", "replace"))
        return Seen(worse.facts_id, mark, output, min(instants, default=None))


_JOINT = "\n\n"


class _Retested:
    """Whether the absence of a weakness from a look means anything."""

    def __init__(
        self, coverage: Coverage, standing: Standing | None, source_id: Callable[[int], str]
    ) -> None:
        self._tested = Tested(coverage.assessed, coverage.unassessed)
        self._credentialed = coverage.credentialed
        self._before = standing is not None and standing.credentialed_once
        self._source_id = source_id

    def tells(self, weakness_id: int) -> bool:
        """Tell it of one weakness."""
        covers = self._tested == EVERYTHING or self._tested.covers(self._source_id(weakness_id))
        return retests(credentialed=self._credentialed, before=self._before, covers=covers)


def _joined(asset_ids: Sequence[int], reports: Sequence[AssetReport]) -> tuple[list[int], list[AssetReport]]:
    """Join the reports of one batch that turn out to mean the same asset."""
    joined: dict[int, AssetReport] = {}
    for asset_id, report in zip(asset_ids, reports, strict=True):
        joined[asset_id] = _join(joined[asset_id], report) if asset_id in joined else report
    return list(joined), list(joined.values())


def _join(first: AssetReport, second: AssetReport) -> AssetReport:
    coverage = {each.scope: each for each in (*second.coverage, *first.coverage)}
    places = {scope: place for place, scope in enumerate(coverage)}
    findings = [
        replace(each, coverage=places[report.coverage[each.coverage].scope])
        for report in (first, second)
        for each in report.findings
    ]
    return AssetReport(first.asset, tuple(coverage.values()), findings)


def _sight(finding: Finding, facts_id: int) -> Seen:
    output = finding.output
    if "\x00" in output:
        output = output.replace("\x00", "\N{SYMBOL FOR NULL}")
    instant = None if finding.first_seen is None else int(finding.first_seen.timestamp())
    return Seen(facts_id, fingerprint(output.encode("utf-8", "replace")), output, instant)


def _register(asset_ids: Sequence[int]) -> _Register:
    wanted = sorted(set(asset_ids))
    known: defaultdict[Line, dict[tuple[int, str], Known]] = defaultdict(dict)
    for row in bulk.select(_KNOWN, wanted):
        known[row[:2]][row[2:4]] = Known._make(row[4:])
    standings = {
        (asset_id, scope): Standing(*standing)
        for asset_id, scope, *standing in bulk.select(_STANDINGS, wanted)
    }
    newest: dict[int, tuple[int, str]] = {}
    for (asset_id, _), standing in standings.items():
        last = standing.last_look, standing.last_tie
        newest[asset_id] = max(last, newest.get(asset_id, last))
    return _Register(known, standings, newest)


_KNOWN = (
    "SELECT asset_id, scope, weakness_id, locator, id, open, facts_id, output_digest, sighting_id, first_seen"
    " FROM records_occurrence WHERE asset_id IN ({})"
)
_STANDINGS = (
    "SELECT asset_id, scope, id, last_look, last_tie, version, credentialed_once, open_count"
    " FROM records_assessedscope WHERE asset_id IN ({})"
)
