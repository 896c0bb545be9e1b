"""What a report says: assets, what is wrong with them, and what the report covered.

A reader turns any tool's report into a stream of `AssetReport` and `Problem` values. Identity (which
occurrence is the same as last month's) follows from `Asset.identifiers`, `Facts.source`,
`Facts.source_id` and `Finding.locator` alone; nothing else a tool writes may enter into it: not title,
description, output, severity, package version, image tag or digest.

No value here is ever changed. `Facts` and `Finding` do not enforce it, because readers make millions of them
and making a frozen one takes five times as long.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from milepost.domain.severity import Severity


class IdentifierKind(StrEnum):
    """What kind of name an identifier is, in the order in which it is trusted (strongest first)."""

    # As for any text; that of an enumeration is slower, and identifiers are looked up for each finding.
    __hash__ = str.__hash__
    UUID = "uuid"
    RESOURCE = "resource"
    IMAGE = "image"
    FQDN = "fqdn"
    HOSTNAME = "hostname"
    IP = "ip"
    NAME = "name"


class AssetKind(StrEnum):
    """What sort of thing an asset is."""

    HOST = "host"
    IMAGE = "image"
    CODE = "code"
    APPLICATION = "application"
    RESOURCE = "resource"


class Identifier(NamedTuple):
    """One name of an asset, normalised by the reader (lower case, no surrounding space, no tag)."""

    kind: IdentifierKind
    value: str


@dataclass(frozen=True, slots=True)
class Asset:
    """An asset as one report names it.

    `version` is what changes from release to release (an image's tag) and is never part of the identity.
    """

    name: str
    kind: AssetKind
    identifiers: tuple[Identifier, ...]
    version: str = ""


class WeaknessKind(StrEnum):
    """Whether a weakness is a flaw in software or in how it is set up; authorities list them apart."""

    __hash__ = str.__hash__
    VULNERABILITY = "vulnerability"
    CONFIGURATION = "configuration"
    SECRET = "secret"  # noqa: S105 - a kind of finding, not a password


@dataclass(unsafe_hash=True)
class Facts:
    """What a tool says of a weakness, wherever it saw it; refreshed by every scan, never by a person.

    `source` and `source_id` name the weakness: a CVE id is `("cve", "CVE-2024-1")` whichever tool reports
    it, a plugin `("nessus", "19506")`, a STIG rule `("stig", "V-206350")`. `native_severity` is the tool's
    own word. `cvss` holds vectors or bare base scores as text, as the tool gives them, best source first.
    `package`, `version` and `fixed_version` describe software; `actionable` is False for what the tool
    itself says needs no action (a vendor's "not affected"). `severity_reason` tells why the severity is not
    the tool's plain rating (an override in a checklist). `ccis` are DoD control correlation identifiers,
    `controls` those of NIST SP 800-53 (`AC-2(1)`) that the report itself names.
    """

    source: str
    source_id: str
    title: str
    severity: Severity
    native_severity: str = ""
    kind: WeaknessKind = WeaknessKind.VULNERABILITY
    description: str = ""
    solution: str = ""
    severity_reason: str = ""
    cves: tuple[str, ...] = ()
    cwes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    ccis: tuple[str, ...] = ()
    cvss: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    family: str = ""
    package: str = ""
    version: str = ""
    fixed_version: str = ""
    published: str = ""
    patched: str = ""
    vendor_status: str = ""
    exploit_known: bool = False
    kev_due: str = ""
    actionable: bool = True
    controls: tuple[str, ...] = ()


@dataclass(unsafe_hash=True, slots=True)
class Finding:
    """One occurrence as reported: a weakness at one place on the asset of the enclosing `AssetReport`.

    `locator` is the place within the asset (`443/tcp`, a package name, a path) without any version.
    `output` is what the tool printed about this very occurrence. `first_seen` only where the file says so.
    `coverage` is the index, in the enclosing report's `coverage`, of the scope that the finding belongs to.
    """

    facts: Facts
    locator: str
    output: str = ""
    first_seen: datetime | None = None
    coverage: int = 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a report assessed on an asset, so that absence can be told from "not re-tested".

    `scope` names the tool family and, where reports are partial by nature, the part: `nessus`,
    `trivy:vulnerability`, `stig:Web_Server_SRG`. `tool` is the detector as an authority wants it named.
    `credentialed` is None where the report does not say. `assessed`, where not None, are the only source
    ids that were tested; `unassessed` are those that were not (Not Reviewed, errors). `scanned_at` is in
    UTC, None where the report does not say.
    """

    scope: str
    tool: str
    scanned_at: datetime | None = None
    credentialed: bool | None = None
    assessed: frozenset[str] | None = None
    unassessed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AssetReport:
    """All that one report says of one asset. An asset comes once in a report: a reader groups by asset."""

    asset: Asset
    coverage: tuple[Coverage, ...]
    findings: Sequence[Finding] = field(default_factory=tuple)
