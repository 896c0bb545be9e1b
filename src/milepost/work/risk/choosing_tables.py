"""Which risk table holds: one that is named, an organisation's own from a file, or that of the profiles."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from milepost.catalogs.risk_matrices import (
    DOD_LIKELIHOOD,
    DOD_RESIDUAL_RISK,
    NIST_LIKELIHOOD,
    NIST_RISK,
    built_in,
    named,
    read_matrix,
)
from milepost.domain.errors import InputRefused, WrongUse
from milepost.domain.profile import Profile
from milepost.domain.risk_matrix import RiskMatrix
from milepost.domain.scale import Level, read_level

_LARGEST: Final = 64 << 10
_LIKELIHOOD_OF: Final = {NIST_RISK: NIST_LIKELIHOOD, DOD_RESIDUAL_RISK: DOD_LIKELIHOOD}
_LEVELS: Final = tuple(Level)


@dataclass(frozen=True, slots=True)
class ChosenTable:
    """A table of risk, why it is this one, and whether both the choice and its cells are confirmed."""

    matrix: RiskMatrix
    reason: str
    confirmed: bool


def table_of(profiles: Iterable[Profile], *, five_levels: bool = False) -> ChosenTable:
    """Return the table of the first profile that names one, else that of NIST SP 800-30.

    `five_levels` passes over tables that lack one of the five levels. A name that Milepost does not know is
    passed over, and said.
    """
    passed = ""
    for profile in profiles:
        fact = profile.risk_matrix
        if fact is None:
            continue
        matrix = built_in().get(fact.value)
        if matrix is None:
            passed = f"; the table {fact.value} of {profile.key} is not known"
        elif five_levels and not _has_five_levels(matrix):
            passed = f"; the table {fact.value} of {profile.key} has not all five levels"
        else:
            return ChosenTable(matrix, f"the table of {profile.key}", fact.verified and matrix.verified)
    matrix = named(NIST_RISK)
    return ChosenTable(matrix, f"no profile of the system names a table that fits{passed}", matrix.verified)


def named_table(name: str = "", file: Path | None = None) -> RiskMatrix:
    """Return the table of a name, or the one in a TOML file; that of NIST SP 800-30 for neither.

    Raises:
        WrongUse: both are given.
        RecordMissing: there is no table of this name.
        InputRefused: the file cannot be read, is too large, or is no risk table.
    """
    if file is None:
        return named(name or NIST_RISK)
    if name:
        raise WrongUse("a table is named and a file is given", fix="give --matrix or --matrix-file, not both")
    try:
        with file.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
    except OSError as error:
        what = f"it cannot be read ({error.strerror})"
        raise InputRefused(what, where=file.name, fix="name a TOML file with a risk table") from error
    if len(content) > _LARGEST:
        what = f"it has more than {_LARGEST:,} bytes, which no risk table has"
        raise InputRefused(what, where=file.name, fix="name a TOML file with a risk table")
    return read_matrix(content, file.name)


def likelihood_table(matrix: RiskMatrix) -> RiskMatrix:
    """Return the table that gives the likelihood for a table of risk.

    Raises:
        WrongUse: none belongs to it.
    """
    name = _LIKELIHOOD_OF.get(matrix.name)
    if name is None:
        fix = f"give --likelihood, or take one of {', '.join(_LIKELIHOOD_OF)}"
        raise WrongUse("no table of likelihood belongs to this table", where=matrix.name, fix=fix)
    return named(name)


def level_in(text: str, where: str) -> Level:
    """Read a level; `where` names the option or field in a refusal.

    Raises:
        InputRefused: the text is no level.
    """
    try:
        return read_level(text)
    except InputRefused as refused:
        raise InputRefused(refused.what, where=where, fix=refused.fix) from refused


def _has_five_levels(matrix: RiskMatrix) -> bool:
    return matrix.rows.levels == _LEVELS == matrix.columns.levels and not matrix.columns.lowers
