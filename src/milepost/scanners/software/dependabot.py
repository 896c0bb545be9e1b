"""GitHub Dependabot alerts: GraphQL answers (repository, search, organization) and the list of the REST API.

An alert names a dependency in a manifest of a repository. Alerts are a filtered list: nothing counts as
looked at but what is named; a fixed alert counts as looked for and gone. What people (or a rule) dismissed
stays a finding that needs no action.
"""

from collections.abc import Iterator
from functools import lru_cache

import msgspec

from milepost.domain.finding import Asset, AssetKind, AssetReport, Identifier, IdentifierKind
from milepost.domain.problem import Problem
from milepost.scanners.about import About, Grade
from milepost.scanners.assets import unnamed_asset
from milepost.scanners.documents import listing, record
from milepost.scanners.gathering import Gathered, Gathering
from milepost.scanners.packages import SEVERITIES
from milepost.scanners.scanner import Head, Source
from milepost.scanners.software.dependabot_alert import (
    NODE,
    ROW,
    Alert,
    facts_of,
    of_node,
    of_row,
    weakness_of,
)
from milepost.scanners.software.occurrences import Occurrences, Text, said

SCOPE = "dependabot"

_ENVELOPES = {"data", "repository", "search", "organization", "user", "viewer"}


class _Page(msgspec.Struct, rename="camel"):
    has_next_page: bool | None = None


class _Edge(msgspec.Struct):
    node: msgspec.Raw = msgspec.Raw()


class _Connection(msgspec.Struct, rename="camel"):
    nodes: list[msgspec.Raw] | None = None
    edges: list[_Edge] | None = None
    page_info: _Page | None = None

    def each(self) -> list[msgspec.Raw]:
        """Return what the connection lists, in either way of asking for it."""
        return [*(self.nodes or []), *(edge.node for edge in self.edges or [] if bytes(edge.node))]


class _Repository(msgspec.Struct, rename="camel"):
    name: Text = None
    name_with_owner: Text = None
    full_name: Text = msgspec.field(default=None, name="full_name")
    url: Text = None
    html_url: Text = msgspec.field(default=None, name="html_url")
    vulnerability_alerts: _Connection | None = None


class _Owner(msgspec.Struct):
    repositories: _Connection | None = None


class _Data(msgspec.Struct):
    repository: _Repository | None = None
    search: _Connection | None = None
    organization: _Owner | None = None
    user: _Owner | None = None
    viewer: _Owner | None = None


class _Record(_Data):
    """An answer, with or without its envelope; or one alert of the REST API's list."""

    data: _Data | None = None
    number: Text = None
    html_url: Text = None
    url: Text = None
    security_advisory: msgspec.Raw = msgspec.Raw()
    security_vulnerability: msgspec.Raw = msgspec.Raw()


_RECORD = msgspec.json.Decoder(_Record)
_REPOSITORY = msgspec.json.Decoder(_Repository)


