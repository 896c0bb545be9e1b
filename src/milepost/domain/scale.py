"""The scales on which others state how bad something is, and how a word of one reads on another."""

from dataclasses import dataclass
from enum import StrEnum

from milepost.domain.errors import InputRefused
from milepost.domain.ruling import Citation
from milepost.domain.severity import Severity


class Level(StrEnum):
    """The five qualitative levels of NIST SP 800-30 and of the eMASS workbook; 3-level scales use three."""

    VERY_LOW = "Very Low"
    LOW = "Low"
    MODERATE = "Moderate"
    HIGH = "High"
    VERY_HIGH = "Very High"

    @property
    def rank(self) -> int:
        """Worse is larger, from 0 to 4."""
        return _RANK[self]


_RANK = {level: rank for rank, level in enumerate(Level)}


class Category(StrEnum):
    """The severity category codes of a DISA STIG; CAT I is the worst."""

    CAT_I = "CAT I"
    CAT_II = "CAT II"
    CAT_III = "CAT III"


class Scale(StrEnum):
    """Which scale a native value stands on: "1" is the worst category, and nearly the least for Nessus."""

    WORDS = "severity words"
    LEVELS = "five levels"
    CATEGORIES = "STIG categories"
    NESSUS = "Nessus severities 0 to 4"


@dataclass(frozen=True, slots=True)
class Grade:
    """A native value, kept as it was, with what it reads as elsewhere; None where a scale has no word for it.

    A value that its scale does not know is unrated, without level or category.
    """

    native: str
    scale: Scale
    severity: Severity
    level: Level | None
    category: Category | None
    reason: str
    citation: Citation


_SOURCES = {
    Scale.WORDS: Citation("C-PAT (NSWC Crane) and scans2reports", "severity word to level in the export"),
    Scale.LEVELS: Citation("C-PAT (NSWC Crane) and scans2reports", "severity word to level in the export"),
    Scale.CATEGORIES: Citation("DISA STIG", "severity category codes"),
    Scale.NESSUS: Citation("C-PAT (NSWC Crane) and scans2reports", "Nessus severity to category"),
}
_LEVEL = {
    Severity.CRITICAL: Level.VERY_HIGH,
    Severity.HIGH: Level.HIGH,
    Severity.MODERATE: Level.MODERATE,
    Severity.LOW: Level.LOW,
    Severity.INFO: Level.VERY_LOW,
}
_CATEGORY = {
    Severity.CRITICAL: Category.CAT_I,
    Severity.HIGH: Category.CAT_I,
    Severity.MODERATE: Category.CAT_II,
    Severity.LOW: Category.CAT_III,
}
_WORDS = {
    Scale.WORDS: {
        "critical": Severity.CRITICAL,
        "high": Severity.HIGH,
        "moderate": Severity.MODERATE,
        "medium": Severity.MODERATE,
        "low": Severity.LOW,
        "info": Severity.INFO,
        "informational": Severity.INFO,
        "none": Severity.INFO,
    },
    Scale.LEVELS: {level.casefold(): severity for severity, level in _LEVEL.items()}
    | {"medium": Severity.MODERATE},
    Scale.CATEGORIES: {
        **dict.fromkeys(("i", "1"), Severity.HIGH),
        **dict.fromkeys(("ii", "2"), Severity.MODERATE),
        **dict.fromkeys(("iii", "3"), Severity.LOW),
        **dict.fromkeys(("iv", "4"), Severity.INFO),
    },
    Scale.NESSUS: {
        "4": Severity.CRITICAL,
        "3": Severity.HIGH,
        "2": Severity.MODERATE,
        "1": Severity.LOW,
        "0": Severity.INFO,
    },
}


def grade(native: str, scale: Scale) -> Grade:
    """Read a native value of a scale; the scale has to be named, because bare numbers mean opposite things.

    Case, repeated blanks, hyphens and underscores make no difference; `CAT` and `Category` may stand before
    a category. An unknown value is unrated: nothing is guessed.
    """
    word = _normalised(native)
    if scale is Scale.CATEGORIES:
        word = word.removeprefix("category").removeprefix("cat").strip()
    severity = _WORDS[scale].get(word, Severity.UNRATED)
    level, category = level_of(severity), category_of(severity)
    if severity is Severity.UNRATED:
        reason = f"'{native}' is not among the {scale}: someone has to rate it"
    else:
        reason = f"'{native}' ({scale}) is severity {severity}, level {level}, {category or 'no category'}"
    return Grade(native, scale, severity, level, category, reason, _SOURCES[scale])


def level_of(severity: Severity) -> Level | None:
    """Return the level of a severity, critical being Very High; None for what nobody has rated."""
    return _LEVEL.get(severity)


def category_of(severity: Severity) -> Category | None:
    """Return the STIG category of a severity, critical and high being CAT I; None below low."""
    return _CATEGORY.get(severity)


def read_level(text: str) -> Level:
    """Read one of the five levels, or Medium for Moderate, however spaced and capitalised.

    Raises:
        InputRefused: the text is no level.
    """
    severity = _WORDS[Scale.LEVELS].get(_normalised(text))
    if severity is None:
        raise InputRefused(f"'{text}' is no level", fix=f"write one of {', '.join(Level)}")
    return _LEVEL[severity]


_LOWEST = ((96, Level.VERY_HIGH), (80, Level.HIGH), (21, Level.MODERATE), (5, Level.LOW), (0, Level.VERY_LOW))


def level_at(value: int) -> Level:
    """Return the level of a semi-quantitative value from 0 to 100 (NIST SP 800-30 rev. 1, Table I-3).

    Raises:
        InputRefused: the value is outside the scale.
    """
    if value not in range(101):
        raise InputRefused(f"{value} is not on the scale from 0 to 100", fix="give a value of that scale")
    return next(level for lowest, level in _LOWEST if value >= lowest)


def _normalised(text: str) -> str:
    return " ".join(text.casefold().replace("-", " ").replace("_", " ").split())
