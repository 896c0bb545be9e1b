"""What a CycloneDX document says, in JSON or XML: vulnerabilities of its components, and what was analysed.

A document with components is a report on what they make up: each vulnerability is an occurrence in each
component that it affects. What the analysis says of it is stated as well. A document without components
(VEX) only states: it names no asset. Of several ratings the first with a severity counts, in the document's
own order: the format ranks no source above another.
"""

from collections.abc import Iterator

from milepost.domain.finding import Asset, AssetKind, AssetReport, Facts
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.domain.statement import Statement, StatementStatus
from milepost.scanners.assets import code_asset, image_asset, image_of, unnamed_asset
from milepost.scanners.gathering import Gathered, Gathering
from milepost.scanners.packages import Weakness
from milepost.scanners.scanner import Source
from milepost.scanners.software.cyclonedx_parts import (
    SEVERITIES,
    Analysis,
    Component,
    Metadata,
    Vulnerability,
)
from milepost.scanners.software.occurrences import SUPPRESSED, Occurrences, named, said
from milepost.scanners.times import iso_day, iso_instant

TOOL = "cyclonedx"
TITLE = "CycloneDX"
STATES = {
    "resolved": StatementStatus.FIXED,
    "resolved_with_pedigree": StatementStatus.FIXED,
    "exploitable": StatementStatus.AFFECTED,
    "in_triage": StatementStatus.UNDER_INVESTIGATION,
    "false_positive": StatementStatus.FALSE_POSITIVE,
    "not_affected": StatementStatus.NOT_AFFECTED,
}

KEY = "metadata.component without version × id (CVE) × purl of the affected component without version"
COVERAGE = (
    "whole where the document has vulnerabilities, be it none; a mere list of "
    "components shows nothing; a VEX "
    "document only states; resolved vulnerabilities are looked for and gone"
)
FIELDS = {
    "source_id": "id, references[].id",
    "title": "id and the component's name",
    "severity": "ratings[].severity (the first that is there)",
    "native_severity": "ratings[].severity",
    "cves": "id, references[].id",
    "locator": "purl of the affected component without version, else group and name",
    "description": "description, detail",
    "solution": "recommendation, workaround",
    "aliases": "references[].id (if one is a CVE)",
    "cwes": "cwes",
    "cvss": "ratings[].vector, score (3.x first)",
    "references": "advisories[].url",
    "family": "purl (its type)",
    "package": "component.group, name",
    "version": "component.version",
    "published": "published",
    "vendor_status": "analysis.state",
    "actionable": "analysis.state",
    "names": "id, references[].id",
    "status": "analysis.state",
    "native_status": "analysis.state",
    "product": "metadata.component, affects[].ref",
    "component": "affects[].ref",
    "justification": "analysis.justification",
    "text": "analysis.detail",
    "action": "recommendation, analysis.response",
    "document": "serialNumber",
    "author": "metadata.authors, supplier, tools",
    "stated_at": "analysis.lastUpdated, firstIssued, updated, metadata.timestamp",
    "identifiers": "metadata.component",
}
SOURCES = ("CycloneDX specification 1.2 to 1.6 (ECMA-424)", "CycloneDX vulnerability extension 1.0")

_NOBODY = Component()
_LINK = "urn:cdx:"


