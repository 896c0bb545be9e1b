"""How a statement about a vulnerability bears on what the register holds: the same software, or another."""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from milepost.domain.statement import Statement

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_CPE = "cpe:2.3:"
_CPE_URI = "cpe:/"


class Software(NamedTuple):
    """A piece of software by name and version; the version is empty where none is stated.

    `group` is what stands before the name: a distribution, an organisation, a registry with its path.
    """

    name: str
    version: str = ""
    group: str = ""


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


def software_of(identifier: str) -> Software | None:
    """Take a package URL or a CPE name apart; None for a name in plain words.

    Sources: package-url specification, “purl-spec”; NISTIR 7695, “URI binding”, “formatted string binding”.
    """
    if identifier.startswith("pkg:"):
        return _package_url(identifier)
    if identifier.startswith(_CPE):
        return _platform(identifier.removeprefix(_CPE).split(":"))
    if identifier.startswith(_CPE_URI):
        return _platform(_unescaped(identifier.removeprefix(_CPE_URI)).split(":"))
    return None


def _platform(parts: list[str]) -> Software | None:
    """Take part, vendor, product and version, as far as they are given."""
    _, vendor, product, version, *_ = (*(part.replace("\\", "") for part in parts), "", "", "", "")
    if not product:
        return None
    return Software(product.lower(), "" if version in {"*", "-"} else version, vendor.lower())


def _package_url(identifier: str) -> Software | None:
    body = identifier.removeprefix("pkg:").partition("#")[0].partition("?")[0]
    path, _, version = body.rpartition("@") if "@" in body.rpartition("/")[2] else (body, "", "")
    _, _, rest = path.strip("/").partition("/")
    group, _, name = _unescaped(rest).rpartition("/")
    return Software(name.lower(), _unescaped(version), group.lower()) if name else None


def _unescaped(text: str) -> str:
    """Undo the percent encoding of a package URL."""
    first, *others = text.split("%")
    whole = first.encode()
    for part in others:
        try:
            whole += bytes.fromhex(part[:2]) + part[2:].encode()
        except ValueError:
            whole += b"%" + part.encode()
    return whole.decode(errors="replace")
