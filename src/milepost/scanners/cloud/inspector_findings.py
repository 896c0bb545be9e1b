"""Findings of Amazon Inspector, as its own list and the enhanced scans of ECR write them.

Packages, open ports and code are scopes of their own, since each is scanned and exported by itself. A package
vulnerability goes by its CVE and the package; an open port by the port and the sort of component from which
it is reachable; a flaw in code by its detector without version, and the file without lines.
"""

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import msgspec

from milepost.domain.finding import Asset, AssetKind, Facts, WeaknessKind
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.cloud.inspector_records import (
    FOUND,
    Adjusted,
    Code,
    Details,
    File,
    Found,
    Image,
    Machine,
    Package,
    Ports,
    Reachability,
    Recommendation,
    Remediation,
    Resource,
    ScoreDetails,
    Step,
    Vulnerability,
)
from milepost.scanners.cloud.occurrences import Occurrences, instant, words
from milepost.scanners.cloud.resources import ecr_asset, full_version, package_place, provider_asset
from milepost.scanners.documents import record
from milepost.scanners.gathering import Gathered
from milepost.scanners.packages import name_weakness
from milepost.scanners.scanner import Source
from milepost.scanners.times import iso_day

SOURCE = "inspector"
TOOL = "Amazon Inspector"
SEVERITIES = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MODERATE,
    "low": Severity.LOW,
    "informational": Severity.INFO,
    "undefined": Severity.UNRATED,
    "untriaged": Severity.UNRATED,
}

_SCOPES = {
    "PACKAGE_VULNERABILITY": "inspector:package",
    "NETWORK_REACHABILITY": "inspector:network",
    "CODE_VULNERABILITY": "inspector:code",
}
_ACTIVE, _SUPPRESSED = {"ACTIVE", ""}, "SUPPRESSED"
_GONE = {"CLOSED"}
_NOTHING = {"", "none provided", "notavailable"}


class Sight(NamedTuple):
    """One weakness at one place of a finding: what is said of it, and where it is."""

    facts: Facts
    locator: str


class Findings:
    """Findings as they add up; `whole` says that no more of them are on pages that the file lacks."""

    def __init__(self, source: Source, occurrences: Occurrences, *, whole: bool) -> None:
        self._source = source
        self._occurrences = occurrences
        self._whole = whole

    def take(self, raw: msgspec.Raw, place: str, image: Asset | None = None) -> None:
        """Read one finding, about `image` where that is given, else about the resources that it names.

        A finding that cannot be read, names no resource or is of an unknown kind is a problem.
        """
        found = record(raw, FOUND, self._source, place)
        if isinstance(found, Problem):
            self._occurrences.gathering.problems.append(found)
            return
        scope = _SCOPES.get(_kind(found))
        if scope is None:
            what = f"the kind of finding “{found.type or ''}” is unknown; it was not read"
            self._occurrences.gathering.problem(place, what, "report it, so that it can be read")
            return
        held = list(self._held(found, image))
        if not held:
            what = "the finding names no resource; it was not read"
            self._occurrences.gathering.problem(place, what, "export the findings with their resources")
        for each in held:
            self._add(each, each.scope(scope, TOOL, only_assessed=not self._whole), found, place)

    def _held(self, found: Found, image: Asset | None) -> Iterator[Gathered]:
        if image is not None:
            yield self._occurrences.on(image.name, lambda: image)
            return
        resources = [resource for resource in found.resources or [] if resource.id and resource.id.strip()]
        for resource in resources:
            yield self._occurrences.on(resource.id or "", partial(_asset, resource))

    def _add(self, held: Gathered, scope: int, found: Found, place: str) -> None:
        held.dated(instant(found.last_observed_at) or instant(found.updated_at), scope=scope)
        status = (found.status or "").strip().upper()
        severity = self._occurrences.gathering.rate(found.severity, place)
        sights = list(_sights(found, severity))
        if not sights:
            what = f"the finding lacks the details of a {found.type}; it was not read"
            self._occurrences.gathering.problem(place, what, "export the findings with their details")
        for sight in sights:
            if status in _GONE:
                held.passed(sight.facts.source_id, scope=scope)
                continue
            facts = self._occurrences.suppressed(sight.facts) if status == _SUPPRESSED else sight.facts
            first = instant(found.first_observed_at)
            self._occurrences.found(held, facts, sight.locator, first_seen=first, scope=scope)
        if status not in _ACTIVE | _GONE | {_SUPPRESSED}:
            what = f"the status “{found.status}” is unknown; the finding is taken as active"
            self._occurrences.gathering.problem(place, what, "check it in the tool")


def image_in(findings: list[msgspec.Raw]) -> Asset | None:
    """Return the image that the first of some findings names by its ARN; None if it names none."""
    try:
        resources = FOUND.decode(findings[0]).resources or [] if findings else []
    except (msgspec.DecodeError, ValueError):
        return None
    assets = (_asset(resource) for resource in resources if resource.id and resource.id.strip())
    return next((asset for asset in assets if asset.kind is AssetKind.IMAGE), None)


def _kind(found: Found) -> str:
    """Return the type; where it is missing, the details tell."""
    said = (found.type or "").strip().upper()
    if said:
        return said
    details = (
        (found.package_vulnerability_details, "PACKAGE_VULNERABILITY"),
        (found.network_reachability_details, "NETWORK_REACHABILITY"),
        (found.code_vulnerability_details, "CODE_VULNERABILITY"),
    )
    return next((kind for held, kind in details if held is not None), "")


