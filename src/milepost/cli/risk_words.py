"""What `milepost risk` answers, as documents and in words."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from milepost.domain.impact_level import InformationType, Objective, SecurityCategory, SystemCategory
from milepost.domain.risk_matrix import Determination, RiskMatrix
from milepost.domain.ruling import Ruling
from milepost.domain.scale import Grade, Level

if TYPE_CHECKING:
    from milepost.catalogs.cvss_versions import Score
    from milepost.work.risk.rating_by_cvss import FedRampView, RatedVector

Steps = Sequence[tuple[RiskMatrix, Determination]]
"""Tables and what was looked up in each; the last gives the risk."""


def level_document(likelihood: Level, impact: Level, steps: Steps) -> dict[str, object]:
    """Return a risk that was looked up."""
    return {
        "likelihood": likelihood,
        "impact": impact,
        "risk": steps[-1][1].level,
        "steps": [_step_document(*step) for step in steps],
        "reason": "; then ".join(found.reason for _, found in steps),
        "citation": str(steps[-1][1].citation),
        "verified": all(found.verified for _, found in steps),
    }


def _step_document(matrix: RiskMatrix, found: Determination) -> dict[str, object]:
    return {
        "matrix": matrix.name,
        "level": found.level,
        "reason": found.reason,
        "citation": str(found.citation),
        "verified": found.verified,
        "note": matrix.note,
    }


def level_text(steps: Steps) -> str:
    """Return a risk that was looked up in words."""
    lines = [f"{steps[-1][1].level}"]
    for matrix, found in steps:
        lines.append(f"  {found.reason}")
        lines.append(f"    {found.citation}; {_standing(matrix)}")
    return "\n".join(lines)


def _standing(matrix: RiskMatrix) -> str:
    standing = "confirmed" if matrix.verified else "unconfirmed"
    return f"{standing} ({matrix.note})" if matrix.note else standing


def table_document(matrix: RiskMatrix) -> dict[str, object]:
    """Return a table with its cells."""
    return {
        "name": matrix.name,
        "result": matrix.result,
        "rows": matrix.rows.name,
        "columns": matrix.columns.name,
        "columns_lower_the_result": matrix.columns.lowers,
        "levels": matrix.rows.levels,
        "cells": {row: dict(cells) for row, cells in matrix.cells.items()},
        "citation": str(matrix.citation),
        "verified": matrix.verified,
        "note": matrix.note,
    }


def table_line(matrix: RiskMatrix) -> str:
    """Return a table as a line of a list."""
    levels = len(matrix.rows.levels)
    what = f"{matrix.result} from {matrix.rows.name} and {matrix.columns.name}, {levels} levels"
    return f"{matrix.name:<28} {what}\n{'':<28} {matrix.citation}; {_standing(matrix)}"


def table_text(matrix: RiskMatrix) -> str:
    """Return a table with its cells, the worst row first."""
    corner = f"{matrix.rows.name} \\ {matrix.columns.name}"
    width = max(len(corner), *map(len, matrix.rows.levels))
    lines = [table_line(matrix), _row(corner, matrix.columns.levels, width)]
    for row in reversed(matrix.rows.levels):
        cells = [matrix.cells[row][column] for column in matrix.columns.levels]
        lines.append(_row(row, cells, width))
    return "\n".join(lines)


def _row(head: str, cells: Sequence[str], width: int) -> str:
    return f"{head:<{width}}  {'  '.join(f'{cell:<9}' for cell in cells)}".rstrip()


def category_document(category: SystemCategory, types: Sequence[InformationType]) -> dict[str, object]:
    """Return a system's category with the types that it follows from."""
    return {
        "level": category.level,
        "category": _objectives(category.category),
        "reason": category.reason,
        "citation": str(category.citation),
        "types": [{"name": each.name, **_objectives(each.category)} for each in types],
    }


def _objectives(category: SecurityCategory) -> dict[str, str]:
    return {objective.value: category.of(objective).value for objective in Objective}


