"""Qualys findings in a table (CSV): VM scan reports, and the lists of VMDR by QID or by CVE.

A list of VMDR is the result of a search: there nothing counts as tested but what is named. In the flavour by
CVE a detection comes once for each CVE; these rows are one finding.
"""

from collections.abc import Iterator
from typing import NamedTuple

from milepost.domain.finding import AssetReport, Facts
from milepost.domain.problem import Problem
from milepost.scanners.about import About, Grade
from milepost.scanners.hosts import qualys
from milepost.scanners.hosts.qualys import Detection, Host, Knowledge, Rated
from milepost.scanners.scanner import Head, Source
from milepost.scanners.tables import Row, Table, open_table

REQUIRED = ("QID", "Title", "Severity")
_VMDR = "Asset Id"
_SCANNED = "host scanned"

_HOST = (
    ("Asset Id", "Asset ID", "Host ID"),
    ("EC2 Instance ID", "Cloud Resource ID", "Instance ID"),
    ("DNS", "DNS Name", "Asset Name"),
    ("NetBIOS", "NetBIOS Name"),
    ("IP", "Asset IPV4", "IP Address", "IPv4"),
    ("Asset IPV6", "IPv6"),
    ("Tracking Method", "Detection Source"),
    "IP Status",
)
_RATED = ("QID", "Severity", ("Type", "Type Detected"), "Ignored", "Disabled", "KB Severity")
_SIGHT = (
    ("Vuln Status", "Status"),
    "Port",
    "Protocol",
    "Instance",
    "Results",
    ("First Detected", "First Found"),
    ("Last Detected", "Last Found"),
)
_KNOWLEDGE = (
    "Title",
    "Category",
    "Threat",
    "Impact",
    "Solution",
    ("CVSS3.1 Base", "CVSS3 Base", "CVSSv3.1 Base (nvd)", "CVSSv3.1 Base"),
    ("CVSS Base", "CVSS2 Base", "CVSSv2 Base (nvd)", "CVSSv2 Base"),
    "Vendor Reference",
    "Bugtraq ID",
    "Exploitability",
    "Associated Malware",
    "RTI",
    "Published Date",
    ("Patch Released", "Patch Release Date"),
)
_CVE = ("CVE ID", "CVE", "CVE-ID")
_EXPLOITED = ("exploit", "attack", "malware", "ransomware")
_NOTHING = {"", "-", "'-", "n/a"}

Cells = tuple[str, ...]


class _Place(NamedTuple):
    """A detection without what it printed."""

    rated: Cells
    status: str
    port: str
    protocol: str
    instance: str


class _Told(NamedTuple):
    """What a row says beside: outputs (once each) and when it was seen."""

    outputs: dict[str, None]
    first: str
    last: str


