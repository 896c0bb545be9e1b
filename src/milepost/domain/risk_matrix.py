"""Risk by looking it up in a published table; multiplied numbers would give other levels than the tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from milepost.domain.errors import InputRefused
from milepost.domain.ruling import Citation
from milepost.domain.scale import Level


@dataclass(frozen=True, slots=True)
class Determination:
    """A level that was looked up, the looking up in words, and the table's source and standing."""

    level: Level
    reason: str
    citation: Citation
    verified: bool


@dataclass(frozen=True, slots=True)
class Axis:
    """One side of a table: what stands there and its levels, ascending.

    `lowers` says that more of it means less in the table, as with the effectiveness of countermeasures.
    """

    name: str
    levels: tuple[Level, ...]
    lowers: bool = False


@dataclass(frozen=True, slots=True)
class RiskMatrix:
    """A table of levels: `cells[row][column]`, complete and without a step against its axes.

    `result` names what the table gives: a level of risk, a likelihood. `verified` is False where the table
    was not compared with the publication itself; `note` says what it rests on.

    Raises:
        InputRefused: a cell is missing or too many, or a worse row or column gives a better level.
    """

    name: str
    result: str
    rows: Axis
    columns: Axis
    cells: Mapping[Level, Mapping[Level, Level]]
    citation: Citation
    verified: bool
    note: str = ""

    def __post_init__(self) -> None:
        _check_complete(self)
        for row in self.rows.levels:
            along = [self.cells[row][column] for column in self.columns.levels]
            _check_steps(self, self.columns, along, f"row {row}")
        for column in self.columns.levels:
            down = [self.cells[row][column] for row in self.rows.levels]
            _check_steps(self, self.rows, down, f"column {column}")

    def look_up(self, row: Level, column: Level) -> Determination:
        """Look a level up.

        Raises:
            InputRefused: the table has no such row or column.
        """
        _check_on(self, self.rows, row)
        _check_on(self, self.columns, column)
        level = self.cells[row][column]
        reason = f"{self.rows.name} {row} and {self.columns.name} {column} give {self.result} {level}"
        return Determination(level, reason, self.citation, self.verified)


@dataclass(frozen=True, slots=True)
class RiskDetermination:
    """A risk in two steps: the likelihood first, then the risk from likelihood and impact."""

    likelihood: Determination
    risk: Determination


def determine(
    likelihood_by: RiskMatrix, risk_by: RiskMatrix, cause: Level, effect: Level, impact: Level
) -> RiskDetermination:
    """Look up the likelihood from `cause` (row) and `effect` (column), then the risk from it and the impact.

    DoD: relevance of threat and severity, then impact. NIST SP 800-30: likelihood of initiation or
    occurrence and likelihood of adverse impact, then level of impact.

    Raises:
        InputRefused: one of the tables has no such row or column.
    """
    likelihood = likelihood_by.look_up(cause, effect)
    return RiskDetermination(likelihood, risk_by.look_up(likelihood.level, impact))


def _check_complete(matrix: RiskMatrix) -> None:
    for axis in (matrix.rows, matrix.columns):
        if not axis.levels or list(axis.levels) != sorted(set(axis.levels), key=lambda level: level.rank):
            raise InputRefused(
                f"the levels of {axis.name} are not in ascending order, each once",
                where=matrix.name,
                fix="list them from the lowest to the highest",
            )
    wanted = set(matrix.columns.levels)
    wrong = [row for row in matrix.rows.levels if set(matrix.cells.get(row, ())) != wanted]
    if wrong or set(matrix.cells) != set(matrix.rows.levels):
        row = wrong[0] if wrong else next(iter(set(matrix.cells) - set(matrix.rows.levels)))
        raise InputRefused(
            f"row {row} does not have one cell for every column",
            where=matrix.name,
            fix="give every row one level for each column, and no other rows",
        )


def _check_steps(matrix: RiskMatrix, axis: Axis, levels: Sequence[Level], where: str) -> None:
    ascending = list(reversed(levels)) if axis.lowers else levels
    if any(before.rank > after.rank for before, after in pairwise(ascending)):
        raise InputRefused(
            f"{where} goes against the order of {axis.name}",
            where=matrix.name,
            fix="let no worse entry give a better level; correct the cell",
        )


def _check_on(matrix: RiskMatrix, axis: Axis, level: Level) -> None:
    if level not in axis.levels:
        raise InputRefused(
            f"there is no {axis.name} {level}", where=matrix.name, fix=f"use {', '.join(axis.levels)}"
        )
