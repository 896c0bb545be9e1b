"""CVSS vectors: read, scored by their base metrics, and scored again for an environment.

Import this module only where vectors are scored: it brings in the tables of all versions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Protocol

from cvss import CVSS2, CVSS3, CVSS4
from cvss.exceptions import CVSSError

from milepost.catalogs.cvss_versions import MetricGroup, Score, Version, group_of, metrics_of, score
from milepost.domain.errors import InputRefused

_PREFIXES = {
    "CVSS:4.0/": Version.V4_0,
    "CVSS:3.1/": Version.V3_1,
    "CVSS:3.0/": Version.V3_0,
    "CVSS:2.0/": Version.V2_0,
    "CVSS2#": Version.V2_0,
}
_CALCULATORS = {Version.V2_0: CVSS2, Version.V3_0: CVSS3, Version.V3_1: CVSS3, Version.V4_0: CVSS4}
_LONGEST = 300
_PAIR = 2
_HOW = "copy the whole vector, like CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"


REMEDIATION_LEVEL = "RL"
"""The one temporal metric that an adjustment may use, where an authority lets it."""


class _Scored(Protocol):
    """What is used of the library's vectors."""

    base_score: Decimal | float
    temporal_score: Decimal | None
    environmental_score: Decimal | None


@dataclass(frozen=True, slots=True)
class Vector:
    """A vector: its version, its metrics as they were given, and the score of its base metrics alone."""

    version: Version
    metrics: tuple[tuple[str, str], ...]
    base: Score

    @property
    def text(self) -> str:
        """The vector as its version writes it; 2.0 has no prefix."""
        return _text(self.version, dict(self.metrics))


def read_vector(text: str, otherwise: Version = Version.V2_0) -> Vector:
    """Read a vector of version 2.0, 3.0, 3.1 or 4.0; surrounding blanks and brackets do not matter.

    A vector without a prefix is of the version `otherwise`, which some formats state beside it (CycloneDX);
    `CVSS2#`, as Nessus writes, may stand before one of 2.0.

    Raises:
        InputRefused: it is not a complete vector of one of these versions.
    """
    return _read(text.strip().removeprefix("(").removesuffix(")"), otherwise)


def environmental_score(vector: Vector, modified: Mapping[str, str]) -> Score:
    """Score a vector's base metrics together with environmental metrics alone; without any, the base score.

    `modified` maps metrics to values (`{"MAV": "L", "CR": "H"}`). Temporal metrics of the vector and
    environmental metrics that it already had do not count. A Remediation Level (`RL`) may be given as well,
    in versions that have it.

    Raises:
        InputRefused: a metric is not environmental in this version, or a value is not one of the metric's.
    """
    for metric in modified:
        _check_adjusting(vector.version, metric)
    not_defined = "ND" if vector.version is Version.V2_0 else "X"
    given = {metric: value for metric, value in modified.items() if value != not_defined}
    if not given:
        return vector.base
    scored = _scored(vector.version, _base_metrics(dict(vector.metrics), vector.version) | given)
    return score(vector.version, _environmental(scored, vector.version))


@lru_cache(maxsize=8192)
def _read(text: str, otherwise: Version) -> Vector:
    version, metrics = _taken_apart(text, otherwise)
    stated = _scored(version, metrics)
    base = _base_metrics(metrics, version)
    value = stated.base_score if base == metrics else _scored(version, base).base_score
    return Vector(version, tuple(metrics.items()), score(version, Decimal(str(value))))


def _taken_apart(text: str, otherwise: Version) -> tuple[Version, dict[str, str]]:
    if len(text) > _LONGEST:
        raise InputRefused(f"'{text[:40]}…' is too long for a CVSS vector", fix=_HOW)
    prefix = next((prefix for prefix in _PREFIXES if text.startswith(prefix)), "")
    parts = [part.split(":") for part in text.removeprefix(prefix).split("/")]
    if any(len(part) != _PAIR for part in parts):
        raise InputRefused(f"'{text}' is no CVSS vector", fix=_HOW)
    metrics = {part[0]: part[1] for part in parts}
    if len(metrics) < len(parts):
        raise InputRefused(f"'{text}' states a metric twice", fix=_HOW)
    return _PREFIXES.get(prefix, otherwise), metrics


def _scored(version: Version, metrics: Mapping[str, str]) -> _Scored:
    text = _text(version, metrics)
    scored: _Scored
    try:
        scored = _CALCULATORS[version](text)
    except CVSSError as error:
        raise InputRefused(f"'{text}' is no CVSS {version} vector ({error})", fix=_HOW) from error
    return scored


def _environmental(scored: _Scored, version: Version) -> Decimal:
    """Return the score with everything that the vector states; in 4.0 there is only that one."""
    if version is Version.V4_0:
        return Decimal(str(scored.base_score))
    if scored.environmental_score is not None:
        return scored.environmental_score
    return scored.temporal_score or Decimal(0)


def _base_metrics(metrics: Mapping[str, str], version: Version) -> dict[str, str]:
    wanted = metrics_of(version, MetricGroup.BASE)
    return {metric: value for metric, value in metrics.items() if metric in wanted}


def _check_adjusting(version: Version, metric: str) -> None:
    group = group_of(version, metric)
    by_remediation = metric == REMEDIATION_LEVEL and group is MetricGroup.TEMPORAL
    if not by_remediation and group is not MetricGroup.ENVIRONMENTAL:
        usable = ", ".join(metrics_of(version, MetricGroup.ENVIRONMENTAL))
        raise InputRefused(f"{metric} is no environmental metric of CVSS {version}", fix=f"use {usable}")


def _text(version: Version, metrics: Mapping[str, str]) -> str:
    prefix = "" if version is Version.V2_0 else f"CVSS:{version}/"
    return prefix + "/".join(f"{metric}:{value}" for metric, value in metrics.items())