class _TableHost:
    """A host as its rows add up."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self.told: dict[_Place, _Told] = {}
        self.scanned = False


class QualysTable:
    """The reader of Qualys's tables."""

    name = "qualys-csv"
    title = "Qualys VM and VMDR (CSV)"
    about = About(
        versions="VM scan and host based reports in CSV, VMDR vulnerability lists by QID and by CVE",
        key="host (Asset Id, else IP or name), QID, Port, Protocol and Instance",
        coverage="VM reports: everything on a host with a row of gathered information (Type Ig); on any other"
        " only the QIDs that are named, which a problem says. VMDR lists: only what is named. Fixed is tested"
        " and gone. A host whose IP Status is not “host scanned …” is covered by nothing.",
        fields={
            "title": "Title",
            "severity": "Severity and Type / Type Detected",
            "native_severity": "KB Severity, else Severity",
            "severity_reason": "Severity where it is not the KB Severity",
            "description": "Threat, Impact",
            "solution": "Solution",
            "cves": "CVE ID / CVE of all rows of the QID",
            "cvss": "CVSS3 Base, CVSS Base",
            "references": "Vendor Reference, Bugtraq ID",
            "family": "Category",
            "published": "Published Date",
            "patched": "Patch Released",
            "vendor_status": "Type (potential); Ignored, Disabled",
            "exploit_known": "Exploitability, Associated Malware, RTI",
            "actionable": "no where Ignored or Disabled",
            "locator": "Port, Protocol, Instance",
            "output": "Results",
            "first_seen": "First Detected",
            "identifiers": "EC2 Instance ID, Asset Id, DNS / Asset Name, NetBIOS, IP / Asset IPV4 and IPV6",
        },
        severities=qualys.SEVERITIES,
        sources=("Qualys VM online help: scan report in CSV", "Qualys VMDR online help: download of lists"),
        samples=("scans/qualys_vm",),
        memory="grows with the detections and with what they print",
        grade=Grade.BRONZE,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the heading."""
        names = (
            ("IP", "IP Status"),
            ("IP", "Vuln Status"),
            ("Asset Id",),
            ("IP", "Network"),
            ("Asset Name", "QDS"),
        )
        return any(head.has_columns(*REQUIRED, *more) for more in names)

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems, then every host once; see `Scanner.read`."""
        table = open_table(source, *REQUIRED)
        reading = _Reading(source, table)
        for row in table.rows():
            reading.take(row)
        reports = list(reading.reports())
        yield from table.problems
        yield from reading.problems
        yield from reports


SCANNER = QualysTable()


class _Reading:
    """One table while its rows are read."""

    def __init__(self, source: Source, table: Table) -> None:
        self.problems: list[Problem] = []
        self._source = source
        self._searched = table.place(_VMDR) is not None
        self._host = table.pick(*_HOST)
        self._rated = table.pick(*_RATED)
        self._sight = table.pick(*_SIGHT)
        self._knowledge = table.pick(*_KNOWLEDGE)
        self._cve = table.place(*_CVE)
        self._by_cells: dict[Cells, _TableHost | None] = {}
        self._hosts: dict[str, _TableHost] = {}
        self._known: dict[str, Cells] = {}
        self._lines: dict[Cells, int] = {}
        self._cves: dict[str, dict[str, None]] = {}
        self._facts: dict[Cells, Facts] = {}

    def take(self, row: Row) -> None:
        """Take one row."""
        cells = row.cells
        rated = self._rated(cells)
        host = self._host_of(self._host(cells))
        if host is None:
            self._problem(f"line {row.line}", "this row names no host and was not read", "correct the row")
            return
        if rated not in self._lines:
            self._learn(rated, row)
        qid = rated[0].strip()
        if not qid:
            self._without_qid(host, row)
            return
        if self._cve is not None and cells[self._cve]:
            self._cves[qid].update(dict.fromkeys(map(str.strip, cells[self._cve].split(","))))
        status, port, protocol, instance, output, first, last = self._sight(cells)
        place = _Place(rated, status, port, protocol, instance)
        told = host.told.get(place)
        if told is None:
            host.told[place] = _Told({output: None}, first, last)
        else:
            told.outputs[output] = None

    def reports(self) -> Iterator[AssetReport]:
        """Yield every host, and note what could not be taken as it stands."""
        suppressed = filtered = 0
        for held in self._hosts.values():
            host = self._whole(held)
            if host is None:
                continue
            suppressed += host.suppressed
            filtered += host.filtered and not host.only_named
            yield host.report()
        if suppressed:
            what = f"{suppressed} findings are ignored or disabled in Qualys; they open no item"
            self._problem("", what, "request a deviation for each, or lift it in Qualys")
        if filtered:
            what = f"{filtered} hosts have no gathered information: the report was filtered"
            self._problem("", what, "absence closes nothing; report with information gathered")

    def _host_of(self, cells: Cells) -> _TableHost | None:
        if cells in self._by_cells:
            return self._by_cells[cells]
        asset_id, _, dns, netbios, address, ipv6, _, _ = (cell.strip().lower() for cell in cells)
        key = asset_id or address or ipv6 or dns or netbios
        host = self._by_cells[cells] = self._hosts.setdefault(key, _TableHost(cells)) if key else None
        return host

    def _learn(self, rated: Cells, row: Row) -> None:
        """Keep what the first row with this rating says of the QID."""
        qid = rated[0].strip()
        self._lines[rated] = row.line
        self._known.setdefault(qid, self._knowledge(row.cells))
        self._cves.setdefault(qid, {})

    def _without_qid(self, host: _TableHost, row: Row) -> None:
        said = self._host(row.cells)[-1].strip()
        if said.lower().startswith(_SCANNED):
            host.scanned = True
        elif not said:
            what = "this row does not name its QID and was not read"
            self._problem(f"line {row.line}", what, "correct the row")
        else:
            what = f"Qualys says of this address: {said}"
            self._problem(f"line {row.line}", what, "it does not count as scanned; scan it")

    def _whole(self, held: _TableHost) -> Host | None:
        asset_id, instance, dns, netbios, address, ipv6, tracking, _ = held.cells
        asset = qualys.asset_of(
            asset_id=asset_id,
            instance=instance,
            names=(dns, netbios),
            addresses=(*address.split(","), *ipv6.split(",")),
        )
        if asset is None:
            self._problem("", f"“{address or dns}” names no host", "correct its rows")
            return None
        host = Host(asset, credentialed=qualys.by_agent(tracking), only_named=self._searched)
        host.scanned = held.scanned or bool(held.told)
        for place, told in held.told.items():
            detection = _detection(place, told)
            host.add(detection, self._facts_of(place.rated, detection))
        return host

    def _facts_of(self, cells: Cells, detection: Detection) -> Facts:
        facts = self._facts.get(cells)
        if facts is not None:
            return facts
        knowledge = _knowledge(self._known[detection.qid], tuple(filter(None, self._cves[detection.qid])))
        if said := qualys.trouble(detection, knowledge):
            self._problem(f"line {self._lines[cells]}", said, "check it in Qualys")
        facts = self._facts[cells] = qualys.facts_of(_rated(detection, cells[-1].strip()), knowledge)
        return facts

    def _problem(self, place: str, what: str, fix: str) -> None:
        where = f"{self._source.name}, {place}" if place else self._source.name
        self.problems.append(Problem(where, what, fix))


def _detection(place: _Place, told: _Told) -> Detection:
    qid, level, kind, ignored, disabled, _ = place.rated
    return Detection(
        qid=qid.strip(),
        level=level.strip(),
        kind=kind,
        status=place.status,
        port=place.port,
        protocol=place.protocol,
        instance=place.instance,
        output="\n\n".join(filter(None, told.outputs)),
        first_found=told.first,
        last_found=told.last,
        ignored=ignored,
        disabled=disabled,
    )


def _rated(detection: Detection, own_level: str) -> Rated:
    rated = qualys.rated(detection)
    changed = own_level in qualys.SEVERITIES and own_level and own_level != detection.level
    return rated._replace(original=own_level) if changed else rated


def _knowledge(cells: Cells, cves: tuple[str, ...]) -> Knowledge:
    title, category, threat, impact, solution, base3, base2, vendor, bugtraq, *others = cells
    exploits, malware, indicators, published, patched = (cell.strip() for cell in others)
    exploited = exploits not in _NOTHING or malware not in _NOTHING
    return Knowledge(
        title=title,
        category=category,
        threat=threat,
        impact=impact,
        solution=solution,
        cves=cves,
        cvss=qualys.scores(base3, base2),
        references=(*_listed(vendor), *(f"BID:{number}" for number in _listed(bugtraq))),
        published=_day(published),
        patched=_day(patched),
        exploited=exploited or any(mark in indicators.lower() for mark in _EXPLOITED),
    )


def _listed(cell: str) -> list[str]:
    return [each.strip() for each in cell.split(",") if each.strip() not in _NOTHING]


def _day(cell: str) -> str:
    found = qualys.instant(cell)
    return found.date().isoformat() if found else ""
