"""kube-bench's JSON report on a Kubernetes node, alone or one of several groups of controls.

The report names no host: the asset is named after the file, and a problem says so. Only the tests that the
report names count as assessed: FAIL and PASS. WARN means that a person has to look, INFO that nothing was
tested; neither establishes anything. The tool rates nothing: a failed test is unrated.
"""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from milepost.domain.finding import AssetKind, AssetReport, Facts, WeaknessKind
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.about import About
from milepost.scanners.assets import unnamed_asset
from milepost.scanners.cloud.occurrences import Occurrences
from milepost.scanners.documents import listing, record
from milepost.scanners.scanner import Head, Source
from milepost.scanners.source_code.values import text
from milepost.scanners.text import masked

SCOPE = "kube-bench"
SEVERITIES = {"fail": Severity.UNRATED}
_PASSED = "PASS"
_FAILED = "FAIL"
_SKIPPED = {"WARN", "INFO"}


class _Result(msgspec.Struct):
    test_number: str
    test_desc: object = None
    status: object = None
    remediation: object = None
    audit: object = None
    actual_value: object = None
    expected_result: object = None
    reason: object = None


class _Section(msgspec.Struct):
    section: object = None
    desc: object = None
    results: list[msgspec.Raw] | None = None


class _Group(msgspec.Struct):
    id: object = None
    version: object = None
    detected_version: object = None
    text: object = None
    node_type: object = None
    tests: list[msgspec.Raw] | None = None
    controls: list[msgspec.Raw] | None = msgspec.field(default=None, name="Controls")


_RESULT = msgspec.json.Decoder(_Result)
_SECTION = msgspec.json.Decoder(_Section)
_GROUP = msgspec.json.Decoder(_Group)


class _Within(NamedTuple):
    """What the tests of a section have in common: the benchmark's version, the kind of node, their texts."""

    version: str
    node: str
    section: str
    description: str


class KubeBench:
    """The reader of kube-bench's JSON reports."""

    name = "kube-bench"
    title = "kube-bench (JSON)"
    about = About(
        versions="`kube-bench --json` from 0.3: an object with Controls, a list of groups, one group",
        key="the node (given), the benchmark's version and test_number, node_type",
        coverage="only the tests with FAIL or PASS; WARN (manual) and INFO are not assessed",
        fields={
            "source_id": "Controls[].version, results[].test_number",
            "title": "results[].test_desc",
            "severity, native_severity": "results[].status; the tool rates nothing",
            "description": "Controls[].text, tests[].desc",
            "solution": "results[].remediation",
            "family": "tests[].desc",
            "locator": "Controls[].node_type",
            "output": "results[].audit, expected_result, actual_value, reason (masked)",
            "identifiers": "the file's name",
        },
        severities=SEVERITIES,
        sources=("aquasecurity/kube-bench, check.Controls, check.Group and check.Check",),
        samples=("scans/kube_bench",),
        memory="the findings; the file itself is mapped",
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the groups of controls, or by the keys of one."""
        if "Controls" in head.keys:
            return "Totals" in head.keys or '"tests"' in head.text or '"node_type"' in head.text
        return "tests" in head.keys and ("node_type" in head.keys or '"test_number"' in head.text)

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the node; see `Scanner.read`."""
        tests = _Tests(source)
        for where, raw in listing(source, "Controls").records:
            tests.group(raw, where)
        yield from tests.occurrences.parts()


SCANNER = KubeBench()


class _Tests:
    """The tests of a report as they add up on the node."""

    def __init__(self, source: Source) -> None:
        self.occurrences = Occurrences(source, SEVERITIES)
        self._source = source
        asset, problem = unnamed_asset(source, AssetKind.HOST)
        self.occurrences.gathering.problems.append(problem)
        self._node = self.occurrences.on("", lambda: asset)
        self._node.scope(SCOPE, "kube-bench", only_assessed=True)

    def group(self, raw: msgspec.Raw, where: str) -> None:
        """Read a group of controls; an object with `Controls` in a list stands for its own groups."""
        group = record(raw, _GROUP, self._source, where)
        if isinstance(group, Problem):
            self.occurrences.gathering.problems.append(group)
            return
        for number, inner in enumerate(group.controls or []):
            self.group(inner, f"{where}.Controls[{number}]")
        for number, test in enumerate(group.tests or []):
            self._section(group, test, f"{where}.tests[{number}]")

    def _section(self, group: _Group, raw: msgspec.Raw, where: str) -> None:
        section = record(raw, _SECTION, self._source, where)
        if isinstance(section, Problem):
            self.occurrences.gathering.problems.append(section)
            return
        within = _within(group, section)
        for number, each in enumerate(section.results or []):
            place = f"{where}.results[{number}]"
            result = record(each, _RESULT, self._source, place)
            if isinstance(result, Problem):
                self.occurrences.gathering.problems.append(result)
            else:
                self._result(within, result, place)

    def _result(self, within: _Within, result: _Result, where: str) -> None:
        number = result.test_number.strip()
        source_id = f"{within.version} {number}" if within.version and number else within.version or number
        status = text(result.status).upper()
        if status == _PASSED:
            self._node.passed(source_id)
        elif status == _FAILED:
            facts = _facts(within, result, source_id)
            self.occurrences.found(self._node, facts, within.node, output=_output(result))
        else:
            self._node.skipped(source_id)
            if status not in _SKIPPED:
                what = f"the status “{status[:40]}” is unknown; the test counts as not done"
                self.occurrences.gathering.problem(where, what, "look at the test by hand")


def _within(group: _Group, section: _Section) -> _Within:
    described = dict.fromkeys((text(group.text), text(section.desc)))
    return _Within(
        text(group.version).lower().removeprefix("cis-"),
        text(group.node_type),
        text(section.desc),
        ": ".join(filter(None, described)),
    )


def _facts(within: _Within, result: _Result, source_id: str) -> Facts:
    return Facts(
        source="kube-bench",
        source_id=source_id,
        title=text(result.test_desc) or source_id,
        severity=SEVERITIES["fail"],
        native_severity=text(result.status),
        kind=WeaknessKind.CONFIGURATION,
        description=within.description,
        solution=text(result.remediation),
        family=within.section,
    )


def _output(result: _Result) -> str:
    said = (
        ("Audit", text(result.audit)),
        ("Expected", text(result.expected_result)),
        ("Found", text(result.actual_value)),
        ("Reason", text(result.reason)),
    )
    return masked("\n".join(f"{name}: {value}" for name, value in said if value))
