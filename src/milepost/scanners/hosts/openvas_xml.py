"""OpenVAS (GVM, Greenbone) reports in XML, of the web interface or of `get_reports`, old and new.

Results come sorted by severity, those of all hosts mixed; what is known of the hosts stands at the end.
"""

from collections.abc import Iterator

from milepost.domain.finding import AssetReport, Facts
from milepost.domain.problem import Problem
from milepost.scanners.about import About, Grade
from milepost.scanners.hosts import openvas
from milepost.scanners.hosts.openvas import Host, Rating
from milepost.scanners.hosts.openvas_nvt import read_test
from milepost.scanners.records import Element, records
from milepost.scanners.scanner import Head, Source
from milepost.scanners.times import iso_instant

RESPONSE = "get_reports_response"
REPORT = "report"

_MARKS = ("<gmp>", "<omp>", "<scan_run_status>", "<nvt oid=", "<report_format", 'extension="xml"')
_TAGS = ("result", "host", "error", "filters", "scan_run_status", "result_count", "scan_end")
_LEVELS = "hml"
_LOGINS = ("Auth-SSH-", "Auth-SMB-", "Auth-ESXi-", "Auth-SNMP-")


class OpenVasXml:
    """The reader of OpenVAS's XML reports."""

    name = "openvas-xml"
    title = "OpenVAS / Greenbone GVM (XML)"
    about = About(
        versions="OMP and GMP reports (OpenVAS 7 to GVM 22 and later), alone or in get_reports_response, at"
        " any level of detail",
        key="host, NVT OID, port",
        coverage="Everything on a host of a finished scan whose report has the levels high, medium, low and"
        " all rows; else only what is named. A dead host is covered by nothing. A test that ended in an"
        " error is not assessed. Credentials by the host details Auth-…-Success and Failure.",
        fields={
            "title": "nvt name",
            "severity": "threat, else severity",
            "native_severity": "threat, or original_threat where it was overridden",
            "severity_reason": "original_threat",
            "description": "tags summary, insight, impact, affected",
            "solution": "solution, or the tag of this name",
            "cves": "refs of the type cve, cve",
            "cvss": "severities, tag cvss_base_vector, else cvss_base",
            "references": "refs, xref, bid, cert_refs",
            "family": "nvt family",
            "vendor_status": "qod below 70; False Positive (suppressed)",
            "exploit_known": "refs of the type cisa",
            "actionable": "no for the threat False Positive",
            "locator": "port",
            "output": "description",
            "identifiers": "hostname, host detail hostname, host / ip",
        },
        severities=openvas.SEVERITIES,
        sources=(
            "Greenbone: GMP reference, get_reports",
            "Greenbone: GVM manual, reports and severity classes",
        ),
        samples=("scans/openvas",),
        memory="grows with the results and with what they print",
        grade=Grade.BRONZE,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the root element; a mere `report` also by what GVM writes near its beginning."""
        return head.root == RESPONSE or (head.root == REPORT and any(mark in head.text for mark in _MARKS))

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems, then every host once; see `Scanner.read`."""
        reading = _Reading(source)
        for element in records(source, ("result",), *_TAGS):
            reading.take(element)
        yield from reading.parts()


SCANNER = OpenVasXml()


class _Reading:
    """One file while it is read."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._problems: list[Problem] = []
        self._hosts: dict[str, Host] = {}
        self._facts: dict[tuple[str, Rating], Facts] = {}
        self._host: Host | None = None
        self._results = self._suppressed = self._reports = self._promised = 0
        self._partial = ""

    def take(self, element: Element) -> None:
        """Take an element when it ends; a host inside a result ends before the result."""
        parent = element.getparent()
        within = "" if parent is None else str(parent.tag)
        if element.tag == "host":
            self._take_host(element, within)
        elif element.tag == "result" and within == "results":
            self._result(element)
        elif element.tag == "error" and within == "errors":
            self._error(element)
        elif element.tag == "filters":
            self._partial = self._partial or _narrowed(element)
        elif element.tag == "scan_run_status":
            self._status((element.text or "").strip())
        elif element.tag == "result_count" and within == REPORT:
            self._promised += _number(element.findtext("filtered"))
        elif element.tag == "scan_end":
            self._end(element.text or "")

    def parts(self) -> Iterator[AssetReport | Problem]:
        """Yield the problems, then every host."""
        if self._promised > self._results:
            self._partial = f"it holds {self._results} of {self._promised} results"
        reports = [host.report(only_named=bool(self._partial)) for host in self._hosts.values()]
        yield from self._problems
        yield from openvas.unnamed(self._source.name, reports)
        if self._partial:
            what = f"the report is not whole: {self._partial}; absence in it closes nothing"
            yield Problem(self._source.name, what, "export it without filter and with all rows (rows=-1)")
        if self._reports > 1:
            what = f"the file holds {self._reports} reports; their hosts were read together"
            yield Problem(self._source.name, what, "give each report in a file of its own")
        if self._suppressed:
            what = f"{self._suppressed} findings are false positives in the tool; they open no item"
            yield Problem(self._source.name, what, "request a deviation for each, or lift the override")
        yield from filter(None, reports)

    def _take_host(self, element: Element, within: str) -> None:
        if within in {"result", "error"}:
            self._host = self._host_of(element.text or "")
            name = (element.findtext("hostname") or "").strip()
            if self._host and name:
                self._host.names[name] = None
        elif within == REPORT and (host := self._host_of(element.findtext("ip") or "")) is not None:
            times = (iso_instant(element.findtext(name) or "") for name in ("end", "start"))
            host.dated(next(filter(None, times), None))
            for detail in element.iterfind("detail"):
                _detail(host, detail.findtext("name") or "", (detail.findtext("value") or "").strip())

    def _host_of(self, address: str) -> Host | None:
        key = address.strip().lower()
        return self._hosts.setdefault(key, Host(key)) if key else None

    def _result(self, element: Element) -> None:
        self._results += 1
        host, self._host = self._host, None
        nvt = element.find("nvt")
        oid = "" if nvt is None else nvt.get("oid", "").strip()
        if host is None or nvt is None or not oid:
            missing = "host" if host is None else "test (nvt oid)"
            what = f"this result does not name its {missing} and was not read"
            self._problem(element, what, "export the report again")
            return
        rating = Rating(
            element.findtext("threat") or "",
            element.findtext("severity") or "",
            element.findtext("original_threat") or "",
            element.findtext("qod/value") or "",
        )
        if rating.failed:
            host.failed.add(oid)
            return
        facts = self._facts.get((oid, rating))
        if facts is None:
            facts = self._facts[oid, rating] = openvas.facts_of(read_test(nvt, oid), rating)
            if not rating.known:
                what = f"the threat “{rating.threat}” of {oid} is unknown; it is unrated"
                self._problem(element, what, "rate it by hand")
        self._suppressed += not facts.actionable
        host.add(facts, openvas.place(element.findtext("port") or ""), element.findtext("description") or "")

    def _error(self, element: Element) -> None:
        host, self._host = self._host, None
        nvt = element.find("nvt")
        if host is not None and nvt is not None and nvt.get("oid"):
            host.failed.add(nvt.get("oid", ""))

    def _status(self, status: str) -> None:
        self._reports += 1
        if status and status != "Done":
            self._partial = f"the scan is “{status}”"

    def _end(self, text: str) -> None:
        """Date the hosts of which the report does not say when they were scanned."""
        for host in self._hosts.values():
            if host.scanned_at is None:
                host.dated(iso_instant(text))

    def _problem(self, element: Element, what: str, fix: str) -> None:
        self._problems.append(Problem(f"{self._source.name}, line {element.sourceline}", what, fix))


def _detail(host: Host, name: str, value: str) -> None:
    if name == "hostname" and value:
        host.names[value] = None
    elif name == "Host dead" and value == "1":
        host.dead = True
    elif name.startswith(_LOGINS):
        host.credentialed = host.credentialed or name.endswith("Success")


def _narrowed(filters: Element) -> str:
    """Say how the filter of a report leaves results out; empty if it leaves out none that matter."""
    words = dict(word.partition("=")[::2] for word in (filters.findtext("term") or "").split())
    levels = words.get("levels", _LEVELS).lower()
    if not set(_LEVELS) <= set(levels):
        return f"filtered by levels={levels}"
    if words.get("first", "1") not in {"0", "1"}:
        return f"it begins with row {words['first']}"
    return ""


def _number(text: str | None) -> int:
    digits = (text or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < len("1000000000") else 0
