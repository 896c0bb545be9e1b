"""How a statement about a vulnerability bears on what the register holds: the same software, or another."""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from milepost.domain.software import Software, software_of
from milepost.domain.statement import Statement

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Match(StrEnum):
    """Whether a statement is about what the register holds."""

    SAME = "same"
    OTHER_VERSION = "other version"
    UNTOLD = "untold"
    OTHER_PRODUCT = "other product"


_WEIGHT = {Match.SAME: 0, Match.UNTOLD: 1, Match.OTHER_VERSION: 2, Match.OTHER_PRODUCT: 3}


class Judged(NamedTuple):
    """How a statement bears on one place, and why."""

    match: Match
    reason: str


class PlaceOfWeakness(NamedTuple):
    """Where a weakness is: the package with its version, the asset with its version (an image's tag)."""

    package: str
    version: str
    asset: str
    asset_version: str


def judge(statement: Statement, place: PlaceOfWeakness) -> Judged:
    """Tell whether a statement is about one place of a weakness that it names.

    Its component, else its product, must be the package or the asset; a version that it states must be the
    one that is there. What it names in words alone cannot be told, which is said and left to people.
    """
    named = [each for each in (statement.component, statement.product) if each]
    if not named:
        return Judged(Match.SAME, "it is about every product of its author's document")
    first, *others = [_judge_one(each, place) for each in named]
    told = [first, *(each for each in others if each.match is not Match.UNTOLD)]
    return max(told, key=lambda each: _WEIGHT[each.match])


def latest(statements: Iterable[Statement]) -> list[Statement]:
    """Return the statement that holds of each product and component, the latest of several."""
    held: dict[tuple[str, str], Statement] = {}
    for each in statements:
        key = (each.product, each.component)
        if key not in held or (each.stated_at or _LONG_AGO) >= (held[key].stated_at or _LONG_AGO):
            held[key] = each
    return list(held.values())


def _judge_one(identifier: str, place: PlaceOfWeakness) -> Judged:
    software = software_of(identifier)
    if software is None:
        wanted = identifier.strip().lower()
        if wanted in {place.package.lower(), place.asset.lower()}:
            return Judged(Match.SAME, f"it names {identifier}")
        return Judged(Match.UNTOLD, f"it names “{identifier}” in words; see whether that is meant")
    for name, version in ((place.package, place.version), (place.asset, place.asset_version)):
        if name and _same_name(software, name):
            return _compare(software, version)
    return Judged(Match.OTHER_PRODUCT, f"it names {software.name}, which is not here")


def _compare(software: Software, version: str) -> Judged:
    shown = f"it names {software.name} {software.version}".rstrip()
    if not software.version or not version or software.version == version:
        return Judged(Match.SAME, shown)
    if software.version.startswith("sha256:"):
        return Judged(Match.UNTOLD, f"{shown}; whether that is {version}, its digest does not tell")
    return Judged(Match.OTHER_VERSION, f"{shown}, and {version} is there")


def _same_name(software: Software, name: str) -> bool:
    """Compare the name alone, or with what stands before it as tools write it (`group:name`)."""
    held = name.lower().replace(":", "/").strip("/")
    full = f"{software.group}/{software.name}".lower().strip("/")
    return held in {software.name.lower(), full} or held.endswith(f"/{software.name.lower()}")
