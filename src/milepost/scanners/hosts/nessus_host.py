"""What a Nessus file says of one host: who it is, when and how deep it was scanned, with what.

Scopes: `nessus` for plugins, `nessus:compliance` for compliance checks; the latter covers only the checks
that passed or failed on this host.
"""

import ipaddress
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain

from milepost.domain.finding import (
    Asset,
    AssetKind,
    AssetReport,
    Coverage,
    Facts,
    Finding,
    Identifier,
    IdentifierKind,
)
from milepost.scanners.hosts.nessus_item import Item, Outcome
from milepost.scanners.times import ctime_instant, iso_instant, unix_instant, zoned_instant
from milepost.scanners.xml import Element

SCOPE = "nessus"
COMPLIANCE_SCOPE = "nessus:compliance"
SCAN_INFORMATION = "19506"
PING = "10180"
_SPEAKING = {SCAN_INFORMATION, PING}

# Tables only: no UUID, so that it never contradicts the machine's own UUID in a `.nessus` file of the host.
TENABLE_ASSET = "tenable-asset"

_UUID_TAGS = ("bios-uuid", "agent-uuid", "agent_uuid", "agent-id")
_UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
_PLACEHOLDER = re.compile(r"(0-?){16}|(f-?){16}|^03000200-0400-0500-0006-000700080009$")
_SAID = re.compile(
    r"^[ \t]*(Nessus version|Plugin feed version|Credentialed checks)\s*:\s*([^\s(,]+)", re.MULTILINE
)
_DEAD = "considered as dead"
_START = re.compile(r"^[ \t]*Scan Start Date[ \t]*:[ \t]*(.{1,100})", re.MULTILINE)
_DURATION = re.compile(r"^[ \t]*Scan duration[ \t]*:[ \t]*(\d{1,7})\s*sec", re.MULTILINE)


@dataclass(frozen=True)
class Policy:
    """What the file says once for all hosts: the plugins that ran, whether Tenable.sc made it."""

    plugins: frozenset[str] | None = None
    security_center: bool = False


def read_policy(policy: Element) -> Policy:
    """Read the preferences `plugin_set` and `sc_version`."""
    preferences = {
        (preference.findtext("name") or "").strip(): (preference.findtext("value") or "").strip()
        for preference in policy.iter("preference")
    }
    plugins = frozenset(re.findall(r"\d+", preferences.get("plugin_set", "")))
    return Policy(plugins or None, "sc_version" in preferences)


@dataclass
class Host:
    """A host while its items are read."""

    policy: Policy
    name: str
    properties: dict[str, str]
    findings: list[Finding] = field(default_factory=list)
    tested: set[str] = field(default_factory=set)
    untested: set[str] = field(default_factory=set)
    said: dict[str, str] = field(default_factory=dict)
    passed: set[str] = field(default_factory=set)
    ended: datetime | None = None
    filtered: bool = False
    items: int = 0
    dead: bool = False

    def add(self, item: Item, place: str, output: str, first_seen: datetime | None = None) -> None:
        """Count an item; `output` is what its plugin printed, which a compliance check writes elsewhere.

        Where the host is `filtered`, nothing counts as tested but what was found or has `passed`.
        """
        self.items += 1
        if item.compliance:
            self._check(item)
            return
        facts = item.facts
        if facts.source_id in _SPEAKING:
            self._note(facts, output)
        self.findings.append(Finding(facts, place, output, first_seen))

    def _note(self, facts: Facts, output: str) -> None:
        """Keep what the two plugins say that describe the scan itself, not the host."""
        if facts.source_id == SCAN_INFORMATION:
            self.said.update({match[1]: match[2] for match in _SAID.finditer(output)})
        elif _DEAD in output:
            self.dead = True

    def _check(self, item: Item) -> None:
        source_id = item.facts.source_id
        if item.outcome is Outcome.UNASSESSED:
            self.untested.add(source_id)
            return
        self.tested.add(source_id)
        if item.outcome is Outcome.FOUND:
            self.findings.append(Finding(item.facts, "", item.output, coverage=1))

    def report(self) -> AssetReport:
        """Put together what is known; a host that was down or not looked at is covered by nothing."""
        return AssetReport(asset_of(self.name, self.properties), self._coverage(), tuple(self.findings))

    def _coverage(self) -> tuple[Coverage, ...]:
        tool, credentialed = self._tool(), self._credentialed()
        scanned_at = self.ended or scanned(self.properties)
        assessed = self._assessed()
        coverage = Coverage(SCOPE, tool, scanned_at, credentialed, assessed)
        if not self.tested and not self.untested:
            return (coverage,)
        checks = Coverage(
            COMPLIANCE_SCOPE,
            tool,
            scanned_at,
            credentialed,
            frozenset(self.tested),
            frozenset(self.untested - self.tested),
        )
        return coverage, checks

    def _assessed(self) -> frozenset[str] | None:
        if self.dead or not self.items:
            return frozenset()
        if not self.filtered:
            return self.policy.plugins
        return frozenset(self.passed | {each.facts.source_id for each in self.findings if not each.coverage})

    def _tool(self) -> str:
        version = self.said.get("Nessus version", "")
        if not self.policy.security_center:
            return f"Tenable Nessus {version}".rstrip()
        feed = self.said.get("Plugin feed version", "")
        text = "Assured Compliance Assessment Solution (ACAS) Nessus Scanner"
        numbers = ".".join(filter(None, (version, feed)))
        return f"{text} :: {numbers}" if numbers else text

    def _credentialed(self) -> bool | None:
        words = {"true": True, "yes": True, "false": False, "no": False}
        tag = self.properties.get("Credentialed_Scan", "").strip().lower()
        return words.get(tag, words.get(self.said.get("Credentialed checks", "")))