class Bom:
    """A document as it adds up: first what it is about and its components, then its vulnerabilities."""

    def __init__(self, source: Source) -> None:
        """Start empty."""
        self.metadata = Metadata()
        self.serial = ""
        self.looked = False
        self._source = source
        self._gathering = Gathering(source, SEVERITIES)
        self._occurrences = Occurrences(self._gathering)
        self._components: dict[str, Component] = {}
        self._inventory = 0
        self._held: Gathered | None = None
        self._statements: list[Statement] = []

    def note(self, problem: Problem) -> None:
        """Note a part that could not be read."""
        self._gathering.problems.append(problem)

    def about(self, component: Component) -> None:
        """Take the component that the whole document is about."""
        self.metadata.component = component
        self._learn(component)

    def has(self, component: Component) -> None:
        """Take a component of the document."""
        self._inventory += 1
        self._learn(component)

    def take(self, found: Vulnerability, where: str, within: Component | None = None) -> None:
        """Take a vulnerability; `within` is the component that it stands in (XML before 1.4)."""
        self.looked = True
        native = said(found.id).strip()
        if not native:
            self._gathering.problem(where, "the vulnerability has no id and was not read", "give its id")
            return
        weakness = named(TOOL, native, found.others())
        affected = [within] if within is not None else self._affected(found, where)
        status = self._status(found.analysis, where)
        if status is not None:
            self._statements += [self._stated(found, weakness, status, each) for each in affected]
        if self._inventory or within is not None:
            self._found(found, weakness, affected, where)
        elif status is None:
            what = f"{native} has no analysis and no component: it states nothing"
            self._gathering.problem(where, what, "export the document with its components or its analysis")

    def parts(self) -> Iterator[AssetReport | Problem | Statement]:
        """Yield problems, the one asset if the document has components, and what is stated."""
        if self._inventory:
            held = self._asset_held()
            if not self.looked:
                held.scopes[0].only_assessed = True
                what = (
                    "the document lists components and no vulnerabilities: nothing shows that any "
                    "were looked for"
                )
                self._gathering.problem("", what, "scan the bill of materials and import that report")
        self._occurrences.finish()
        yield from self._gathering.parts()
        yield from dict.fromkeys(self._statements)

    def _learn(self, component: Component) -> None:
        for key in (said(component.purl), said(component.bom_ref)):
            if key:
                self._components[key] = component

    def _affected(self, found: Vulnerability, where: str) -> list[Component]:
        refs = dict.fromkeys(said(each.ref) for each in found.affects or [] if each.ref)
        return [self._resolved(ref, where) for ref in refs] or [self.metadata.component or _NOBODY]

    def _resolved(self, ref: str, where: str) -> Component:
        """Return the component that a reference means, in this document or (`urn:cdx:`) in another."""
        local = ref.partition("#")[2] if ref.startswith(_LINK) else ref
        known = self._components.get(local)
        if known is not None:
            return known
        if self._inventory:
            what = f"the affected component {local[:100]} is not in the document"
            self._gathering.problem(where, what, "check the finding's place, or export the document whole")
        return Component(purl=local, name=local) if local.startswith("pkg:") else Component(name=local)

    def _status(self, analysis: Analysis | None, where: str) -> StatementStatus | None:
        state = said(analysis.state).lower() if analysis is not None else ""
        if state and state not in STATES:
            what = f"the analysis state “{state}” is unknown and was not taken"
            self._gathering.problem(where, what, f"use one of {', '.join(STATES)}")
        return STATES.get(state)

    def _stated(
        self, found: Vulnerability, weakness: Weakness, status: StatementStatus, component: Component
    ) -> Statement:
        analysis = found.analysis or Analysis()
        main = self.metadata.component
        of_main = main is not None and component is not main
        instants = (analysis.last_updated, analysis.first_issued, found.updated, self.metadata.timestamp)
        names = (said(found.id).strip(), *found.others(), *weakness.cves, *weakness.aliases)
        return Statement(
            names=tuple(dict.fromkeys(names)),
            status=status,
            product=main.product() if main is not None and of_main else component.product(),
            component=component.product() if of_main else "",
            native_status=said(analysis.state),
            justification=said(analysis.justification),
            text=said(analysis.detail),
            action=said(found.recommendation) or ", ".join(analysis.response or ()),
            document=self.serial,
            author=self.metadata.author(),
            stated_at=next(filter(None, (iso_instant(said(each)) for each in instants)), None),
        )

    def _found(self, found: Vulnerability, weakness: Weakness, affected: list[Component], where: str) -> None:
        held = self._asset_held()
        state = said(found.analysis.state).lower() if found.analysis is not None else ""
        if STATES.get(state) is StatementStatus.FIXED:
            held.passed(weakness.source_id)
            return
        severity = self._gathering.rate(found.word(), where)
        for component in affected:
            facts = self._gathering.shared(_facts(found, weakness, severity, (component, state)))
            place = "" if component is self.metadata.component else component.place()
            self._occurrences.add(held, facts, place)

    def _asset_held(self) -> Gathered:
        if self._held is None:
            tool = self.metadata.tool()
            name = said(tool.name).strip()
            self._held = self._gathering.on(self._asset())
            shown = " ".join(filter(None, (name or TITLE, said(tool.version))))
            self._held.scope(f"{TOOL}:{name.lower()}" if name else TOOL, shown)
            self._held.dated(iso_instant(said(self.metadata.timestamp)))
        return self._held

    def _asset(self) -> Asset:
        main = self.metadata.component
        name = main.package().strip() if main is not None else ""
        if main is not None and name not in {"", ".", "./", "/"}:
            if said(main.type) == "container":
                image = image_of(name)
                return image_asset(image if image.tag else image._replace(tag=_tag(said(main.version))))
            asset = code_asset(name)
            return Asset(asset.name, asset.kind, asset.identifiers, said(main.version))
        asset, problem = unnamed_asset(self._source, AssetKind.CODE)
        self.note(problem)
        return asset


def _tag(version: str) -> str:
    return "" if version.startswith("sha256:") else version


def _facts(found: Vulnerability, weakness: Weakness, severity: Severity, at: tuple[Component, str]) -> Facts:
    component, state = at
    false = state == "false_positive"
    purl = said(component.purl)
    name = weakness.cves[0] if len(weakness.cves) == 1 else weakness.source_id
    package = component.package()
    return Facts(
        source=weakness.source,
        source_id=weakness.source_id,
        title=f"{name} in {package}" if component.name else name,
        severity=severity,
        native_severity=found.word(),
        description=said(found.description) or said(found.detail),
        solution=said(found.recommendation) or said(found.workaround),
        cves=weakness.cves,
        cwes=tuple([f"CWE-{number}" for number in map(said, found.cwes or []) if number]),
        aliases=weakness.aliases,
        cvss=found.scores(),
        references=tuple([said(each.url) for each in found.advisories or [] if each.url]),
        family=purl[4:].partition("/")[0] if purl.startswith("pkg:") else said(component.type),
        package=package,
        version=said(component.version),
        published=iso_day(said(found.published)),
        vendor_status=f"{SUPPRESSED}{state}" if false else state,
        actionable=not false and state != "not_affected",
    )
