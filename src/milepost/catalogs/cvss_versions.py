"""The versions of CVSS: which metric belongs to which group, and in which band a score lies."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec

from milepost.domain.errors import InputRefused
from milepost.domain.ruling import Citation
from milepost.domain.severity import Severity

HIGHEST = Decimal("10.0")


class Version(StrEnum):
    """A version of the Common Vulnerability Scoring System."""

    V2_0 = "2.0"
    V3_0 = "3.0"
    V3_1 = "3.1"
    V4_0 = "4.0"


class MetricGroup(StrEnum):
    """What a metric speaks about; the threat metric of 4.0 counts as temporal."""

    BASE = "base"
    TEMPORAL = "temporal"
    ENVIRONMENTAL = "environmental"
    SUPPLEMENTAL = "supplemental"


@dataclass(frozen=True, slots=True)
class Score:
    """A score from 0.0 to 10.0 with one decimal, the word of its band in that version, and its severity."""

    version: Version
    value: Decimal
    band: str
    severity: Severity
    citation: Citation


class _Band(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    word: str
    severity: Severity
    lowest: Decimal


class _Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: Version
    document: str
    section: str
    base: tuple[str, ...]
    temporal: tuple[str, ...]
    environmental: tuple[str, ...]
    band: tuple[_Band, ...]
    supplemental: tuple[str, ...] = ()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: tuple[_Facts, ...]


def metrics_of(version: Version, group: MetricGroup) -> tuple[str, ...]:
    """Return the metrics of a group, as they are spelled in a vector."""
    facts = _versions()[version]
    return {
        MetricGroup.BASE: facts.base,
        MetricGroup.TEMPORAL: facts.temporal,
        MetricGroup.ENVIRONMENTAL: facts.environmental,
        MetricGroup.SUPPLEMENTAL: facts.supplemental,
    }[group]


def group_of(version: Version, metric: str) -> MetricGroup | None:
    """Return the group of a metric; None for one that the version does not have."""
    return next((group for group in MetricGroup if metric in metrics_of(version, group)), None)


def score(version: Version, value: Decimal) -> Score:
    """Find the band of a score.

    Raises:
        InputRefused: the value is not from 0.0 to 10.0, or has more than one decimal.
    """
    if not (value.is_finite() and 0 <= value <= HIGHEST) or value * 10 % 1:
        raise InputRefused(f"{value} is no CVSS score", fix="give 0.0 to 10.0 with one decimal")
    facts = _versions()[version]
    band = next(each for each in reversed(facts.band) if value >= each.lowest)
    return Score(version, value, band.word, band.severity, Citation(facts.document, facts.section))


@cache
def _versions() -> dict[Version, _Facts]:
    text = files(__package__).joinpath("data", "cvss.toml").read_bytes()
    return {facts.name: facts for facts in msgspec.toml.decode(text, type=_File).version}
