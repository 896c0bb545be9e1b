"""The hosts of a Nessus table: rows that name the same host belong together, in any order."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from milepost.domain.finding import AssetReport, Facts
from milepost.domain.severity import Severity
from milepost.scanners.hosts.merging import merged
from milepost.scanners.hosts.nessus_csv_plugin import Plugin
from milepost.scanners.hosts.nessus_host import SCAN_INFORMATION, TENABLE_ASSET, Host, Policy, scan_end
from milepost.scanners.hosts.nessus_item import Item
from milepost.scanners.times import iso_instant, spelled_instant

Cells = tuple[str, ...]


@dataclass
class Sight:
    """One plugin at one place: what it printed (once each), when it was first seen."""

    output: str
    first_seen: str
    others: dict[str, None] = field(default_factory=dict)

    def whole(self) -> str:
        """Return all that was printed."""
        return "\n\n".join([self.output, *self.others]) if self.others else self.output


class TableHost:
    """A host as its rows add up."""

    def __init__(self) -> None:
        """Start without any row."""
        self.name = ""
        self.properties: dict[str, str] = {}
        self.sights: dict[tuple[Plugin, str], Sight] = {}
        self.checks: dict[Item, None] = {}
        self.passed: set[str] = set()
        self.looks: dict[Cells, None] = {}
        self.filtered = False
        self.unknown_zone = ""

    def name_it(self, cells: Cells) -> None:
        """Take the cells of `nessus_csv_columns.HOST`; what is already known stays, addresses add up."""
        name, address, full_name, netbios, agent, asset = (cell.strip() for cell in cells)
        self.name = self.name or name or full_name or address or netbios
        addresses = [*self.properties.get("host-ip", "").split(","), *address.replace(";", ",").split(",")]
        known = {
            "host-ip": ",".join(dict.fromkeys(each.strip() for each in addresses if each.strip())),
            "host-fqdn": full_name.partition(",")[0],
            "netbios-name": netbios,
            "agent-uuid": agent,
            TENABLE_ASSET: f"tenable:{asset.lower()}" if asset else "",
        }
        held = {key: value for key, value in self.properties.items() if key != "host-ip"}
        self.properties = {key: value for key, value in known.items() if value} | held

    def see(self, plugin: Plugin, place: str, output: str, first_seen: str) -> None:
        """Take a row with a finding; rows that differ by their CVE only are the same sight."""
        sight = self.sights.get((plugin, place))
        if sight is None:
            self.sights[plugin, place] = Sight(output, first_seen)
        elif output != sight.output:
            sight.others[output] = None

    def report(self, facts: Callable[[Plugin], Facts], *, security_center: bool) -> AssetReport:
        """Put together what is known of the host."""
        host = Host(Policy(None, security_center), self.name, self.properties)
        for (plugin, place), sight in self.sights.items():
            host.add(Item(facts(plugin)), place, sight.whole(), instant(sight.first_seen))
        for item in self.checks:
            host.add(item, "", "")
        host.passed = self.passed
        host.items += len(self.passed)
        self.filtered = not any(each.facts.severity is Severity.INFO for each in host.findings) and not (
            self.checks and not self.sights
        )
        host.filtered = self.filtered
        self._date(host)
        host.findings = list(merged(host.findings))
        return host.report()

    def _date(self, host: Host) -> None:
        """Say when the host was scanned and whether with credentials, where plugin 19506 does not."""
        ended, _, authenticated, unauthenticated = (_latest(cells) for cells in zip(*self.looks, strict=True))
        began = min(filter(None, (instant(cells[1]) for cells in self.looks)), default=None)
        for (plugin, _), sight in self.sights.items():
            if plugin.number == SCAN_INFORMATION and ended is None:
                ended, self.unknown_zone = scan_end(sight.output)
        host.ended = ended
        if authenticated and began and authenticated >= began:
            self.properties.setdefault("Credentialed_Scan", "true")
        elif unauthenticated and (authenticated is None or unauthenticated > authenticated):
            self.properties.setdefault("Credentialed_Scan", "false")


class TableHosts:
    """All hosts of a table, by the strongest name that a row gives: asset or agent id, name, address."""

    def __init__(self) -> None:
        """Start empty."""
        self._by_cells: dict[Cells, TableHost | None] = {}
        self._by_name: dict[str, TableHost] = {}

    def of(self, cells: Cells) -> TableHost | None:
        """Return the host that the cells of `nessus_csv_columns.HOST` name; None if they name none."""
        try:
            return self._by_cells[cells]
        except KeyError:
            host = self._by_cells[cells] = self._find(cells)
            return host

    def every(self) -> Iterable[TableHost]:
        """Return the hosts in the order in which they were first met."""
        return self._by_name.values()

    def _find(self, cells: Cells) -> TableHost | None:
        name, address, full_name, netbios, agent, asset = (cell.strip().lower() for cell in cells)
        key = asset or agent or name or full_name or address or netbios
        if not key:
            return None
        host = self._by_name.setdefault(key, TableHost())
        host.name_it(cells)
        return host


@lru_cache(maxsize=1 << 12)
def instant(text: str) -> datetime | None:
    """Read `2023-06-08T01:58:56.166Z` or `Feb 19, 2024 21:01:01 UTC`."""
    return iso_instant(text) or spelled_instant(text)


def _latest(cells: Iterable[str]) -> datetime | None:
    return max(filter(None, map(instant, cells)), default=None)
