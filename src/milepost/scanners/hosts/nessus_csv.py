"""Nessus findings in a table (CSV), of Nessus itself, Tenable.io and Tenable.sc.

One row per CVE: the rows of one plugin at one place are one finding. Everything is named as in a `.nessus`
file of the same host, so that the one continues the other. A host without any informational row was exported
through a filter: absence there says nothing, only what is named counts as tested. `Fixed` is tested and gone.
"""

from collections.abc import Iterator

from milepost.domain.finding import AssetReport, Facts
from milepost.domain.problem import Problem
from milepost.scanners.about import About, Grade
from milepost.scanners.hosts import nessus_csv_columns as columns
from milepost.scanners.hosts.nessus_csv_check import RESULTS, check_of
from milepost.scanners.hosts.nessus_csv_host import TableHost, TableHosts
from milepost.scanners.hosts.nessus_csv_plugin import SEVERITIES, Plugin, Variant
from milepost.scanners.hosts.nessus_item import locator
from milepost.scanners.scanner import Head, Source
from milepost.scanners.tables import Row, Table

_GONE = "fixed"


class NessusTable:
    """The reader of the tables of Tenable's products."""

    name = "nessus-csv"
    title = "Nessus, Tenable.io and Tenable.sc (CSV)"
    about = About(
        versions="Nessus 6 to 10, Tenable.io workbench and scan exports, Tenable Vulnerability Management"
        " findings (columns like `definition.id`), Tenable.sc vulnerability details",
        key="host, plugin, port and protocol; a compliance check by its Vuln-ID or else by its name",
        coverage="All plugins on a host with at least one informational row; on any other host only the"
        " plugins that are named (a filtered export), which a problem says. A row with the state Fixed is"
        " tested and gone. A host that plugin 10180 calls dead is covered by nothing. Credentials by plugin"
        " 19506, or by the dates of authenticated results in Tenable.io.",
        fields={
            "title": "Name / Plugin Name",
            "severity": "Risk / Severity",
            "native_severity": "Risk / Severity, or Original Severity where recast",
            "severity_reason": "Modification, Recast Risk Comment",
            "kind": "configuration for compliance checks",
            "description": "Description, else Synopsis",
            "solution": "Solution",
            "cves": "CVE of all rows of the plugin",
            "cwes": "XREF / Cross References",
            "ccis": "CCI in the reference of a compliance check",
            "cvss": "CVSS v4, v3 and v2 vector or base score",
            "references": "See Also, XREF / Cross References (IAVM notices among them)",
            "family": "Plugin Family / Family",
            "published": "Vuln Publication Date",
            "patched": "Patch Publication Date",
            "vendor_status": "Accept Risk Comment, Modification, Unsupported By Vendor",
            "exploit_known": "Exploit Available / Exploit?, Exploited by Malware, XREF of CISA's KEV",
            "kev_due": "XREF / Cross References",
            "actionable": "no where the risk was accepted in the tool",
            "locator": "Port and Protocol",
            "output": "Plugin Output",
            "first_seen": "First Found / First Discovered",
            "identifiers": "Agent ID, Asset UUID / Host ID, FQDN / DNS Name, NetBIOS Name, IP Address, Host",
        },
        severities=SEVERITIES,
        sources=(
            "Tenable Nessus user guide: CSV report contents",
            "Tenable Vulnerability Management user guide: findings export",
            "Tenable Security Center user guide: export vulnerability data",
        ),
        samples=("scans/nessus_csv",),
        memory="grows with the occurrences and with what they print",
        grade=Grade.GOLD,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the heading."""
        return columns.recognised(head)

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems, then every host once; see `Scanner.read`."""
        table = columns.opened(source)
        reading = _Reading(source, table)
        for row in table.rows():
            reading.take(row)
        reports = list(reading.reports())
        yield from table.problems
        yield from reading.problems()
        yield from reports


SCANNER = NessusTable()


class _Reading:
    """One table while its rows are read."""

    def __init__(self, source: Source, table: Table) -> None:
        self._source = source
        self._security_center = all(table.place(name) is not None for name in columns.SECURITY_CENTER)
        self._host = table.pick(*columns.HOST)
        self._variant = table.pick(*columns.VARIANT)
        self._detail = table.pick(*columns.DETAIL)
        self._sight = table.pick(*columns.SIGHT)
        self._look = table.pick(*columns.LOOK)
        self._hosts = TableHosts()
        self._plugins: dict[Variant, Plugin] = {}
        self._cves: dict[str, dict[str, None]] = {}
        self._facts: dict[Plugin, Facts] = {}
        self._places: dict[tuple[str, str], str] = {}
        self._problems: list[Problem] = []

    def take(self, row: Row) -> None:
        """Take one row."""
        cells = row.cells
        variant = self._variant(cells)
        plugin = self._plugins.get(variant) or self._learn(variant, row)
        host = self._hosts.of(self._host(cells)) if plugin.number else None
        if host is None:
            self._unnamed(row, "host" if plugin.number else "plugin")
            return
        port, protocol, cve, state, output, first_seen = self._sight(cells)
        host.looks[self._look(cells)] = None
        if cve:
            for each in cve.split(","):
                plugin.cves[each.strip()] = None
        if state.strip().lower() == _GONE:
            host.passed.add(plugin.number)
        elif plugin.plain or not self._checked(host, plugin, cells, output):
            host.see(plugin, self._place(port, protocol), output, first_seen)

    def reports(self) -> Iterator[AssetReport]:
        """Yield every host."""
        for host in self._hosts.every():
            yield host.report(self._known, security_center=self._security_center)

    def problems(self) -> Iterator[Problem]:
        """Yield what could not be taken as it stands; call it after `reports`."""
        yield from self._problems
        for plugin in self._plugins.values():
            if plugin.severity is None and plugin.word.upper() not in RESULTS:
                what = f"the severity “{plugin.word}” of plugin {plugin.number} is unknown; it is unrated"
                yield self._problem(f"line {plugin.line}", what, "rate it by hand")
        yield from self._accepted()
        yield from self._filtered()
        zones = sorted({host.unknown_zone for host in self._hosts.every() if host.unknown_zone})
        if zones:
            what = f"the time zone {', '.join(zones)} of the scan is unknown; its time was read as UTC"
            yield self._problem("", what, "check the date of the scan where hours matter")

    def _learn(self, variant: Variant, row: Row) -> Plugin:
        number = variant[0].strip()
        cves = self._cves.setdefault(number, {})
        detail = columns.Detail(*self._detail(row.cells))
        plugin = self._plugins[variant] = Plugin(variant, detail, cves, row.line)
        return plugin

    def _known(self, plugin: Plugin) -> Facts:
        facts = self._facts.get(plugin)
        if facts is None:
            facts = self._facts[plugin] = plugin.facts()
        return facts

    def _place(self, port: str, protocol: str) -> str:
        place = self._places.get((port, protocol))
        if place is None:
            place = self._places[port, protocol] = locator(port, protocol)
        return place

    def _checked(self, host: TableHost, plugin: Plugin, cells: list[str], output: str) -> bool:
        """Take a row with the result of a compliance check; tell whether it was one."""
        description = columns.Detail(*self._detail(cells)).description
        item = check_of(plugin.number, plugin.word, plugin.detail.family, (description, output))
        if item is not None:
            host.checks[item] = None
        return item is not None

    def _unnamed(self, row: Row, what: str) -> None:
        if any(cell.strip() for cell in row.cells):
            said = f"this row does not name its {what} and was not read"
            self._problems.append(self._problem(f"line {row.line}", said, "correct the row"))

    def _accepted(self) -> Iterator[Problem]:
        count = sum(plugin.accepted for host in self._hosts.every() for plugin, _ in host.sights)
        if count:
            what = f"{count} findings are accepted in the tool; they open no item"
            yield self._problem("", what, "request a deviation for each, or lift the acceptance")

    def _filtered(self) -> Iterator[Problem]:
        count = sum(host.filtered for host in self._hosts.every())
        if count:
            what = (
                f"{count} hosts have no informational row: the export was filtered, so absence closes nothing"
            )
            yield self._problem("", what, "export the scan without a filter by severity or plugin")

    def _problem(self, place: str, what: str, fix: str) -> Problem:
        where = f"{self._source.name}, {place}" if place else self._source.name
        return Problem(where, what, fix)
