"""Rapid7 Nexpose and InsightVM: XML Export 2.0, well-formed or not.

What is known of the vulnerabilities stands at the end of the file and is read first; then the nodes stream.
Many of these files are not well-formed: they are mended (`scanners.mending`), and every mend is said. A test
that is `vulnerable-…` is a finding, `not-vulnerable…` is tested and gone, anything else (skipped, error, no
credentials, unknown) says nothing. Nexpose's number for a device is no name of an asset: every console counts
from one.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from milepost.domain.finding import Asset, AssetReport, Coverage, Facts, Finding
from milepost.domain.problem import Problem
from milepost.scanners.about import About, Grade
from milepost.scanners.assets import host_asset
from milepost.scanners.hosts.merging import merged
from milepost.scanners.hosts.nexpose_definitions import SEVERITIES, SOURCE, Definition, definitions, unknown
from milepost.scanners.hosts.nexpose_tests import Outcome, Test, locator, outcome_of, tests
from milepost.scanners.scanner import Head, Source
from milepost.scanners.times import compact_instant
from milepost.scanners.xml import Element, mended

ROOT = "NexposeReport"

_TAGS = ("scan", "node", "vulnerability")
_TOOL = "Rapid7 Nexpose"
_ALIVE = "alive"
_FINISHED = "finished"


class Nexpose:
    """The reader of Nexpose's XML Export 2.0."""

    name = "nexpose"
    title = "Rapid7 Nexpose / InsightVM (XML 2.0)"
    about = About(
        versions="XML Export 2.0 (and 1.0, which has the same tests), well-formed or not",
        key="node by its names and addresses, test id, endpoint port and protocol, test key without versions",
        coverage="Everything on a node that is alive, where every scan in the file is finished; else only the"
        " tests that are named. A node that is not alive is covered by nothing. Skipped tests and errors are"
        " not assessed. The file does not say whether there were credentials.",
        fields={
            "title": "vulnerability title",
            "severity": "vulnerability severity (0 to 10)",
            "native_severity": "vulnerability severity",
            "description": "description",
            "solution": "solution",
            "cves": "reference of the source CVE",
            "cwes": "reference of the source CWE",
            "cvss": "cvssV3Vector, cvssVector, else cvssScore",
            "references": "references, IAVM notices among them",
            "family": "the first of the tags",
            "published": "published",
            "vendor_status": "status vulnerable-potential (potential); an exception (suppressed)",
            "exploit_known": "an exploit or malware kit is listed",
            "actionable": "no for a test with an exception",
            "locator": "endpoint port and protocol, test key",
            "output": "the text inside the test",
            "first_seen": "vulnerable-since",
            "identifiers": "names/name, address",
        },
        severities=SEVERITIES,
        sources=("Rapid7 Nexpose help: working with report formats, XML Export 2.0",),
        samples=("scans/nexpose",),
        memory="streaming; grows with the definitions",
        grade=Grade.BRONZE,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the root element."""
        return head.root == ROOT

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield what was mended, then every node; see `Scanner.read`."""
        return _Reading(source).parts()


SCANNER = Nexpose()


class _Known(NamedTuple):
    """What a vulnerability with some status means, wherever it is; no facts where it is no finding."""

    outcome: Outcome
    skipped: bool
    facts: Facts | None


class _Reading:
    """One file while it is read."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._definitions: dict[str, Definition] = {}
        self._ends: dict[str, datetime | None] = {}
        self._finished = True
        self._known: dict[tuple[str, str], _Known] = {}
        self._facts: dict[Facts | None, Facts | None] = {}
        self._said: set[str] = set()
        self._suppressed = 0

    def parts(self) -> Iterator[AssetReport | Problem]:
        """Read the definitions, then yield the nodes and what had to be mended."""
        self._definitions = definitions(self._source)
        mends: list[Problem] = []
        for element in mended(self._source, mends, *_TAGS):
            if element.tag == "node":
                yield from self._node(element)
            elif element.tag == "scan":
                self._ends[element.get("id", "")] = compact_instant(element.get("endTime", ""))
                self._finished = self._finished and element.get("status", _FINISHED) == _FINISHED
        yield from mends
        yield from self._summary()

    def _node(self, element: Element) -> Iterator[AssetReport | Problem]:
        asset = _asset(element)
        if asset is None:
            yield self._problem(element, "this node has neither name nor address", "export the report again")
            return
        named, skipped, scans = set[str](), set[str](), set[str]()
        findings = []
        for test in tests(element):
            scans.add(test.element.get("scan-id", ""))
            known = self._known.get((test.name, test.element.get("status", "")))
            if known is None:
                known = self._learn(test)
                yield from self._trouble(test, known.outcome)
            (skipped if known.skipped else named).add(test.name)
            if known.facts is not None:
                self._suppressed += not known.facts.actionable
                since = compact_instant(test.element.get("vulnerable-since", ""))
                findings.append(Finding(known.facts, locator(test), test.output(), since))
        whole = self._finished and element.get("status", _ALIVE).lower() == _ALIVE
        assessed = None if whole else frozenset(named)
        coverage = Coverage(
            SOURCE, _TOOL, self._scanned_at(scans), None, assessed, frozenset(skipped - named)
        )
        yield AssetReport(asset, (coverage,), merged(findings))

    def _learn(self, test: Test) -> _Known:
        """Work out what this vulnerability with this status means, once."""
        status = test.element.get("status", "")
        outcome = outcome_of(status)
        facts: Facts | None = None
        if outcome not in {Outcome.PASSED, Outcome.UNASSESSED}:
            facts = self._definitions.get(test.name, Definition(test.name)).facts()
        if facts and outcome is Outcome.POTENTIAL:
            facts = replace(facts, vendor_status="potential")
        elif facts and outcome is Outcome.EXCEPTED:
            facts = replace(facts, vendor_status=f"suppressed: {status}", actionable=False)
        known = _Known(outcome, outcome is Outcome.UNASSESSED, self._facts.setdefault(facts, facts))
        self._known[test.name, status] = known
        return known

    def _trouble(self, test: Test, outcome: Outcome) -> Iterator[Problem]:
        """Say once what is not known of a vulnerability or of a status."""
        said = []
        if outcome in {Outcome.PASSED, Outcome.UNASSESSED}:
            return
        if test.name not in self._definitions:
            said.append((f"the report does not explain {test.name}; it is unrated", "rate it by hand"))
        elif word := unknown(self._definitions[test.name]):
            said.append(
                (f"the severity “{word}” of {test.name} is unknown; it is unrated", "rate it by hand")
            )
        if outcome is Outcome.UNKNOWN:
            status = test.element.get("status", "")
            said.append((f"the status “{status}” is unknown; it counts as found", "check it in Nexpose"))
        for what, fix in said:
            if what not in self._said:
                self._said.add(what)
                yield self._problem(test.element, what, fix)

    def _scanned_at(self, scans: set[str]) -> datetime | None:
        """Return when the last of the scans ended that looked at a node; without any, the last of all."""
        ends = [self._ends.get(scan) for scan in scans if scan in self._ends] or [*self._ends.values()]
        return max(filter(None, ends), default=None)

    def _summary(self) -> Iterator[Problem]:
        if not self._finished:
            what = "a scan in the report is not finished; what it does not name counts as not tested"
            yield Problem(self._source.name, what, "let the scan finish, and export again")
        if self._suppressed:
            what = f"{self._suppressed} findings have an exception in Nexpose; they open no item"
            yield Problem(self._source.name, what, "request a deviation for each, or lift the exception")

    def _problem(self, element: Element, what: str, fix: str) -> Problem:
        return Problem(f"{self._source.name}, line {element.sourceline}", what, fix)


def _asset(node: Element) -> Asset | None:
    names = [(name.text or "").strip() for name in node.iterfind("names/name")]
    return host_asset(names=names, addresses=[node.get("address", "")])
