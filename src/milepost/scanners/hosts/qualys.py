"""What Qualys says of a host and of a detection on it, whichever file says it: XML, CSV of VM or of VMDR.

Levels 1 to 5 of a vulnerability, confirmed or potential, count as low, low, moderate, high and critical;
information that was gathered (`Ig`) is informational whatever its level. `Fixed` is tested and gone. What
somebody ignored or disabled in Qualys is a finding that asks for nothing. A host without any gathered
information comes from a filtered report: there only what is named counts as tested.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from milepost.domain.finding import Asset, AssetReport, Coverage, Facts, Finding, Identifier, IdentifierKind
from milepost.domain.severity import Severity
from milepost.scanners.assets import host_asset
from milepost.scanners.hosts.merging import merged
from milepost.scanners.text import plain
from milepost.scanners.times import iso_instant, numbered_instant, spelled_instant

SCOPE = "qualys"
TOOL = "Qualys VM"
SEVERITIES = {
    "1": Severity.LOW,
    "2": Severity.LOW,
    "3": Severity.MODERATE,
    "4": Severity.HIGH,
    "5": Severity.CRITICAL,
    "": Severity.UNRATED,
}
WINDOWS_AUTHENTICATION = "70028"

_INFORMATION = {"ig", "info", "information", "information gathered"}
_POTENTIAL = {"practice", "potential", "potential vulnerability"}
_GONE = {"fixed"}
_THERE = {"", "new", "active", "re-opened", "reopened"}
_NO_SESSION, _NO_USER = "null session", "(none)"
_AGENT = "agent"
_YES = {"1", "yes", "true"}


class Knowledge(NamedTuple):
    """What Qualys knows of a QID, whichever host has it."""

    title: str = ""
    level: str = ""
    category: str = ""
    threat: str = ""
    impact: str = ""
    solution: str = ""
    cves: tuple[str, ...] = ()
    cvss: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    published: str = ""
    patched: str = ""
    exploited: bool = False


class Detection(NamedTuple):
    """One record of a QID on a host, in the report's own words."""

    qid: str
    level: str = ""
    kind: str = ""
    status: str = ""
    port: str = ""
    protocol: str = ""
    instance: str = ""
    output: str = ""
    first_found: str = ""
    last_found: str = ""
    ignored: str = ""
    disabled: str = ""


class Rated(NamedTuple):
    """What of a detection decides its facts; `original` is Qualys's own level where somebody changed it."""

    qid: str
    level: str
    kind: str
    suppressed: str = ""
    original: str = ""


@dataclass
class Host:
    """A host of Qualys as its detections add up."""

    asset: Asset
    credentialed: bool | None = None
    scanned_at: datetime | None = None
    scanned: bool = True
    only_named: bool = False
    findings: list[Finding] = field(default_factory=list)
    passed: set[str] = field(default_factory=set)
    suppressed: int = 0
    informed: bool = False

    def add(self, detection: Detection, facts: Facts) -> None:
        """Take a detection with the facts that hold for it."""
        seen = instant(detection.last_found)
        if seen is not None and (self.scanned_at is None or seen > self.scanned_at):
            self.scanned_at = seen
        if detection.qid == WINDOWS_AUTHENTICATION and self.credentialed is None:
            self.credentialed = _logged_in(detection.output.lower())
        if detection.status.strip().lower() in _GONE:
            self.passed.add(detection.qid)
            return
        self.informed = self.informed or facts.severity is Severity.INFO
        self.suppressed += not facts.actionable
        first = instant(detection.first_found)
        self.findings.append(Finding(facts, place(detection), detection.output, first))

    @property
    def filtered(self) -> bool:
        """Tell whether the report shows of this host only what was asked for."""
        return self.scanned and not self.informed and bool(self.findings or self.passed)

    def report(self) -> AssetReport:
        """Put together what is known of the host."""
        findings = merged(self.findings)
        named = frozenset(self.passed | {each.facts.source_id for each in findings})
        only_named = self.only_named or self.filtered or not self.scanned
        assessed = named if only_named else None
        coverage = Coverage(SCOPE, TOOL, self.scanned_at, self.credentialed, assessed)
        return AssetReport(self.asset, (coverage,), findings)


