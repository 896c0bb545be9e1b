"""The figures, lists and names of 32 CFR Part 170, read from `rules.json`, and where each stands."""

from enum import IntEnum, StrEnum
from pathlib import Path

import msgspec

from milepost.domain.ruling import Citation, Ruling


class Level(IntEnum):
    """A CMMC level."""

    ONE = 1
    TWO = 2
    THREE = 3


class Kind(StrEnum):
    """Who assesses: the organization itself, a C3PAO, or the DoD's DIBCAC."""

    SELF = "self"
    C3PAO = "c3pao"
    DIBCAC = "dibcac"


class Share(msgspec.Struct, frozen=True):
    """A share as two whole numbers, so that nothing is rounded."""

    numerator: int
    denominator: int


class Assessor(msgspec.Struct, frozen=True):
    """What one kind of assessment leads to: statuses, who closes out, whether artifacts are hashed."""

    final: str
    conditional: str | None
    closed_by: str | None
    hashes: bool


class LevelRules(msgspec.Struct, frozen=True):
    """One level: its highest score (None: not scored), how long a status holds, what is never deferred."""

    maximum: int | None
    validity_years: int
    never_deferred: tuple[str, ...]
    by: dict[Kind, Assessor]


class Rules(msgspec.Struct, frozen=True):
    """The figures of the program, as `rules.json` has them."""

    source: str
    document: str
    threshold: Share
    closeout_days: int
    retention_years: int
    no_status: str
    levels: dict[Level, LevelRules]
    deferred_points: int
    deferred_when_partial: tuple[str, ...]
    system_security_plan: str


RULES = msgspec.json.decode(Path(__file__).with_name("rules.json").read_bytes(), type=Rules)
SSP = RULES.system_security_plan


def cite(section: str) -> Citation:
    """Name a section of the rule, such as `170.21(a)(2)(iii)`."""
    return Citation(RULES.document, f"section {section}")


def allowed(reason: str, section: str, way_out: str = "") -> Ruling:
    """Rule that something may be done; `way_out` is what is to be done with it."""
    return Ruling(allowed=True, reason=reason, citation=cite(section), way_out=way_out)


def refused(reason: str, section: str, way_out: str) -> Ruling:
    """Rule that something may not be done, and name the way out."""
    return Ruling(allowed=False, reason=reason, citation=cite(section), way_out=way_out)


def reaches_threshold(score: int | None, maximum: int | None) -> bool:
    """Tell whether a score is at least the share of the maximum that Conditional asks for (section 170.21).

    It is compared as a fraction of whole numbers: 88 of 110 suffice, 19 of 24 do not. Without a score: no.
    """
    if score is None or maximum is None:
        return False
    return score * RULES.threshold.denominator >= maximum * RULES.threshold.numerator


def least_score(maximum: int) -> int:
    """Return the lowest whole score that reaches the threshold: 88 of 110, 20 of 24."""
    return -(-maximum * RULES.threshold.numerator // RULES.threshold.denominator)