def _asset(resource: Resource) -> Asset:
    details = resource.details or Details()
    image = details.aws_ecr_container_image or Image()
    tag = (image.image_tags or [""])[0]
    identifier = resource.id or ""
    if image.repository_name and not identifier.startswith("arn:"):
        return ecr_asset(words(image.registry), image.repository_name, tag=tag)
    machine = details.aws_ec2_instance or Machine()
    addresses = [*(machine.ip_v4_addresses or []), *(machine.ip_v6_addresses or [])]
    name = words((resource.tags or {}).get("Name")) if details.aws_ec2_instance else ""
    return provider_asset(identifier, name=name, addresses=addresses, tag=tag)


def _sights(found: Found, severity: Severity) -> Iterator[Sight]:
    """Yield what a finding reports; a package that it lists in several builds is one."""
    if found.package_vulnerability_details is not None:
        packages = _packages(found, found.package_vulnerability_details, severity)
        yield from {sight.locator: sight for sight in packages}.values()
    elif found.network_reachability_details is not None:
        yield _port(found, found.network_reachability_details, severity)
    elif found.code_vulnerability_details is not None:
        yield _code(found, found.code_vulnerability_details, severity)


def _packages(found: Found, flaw: Vulnerability, severity: Severity) -> Iterator[Sight]:
    weakness = name_weakness(SOURCE, flaw.vulnerability_id.strip(), flaw.related_vulnerabilities or [])
    cvss = _scores(found, flaw)
    urls = (flaw.source_url or "", *(flaw.reference_urls or []))
    references = tuple(dict.fromkeys(url for url in urls if url))
    fix = words(found.fix_available).upper()
    for package in flaw.vulnerable_packages or [Package()]:
        name = (package.name or "").strip()
        version = words(package.version)
        facts = Facts(
            source=weakness.source,
            source_id=weakness.source_id,
            title=found.title or weakness.source_id,
            severity=severity,
            native_severity=found.severity or "",
            description=found.description or "",
            solution=_solution(found, package),
            cves=weakness.cves,
            aliases=weakness.aliases,
            cvss=cvss,
            references=references,
            family=package.package_manager or "",
            package=name,
            version=full_version(version, words(package.release), words(package.epoch)),
            fixed_version=_unless_nothing(words(package.fixed_in_version)),
            published=iso_day(words(flaw.vendor_created_at)),
            vendor_status=f"fix available: {fix}" if fix else "",
            exploit_known=words(found.exploit_available).upper() == "YES",
        )
        yield Sight(
            facts, package_place(name, version, package.package_manager or "", package.file_path or "")
        )


def _port(found: Found, reach: Reachability, severity: Severity) -> Sight:
    ports = reach.open_port_range or Ports()
    begin, end = words(ports.begin), words(ports.end)
    span = begin if end in {"", begin} else f"{begin}-{end}"
    locator = f"{span}/{words(reach.protocol).lower()}"
    steps = (reach.network_path.steps if reach.network_path else None) or [Step()]
    parts = ("NETWORK_REACHABILITY", words(steps[0].component_type), locator)
    facts = Facts(
        source=SOURCE,
        source_id=" ".join(part for part in parts if part),
        title=found.title or f"Port {locator} is reachable",
        severity=severity,
        native_severity=found.severity or "",
        kind=WeaknessKind.CONFIGURATION,
        description=found.description or "",
        solution=_solution(found),
        references=_advice(found),
    )
    return Sight(facts, locator)


def _code(found: Found, code: Code, severity: Severity) -> Sight:
    file = code.file_path or File()
    facts = Facts(
        source=SOURCE,
        source_id=words(code.detector_id).partition("@")[0] or words(code.rule_id) or "CODE_VULNERABILITY",
        title=found.title or "",
        severity=severity,
        native_severity=found.severity or "",
        description=found.description or "",
        solution=_solution(found),
        cwes=tuple(dict.fromkeys(cwe for cwe in code.cwes or [] if cwe)),
        references=tuple(dict.fromkeys([*(code.reference_urls or []), *_advice(found)])),
    )
    return Sight(facts, file.file_path or file.file_name or "")


def _scores(found: Found, flaw: Vulnerability) -> tuple[str, ...]:
    """Return Inspector's own vector, then those of CVSS 3 and later, then the rest."""
    details = found.inspector_score_details or found.score_details or ScoreDetails()
    own = details.adjusted_cvss or details.cvss or Adjusted()
    ranked = sorted(flaw.cvss or [], key=lambda score: words(score.version).startswith("2"))
    vectors = (own.scoring_vector, *(score.scoring_vector for score in ranked))
    return tuple(dict.fromkeys(vector for vector in vectors if vector))


def _solution(found: Found, package: Package | None = None) -> str:
    advice = (found.remediation or Remediation()).recommendation or Recommendation()
    own = package.remediation if package else None
    return next(filter(None, (_unless_nothing(text or "") for text in (own, advice.text))), "")


def _advice(found: Found) -> tuple[str, ...]:
    advice = (found.remediation or Remediation()).recommendation or Recommendation()
    return tuple(filter(None, [advice.url or advice.small_url]))


def _unless_nothing(text: str) -> str:
    return "" if text.strip().lower() in _NOTHING else text.strip()
