"""XCCDF 1.1 and 1.2 results: a benchmark with its results, or results alone, one or several.

Written by SCC, OpenSCAP, CIS-CAT, STIG Manager, Evaluate-STIG, DISA's own automation and others.
"""

from collections.abc import Iterator

from milepost.domain.finding import AssetReport
from milepost.domain.problem import Problem
from milepost.scanners.checklists.xccdf_reading import ABOUT, MANY, TAGS, ResultsReader
from milepost.scanners.records import records
from milepost.scanners.scanner import Head, Source

NAMESPACE = "checklists.nist.gov/xccdf"


class Xccdf:
    """The reader of XCCDF results."""

    name = "xccdf"
    title = "XCCDF results (SCAP)"
    about = ABOUT

    def recognises(self, head: Head) -> bool:
        """Tell by the root element and the namespace."""
        return head.root in {"Benchmark", "TestResult"} and NAMESPACE in head.text

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems and every asset once; see `Scanner.read`."""
        reader = ResultsReader(source)
        for element in records(source, MANY, *TAGS):
            result = reader.take(element)
            if result is not None:
                reader.add(result)
        yield from reader.parts()


SCANNER = Xccdf()