def read_properties(properties: Element | None) -> dict[str, str]:
    """Read the tags of `HostProperties`; of a tag that is repeated the first one counts."""
    tags: dict[str, str] = {}
    for tag in () if properties is None else properties.iter("tag"):
        tags.setdefault(tag.get("name", ""), (tag.text or "").strip())
    return tags


def scanned(properties: dict[str, str]) -> datetime | None:
    """Return when the scan of the host ended, in UTC."""
    end = properties.get("HOST_END", "")
    return unix_instant(properties.get("HOST_END_TIMESTAMP", "")) or ctime_instant(end) or iso_instant(end)


def scan_end(output: str) -> tuple[datetime | None, str]:
    """Return when a scan ended by what plugin 19506 printed, and its zone if that is not known."""
    start, duration = _START.search(output), _DURATION.search(output)
    began, unknown = zoned_instant(start[1]) if start else (None, "")
    if began is None:
        return None, ""
    return began + timedelta(seconds=int(duration[1]) if duration else 0), unknown


def undated(properties: dict[str, str]) -> str:
    """Say which scan time cannot be read; empty if there is none or it can."""
    end = properties.get("HOST_END") or properties.get("HOST_END_TIMESTAMP", "")
    return f"the end of the scan, “{end}”, is no time" if end and scanned(properties) is None else ""


def asset_of(name: str, properties: dict[str, str]) -> Asset:
    """Name the host by its stable ids and names; by what it was scanned as if the properties name none."""
    target = target_name(name)
    if "://" in target:
        return Asset(target, AssetKind.APPLICATION, (Identifier(IdentifierKind.RESOURCE, target),))
    addresses = properties.get("host-ip", "").split(",")
    found = [
        *(Identifier(IdentifierKind.UUID, value) for value in _uuids(properties)),
        *(_named(IdentifierKind.RESOURCE, properties.get(TENABLE_ASSET, ""))),
        *(_named(IdentifierKind.FQDN, properties.get("host-fqdn", ""))),
        *(_named(IdentifierKind.HOSTNAME, properties.get("netbios-name", "").rpartition("\\")[2])),
        *(_named(IdentifierKind.HOSTNAME, properties.get("hostname", ""))),
        *chain.from_iterable(_named(IdentifierKind.IP, each) for each in addresses),
    ]
    identifiers = tuple(dict.fromkeys(found)) or (target_identifier(target),)
    return Asset(target or identifiers[0].value, AssetKind.HOST, identifiers)


def target_name(name: str) -> str:
    """Normalise the name that a host was scanned as; it names the asset to people."""
    return name.strip().rstrip("/").lower()


def target_identifier(target: str) -> Identifier:
    """Take the name that a host was scanned as for an address, a full name or a bare host name."""
    try:
        return Identifier(IdentifierKind.IP, str(ipaddress.ip_address(target)))
    except ValueError:
        kind = IdentifierKind.FQDN if "." in target else IdentifierKind.HOSTNAME
        return Identifier(kind, target)


def _uuids(properties: dict[str, str]) -> list[str]:
    values = (properties.get(tag, "").lower() for tag in _UUID_TAGS)
    return [value for value in values if _UUID.fullmatch(value) and not _PLACEHOLDER.search(value)]


def _named(kind: IdentifierKind, value: str) -> list[Identifier]:
    normal = value.strip().rstrip(".").lower()
    return [Identifier(kind, normal)] if normal else []
