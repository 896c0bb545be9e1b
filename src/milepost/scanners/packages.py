"""What reports on software packages have in common: ids of vulnerabilities, images, places, severities."""

import re
from functools import lru_cache
from typing import NamedTuple

from milepost.domain.finding import Asset, AssetKind, Identifier, IdentifierKind
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.scanner import Source

# Debian's “negligible” is a rating, not a mere remark: it stays on the POA&M as low, with the native word.
_SEVERITIES = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MODERATE,
    "moderate": Severity.MODERATE,
    "low": Severity.LOW,
    "negligible": Severity.LOW,
    "unknown": Severity.UNRATED,
    "": Severity.UNRATED,
}
_CVE = re.compile(r"CVE-\d{4}-\d{4,}", re.IGNORECASE | re.ASCII)
_GHSA = re.compile(r"GHSA(?:-[0-9a-z]{4}){3}", re.IGNORECASE | re.ASCII)


class Weakness(NamedTuple):
    """How a vulnerability is named: by its CVE wherever there is exactly one."""

    source: str
    source_id: str
    cves: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


class Image(NamedTuple):
    """A container image: its repository without tag and digest, and the tag."""

    repository: str
    tag: str


def name_weakness(tool: str, native: str, others: list[str]) -> Weakness:
    """Name a vulnerability by the tool's id and the other ids which the report gives for the same thing.

    A CVE id stays; a GHSA id with exactly one CVE among the others goes by that CVE; anything else keeps the
    tool's id under the tool's own name, because nothing says that another tool means the same by it.
    """
    return _named(tool, native, tuple(others))


def severity_of(word: str | None) -> Severity | None:
    """Lay a tool's word on the common scale; None for a word that is not known."""
    return _SEVERITIES.get((word or "").strip().lower())


def image_of(reference: str) -> Image:
    """Take `registry:5000/team/app:1.2@sha256:…` apart; the repository is in lower case."""
    name = reference.strip().partition("@")[0]
    repository, colon, tag = name.rpartition(":")
    if not colon or "/" in tag:
        repository, tag = name, ""
    return Image(repository.lower(), tag)


def image_asset(image: Image) -> Asset:
    """Return the asset that an image is: the same for every tag."""
    identifier = Identifier(IdentifierKind.IMAGE, image.repository)
    return Asset(image.repository, AssetKind.IMAGE, (identifier,), image.tag)


def code_asset(name: str) -> Asset:
    """Return the asset that a directory or repository is; an address is a resource, a path a mere name."""
    kind = IdentifierKind.RESOURCE if "://" in name else IdentifierKind.NAME
    shown = name.strip().rstrip("/")
    return Asset(shown, AssetKind.CODE, (Identifier(kind, shown.lower()),))


def unnamed_asset(source: Source, kind: AssetKind) -> tuple[Asset, Problem]:
    """Name an asset after the file, and say so, where the report does not name it."""
    stem = source.name.rpartition(".")[0].strip().lower() or source.name.lower()
    what = f"the report does not name what was scanned; it is taken as “{stem}”"
    problem = Problem(source.name, what, "name the asset with --asset, or scan it by its full name")
    return Asset(stem, kind, (Identifier(IdentifierKind.NAME, stem),)), problem


def place(package: str, version: str, path: str) -> str:
    """Return the place of a package that is no part of the operating system: its name and path.

    The package's version is taken out of the path, so that an upgrade does not look like a move.
    """
    if version and version in path:
        path = re.sub(rf"(?<![\w.]){re.escape(version)}(?!\w|\.\d)", "", path)
    return f"{package} {path}".rstrip()


@lru_cache(maxsize=1 << 13)
def _named(tool: str, native: str, others: tuple[str, ...]) -> Weakness:
    cves = _distinct([other.upper() for other in others if _CVE.fullmatch(other)])
    advisories = _distinct([_advisory(other) for other in others if _GHSA.fullmatch(other)])
    if _CVE.fullmatch(native):
        return Weakness("cve", native.upper(), (native.upper(),), advisories if len(advisories) == 1 else ())
    if not _GHSA.fullmatch(native):
        return Weakness(tool, native, cves)
    if len(cves) == 1:
        return Weakness("cve", cves[0], cves, (_advisory(native),))
    return Weakness("ghsa", _advisory(native), cves)


def _advisory(text: str) -> str:
    return f"GHSA{text[4:].lower()}"


def _distinct(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
