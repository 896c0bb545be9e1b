"""Qualys WAS reports in XML, of scans (`WAS_SCAN_REPORT`) and of web applications (`WAS_WEBAPP_REPORT`).

What was found stands first and names its check by QID; title, severity and text stand in the glossary behind.
An occurrence is a QID at path and parameter of the site; `UNIQUE_ID` names a record in the user's account,
which another account, or the same application entered anew, numbers afresh. The request is not in every
report, so no method is part of the place. Information gathered is kept as informational whatever its level.
A scan that did not finish proves nothing gone.
"""

import base64
import binascii
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from milepost.domain.finding import AssetReport, Facts
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.about import About, Grade
from milepost.scanners.gathering import Gathered
from milepost.scanners.records import Element, records
from milepost.scanners.scanner import Head, Source
from milepost.scanners.text import plain
from milepost.scanners.times import iso_instant, offset_instant
from milepost.scanners.web_applications.sites import (
    CVE,
    Sites,
    addresses,
    fields,
    path_of,
    place,
    shown,
    site_of,
    weaknesses,
)

SOURCE = "qualys-was"
SEVERITIES = {
    "5": Severity.CRITICAL,
    "4": Severity.HIGH,
    "3": Severity.MODERATE,
    "2": Severity.LOW,
    "1": Severity.LOW,
}

_RECORDS = ("VULNERABILITY", "INFORMATION_GATHERED", "SENSITIVE_CONTENT")
_INFORMATION = "INFORMATION_GATHERED"
_SENSITIVE = "SENSITIVE_CONTENT"
_FINISHED = {"", "finished"}
_AUTHENTICATED = {"successful": True, "": None}


