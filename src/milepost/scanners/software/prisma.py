"""What the reports of Prisma Cloud Compute (Twistlock) have in common, in JSON and in tables.

A package is named as in `glibc (used in libc6, libc-bin)`: the source package, without what is built from
it. Vulnerabilities and compliance issues are scopes of their own, because a report may hold one of them
only.
"""

from functools import lru_cache
from typing import NamedTuple

from milepost.domain.finding import Facts, WeaknessKind
from milepost.domain.severity import Severity
from milepost.scanners.packages import SEVERITIES as PACKAGE_SEVERITIES
from milepost.scanners.packages import place
from milepost.scanners.software.occurrences import named, stand_in, upgrade
from milepost.scanners.text import masked, plain

TOOL = "prisma"
TITLE = "Prisma Cloud Compute"
VULNERABILITY = "prisma:vulnerability"
COMPLIANCE = "prisma:compliance"
SEVERITIES = PACKAGE_SEVERITIES | {
    "important": Severity.HIGH,
    "unimportant": Severity.LOW,
    "unassigned": Severity.UNRATED,
}
NO_ID = "compliance issues carry no id; they are known by their title"

_FIXED = "fixed in "
_NOT_AFFECTED = {"not affected", "not_affected"}


class Flaw(NamedTuple):
    """A vulnerability in a package, in the tool's words."""

    native: str
    word: str = ""
    package: str = ""
    version: str = ""
    status: str = ""
    cvss: str = ""
    description: str = ""
    link: str = ""
    published: str = ""
    exploited: bool = False
    family: str = ""


class Rule(NamedTuple):
    """A compliance check that failed, in the tool's words."""

    native: str
    title: str
    word: str = ""
    description: str = ""
    category: str = ""


def flaw_facts(flaw: Flaw, severity: Severity) -> Facts:
    """Return what the tool says of a vulnerability."""
    weakness = named(TOOL, flaw.native, ())
    fixed = fixed_version(flaw.status)
    return Facts(
        source=weakness.source,
        source_id=weakness.source_id,
        title=f"{weakness.source_id} in {flaw.package}" if flaw.package else weakness.source_id,
        severity=severity,
        native_severity=flaw.word,
        description=plain(flaw.description),
        solution=upgrade(flaw.package, fixed),
        cves=weakness.cves,
        aliases=weakness.aliases,
        cvss=(flaw.cvss,) if flaw.cvss else (),
        references=(flaw.link,) if flaw.link else (),
        family=flaw.family,
        package=flaw.package,
        version=flaw.version,
        fixed_version=fixed,
        published=flaw.published,
        vendor_status=flaw.status,
        exploit_known=flaw.exploited,
        actionable=flaw.status.lower() not in _NOT_AFFECTED,
    )


def rule_facts(rule: Rule, severity: Severity) -> Facts:
    """Return what the tool says of a compliance check that failed."""
    return Facts(
        source=TOOL,
        source_id=f"compliance-{rule.native or stand_in(rule.title)}",
        title=rule.title or f"Compliance check {rule.native}",
        severity=severity,
        native_severity=rule.word,
        kind=WeaknessKind.CONFIGURATION,
        description=plain(rule.description),
        family=rule.category,
    )


@lru_cache(maxsize=1 << 12)
def fixed_version(status: str) -> str:
    """Return the versions of `fixed in 2.15.0, 2.12.2`; empty for any other status."""
    return status[len(_FIXED) :].strip() if status.lower().startswith(_FIXED) else ""


@lru_cache(maxsize=1 << 12)
def package_name(text: str) -> str:
    """Return the package of `glibc (used in libc6, libc-bin)`."""
    return text.partition(" (used in")[0].strip()


def locator(package: str, version: str, path: str) -> str:
    """Return the place of a package: its name, and its path where the report gives one."""
    return place(package, version, path) if path else package


def cause(text: str) -> str:
    """Return what a check printed, without secrets."""
    return masked(plain(text))