def asset_of(
    *,
    asset_id: str = "",
    instance: str = "",
    names: Iterable[str] = (),
    addresses: Iterable[str] = (),
) -> Asset | None:
    """Name a host by its cloud instance, Qualys's asset id, its names and its addresses; None if by nothing.

    Qualys's id is a resource, not a UUID, so that it never contradicts the UUID that another tool read.
    """
    number = f"qualys:{asset_id.strip().lower()}" if asset_id.strip() else ""
    asset = host_asset(resource=instance or number, names=names, addresses=addresses)
    if asset is None or not instance.strip() or not number:
        return asset if asset is None else _shown(asset)
    second = Identifier(IdentifierKind.RESOURCE, number)
    first, *others = asset.identifiers
    return _shown(replace(asset, identifiers=(first, second, *others)))


def facts_of(rated: Rated, knowledge: Knowledge) -> Facts:
    """Put together what is known of a detection, wherever it is."""
    kind = rated.kind.strip().lower()
    level = (rated.level or knowledge.level).strip()
    severity = Severity.INFO if kind in _INFORMATION else SEVERITIES.get(level, Severity.UNRATED)
    texts = [plain(knowledge.threat), plain(knowledge.impact)]
    potential = "potential" if kind in _POTENTIAL else ""
    return Facts(
        source=SCOPE,
        source_id=rated.qid,
        title=knowledge.title.strip() or f"QID {rated.qid}",
        severity=severity,
        native_severity=rated.original or level,
        severity_reason=f"changed in Qualys from {rated.original} to {level}" if rated.original else "",
        description="\n\n".join(text for text in texts if text and text != "N/A"),
        solution=plain(knowledge.solution),
        cves=knowledge.cves,
        cvss=knowledge.cvss,
        references=knowledge.references,
        family=knowledge.category.strip(),
        published=knowledge.published,
        patched=knowledge.patched,
        vendor_status=f"suppressed: {rated.suppressed}" if rated.suppressed else potential,
        exploit_known=knowledge.exploited,
        actionable=not rated.suppressed,
    )


def rated(detection: Detection) -> Rated:
    """Return what of a detection decides its facts."""
    suppressed = (
        "ignored" if said_yes(detection.ignored) else "disabled" if said_yes(detection.disabled) else ""
    )
    return Rated(detection.qid, detection.level, detection.kind, suppressed)


def trouble(detection: Detection, knowledge: Knowledge) -> str:
    """Say what in a detection is not known; empty for a sound one."""
    level = (detection.level or knowledge.level).strip()
    if level not in SEVERITIES:
        return f"the severity “{level}” of QID {detection.qid} is unknown; it is unrated"
    status = detection.status.strip()
    if status.lower() not in _THERE | _GONE:
        return f"the status “{status}” of QID {detection.qid} is unknown; it counts as found"
    return ""


def place(detection: Detection) -> str:
    """Return the place on a host: `443/tcp`, with the instance where there is one; empty for the host."""
    return _place(detection.port, detection.protocol, detection.instance)


def by_agent(tracking: str) -> bool | None:
    """Tell from the tracking method that an agent on the host itself looked; None if it was another way."""
    return True if _AGENT in tracking.lower() else None


@lru_cache(maxsize=1 << 12)
def scores(*bases: str) -> tuple[str, ...]:
    """Return the vectors of `8.6 (AV:N/…)`, CVSS 3 before 2; or the bare score where there is no vector."""
    found = []
    for prefix, base in zip(("CVSS:3.0/", ""), bases, strict=False):
        score, bracket, vector = base.strip().rstrip(")").partition("(")
        text = vector.strip() if bracket else score.strip()
        found.append(f"{prefix}{text}" if bracket and text and not text.startswith("CVSS") else text)
    return tuple(filter(None, found))


@lru_cache(maxsize=1 << 12)
def instant(text: str) -> datetime | None:
    """Read the three ways in which Qualys writes a time; its tables put the month first."""
    return iso_instant(text) or spelled_instant(text) or numbered_instant(text, day_first=False)


def said_yes(cell: str) -> bool:
    """Tell whether a flag is set."""
    return cell.strip().lower() in _YES


def _logged_in(said: str) -> bool | None:
    """Tell from what QID 70028 prints, user name before domain, whether the scan had a login."""
    if not said.strip():
        return None
    return _NO_SESSION not in said and _NO_USER not in said.partition("domain")[0]


@lru_cache(maxsize=1 << 12)
def _place(port: str, protocol: str, instance: str) -> str:
    number = port.strip()
    where = f"{number}/{protocol.strip().lower() or 'tcp'}" if number and number != "0" else ""
    return f"{where} {instance.strip().lower()}".strip()


def _shown(asset: Asset) -> Asset:
    """Name the host to people by its name or address, not by an id."""
    plain_names = [each.value for each in asset.identifiers if each.kind is not IdentifierKind.RESOURCE]
    return replace(asset, name=plain_names[0]) if plain_names else asset
