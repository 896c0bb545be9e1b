"""WebInspect scans in XML (`Sessions`), of HP, Micro Focus and OpenText.

A session is one request; its issues stand at its method, path and attacked parameter. Requests and responses
(a megabyte each) are not read. The export says neither when nor by which version was scanned, and lists every
host that was asked, be it for a picture: one without an issue proves nothing.
"""

from collections.abc import Iterator

from milepost.domain.finding import AssetReport, Facts
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.about import About, Grade
from milepost.scanners.scanner import Head, Source
from milepost.scanners.text import plain
from milepost.scanners.web_applications.sites import CVE, Sites, addresses, fields, place, shown, weaknesses
from milepost.scanners.xml import Element, elements

SOURCE = "webinspect"
SEVERITIES = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MODERATE,
    "low": Severity.LOW,
    "informational": Severity.INFO,
}

_WORDS = {"4": "Critical", "3": "High", "2": "Medium", "1": "Low", "0": "Informational"}


class WebInspect:
    """The reader of WebInspect's XML exports."""

    name = "webinspect"
    title = "WebInspect (XML)"
    about = About(
        versions="scan details in XML of WebInspect 10 to 23",
        key="origin of URL, VulnerabilityID, Method, path of URL, AttackParamDescriptor",
        coverage="every host with an issue; the export has no time",
        fields={
            "asset": "URL of the session",
            "source_id": "VulnerabilityID, or Name where there is none",
            "title": "Name",
            "native_severity": "Severity (0 Informational to 4 Critical)",
            "description": "ReportSection Summary, Implication",
            "solution": "ReportSection Fix",
            "cwes": "Classification of kind CWE",
            "references": "ReportSection Reference Info",
            "family": "CheckTypeID",
            "locator": "Method, URL, AttackParamDescriptor",
            "output": "ReportSection Execution",
        },
        severities=SEVERITIES,
        sources=(
            "OpenText, WebInspect User Guide: Export Scan Details",
            "the fields of the exports themselves",
        ),
        samples=("scans/webinspect",),
        memory="grows with the findings; one session at a time",
        grade=Grade.BRONZE,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the root element and the sessions in it."""
        return head.root == "Sessions" and ("<Session" in head.text.partition("<Sessions")[2])

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems of the export and its sites; see `Scanner.read`."""
        report = _Report(source)
        for session in elements(source, "Session"):
            report.take(session)
        yield from report.sites.parts()


SCANNER = WebInspect()


class _Report:
    """The sessions of a file as they are read."""

    def __init__(self, source: Source) -> None:
        self.sites = Sites(source, SEVERITIES, SOURCE, "WebInspect")
        self._facts: dict[tuple[str, ...], Facts] = {}

    def take(self, session: Element) -> None:
        """Read the issues of one session."""
        texts = fields(session)
        where = f"line {session.sourceline}"
        issues = list(session.iterfind("Issues/Issue"))
        address = texts.get("URL") or _composed(texts)
        if not address and not issues:
            self.sites.problem(where, "this session names no address", "export the scan again")
            return
        site = self.sites.site(address)
        method = session.findtext("Request/Method", "")
        locator = place(method, address, texts.get("AttackParamDescriptor", "").partition("=")[0])
        for issue in issues:
            facts, output = self._known(issue, f"line {issue.sourceline}")
            if facts is not None:
                self.sites.found(site, facts, locator, output)

    def _known(self, issue: Element, where: str) -> tuple[Facts | None, str]:
        texts = fields(issue)
        sections = _sections(issue)
        output = shown(sections.get("Execution", ""))
        key = tuple(texts.get(name, "") for name in ("VulnerabilityID", "CheckTypeID", "Name", "Severity"))
        if not any(key[::2]):
            self.sites.problem(
                where, "this issue has neither an id nor a name and was not read", "correct it"
            )
            return None, output
        if key not in self._facts:
            word = _WORDS.get(key[3], key[3])
            self._facts[key] = _facts(issue, key, sections, (word, self.sites.rate(word, where)))
        return self._facts[key], output


def _facts(
    issue: Element, key: tuple[str, ...], sections: dict[str, str], rating: tuple[str, Severity]
) -> Facts:
    number, check, name, _ = key
    described = (plain(sections.get("Summary", "")), plain(sections.get("Implication", "")))
    classified = [
        each.get("identifier", "") for each in issue.iter("Classification") if each.get("kind") == "CWE"
    ]
    return Facts(
        source=SOURCE,
        source_id=number or " ".join(name.split()),
        title=name or f"WebInspect check {number}",
        severity=rating[1],
        native_severity=rating[0],
        description="\n\n".join(filter(None, described)),
        solution=plain(sections.get("Fix", "")),
        cves=tuple(dict.fromkeys(CVE.findall(" ".join(sections.values())))),
        cwes=weaknesses(" ".join(classified)),
        references=addresses(sections.get("Reference Info", "")),
        family=check,
    )


def _sections(issue: Element) -> dict[str, str]:
    return {
        section.findtext("Name", "").strip(): section.findtext("SectionText", "")
        for section in issue.iterfind("ReportSection")
    }


def _composed(texts: dict[str, str]) -> str:
    """Put an address together from scheme, host and port."""
    scheme, host, port = (texts.get(name, "") for name in ("Scheme", "Host", "Port"))
    return f"{scheme or 'http'}://{host}{port and ':'}{port}/" if host else ""
