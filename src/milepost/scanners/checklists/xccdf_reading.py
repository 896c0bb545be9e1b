"""The elements of XCCDF results as they come, whichever document they stand in, added up to assets."""

from collections.abc import Iterator
from functools import lru_cache

from milepost.domain.finding import AssetReport
from milepost.domain.problem import Problem
from milepost.scanners.about import About, Grade
from milepost.scanners.checklists.looks import Looks
from milepost.scanners.checklists.targets import identify
from milepost.scanners.checklists.xccdf_results import SEVERITIES, Meanings, Result
from milepost.scanners.gathering import Gathering
from milepost.scanners.records import Element
from milepost.scanners.scanner import Source

_FORGOTTEN = ("{*}Profile", "{*}Value")
TAGS = (*_FORGOTTEN, "{*}Rule", "{*}Benchmark", "{*}rule-result", "{*}TestResult")
MANY = ("rule-result",)

ABOUT = About(
    versions="XCCDF 1.1 and 1.2: Benchmark with TestResult, or TestResult alone; SCC, OpenSCAP, STIG"
    " Manager, Evaluate-STIG. A benchmark without results is said to be one",
    key="the group (V-…) of a STIG rule, else rule-result@idref without revision, and instance, on"
    " target, target-facts and target-address",
    coverage="one look for each benchmark: pass, fail, fixed and notapplicable are assessed; error,"
    " unknown, notchecked, informational and notselected never are. Of several results of one benchmark"
    " on an asset the latest counts",
    fields={
        "Asset.identifiers": "target, target-facts (host_name, fqdn, ipv4, ipv6), target-address",
        "Facts.source_id": "Group@id or the number in Rule@id for STIGs, else Rule@id",
        "Facts.title": "Rule/title, else rule-result@version",
        "Facts.severity": "rule-result@severity, else Rule@severity",
        "Facts.native_severity": "rule-result@severity, else Rule@severity",
        "Facts.kind": "vulnerability where an ident is a CVE, else configuration",
        "Facts.description": "Rule/description (VulnDiscussion)",
        "Facts.solution": "Rule/fixtext, else Rule/fix",
        "Facts.cves": "ident",
        "Facts.ccis": "ident, else Rule/reference",
        "Facts.controls": "Rule/reference to SP 800-53, where there are no CCIs",
        "Facts.references": "Rule@id, version, ident (legacy, CCE)",
        "Facts.family": "Benchmark/title",
        "Finding.locator": "instance",
        "Finding.output": "message, or sm:detail and sm:comment of STIG Manager",
    },
    severities=SEVERITIES,
    sources=(
        "NIST IR 7275 Revision 4, XCCDF 1.2 (TestResult, rule-result)",
        "STIG Manager documentation, XCCDF format of exports",
        "Evaluate-STIG, FormatOutput.psm1 (Format-XCCDF)",
    ),
    samples=("dod/xccdf",),
    memory="streaming; grows with the rules of the benchmark and with what failed",
    grade=Grade.SILVER,
)
"""What is known of XCCDF results in any document."""


class ResultsReader:
    """Reads the benchmarks and results of a file, element by element; `results` are those that ended."""

    def __init__(self, source: Source) -> None:
        """Start before the first element."""
        self.looks = Looks(source)
        self.gathering = Gathering(source, SEVERITIES)
        self._source = source
        self._meanings = Meanings(self.gathering)
        self._result: Result | None = None
        self._overruled = 0
        self._results = 0

    def take(self, element: Element) -> Result | None:
        """Take one element as it ends; return the result that ended with it, its asset not yet named."""
        space, name = _split(str(element.tag))
        benchmarks = self._meanings.benchmarks
        if name == "rule-result":
            result = self._result or self._current(element.getparent())
            result.take(element, space)
        elif name == "TestResult":
            return self._ended(element)
        elif name == "Benchmark":
            benchmarks.leave()
        else:
            benchmarks.enter(element)
            if name == "Rule":
                benchmarks.add_rule(element)
        return None

    def add(self, result: Result) -> None:
        """Keep a result that ended under the asset that it names."""
        asset, problems = identify(result.head.target(), self._source)
        self.gathering.problems += problems
        self.looks.add(asset, result.answers)

    def parts(self) -> Iterator[AssetReport | Problem]:
        """Yield what there is to say, then every asset."""
        if self._overruled:
            what = f"failures that somebody overrode: {self._overruled}; the new results count"
            self.gathering.problem("", what, "nothing, if that was right; keep the evidence for it")
        if not self._results:
            what = "this is a benchmark without any TestResult: rules, but no results of a scan"
            self.gathering.problem("", what, "give the results that the scanner wrote")
        yield from self.gathering.problems
        yield from self.looks.parts()

    def _current(self, parent: Element | None) -> Result:
        if self._result is None:
            self._result = Result(self._meanings)
            if parent is not None:
                self._result.begin(parent)
        return self._result

    def _ended(self, element: Element) -> Result:
        result, self._result = self._current(element), None
        result.end(element)
        self._results += 1
        self._overruled += result.overruled
        return result


@lru_cache(maxsize=64)
def _split(tag: str) -> tuple[str, str]:
    """Split a name into its namespace, as it stands before every name in it, and the rest."""
    space, brace, name = tag.rpartition("}")
    return space + brace, name
