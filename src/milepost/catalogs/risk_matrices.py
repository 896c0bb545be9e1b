"""The published risk tables, and the reading of an organisation's own."""

from functools import cache
from importlib.resources import files

import msgspec

from milepost.domain.errors import InputRefused, RecordMissing
from milepost.domain.risk_matrix import Axis, RiskMatrix
from milepost.domain.ruling import Citation
from milepost.domain.scale import Level

NIST_RISK = "nist_sp800_30r1_risk"
NIST_LIKELIHOOD = "nist_sp800_30r1_likelihood"
DOD_LIKELIHOOD = "dod_likelihood"
DOD_RESIDUAL_RISK = "dod_residual_risk"


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table as it is written down: `levels` ascending on both sides, `cells` by row in that order."""

    name: str
    title: str
    result: str
    document: str
    section: str
    verified: bool
    rows: str
    columns: str
    levels: tuple[Level, ...]
    cells: dict[Level, tuple[Level, ...]]
    columns_lower: bool = False
    note: str = ""


@cache
def built_in() -> dict[str, RiskMatrix]:
    """Return the published tables by name."""
    folder = files(__package__).joinpath("data", "risk_matrices")
    read = (read_matrix(file.read_bytes(), file.name) for file in folder.iterdir())
    return {matrix.name: matrix for matrix in sorted(read, key=lambda matrix: matrix.name)}


def named(name: str) -> RiskMatrix:
    """Return a published table.

    Raises:
        RecordMissing: there is none of this name.
    """
    try:
        return built_in()[name]
    except KeyError:
        raise RecordMissing(
            f"there is no risk table '{name}'", fix=f"take one of {', '.join(built_in())}"
        ) from None


def read_matrix(content: bytes, where: str) -> RiskMatrix:
    """Read a table from TOML, an organisation's own as well; `where` names the file in a refusal.

    Raises:
        InputRefused: it is not TOML, lacks something, or contradicts itself.
    """
    try:
        file = msgspec.toml.decode(content, type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputRefused(
            f"this is no risk table: {error}", where=where, fix="write it like those that come with Milepost"
        ) from error
    try:
        return _matrix(file)
    except InputRefused as refused:
        raise InputRefused(refused.what, where=where, fix=refused.fix) from refused


def _matrix(file: _File) -> RiskMatrix:
    for row, cells in file.cells.items():
        if len(cells) != len(file.levels):
            raise InputRefused(
                f"row {row} has {len(cells)} cells for {len(file.levels)} columns", fix="write one for each"
            )
    return RiskMatrix(
        name=file.name,
        result=file.result,
        rows=Axis(file.rows, file.levels),
        columns=Axis(file.columns, file.levels, lowers=file.columns_lower),
        cells={row: dict(zip(file.levels, cells, strict=True)) for row, cells in file.cells.items()},
        citation=Citation(file.document, file.section),
        verified=file.verified,
        note=file.note,
    )
