"""OpenVAS (GVM, Greenbone) results in a table (CSV): one row a result, hosts in any order.

A table does not say how it was filtered. A host without any row of the level Log comes from a filtered
report: there only what is named counts as tested.
"""

from collections.abc import Iterator

from milepost.domain.finding import AssetReport, Facts
from milepost.domain.problem import Problem
from milepost.scanners.about import About, Grade
from milepost.scanners.hosts import openvas
from milepost.scanners.hosts.openvas import Host, Rating, Test
from milepost.scanners.scanner import Head, Source
from milepost.scanners.tables import Row, Table, open_table
from milepost.scanners.times import iso_instant

REQUIRED = ("IP", "NVT OID", "NVT Name", "Severity")

_RESULT = (
    "IP",
    "Hostname",
    "Port",
    "Port Protocol",
    "NVT OID",
    "Severity",
    "CVSS",
    "QoD",
    "Timestamp",
    "Specific Result",
)
_TEST = (
    "NVT Name",
    "Summary",
    "Vulnerability Insight",
    "Impact",
    "Affected Software/OS",
    "Solution",
    "CVEs",
    "CVSS",
    "BIDs",
    "CERTs",
    "Other References",
)


class OpenVasTable:
    """The reader of OpenVAS's tables."""

    name = "openvas-csv"
    title = "OpenVAS / Greenbone GVM (CSV)"
    about = About(
        versions="CSV Results of OpenVAS 7 to GVM 22 and later, with and without QoD",
        key="IP, NVT OID, Port and Port Protocol",
        coverage="Everything on a host with a row of the level Log; on any other only the tests that are"
        " named, which a problem says. The table does not say whether there were credentials.",
        fields={
            "title": "NVT Name",
            "severity": "Severity, else CVSS",
            "native_severity": "Severity",
            "description": "Summary, Vulnerability Insight, Impact, Affected Software/OS",
            "solution": "Solution",
            "cves": "CVEs",
            "cvss": "CVSS",
            "references": "Other References, BIDs, CERTs",
            "vendor_status": "QoD below 70; False Positive (suppressed)",
            "actionable": "no for the severity False Positive",
            "locator": "Port, Port Protocol",
            "output": "Specific Result",
            "identifiers": "Hostname, IP",
        },
        severities=openvas.SEVERITIES,
        sources=("Greenbone: report format CSV Results",),
        samples=("scans/openvas",),
        memory="grows with the results and with what they print",
        grade=Grade.BRONZE,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the heading."""
        return head.has_columns(*REQUIRED)

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems, then every host once; see `Scanner.read`."""
        table = open_table(source, *REQUIRED)
        reading = _Reading(source, table)
        for row in table.rows():
            reading.take(row)
        yield from table.problems
        yield from reading.parts()


SCANNER = OpenVasTable()


class _Reading:
    """One table while its rows are read."""

    def __init__(self, source: Source, table: Table) -> None:
        self._source = source
        self._problems: list[Problem] = []
        self._result = table.pick(*_RESULT)
        self._test = table.pick(*_TEST)
        self._hosts: dict[str, Host] = {}
        self._facts: dict[tuple[str, Rating], Facts] = {}
        self._suppressed = 0

    def take(self, row: Row) -> None:
        """Take one row."""
        ip, name, port, protocol, oid, threat, severity, quality, timestamp, output = self._result(row.cells)
        key = ip.strip().lower() or name.strip().lower()
        oid = oid.strip()
        if not key or not oid:
            missing = "test (NVT OID)" if key else "host"
            self._problem(row, f"this row does not name its {missing} and was not read", "correct the row")
            return
        host = self._hosts.get(key) or self._hosts.setdefault(key, Host(ip.strip().lower()))
        if name:
            host.names[name.strip()] = None
        host.dated(iso_instant(timestamp))
        rating = Rating(threat, severity, "", quality)
        if rating.failed:
            host.failed.add(oid)
            return
        facts = self._facts.get((oid, rating))
        if facts is None:
            facts = self._facts[oid, rating] = openvas.facts_of(self._read_test(oid, row), rating)
            if not rating.known:
                what = f"the severity “{threat}” of {oid} is unknown; it is unrated"
                self._problem(row, what, "rate it by hand")
        self._suppressed += not facts.actionable
        host.add(facts, openvas.place(f"{port}/{protocol}"), output)

    def parts(self) -> Iterator[AssetReport | Problem]:
        """Yield the problems, then every host."""
        yield from self._problems
        filtered = sum(not host.informed for host in self._hosts.values())
        if filtered:
            what = f"{filtered} hosts have no row of the level Log: the report was filtered"
            fix = "absence closes nothing; export with all levels"
            yield Problem(self._source.name, what, fix)
        if self._suppressed:
            what = f"{self._suppressed} findings are false positives in the tool; they open no item"
            yield Problem(self._source.name, what, "request a deviation for each, or lift the override")
        reports = [host.report(only_named=not host.informed) for host in self._hosts.values()]
        yield from openvas.unnamed(self._source.name, reports)
        yield from filter(None, reports)

    def _read_test(self, oid: str, row: Row) -> Test:
        title, *texts, solution, cves, score, bids, certs, others = self._test(row.cells)
        references = [*_listed(others), *(f"BID:{number}" for number in _listed(bids)), *_listed(certs)]
        return Test(
            oid=oid,
            title=title.strip(),
            description=openvas.paragraphs(*texts),
            solution=openvas.paragraphs(solution),
            cves=openvas.cves_in(cves),
            cvss=(score.strip(),) if score.strip() not in {"", "0.0"} else (),
            references=tuple(dict.fromkeys(references)),
        )

    def _problem(self, row: Row, what: str, fix: str) -> None:
        self._problems.append(Problem(f"{self._source.name}, line {row.line}", what, fix))


def _listed(cell: str) -> list[str]:
    return [each.strip() for each in cell.replace("\n", ",").split(",") if each.strip()]