class Dependabot:
    """The reader of GitHub's Dependabot alerts."""

    name = "github-dependabot"
    title = "GitHub Dependabot alerts (JSON)"
    about = About(
        versions=(
            "GraphQL vulnerabilityAlerts of a repository, a search or an organization; REST list of alerts"
        ),
        key="repository × advisory (CVE where there is one, else GHSA) × package and manifest",
        coverage=(
            "only what is named; fixed alerts are looked for and gone; dismissed alerts are "
            "suppressed findings"
        ),
        fields={
            "source_id": "identifiers, ghsaId, ghsa_id, cve_id",
            "title": "advisory.summary",
            "aliases": "identifiers",
            "cves": "identifiers",
            "native_severity": "securityVulnerability.severity, security_vulnerability.severity",
            "actionable": "state (dismissed, auto_dismissed)",
            "locator": "package.name and vulnerableManifestPath, manifest_path",
            "severity": "securityVulnerability.severity, security_vulnerability.severity",
            "description": "advisory.description",
            "solution": "firstPatchedVersion, first_patched_version",
            "cwes": "advisory.cwes",
            "cvss": "advisory.cvss, cvssSeverities, cvss_severities",
            "references": "advisory.references",
            "family": "package.ecosystem",
            "package": "package.name",
            "version": "vulnerableRequirements",
            "fixed_version": "firstPatchedVersion.identifier",
            "published": "advisory.publishedAt, published_at",
            "vendor_status": "state, dismissReason, dismissed_reason",
            "first_seen": "createdAt, created_at",
            "identifiers": "repository.url, nameWithOwner, name; html_url",
        },
        severities=SEVERITIES,
        sources=("GitHub GraphQL API: RepositoryVulnerabilityAlert", "GitHub REST API: Dependabot alerts"),
        samples=("scans/github_alerts",),
        memory="the file is mapped; what it finds is held",
        grade=Grade.BRONZE,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the list of alerts in an answer, or by the advisory of a list's first alert."""
        if head.keys & {"security_advisory", "security_vulnerability"}:
            return True
        return bool(head.keys & _ENVELOPES) and '"vulnerabilityAlerts"' in head.text

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems, then each repository; see `Scanner.read`."""
        reading = _Reading(source)
        for place, raw in listing(source).records:
            reading.take(raw, "" if place == "the document" else place)
        yield from reading.parts()


SCANNER = Dependabot()


class _Reading:
    """The alerts of a report as they add up."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._gathering = Gathering(source, SEVERITIES)
        self._occurrences = Occurrences(self._gathering)
        self._unnamed: Asset | None = None

    def take(self, raw: msgspec.Raw, place: str) -> None:
        """Read a whole answer or, of a list, one alert."""
        read = record(raw, _RECORD, self._source, place or "the document")
        if isinstance(read, Problem):
            self._gathering.problems.append(read)
        elif bytes(read.security_advisory) or bytes(read.security_vulnerability):
            self._row(raw, place or "the document", read)
        else:
            self._answer(read, f"{place}." if place else "")

    def parts(self) -> Iterator[AssetReport | Problem]:
        """Yield what was gathered."""
        self._occurrences.finish()
        yield from self._gathering.parts()

    def _row(self, raw: msgspec.Raw, where: str, read: _Record) -> None:
        row = record(raw, ROW, self._source, where)
        if isinstance(row, Problem):
            self._gathering.problems.append(row)
            return
        self._alert(of_row(row), where, self._on(_of_alert(read)))

    def _answer(self, read: _Record, before: str) -> None:
        data, name = (read.data, f"{before}data.") if read.data is not None else (read, before)
        if data.repository is not None:
            self._repository(data.repository, f"{name}repository")
        for part in ("search", "organization", "user", "viewer"):
            found: _Connection | _Owner | None = getattr(data, part)
            connection = found.repositories if isinstance(found, _Owner) else found
            if connection is not None:
                self._repositories(connection, f"{name}{part}")

    def _repositories(self, connection: _Connection, name: str) -> None:
        self._whole(connection, name)
        for number, raw in enumerate(connection.each()):
            where = f"{name}.nodes[{number}]"
            repository = record(raw, _REPOSITORY, self._source, where)
            if isinstance(repository, Problem):
                self._gathering.problems.append(repository)
            else:
                self._repository(repository, where)

    def _repository(self, repository: _Repository, name: str) -> None:
        alerts = repository.vulnerability_alerts
        if alerts is None:
            return
        held = self._on(repository)
        self._whole(alerts, f"{name}.vulnerabilityAlerts")
        for number, raw in enumerate(alerts.each()):
            where = f"{name}.vulnerabilityAlerts.nodes[{number}]"
            node = record(raw, NODE, self._source, where)
            if isinstance(node, Problem):
                self._gathering.problems.append(node)
            else:
                self._alert(of_node(node), where, held)

    def _whole(self, connection: _Connection, where: str) -> None:
        if connection.page_info is not None and connection.page_info.has_next_page:
            self._gathering.problem(where, "the answer has more pages than this one", "export all pages")

    def _alert(self, alert: Alert, where: str, held: Gathered) -> None:
        weakness = weakness_of(alert)
        if weakness is None:
            self._gathering.problem(
                where, "the alert names no advisory and was not read", "ask for its identifiers"
            )
            return
        if alert.is_gone:
            held.passed(weakness.source_id)
            return
        facts = self._gathering.shared(facts_of(alert, weakness, self._gathering.rate(alert.word, where)))
        locator = f"{alert.package} {alert.manifest}".rstrip()
        self._occurrences.add(held, facts, locator, first_seen=alert.created)

    def _on(self, repository: _Repository) -> Gathered:
        held = self._gathering.on(_asset(repository) or self._nobody())
        held.scope(SCOPE, "GitHub Dependabot", only_assessed=True)
        return held

    def _nobody(self) -> Asset:
        if self._unnamed is None:
            self._unnamed, problem = unnamed_asset(self._source, AssetKind.CODE)
            self._gathering.problems.append(problem)
        return self._unnamed


def _asset(repository: _Repository) -> Asset | None:
    """Return the repository by its address and its name; None if neither is there."""
    address = said(repository.html_url) or said(repository.url)
    return _asset_at(
        address.strip().rstrip("/"),
        said(repository.full_name) or said(repository.name_with_owner) or said(repository.name),
    )


@lru_cache(maxsize=1 << 10)
def _asset_at(address: str, name: str) -> Asset | None:
    found = []
    if "://" in address:
        found.append(Identifier(IdentifierKind.RESOURCE, address.lower()))
        name = name or "/".join(address.split("/")[-2:])
    if name.strip():
        found.append(Identifier(IdentifierKind.NAME, name.strip().lower()))
    return Asset(name.strip(), AssetKind.CODE, tuple(found)) if found else None


def _of_alert(alert: _Record) -> _Repository:
    """Return the repository of an alert: as it says, or as the alert's own address does."""
    if alert.repository is not None and said(alert.repository.full_name):
        return alert.repository
    address, security, _ = said(alert.html_url).partition("/security/")
    if security:
        return _Repository(url=address)
    _, repos, rest = said(alert.url).partition("/repos/")
    return _Repository(name_with_owner="/".join(rest.split("/")[:2]) if repos else "")
