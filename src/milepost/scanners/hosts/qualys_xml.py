"""Qualys VM in XML: the asset data report, and the host detections of the API.

The report explains its QIDs in a glossary at its end, which is read first; then the hosts stream one by one.
The API names no titles: there a weakness goes by its QID alone.
"""

from collections.abc import Iterator

from milepost.domain.finding import AssetReport, Facts
from milepost.domain.problem import Problem
from milepost.scanners.about import About, Grade
from milepost.scanners.hosts import qualys
from milepost.scanners.hosts.qualys import Detection, Host, Knowledge
from milepost.scanners.hosts.qualys_glossary import glossary
from milepost.scanners.hosts.qualys_scan import ROOT, read_scan
from milepost.scanners.records import Element, Record, records
from milepost.scanners.scanner import Head, Source

REPORT = "ASSET_DATA_REPORT"
DETECTIONS = "HOST_LIST_VM_DETECTION_OUTPUT"

_REFERENCE = 'value="scan/'
_BEGINNING = 4 << 10

_NARROWING = ("qids", "severities", "search_list", "vuln_", "detection_", "max_days")
_OPEN = {"active", "new", "re-opened"}
_LISTS = ("VULN_INFO_LIST", "DETECTION_LIST")
_RECORDS = ("VULN_INFO", "DETECTION")
_TAGS = ("HEADER", "REQUEST", "HOST", "VULN_DETAILS", "NO_RESULTS", "WARNING")
_FIELDS: dict[object, str] = {
    "QID": "qid",
    "SEVERITY": "level",
    "TYPE": "kind",
    "VULN_STATUS": "status",
    "STATUS": "status",
    "PORT": "port",
    "PROTOCOL": "protocol",
    "INSTANCE": "instance",
    "RESULT": "output",
    "RESULTS": "output",
    "FIRST_FOUND": "first_found",
    "FIRST_FOUND_DATETIME": "first_found",
    "LAST_FOUND": "last_found",
    "LAST_FOUND_DATETIME": "last_found",
    "IS_IGNORED": "ignored",
    "IS_DISABLED": "disabled",
}

Texts = dict[str, str]


