"""The end of an import: weaknesses and items follow, and what the import found out is written down."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date

import msgspec

from milepost.domain import finding
from milepost.domain.item import OPEN_STATUSES
from milepost.domain.matching import Outcome, Tally, weakness_outcome
from milepost.domain.problem import Problem
from milepost.records import bulk, refolding, rollup
from milepost.records.imports import Import
from milepost.records.intake.effect import Effect
from milepost.records.intake.scopes import untested_weaknesses
from milepost.records.items import Item
from milepost.records.queries.statements import items_named
from milepost.records.statements import Statement
from milepost.records.systems import System
from milepost.records.wordings import Wordings
from milepost.work import due_dates, import_report, opening, rescheduling
from milepost.work.import_report import ImportReport, WeaknessLine, counts_of
from milepost.work.known_exploited import follow_known_exploited
from milepost.work.obligations.system_terms import SystemTerms
from milepost.work.risk.raised_ratings import follow_raised_ratings
from milepost.work.scan_depth import depth_problems

_CHANGES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Settled:
    """What the end of an import starts from; `open_before` counts by scope before it."""

    record: Import
    system: System
    effect: Effect
    wordings: Wordings
    open_before: Counter[str]
    as_of: date


def settle(done: Settled, problems: list[Problem]) -> ImportReport:
    """Bring everything that follows from the occurrences in line, open items, and report.

    What merely persists leaves counts and first sights as they are.
    """
    effect, terms = done.effect, SystemTerms([done.system])
    before = _before(effect)
    refolding.refold(effect.unfolded)
    unfolded = _weaknesses_on(effect.unfolded)
    touched, changed = set(effect.tally) | unfolded, effect.changed | unfolded
    rollup.settle_weaknesses(changed, done.wordings)
    late = _among_newer(done)
    scan = opening.Scan(
        done.record.pk,
        effect.latest or done.record.scanned_at,
        done.as_of,
        late,
        done.record.source_kind,
    )
    opened = opening.open_items(done.system, touched, _returned(effect), scan, done.wordings, terms.own)
    item_ids = items_of(touched)
    differing = items_of(changed)
    moved = rollup.settle_items(differing - opened.rows)
    cause = rescheduling.Cause(
        done.record.pk, f"an earlier sight came with import {done.record.pk}", done.as_of
    )
    rescheduling.follow_first_sight(done.system, item_ids if late else moved, cause, terms.own)
    rated = item_ids if late else differing - opened.rows
    follow_raised_ratings(done.system, rated, cause, terms)
    listed = follow_known_exploited(done.system, item_ids)
    came = due_dates.Cause(f"import {done.record.pk}", done.as_of, done.record.pk)
    due_dates.recompute_items(done.system, item_ids if late else differing | listed, came, terms)
    problems.extend(depth_problems(done.system, effect, terms, done.record.file_name))
    lines = _lines(effect, before)
    report = _report(done, opened, lines, problems)
    _write(done, report, lines)
    return report


def _among_newer(done: Settled) -> bool:
    """Tell whether the register has a scan that is no older than this one: first sights may move then."""
    others = Import.objects.filter(system=done.system, taken_as_clean=True).exclude(pk=done.record.pk)
    earliest = done.effect.earliest
    return earliest is not None and others.filter(scanned_at__gte=earliest).exists()


def _before(effect: Effect) -> dict[int, tuple[int, int]]:
    """Return the open and known occurrences of each weakness before this import settled."""
    rows = bulk.select(
        "SELECT id, open_count, known_count FROM records_weakness WHERE id IN ({})", sorted(effect.tally)
    )
    return {row: (opened, known) for row, opened, known in rows}


def _weaknesses_on(assets: Iterable[int]) -> set[int]:
    rows = bulk.select(
        "SELECT DISTINCT weakness_id FROM records_occurrence WHERE asset_id IN ({})", sorted(assets)
    )
    return {row for (row,) in rows}


def _returned(effect: Effect) -> set[int]:
    return {
        weakness_id
        for weakness_id, counts in effect.tally.items()
        if counts[Outcome.NEW] or counts[Outcome.REAPPEARED]
    }


def items_of(weakness_ids: Iterable[int]) -> set[int]:
    """Return the items that cover any of some weaknesses."""
    rows = bulk.select(
        "SELECT item_id FROM records_itemscope WHERE weakness_id IN ({})", sorted(weakness_ids)
    )
    return {row for (row,) in rows}


def _lines(effect: Effect, before: dict[int, tuple[int, int]]) -> dict[int, WeaknessLine]:
    names = {
        row: (name, title)
        for row, name, title in bulk.select(
            "SELECT id, name, title FROM records_weakness WHERE id IN ({})", sorted(effect.tally)
        )
    }
    bodies = _wordings(effect)
    lines = {}
    for weakness_id, counts in effect.tally.items():
        open_before, known_before = before[weakness_id]
        outcome = weakness_outcome(Tally(open_before, known_before, counts))
        if outcome is not None:
            shown = {each.value: count for each, count in counts.items() if count}
            changes = _changes(effect, weakness_id, bodies)
            lines[weakness_id] = WeaknessLine(outcome, *names[weakness_id], shown, changes)
    return lines


def _wordings(effect: Effect) -> dict[int, str]:
    wanted = {row for pairs in effect.wordings.values() for pair in pairs for row in pair}
    return dict(bulk.select("SELECT id, body FROM records_facts WHERE id IN ({})", sorted(wanted)))


def _changes(effect: Effect, weakness_id: int, bodies: dict[int, str]) -> tuple[tuple[str, str, str], ...]:
    """Say which fields changed, from what to what, each difference once."""
    found = {("asset version", *versions) for versions in effect.versions.get(weakness_id, ())}
    for before, after in effect.wordings.get(weakness_id, ()):
        found |= set(_differences(bodies[before], bodies[after]))
    return tuple(sorted(found)[:_CHANGES_SHOWN])


def _differences(before: str, after: str) -> Iterable[tuple[str, str, str]]:
    first, second = (msgspec.json.decode(body, type=finding.Facts) for body in (before, after))
    for each in fields(finding.Facts):
        old, new = getattr(first, each.name), getattr(second, each.name)
        if old != new:
            yield each.name.replace("_", " "), _shown(old), _shown(new)


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _report(
    done: Settled, opened: opening.Opening, lines: dict[int, WeaknessLine], problems: list[Problem]
) -> ImportReport:
    effect = done.effect
    occurrences = Counter({outcome: effect.total(outcome) for outcome in Outcome})
    outside = sum(done.open_before[scope] - effect.open_before[scope] for scope in effect.open_before)
    occurrences[Outcome.NOT_RETESTED] += outside
    weaknesses = Counter(line.outcome for line in lines.values())
    if outside:
        weaknesses[Outcome.NOT_RETESTED] += len(
            untested_weaknesses(done.system.pk, effect.open_before, effect.assets, set(effect.tally))
        )
    stated = Statement.objects.filter(source=done.record).count()
    items = {
        "opened": len(opened.rows),
        "closure_candidates": _closure_candidates(effect),
        "consolidated": opened.consolidated,
    }
    return ImportReport(
        number=done.record.pk,
        format=done.record.format,
        already_imported=False,
        occurrences=counts_of(occurrences),
        weaknesses=counts_of(weaknesses),
        items=items,
        problems=tuple(problems),
        statements={"read": stated, "items_named": items_named(done.record.pk) if stated else 0},
        lines=tuple(sorted(lines.values(), key=lambda line: (line.outcome, line.name))),
    )


def _closure_candidates(effect: Effect) -> int:
    missing = [each for each, counts in effect.tally.items() if counts[Outcome.MISSING]]
    return Item.objects.filter(
        pk__in=items_of(missing), open_count=0, known_count__gt=0, status__in=OPEN_STATUSES
    ).count()


def _write(done: Settled, report: ImportReport, lines: dict[int, WeaknessLine]) -> None:
    bulk.insert(
        "records_importedweakness",
        ("source_id", "weakness_id", "outcome", "occurrences", "changes"),
        [
            (done.record.pk, row, line.outcome.value, _json(line.occurrences), _json(line.changes))
            for row, line in lines.items()
        ],
    )
    done.record.tool = ", ".join(sorted(done.effect.tools))[:300]
    done.record.scanned_at = done.effect.latest or done.record.scanned_at
    import_report.keep(done.record, report)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