def category_text(category: SystemCategory) -> str:
    """Return a system's category in words."""
    objectives = _objectives(category.category)
    said = ", ".join(f"{objective} {level}" for objective, level in objectives.items())
    return f"{category.level}\n  {said}\n  {category.reason}\n    {category.citation}"


def grade_document(found: Grade) -> dict[str, object]:
    """Return what a word of a scale is elsewhere."""
    return {
        "native": found.native,
        "scale": found.scale,
        "severity": found.severity,
        "level": found.level,
        "category": found.category,
        "reason": found.reason,
        "citation": str(found.citation),
    }


def cvss_document(rated: "RatedVector") -> dict[str, object]:
    """Return the scores of a vector, and FedRAMP's view where it was asked for."""
    return {
        "vector": rated.vector.text,
        "version": rated.vector.version,
        "base": _score_document(rated.vector.base),
        "modified": dict(rated.modified),
        "environmental": _score_document(rated.environmental) if rated.environmental else None,
        "fedramp": _fedramp_document(rated.fedramp) if rated.fedramp else None,
    }


def _score_document(score: "Score") -> dict[str, object]:
    return {
        "score": float(score.value),
        "band": score.band,
        "severity": score.severity,
        "citation": str(score.citation),
    }


def _fedramp_document(view: "FedRampView") -> dict[str, object]:
    return {
        "rating": view.rating.rating,
        "reason": view.rating.reason,
        "citation": str(view.rating.citation),
        "usable_metrics": view.usable,
        "by_hand": _ruling_document(view.by_hand),
        "automatic": _ruling_document(view.automatic),
        "adjusted": view.adjusted.rating if view.adjusted else None,
        "adjusted_reason": view.adjusted.reason if view.adjusted else None,
        "request": _ruling_document(view.request) if view.request else None,
        "in_one_step": _ruling_document(view.in_one_step) if view.in_one_step else None,
    }


def _ruling_document(ruling: Ruling) -> dict[str, object]:
    return {
        "allowed": ruling.allowed,
        "reason": ruling.reason,
        "citation": str(ruling.citation),
        "way_out": ruling.way_out,
    }


def cvss_text(rated: "RatedVector") -> str:
    """Return the scores of a vector in words, and FedRAMP's view where it was asked for."""
    lines = [f"CVSS {rated.vector.version} {rated.vector.text}", f"  base: {_score_text(rated.vector.base)}"]
    if rated.environmental:
        metrics = ", ".join(f"{metric}:{value}" for metric, value in rated.modified.items())
        lines.append(f"  environmental: {_score_text(rated.environmental)} with {metrics}")
    lines.append(f"    {rated.vector.base.citation}")
    return "\n".join([*lines, *(_fedramp_lines(rated.fedramp) if rated.fedramp else ())])


def _score_text(score: "Score") -> str:
    return f"{score.value} {score.band}"


def _fedramp_lines(view: "FedRampView") -> list[str]:
    lines = [
        f"  FedRAMP: {view.rating.rating or 'not rated'}, {view.rating.reason} [{view.rating.citation}]",
        f"    a request may use {', '.join(view.usable)}",
        f"    in a request: {_ruling_text(view.by_hand)}",
        f"    by an automatic method: {_ruling_text(view.automatic)}",
    ]
    if view.adjusted:
        lines.append(f"    adjusted: {view.adjusted.rating or 'not rated'}, {view.adjusted.reason}")
    if view.request:
        lines.append(f"    requested: {_ruling_text(view.request)}")
    if view.in_one_step:
        lines.append(f"    automatic, by an approved method: {_ruling_text(view.in_one_step)}")
    return lines


def _ruling_text(ruling: Ruling) -> str:
    out = f"; {ruling.way_out}" if ruling.way_out else ""
    return f"{'yes' if ruling.allowed else 'no'}, {ruling.reason}{out} [{ruling.citation}]"