class QualysXml:
    """The reader of Qualys VM's XML."""

    name = "qualys-xml"
    title = "Qualys VM (XML)"
    about = About(
        versions="asset data report (scan report in XML), host detection list of the VM/PC API 2.0 and later,"
        " results of one scan (SCAN)",
        key="host, QID, PORT, PROTOCOL and INSTANCE",
        coverage="Everything on a host with gathered information (TYPE Ig); on a host of a report without"
        " any only the QIDs that are named. The API gives all detections of a host, unless the echoed REQUEST"
        " asks for some QIDs or severities. Fixed is tested and gone. A host without detections in a report"
        " is covered by nothing, and so are the addresses under NO_RESULTS. Credentials by the cloud agent,"
        " the dates of authenticated scans, or QID 70028.",
        fields={
            "title": "TITLE of the glossary, else the QID",
            "severity": "SEVERITY and TYPE",
            "native_severity": "SEVERITY",
            "description": "THREAT and IMPACT of the glossary",
            "solution": "SOLUTION of the glossary",
            "cves": "CVE_ID_LIST of the glossary",
            "cvss": "CVSS3_BASE, CVSS_BASE of the glossary",
            "references": "VENDOR_REFERENCE_LIST, BUGTRAQ_ID_LIST of the glossary",
            "family": "CATEGORY of the glossary",
            "vendor_status": "TYPE Practice (potential); IS_IGNORED, IS_DISABLED",
            "exploit_known": "CORRELATION of the glossary",
            "actionable": "no where IS_IGNORED or IS_DISABLED",
            "locator": "PORT, PROTOCOL, INSTANCE",
            "output": "RESULT / RESULTS",
            "first_seen": "FIRST_FOUND / FIRST_FOUND_DATETIME",
            "identifiers": "EC2_INSTANCE_ID / CLOUD_RESOURCE_ID, ASSET_ID, DNS, NETBIOS, IP, IPV6",
        },
        severities=qualys.SEVERITIES,
        sources=(
            "Qualys VM/PC API user guide: Host List Detection, host_list_vm_detection_output.dtd",
            "Qualys: asset_data_report.dtd, scan-1.dtd",
        ),
        samples=("scans/qualys_vm",),
        memory="streaming; grows with the glossary",
        grade=Grade.BRONZE,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the root element; that of a scan also by the reference in it."""
        return head.root in {REPORT, DETECTIONS} or (head.root == ROOT and _REFERENCE in head.text)

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield every host, then what could not be taken as it stands; see `Scanner.read`."""
        with source.path.open("rb") as file:
            beginning = file.read(_BEGINNING).replace(b"\0", b"")
        is_scan = _REFERENCE.encode() in beginning and b"<SCAN " in beginning
        return read_scan(source) if is_scan else _Reading(source).parts()


SCANNER = QualysXml()


class _Reading:
    """One file while it is read."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._knowledge = glossary(source)
        self._facts: dict[tuple[str, ...], Facts] = {}
        self._same: dict[Facts, Facts] = {}
        self._suppressed = 0
        self._filtered = 0
        self._narrowed = False
        self._found: list[tuple[Texts, int | None]] = []

    def parts(self) -> Iterator[AssetReport | Problem]:
        """Yield every host, each after its problems."""
        in_report = False
        for element in records(self._source, _RECORDS, *_RECORDS, *_TAGS):
            if element.tag in _RECORDS:
                self._take(element)
            elif element.tag == "HOST":
                yield from self._host(element, in_report=in_report)
            elif element.tag == "HEADER":
                in_report = True
            elif element.tag == "REQUEST":
                self._narrowed = _narrows(element)
            elif element.tag == "NO_RESULTS":
                yield self._no_results(element)
            elif element.tag == "WARNING":
                said = " ".join((element.findtext("TEXT") or element.text or "").split())
                yield self._problem(element.sourceline, f"Qualys warns: {said}", "fetch what is missing")
        yield from self._summary()

    def _host(self, element: Element, *, in_report: bool) -> Iterator[AssetReport | Problem]:
        texts = _texts(element)
        asset = qualys.asset_of(
            asset_id=texts.get("ASSET_ID", "") or texts.get("QG_HOSTID", ""),
            instance=texts.get("EC2_INSTANCE_ID", "") or texts.get("CLOUD_RESOURCE_ID", ""),
            names=(texts.get("DNS", ""), texts.get("NETBIOS", "")),
            addresses=(texts.get("IP", ""), texts.get("IPV6", "")),
        )
        if asset is None:
            yield self._problem(
                element.sourceline, "this host has neither name nor address", "export the report again"
            )
            return
        host = Host(asset, credentialed=_credentialed(texts))
        found, self._found = self._found, []
        host.scanned = bool(found) or not in_report
        host.scanned_at = qualys.instant(texts.get("LAST_VM_SCANNED_DATE", ""))
        yield from filter(None, [self._detection(host, texts, line) for texts, line in found])
        host.only_named = self._narrowed
        host.informed = host.informed or not in_report
        self._filtered += host.filtered
        self._suppressed += host.suppressed
        if not host.scanned:
            what = f"the report holds nothing of the host {asset.name}"
            yield self._problem(element.sourceline, what, "it does not count as scanned; scan it again")
        yield host.report()

    def _take(self, record: Element) -> None:
        """Keep a detection until its host ends."""
        parent = record.getparent()
        if parent is not None and parent.tag in _LISTS:
            said = record.texts() if isinstance(record, Record) else _texts_of(record)
            texts = {name: text for tag, text in said.items() if (name := _FIELDS.get(tag))}
            self._found.append((texts, record.sourceline))

    def _detection(self, host: Host, texts: Texts, line: int | None) -> Problem | None:
        qid = texts.pop("qid", "").strip()
        if not qid:
            return self._problem(line, "this detection does not name its QID", "export the report again")
        detection = Detection(qid, **texts)
        key = (qid, detection.level, detection.kind, detection.status, detection.ignored, detection.disabled)
        facts = self._facts.get(key)
        problem = None
        if facts is None:
            knowledge = self._knowledge.get(qid, Knowledge())
            facts = self._facts[key] = self._shared(qualys.facts_of(qualys.rated(detection), knowledge))
            if said := qualys.trouble(detection, knowledge):
                problem = self._problem(line, said, "check it in Qualys")
        host.add(detection, facts)
        return problem

    def _shared(self, facts: Facts) -> Facts:
        return self._same.setdefault(facts, facts)

    def _no_results(self, element: Element) -> Problem:
        ranges = [_range(each) for each in element.iter("RANGE")]
        shown = ", ".join([*ranges, *(each.text or "" for each in element.iter("IP"))])
        return self._problem(
            element.sourceline, f"there are no results for {shown}", "these were not scanned; scan them"
        )

    def _summary(self) -> Iterator[Problem]:
        if self._suppressed:
            what = f"{self._suppressed} findings are ignored or disabled in Qualys; they open no item"
            fix = "request a deviation for each, or lift it in Qualys"
            yield Problem(self._source.name, what, fix)
        if self._filtered:
            what = f"{self._filtered} hosts have no gathered information: the report was filtered"
            fix = "absence closes nothing; report with information gathered"
            yield Problem(self._source.name, what, fix)

    def _problem(self, line: int | None, what: str, fix: str) -> Problem:
        return Problem(f"{self._source.name}, line {line}", what, fix)


def _texts_of(element: Element) -> Texts:
    return {child.tag: child.text or "" for child in element if isinstance(child.tag, str)}


def _texts(element: Element) -> Texts:
    return {child.tag: (child.text or "").strip() for child in element if isinstance(child.tag, str)}


def _credentialed(texts: Texts) -> bool | None:
    """Tell by the agent, or by the dates of the last scan and the last authenticated one."""
    if qualys.by_agent(texts.get("TRACKING_METHOD", "")):
        return True
    scanned = qualys.instant(texts.get("LAST_VM_SCANNED_DATE", ""))
    with_login = qualys.instant(texts.get("LAST_VM_AUTH_SCANNED_DATE", ""))
    if scanned is None:
        return None
    return with_login is not None and with_login >= scanned


def _narrows(request: Element) -> bool:
    """Tell whether the echoed request asked for less than all detections."""
    asked = {
        (each.findtext("KEY") or "").strip().lower(): (each.findtext("VALUE") or "").lower()
        for each in request.iter("PARAM")
    }
    status = {word.strip() for word in asked.get("status", ",".join(_OPEN)).split(",")}
    return not status >= _OPEN or any(mark in key for key in asked for mark in _NARROWING)


def _range(element: Element) -> str:
    start, end = element.findtext("START") or "", element.findtext("END") or ""
    return start if start == end else f"{start}-{end}"
