"""Veracode's detailed report (XML): flaws of static, dynamic and manual analysis, and vulnerable components.

Flaws and components are scopes of their own, `veracode` and `veracode:components`, so that a report without
software composition analysis says nothing of components. The report lists an application's flaws with their
state, so what is missing counts as gone; a fixed flaw is none, one that “cannot be reproduced” is not
established, and one whose mitigation was accepted stays and opens no item. Made from the documentation.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from milepost.domain.finding import (
    Asset,
    AssetKind,
    AssetReport,
    Facts,
    Identifier,
    IdentifierKind,
)
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.about import About, Grade
from milepost.scanners.assets import unnamed_asset
from milepost.scanners.gathering import Gathered, Gathering
from milepost.scanners.packages import name_weakness
from milepost.scanners.records import Element, records, root_of
from milepost.scanners.scanner import Head, Source
from milepost.scanners.source_code.places import Occurrences, cwes_of
from milepost.scanners.text import masked, plain
from milepost.scanners.understood import Understood

SCOPE = "veracode"
COMPONENTS = "veracode:components"
# Veracode Docs, “Severity, exploitability and effort levels”: 5 very high to 1 very low, 0 informational.
SEVERITIES = {
    "5": Severity.CRITICAL,
    "4": Severity.HIGH,
    "3": Severity.MODERATE,
    "2": Severity.LOW,
    "1": Severity.LOW,
    "0": Severity.INFO,
    "": Severity.UNRATED,
}
_NAMESPACE = "{https://www.veracode.com/schema/reports/export/1.0}"
_TIME = re.compile(r"(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?: UTC| GMT|Z)?", re.ASCII)
_GONE = {"fixed"}
_NOT_ESTABLISHED = {"cannot reproduce", "cannot_reproduce"}
_PUBLISHED = ("static-analysis", "dynamic-analysis", "manual-analysis")

# What tells a flaw from others of its kind, and is no part of the weakness.
_PLACE = (
    *("issueid", "module", "date_first_occurrence", "sourcefile", "line", "sourcefilepath", "scope", "count"),
    *(
        "functionprototype",
        "functionrelativelocation",
        "url",
        "vuln_parameter",
        "location",
        "remediation_status",
    ),
)


class Veracode:
    """The reader of Veracode's detailed reports."""

    name = "veracode"
    title = "Veracode detailed report (XML)"
    about = About(
        versions="detailedreport with report_format_version 1.x, namespace …/schema/reports/export/1.0",
        key="app_id (and sandbox_id), issueid; a component by cve_id and library",
        coverage="all of the application that was analysed; components only where the report has the section "
        "software_composition_analysis; not the flaws that cannot be reproduced",
        fields={
            "source_id": "the category by flaw.cweid and categoryid; vulnerability.cve_id",
            "title": "flaw.categoryname; vulnerability.cve_id and component.library",
            "severity, native_severity": "flaw.severity, vulnerability.severity",
            "description": "flaw.description, vulnerability.cve_summary",
            "solution": "category.recommendations",
            "cves": "vulnerability.cve_id",
            "cwes": "flaw.cweid, vulnerability.cwe_id",
            "cvss": "vulnerability.cvss_score",
            "family": "category.categoryname, component.vendor",
            "package": "component.library, else file_name",
            "Facts.version": "component.version",
            "vendor_status, actionable": "flaw.mitigation_status, mitigations; vulnerability.mitigation",
            "locator": "issueid; library",
            "output": "module, sourcefilepath, sourcefile, line, function; url and vuln_parameter; file_path",
            "first_seen": "date_first_occurrence, vulnerability.first_found_date",
            "identifiers": "app_id, sandbox_id, app_name",
            "Asset.version": "detailedreport.version",
            "scanned_at": "the latest published_date of an analysis, else last_update_time",
        },
        severities=SEVERITIES,
        sources=("Veracode Docs, About the XML report", "Veracode, detailedreport.xsd 1.5"),
        samples=(),
        memory="grows with the flaws",
        grade=Grade.NONE,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the root element and the namespace."""
        return head.root == "detailedreport" and "veracode.com/schema/" in head.text

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the application; see `Scanner.read`."""
        application = _Application(source)
        tags = ("flaw", "component", "software_composition_analysis", *_PUBLISHED, "detailedreport")
        for element in records(source, ("flaw",), *(f"{_NAMESPACE}{tag}" for tag in tags)):
            application.take(element)
        yield from application.parts()


SCANNER = Veracode()


class _Application:
    """What a report says of its application, element by element."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._gathering = Gathering(source, SEVERITIES)
        self._occurrences = Occurrences()
        self._gathered: Gathered | None = None
        self._solutions: dict[str, str] = {}
        self._understood = Understood(self._gathering, *_PLACE)

    def take(self, element: Element) -> None:
        """Read an element when its end was met."""
        held = self._held(element)
        tag = str(element.tag).removeprefix(_NAMESPACE)
        if tag == "flaw":
            self._flaw(held, element)
        elif tag == "component":
            self._component(held, element)
        elif tag == "software_composition_analysis":
            held.scope(COMPONENTS, held.scopes[0].tool)
        elif tag in _PUBLISHED:
            held.dated(instant(element.get("published_date", "")))
        elif held.scopes[0].scanned_at is None:
            held.dated(instant(element.get("last_update_time", "")))

    def parts(self) -> Iterator[AssetReport | Problem]:
        """Yield the problems and the application."""
        scopes = self._gathered.scopes if self._gathered is not None else []
        for scope in scopes:
            scope.assessed -= scope.unassessed
            scope.scanned_at = scopes[0].scanned_at
        self._occurrences.remark(self._gathering)
        yield from self._gathering.parts()

    def _held(self, element: Element) -> Gathered:
        if self._gathered is None:
            root = root_of(element)
            asset, problem = application(root)
            if asset is None:
                asset, problem = unnamed_asset(self._source, AssetKind.CODE)
            if problem is not None:
                self._gathering.problems.append(problem)
            self._gathered = self._gathering.on(asset)
            self._gathered.scope(SCOPE, "Veracode")
        return self._gathered

    def _flaw(self, held: Gathered, flaw: Element) -> None:
        where = f"line {flaw.sourceline}"
        issue = flaw.get("issueid", "").strip()
        if not issue:
            self._gathering.problem(where, "this flaw has no issueid", "correct the record, or report it")
            return
        state = flaw.get("remediation_status", "").strip().lower()
        facts = self._understood.facts(flaw, lambda: self._described(flaw, where), flaw.getparent())
        if state in _GONE:
            held.passed(facts.source_id)
        elif state in _NOT_ESTABLISHED:
            held.skipped(facts.source_id)
        elif self._occurrences.is_new((SCOPE, issue), facts):
            self._occurrences.suppressed += not facts.actionable
            first_seen = instant(flaw.get("date_first_occurrence", ""))
            held.found(facts, f"issue {issue}", _place(flaw), first_seen=first_seen)

    def _described(self, flaw: Element, where: str) -> Facts:
        word, number = flaw.get("severity", "").strip(), flaw.get("cweid", "").strip()
        named = flaw.get("categoryname", "").strip()
        status = _accepted(flaw)
        return Facts(
            source="veracode",
            source_id=f"CWE-{number}"
            if number.isdigit()
            else f"category {flaw.get('categoryid', '')}".strip(),
            title=named or f"CWE-{number}",
            severity=self._gathering.rate(word, where),
            native_severity=word,
            description=plain(flaw.get("description", "")),
            solution=self._solution(flaw),
            cwes=cwes_of(f"CWE-{number}"),
            family=named,
            vendor_status=status,
            actionable=not status,
        )

    def _solution(self, flaw: Element) -> str:
        """Return the recommendations of the category that a flaw is in, which stand before its flaws."""
        category = next(flaw.iterancestors(f"{_NAMESPACE}category"), None)
        if category is None:
            return ""
        key = category.get("categoryid", "") or category.get("categoryname", "")
        if key not in self._solutions:
            texts = category.iterfind(f"{_NAMESPACE}recommendations//*[@text]")
            self._solutions[key] = "\n".join(plain(each.get("text", "")) for each in texts)
        return self._solutions[key]

    def _component(self, held: Gathered, component: Element) -> None:
        scope = held.scope(COMPONENTS, held.scopes[0].tool)
        for vulnerability in component.iter(f"{_NAMESPACE}vulnerability"):
            where = f"line {vulnerability.sourceline}"
            if not vulnerability.get("cve_id", "").strip():
                self._gathering.problem(where, "this vulnerability has no cve_id", "report it")
                continue
            facts = self._component_facts(component, vulnerability, where)
            key = (COMPONENTS, facts.source_id, facts.package)
            if self._occurrences.is_new(key, facts):
                self._occurrences.suppressed += not facts.actionable
                first_seen = instant(vulnerability.get("first_found_date", ""))
                paths = (path.get("value", "") for path in component.iter(f"{_NAMESPACE}file_path"))
                output = "\n".join(filter(None, paths))
                facts = self._gathering.shared(facts)
                held.found(facts, facts.package, output, first_seen=first_seen, scope=scope)

    def _component_facts(self, component: Element, vulnerability: Element, where: str) -> Facts:
        weakness = name_weakness("veracode", vulnerability.get("cve_id", "").strip(), [])
        word = vulnerability.get("severity", "").strip()
        library = _library(component)
        status = _mitigated(vulnerability)
        score = vulnerability.get("cvss_score", "").strip()
        return Facts(
            source=weakness.source,
            source_id=weakness.source_id,
            title=f"{weakness.source_id} in {library}" if library else weakness.source_id,
            severity=self._gathering.rate(word, where),
            native_severity=word,
            description=plain(vulnerability.get("cve_summary", "")),
            cves=weakness.cves,
            cwes=cwes_of(vulnerability.get("cwe_id", "")),
            aliases=weakness.aliases,
            cvss=(score,) if score else (),
            family=component.get("vendor", "").strip(),
            package=library,
            version=component.get("version", "").strip(),
            vendor_status=status,
            actionable=not status,
        )


def application(root: Element) -> tuple[Asset | None, Problem | None]:
    """Return the application that a report names, by its id and its name; a sandbox is one of its own."""
    number, name = root.get("app_id", "").strip(), root.get("app_name", "").strip()
    sandbox = root.get("sandbox_id", "").strip()
    shown = f"{name} ({root.get('sandbox_name', '').strip() or sandbox})" if sandbox else name
    named = []
    if number:
        path = f"{number}/{sandbox}" if sandbox else number
        named.append(Identifier(IdentifierKind.RESOURCE, f"veracode:{path}".lower()))
    if shown:
        named.append(Identifier(IdentifierKind.NAME, shown.lower()))
    if not named:
        return None, None
    version = root.get("version", "").strip()
    return Asset(shown or named[0].value, AssetKind.CODE, tuple(named), version), None


def instant(text: str) -> datetime | None:
    """Read `2018-02-17 00:35:18 UTC`."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    try:
        year, month, day, hour, minute, second = (int(part) for part in match.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def _accepted(flaw: Element) -> str:
    """Return how people set a flaw aside; empty where no mitigation was accepted."""
    if flaw.get("mitigation_status", "").strip().lower() != "accepted":
        return ""
    actions = [each.get("action", "").strip() for each in flaw.iter(f"{_NAMESPACE}mitigation")]
    words = [
        each for each in actions if each and not each.lower().startswith(("approve", "accept", "comment"))
    ]
    return f"suppressed: {masked((words or actions or ['mitigation accepted'])[-1])}"


def _mitigated(vulnerability: Element) -> str:
    if vulnerability.get("mitigation", "").strip().lower() != "true":
        return ""
    return f"suppressed: {vulnerability.get('mitigation_type', '').strip() or 'mitigation accepted'}"


def _library(component: Element) -> str:
    """Return a component's name without its version: the artifact of its Maven id, else its library."""
    parts = component.get("library_id", "").split(":")
    if len(parts) > 2 and parts[0] == "maven":  # noqa: PLR2004 - maven, group, artifact
        return parts[2]
    named = component.get("library", "").strip() or component.get("file_name", "").strip()
    version = component.get("version", "").strip()
    return named.replace(f"-{version}", "") if version else named


def _place(flaw: Element) -> str:
    path = flaw.get("sourcefilepath", "").strip() + flaw.get("sourcefile", "").strip()
    lines = (
        ":".join(filter(None, (path, flaw.get("line", "").strip()))),
        flaw.get("functionprototype", "").strip(),
        flaw.get("module", "").strip(),
        flaw.get("url", "").strip(),
        flaw.get("vuln_parameter", "").strip(),
    )
    return masked("\n".join(filter(None, lines)))
