"""What a SARIF rule and its result say of a weakness, and the package that Trivy and Grype put into them."""

import re
from typing import NamedTuple

from milepost.domain.finding import Facts, WeaknessKind
from milepost.domain.severity import Severity
from milepost.scanners.packages import Weakness, name_weakness
from milepost.scanners.source_code.sarif_rules import Rule, Tool, kind_of
from milepost.scanners.source_code.values import objects, text
from milepost.scanners.text import masked

_PACKAGE = re.compile(r"Package: (.*)\nInstalled Version: (.*)\n(?:.*\n)*?Fixed Version: ?(.*)")
_RULE_OF_PACKAGE = re.compile(r"(CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3})-(.+)", re.IGNORECASE | re.ASCII)
_OPEN = {"underreview", "rejected"}


class Package(NamedTuple):
    """A package that a result is about; empty where the result is about code."""

    name: str = ""
    version: str = ""
    fixed: str = ""


_NONE = Package()


class Rating(NamedTuple):
    """The level of a result, the severity that follows from it, and why where another word counted."""

    level: str
    severity: Severity
    reason: str


def weakness_of(tool: Tool, rule_id: str) -> Weakness:
    """Name the weakness of a rule; Grype's rules are a vulnerability and a package in one."""
    match = _RULE_OF_PACKAGE.fullmatch(rule_id) if tool.family == "grype" else None
    return name_weakness(tool.family, match[1] if match else rule_id, [])


def package_of(tool: Tool, rule_id: str, message: str) -> Package:
    """Return the package that a result of Trivy names in its message, one of Grype in its rule."""
    if tool.family == "grype" and (match := _RULE_OF_PACKAGE.fullmatch(rule_id)):
        return Package(match[2])
    if tool.family == "trivy" and (match := _PACKAGE.match(message)):
        return Package(match[1].strip(), match[2].strip(), match[3].strip())
    return _NONE


def suppressed_as(suppressions: object) -> str:
    """Return how a result is suppressed; empty where it is not (section 3.27.23).

    One suppression that is under review or was rejected leaves the result as it is.
    """
    given = objects(suppressions)
    states = {(text(each.get("status")) or text(each.get("state"))).lower() for each in given}
    if not given or states & _OPEN:
        return ""
    words = [text(given[0].get("kind")), masked(text(given[0].get("justification")))]
    return "suppressed: " + (": ".join(filter(None, words)) or "in the report")


def facts_of(
    tool: Tool, rule: Rule, rule_id: str, rating: Rating, package: Package, cwes: tuple[str, ...], status: str
) -> Facts:
    """Put together what is known of the weakness of one rule; `status` is how its result is suppressed."""
    weakness = weakness_of(tool, rule_id)
    kind = kind_of(tool, rule)
    return Facts(
        source=weakness.source,
        source_id=weakness.source_id,
        title=masked(rule.title or rule_id),
        severity=rating.severity,
        native_severity=rating.level,
        kind=kind,
        description=masked(rule.description) if kind is WeaknessKind.SECRET else rule.description,
        solution=_solution(rule, package),
        severity_reason=rating.reason,
        cves=weakness.cves,
        cwes=tuple(dict.fromkeys(cwes)),
        aliases=weakness.aliases,
        references=rule.references,
        family=tool.name,
        package=package.name,
        version=package.version,
        fixed_version=package.fixed,
        vendor_status=status,
        actionable=not status,
    )


def _solution(rule: Rule, package: Package) -> str:
    if package.name:
        return f"Upgrade {package.name} to {package.fixed}." if package.fixed else ""
    return masked(rule.help)