class QualysWas:
    """The reader of Qualys WAS reports."""

    name = "qualys-was"
    title = "Qualys WAS (XML)"
    about = About(
        versions="WAS_SCAN_REPORT and WAS_WEBAPP_REPORT of Qualys WAS 3 to 10",
        key="origin of the application's URL, QID, path of URL, PARAM",
        coverage="the site of every application; nothing of a scan that did not finish",
        fields={
            "asset": "URL of WEBAPP or WEB_APPLICATION, or URL of the record",
            "source_id": "QID",
            "title": "TITLE of the glossary",
            "native_severity": "SEVERITY of the record or the glossary (1 to 5)",
            "description": "DESCRIPTION, IMPACT of the glossary",
            "solution": "SOLUTION of the glossary",
            "cves": "CVE_LIST or CVE of the glossary",
            "cwes": "CWE of the glossary",
            "cvss": "CVSS_V3 and CVSS_BASE of the glossary",
            "references": "DESCRIPTION, SOLUTION of the glossary",
            "family": "CATEGORY of the glossary",
            "vendor_status": "IGNORED",
            "locator": "URL, PARAM",
            "output": "PAYLOAD, DATA",
            "first_seen": "FIRST_TIME_DETECTED",
            "scanned_at": "END_DATE or START_DATE of SCAN, or GENERATION_DATETIME",
            "credentialed": "AUTHENTICATION_STATUS of SCAN",
            "tool": "SCANNER of SCAN",
        },
        severities=SEVERITIES,
        sources=("Qualys, Web Application Scanning API User Guide: report XML", "the fields of the reports"),
        samples=("scans/qualys_was",),
        memory="grows with the findings, not with payloads",
        grade=Grade.BRONZE,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the root element."""
        return head.root in {"WAS_SCAN_REPORT", "WAS_WEBAPP_REPORT"}

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems of the report and its sites; see `Scanner.read`."""
        report = _Report(source)
        parts = ("GENERATION_DATETIME", *_RECORDS, "QID_LIST", "SCAN_LIST", "WEBAPP")
        for element in records(source, _RECORDS, *parts):
            report.take(element)
        yield from report.parts()


SCANNER = QualysWas()


class _Record(NamedTuple):
    """What was found, without what the glossary says of it."""

    where: str
    kind: str
    qid: str
    url: str
    parameter: str
    severity: str
    status: str
    ignored: bool
    first_seen: str
    application: str
    output: str


class _Report:
    """The parts of a report as they are read; they are put together at its end."""

    def __init__(self, source: Source) -> None:
        self.sites = Sites(source, SEVERITIES, SOURCE, "Qualys WAS")
        self._records: list[_Record] = []
        self._glossary: dict[str, dict[str, str]] = {}
        self._applications: dict[str, str] = {}
        self._scans: list[dict[str, str]] = []
        self._generated = ""
        self._facts: dict[tuple[str, ...], Facts] = {}

    def take(self, element: Element) -> None:
        """Read one part of the report."""
        if element.tag in _RECORDS:
            self._take_record(element)
        elif element.tag == "QID_LIST":
            self._glossary |= {texts["QID"]: texts for texts in map(_entry, element) if texts.get("QID")}
        elif element.tag == "SCAN_LIST":
            self._scans += map(fields, element)
        elif element.tag == "WEBAPP":
            self._application(fields(element).get("URL", ""))
        else:
            self._generated = self._generated or (element.text or "").strip()

    def parts(self) -> Iterator[AssetReport | Problem]:
        """Yield the problems and every site."""
        sites = {address: self.sites.site(address) for address in self._applications.values()}
        for record in self._records:
            address, locator = self._place(record)
            sites[address] = self.sites.site(address)
            self._add(record, sites[address], locator)
        unfinished = self._unfinished()
        for site in {id(site): site for site in sites.values()}.values():
            self._look(site)
            if unfinished:
                self.sites.unproved(site)
        yield from self.sites.parts()

    def _take_record(self, element: Element) -> None:
        parent = element.getparent()
        if parent is None or not str(parent.tag).endswith("_LIST"):
            return
        application = next(element.iterancestors("WEB_APPLICATION"), None)
        address = "" if application is None else application.findtext("URL", "").strip()
        self._application(address)
        record = _record(element, address)
        if record.qid:
            self._records.append(record)
        else:
            self.sites.problem(
                record.where, "this record has no QID and was not read", "export the report again"
            )

    def _application(self, address: str) -> None:
        asset = site_of(address)
        if asset is not None:
            self._applications.setdefault(asset.name, address)

    def _add(self, record: _Record, site: Gathered, locator: str) -> None:
        if record.status.lower() == "fixed":
            site.passed(record.qid)
            return
        self.sites.found(site, self._known(record), locator, record.output, _instant(record.first_seen))

    def _place(self, record: _Record) -> tuple[str, str]:
        """Return the address of the site and the place on it; one beyond the application's site is whole."""
        own = site_of(record.url)
        address = record.application or self._only_application(None if own is None else own.name)
        if own is None or not address:
            return address or record.url, place("", record.url, record.parameter) if record.url else ""
        site = site_of(address)
        if site is None or site.name == own.name:
            return address, place("", record.url, record.parameter)
        return address, " ".join(filter(None, (f"{own.name}{path_of(record.url)}", record.parameter)))

    def _only_application(self, origin: str | None) -> str:
        """Return the application at an origin, or the only one, which may span several origins."""
        if origin in self._applications:
            return self._applications[origin]
        only = list(self._applications.values())
        return only[0] if len(only) == 1 else ""

    def _known(self, record: _Record) -> Facts:
        key = (record.kind, record.qid, record.severity, str(record.ignored))
        if key not in self._facts:
            entry = self._glossary.get(record.qid, {})
            word = record.severity or entry.get("SEVERITY", "")
            severity = Severity.INFO if record.kind == _INFORMATION else self.sites.rate(word, record.where)
            self._facts[key] = _facts(record, entry, word, severity)
            if not entry:
                what = f"the glossary does not explain QID {record.qid}; title and severity are missing"
                self.sites.problem(record.where, what, "export the report with its glossary")
        return self._facts[key]

    def _look(self, site: Gathered) -> None:
        """Note when, how and how deep a site was scanned."""
        site.dated(_instant(self._generated) if not self._scans else None)
        for scan in self._scans:
            site.dated(_instant(scan.get("END_DATE", "")) or _instant(scan.get("START_DATE", "")))
            site.scopes[0].tool = f"Qualys WAS {_version(scan.get('SCANNER', ''))}".rstrip()
        site.scopes[0].credentialed = _credentialed(self._scans)

    def _unfinished(self) -> bool:
        unfinished = [scan for scan in self._scans if scan.get("STATUS", "").lower() not in _FINISHED]
        for scan in unfinished:
            what = f"the scan “{scan.get('NAME', '')[:80]}” did not finish ({scan['STATUS'][:80]})"
            self.sites.problem("", what, "nothing counts as gone; scan again")
        return bool(unfinished)


def _record(element: Element, application: str) -> _Record:
    texts = fields(element)
    kind = str(element.tag)
    return _Record(
        where=f"line {element.sourceline}",
        kind=kind,
        qid=texts.get("QID", ""),
        url=texts.get("URL", ""),
        parameter=" ".join(texts.get("PARAM", "").split()),
        severity=texts.get("SEVERITY", ""),
        status=texts.get("STATUS", ""),
        ignored=texts.get("IGNORED", "").lower() == "true",
        first_seen=texts.get("FIRST_TIME_DETECTED", ""),
        application=application,
        output=_output(element, kind),
    )


def _output(element: Element, kind: str) -> str:
    """Return the attack, or the gathered information; never the sensitive content itself."""
    if kind == _SENSITIVE:
        return ""
    data = element.find("DATA")
    if data is None:
        return shown(element.findtext("PAYLOADS/PAYLOAD/PAYLOAD", "")).removeprefix("N/A")
    text = data.text or ""
    if data.get("base64") == "true":
        try:
            text = base64.b64decode(text).decode(errors="replace")
        except (binascii.Error, ValueError):
            return ""
    return shown(text)


def _entry(element: Element) -> dict[str, str]:
    """Return an entry of the glossary; ids of CVE and CVSS stand deeper in it."""
    texts = fields(element)
    for name in ("CVE_LIST", "CVE", "CVSS_V3"):
        part = element.find(name)
        if part is not None:
            texts[name] = " ".join(text.strip() for text in part.itertext()).strip()
    return texts


def _facts(record: _Record, entry: dict[str, str], word: str, severity: Severity) -> Facts:
    take = entry.get
    described = (plain(take("DESCRIPTION", "")), plain(take("IMPACT", "")))
    return Facts(
        source=SOURCE,
        source_id=record.qid,
        title=plain(take("TITLE", "")) or f"QID {record.qid}",
        severity=severity,
        native_severity=word,
        description="\n\n".join(filter(None, described)),
        solution=plain(take("SOLUTION", "")),
        cves=tuple(dict.fromkeys(CVE.findall(f"{take('CVE_LIST', '')} {take('CVE', '')}"))),
        cwes=weaknesses(take("CWE", "")),
        cvss=tuple(filter(None, (take("CVSS_V3", "").partition(" ")[0], take("CVSS_BASE", "")))),
        references=addresses(f"{take('DESCRIPTION', '')} {take('SOLUTION', '')}"),
        family=take("CATEGORY", ""),
        vendor_status="suppressed: ignored" if record.ignored else "",
        actionable=not record.ignored,
    )


def _instant(text: str) -> datetime | None:
    return offset_instant(text) or iso_instant(text)


def _version(scanner: str) -> str:
    """Return the version of WAS out of `External (IP: …, Scanner: …, WAS: 7.6.34-1, Signatures: …)`."""
    return scanner.partition("WAS: ")[2].partition(",")[0].rstrip(")")


def _credentialed(scans: list[dict[str, str]]) -> bool | None:
    """Tell whether every scan signed in; None where the report does not say."""
    found = [_AUTHENTICATED.get(scan.get("AUTHENTICATION_STATUS", "").lower(), False) for scan in scans]
    if not found or None in found:
        return None
    return all(found)
