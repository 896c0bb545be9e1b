"""What reports on software packages have in common: ids of vulnerabilities, places, severities."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from milepost.domain.severity import Severity

# Debian's “negligible” is a rating, not a mere remark: it stays on the POA&M as low, with the native word.
SEVERITIES = {
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
_PUBLIC = {"CVE-", "GHSA"}
_GHSA = re.compile(r"GHSA(?:-[0-9a-z]{4}){3}", re.IGNORECASE | re.ASCII)


class Weakness(NamedTuple):
    """How a vulnerability is named: by its CVE wherever there is exactly one."""

    source: str
    source_id: str
    cves: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


def name_weakness(tool: str, native: str, others: Sequence[str]) -> Weakness:
    """Name a vulnerability by the tool's id and the other ids which the report gives for the same thing.

    A CVE id stays; a GHSA id with exactly one CVE among the others goes by that CVE; anything else keeps the
    tool's id under the tool's own name, because nothing says that another tool means the same by it.
    """
    if not others:
        return _alone(tool, native)
    return _named(tool, native, tuple(others))


def is_public(native: str) -> bool:
    """Tell whether an id may be one that all tools use, a CVE or an advisory of GitHub."""
    return native[:4].upper() in _PUBLIC


def place(package: str, version: str, path: str) -> str:
    """Return the place of a package that is no part of the operating system: its name and path.

    The package's version is taken out of the path, so that an upgrade does not look like a move.
    """
    if version and version in path:
        path = re.sub(rf"(?<![\w.]){re.escape(version)}(?!\w|\.\d)", "", path)
    return f"{package} {path}".rstrip()


def _alone(tool: str, native: str) -> Weakness:
    if _CVE.fullmatch(native):
        cve = native.upper()
        return Weakness("cve", cve, (cve,))
    return Weakness("ghsa", _advisory(native)) if _GHSA.fullmatch(native) else Weakness(tool, native)


@lru_cache(maxsize=1 << 13)
def _named(tool: str, native: str, others: tuple[str, ...]) -> Weakness:
    cves = _distinct([other.upper() for other in others if _CVE.fullmatch(other)])
    if not is_public(native):
        return Weakness(tool, native, cves)
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
