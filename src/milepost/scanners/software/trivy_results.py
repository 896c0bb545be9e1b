"""What one result of a Trivy report means: the findings of one target and one class."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from milepost.domain.finding import Asset, AssetReport, Facts, WeaknessKind
from milepost.domain.problem import Problem
from milepost.scanners.assets import image_of
from milepost.scanners.documents import record
from milepost.scanners.gathering import Gathered, Gathering
from milepost.scanners.packages import SEVERITIES, name_weakness, place
from milepost.scanners.scanner import Source
from milepost.scanners.software.occurrences import Occurrences
from milepost.scanners.text import masked
from milepost.scanners.times import iso_day

SCOPES = ("trivy:vulnerability", "trivy:configuration", "trivy:secret")
VULNERABILITY, CONFIGURATION, SECRET = SCOPES

_PACKAGES = {"os-pkgs", "lang-pkgs"}


class Result(msgspec.Struct):
    """One result as Trivy writes it; its records are read one by one."""

    Target: str = ""
    Class: str | None = None
    Type: str | None = None
    Vulnerabilities: list[msgspec.Raw] | None = None
    Misconfigurations: list[msgspec.Raw] | None = None
    Secrets: list[msgspec.Raw] | None = None
    Licenses: list[msgspec.Raw] | None = None
    ExperimentalModifiedFindings: list[msgspec.Raw] | None = None


class _Score(msgspec.Struct):
    V2Vector: str | None = None
    V3Vector: str | None = None
    V2Score: float | None = None
    V3Score: float | None = None


class _Vulnerability(msgspec.Struct):
    VulnerabilityID: str
    PkgName: str
    VendorIDs: list[str] | None = None
    PkgPath: str | None = None
    InstalledVersion: str | None = None
    FixedVersion: str | None = None
    Status: str | None = None
    SeveritySource: str | None = None
    PrimaryURL: str | None = None
    Title: str | None = None
    Description: str | None = None
    Severity: str | None = None
    CweIDs: list[str] | None = None
    CVSS: dict[str, _Score] | None = None
    References: list[str] | None = None
    PublishedDate: str | None = None


class _Cause(msgspec.Struct):
    Resource: str | None = None


class _Misconfiguration(msgspec.Struct):
    ID: str
    AVDID: str | None = None
    Title: str | None = None
    Description: str | None = None
    Message: str | None = None
    Resolution: str | None = None
    Severity: str | None = None
    PrimaryURL: str | None = None
    References: list[str] | None = None
    Status: str | None = None
    CauseMetadata: _Cause | None = None


class _Secret(msgspec.Struct):
    """A secret without the text that matched: that is never read at all."""

    RuleID: str
    Category: str | None = None
    Severity: str | None = None
    Title: str | None = None
    StartLine: int | None = None


class _Named(msgspec.Struct):
    VulnerabilityID: str | None = None
    ID: str | None = None
    RuleID: str | None = None
    VendorIDs: list[str] | None = None


class _Suppressed(msgspec.Struct):
    Finding: _Named


_VULNERABILITY = msgspec.json.Decoder(_Vulnerability)
_MISCONFIGURATION = msgspec.json.Decoder(_Misconfiguration)
_SECRET = msgspec.json.Decoder(_Secret)
_SUPPRESSED = msgspec.json.Decoder(_Suppressed)


RESULT = msgspec.json.Decoder(Result)


class Results:
    """The results of all assets as they add up; `in_cluster` where one asset runs several images.

    `artifact` is the name of the image as scanned: where a target is that image, the place is the whole of
    it, because the name has its tag.
    """

    def __init__(
        self,
        source: Source,
        *,
        tool: str,
        scanned_at: datetime | None,
        in_cluster: bool = False,
        artifact: str = "",
    ) -> None:
        self.gathering = Gathering(source, SEVERITIES)
        self._occurrences = Occurrences(self.gathering)
        self._source = source
        self._tool = tool
        self._scanned_at = scanned_at
        self._in_cluster = in_cluster
        self._artifact = artifact
        self._held: Gathered

    def begin(self, asset: Asset) -> Gathered:
        """Take what follows as of this asset."""
        self._held = self.gathering.on(asset)
        return self._held

    def take(self, result: Result, where: str) -> None:
        """Read all records of a result and note which scopes it shows to have been looked at."""
        for scope in _shown(result):
            self._held.scope(scope, self._tool)
        readers = (
            ("Vulnerabilities", result.Vulnerabilities, self._vulnerability),
            ("Misconfigurations", result.Misconfigurations, self._misconfiguration),
            ("Secrets", result.Secrets, self._secret),
            ("ExperimentalModifiedFindings", result.ExperimentalModifiedFindings, self._suppression),
        )
        for name, records, read in readers:
            for number, raw in enumerate(records or []):
                read(raw, result, f"{where}.{name}[{number}]")
        if result.Licenses:
            what = f"{len(result.Licenses)} licence findings were left out"
            self.gathering.problem(
                f"{where}.Licenses", what, "a licence is no weakness; scan without --scanners license"
            )

    def end(self, held: Gathered, *, failed: bool = False) -> None:
        """End an asset: without any result, or where the scan failed, nothing counts as looked for."""
        if not held.scopes or failed:
            held.scope(VULNERABILITY, self._tool)
            for scope in held.scopes:
                scope.only_assessed = True
        for number in range(len(held.scopes)):
            held.dated(self._scanned_at, scope=number)

    def parts(self) -> Iterator[AssetReport | Problem]:
        """Yield the problems and the assets."""
        self._occurrences.finish()
        yield from self.gathering.parts()

    def _vulnerability(self, raw: msgspec.Raw, result: Result, where: str) -> None:
        found = record(raw, _VULNERABILITY, self._source, where)
        if isinstance(found, Problem):
            self.gathering.problems.append(found)
            return
        severity = self.gathering.rate(found.Severity, where)
        weakness = name_weakness("trivy", found.VulnerabilityID, found.VendorIDs or [])
        facts = Facts(
            source=weakness.source,
            source_id=weakness.source_id,
            title=found.Title or f"{found.VulnerabilityID} in {found.PkgName}",
            severity=severity,
            native_severity=found.Severity or "",
            description=found.Description or "",
            solution=_upgrade(found),
            cves=weakness.cves,
            cwes=tuple(found.CweIDs or ()),
            aliases=weakness.aliases,
            cvss=_scores(found),
            references=_addresses(found.PrimaryURL, found.References),
            family=result.Type or "",
            package=found.PkgName,
            version=found.InstalledVersion or "",
            fixed_version=found.FixedVersion or "",
            published=iso_day(found.PublishedDate or ""),
            vendor_status=found.Status or "",
            actionable=found.Status != "not_affected",
        )
        self._add(facts, self._place(found, result), "", VULNERABILITY)

    def _place(self, found: _Vulnerability, result: Result) -> str:
        """Name the package; in a cluster also the image, of which a resource may run several."""
        if result.Class == "os-pkgs" or (result.Class is None and " (" in result.Target):
            image = image_of(result.Target.partition(" (")[0]).repository if self._in_cluster else ""
            return f"{found.PkgName} {image}".rstrip()
        return place(found.PkgName, found.InstalledVersion or "", found.PkgPath or self._target(result))

    def _misconfiguration(self, raw: msgspec.Raw, result: Result, where: str) -> None:
        found = record(raw, _MISCONFIGURATION, self._source, where)
        if isinstance(found, Problem):
            self.gathering.problems.append(found)
            return
        if (found.Status or "FAIL") != "FAIL":
            self._not_failed(found)
            return
        cause = (found.CauseMetadata.Resource if found.CauseMetadata else None) or ""
        facts = Facts(
            source="trivy",
            source_id=found.ID,
            title=found.Title or found.ID,
            severity=self.gathering.rate(found.Severity, where),
            native_severity=found.Severity or "",
            kind=WeaknessKind.CONFIGURATION,
            description=found.Description or "",
            solution=found.Resolution or "",
            aliases=(found.AVDID,) if found.AVDID and found.AVDID != found.ID else (),
            references=_addresses(found.PrimaryURL, found.References),
            family=result.Type or "",
        )
        self._add(
            facts, f"{self._target(result)} {cause}".strip(), masked(found.Message or ""), CONFIGURATION
        )

    def _not_failed(self, found: _Misconfiguration) -> None:
        """Note a check that passed; one with an exception was not looked at."""
        scope = self._held.scope(CONFIGURATION, self._tool)
        if found.Status == "EXCEPTION":
            self._held.listed_in_part(found.ID, scope=scope)
        elif found.Status == "PASS":
            self._held.passed(found.ID, scope=scope)

    def _secret(self, raw: msgspec.Raw, result: Result, where: str) -> None:
        found = record(raw, _SECRET, self._source, where)
        if isinstance(found, Problem):
            self.gathering.problems.append(found)
            return
        facts = Facts(
            source="trivy",
            source_id=found.RuleID,
            title=found.Title or found.RuleID,
            severity=self.gathering.rate(found.Severity, where),
            native_severity=found.Severity or "",
            kind=WeaknessKind.SECRET,
            solution="Revoke the secret, remove it from the target and from its history.",
            family=found.Category or "",
        )
        line = f"line {found.StartLine}: " if found.StartLine else ""
        self._add(facts, self._target(result), f"{line}the matched text is withheld", SECRET)

    def _suppression(self, raw: msgspec.Raw, _: Result, where: str) -> None:
        """Count what the scan was told to leave out as not assessed: it may still be there."""
        found = record(raw, _SUPPRESSED, self._source, where)
        if isinstance(found, Problem):
            self.gathering.problems.append(found)
            return
        named = found.Finding
        native = named.VulnerabilityID or named.ID or named.RuleID or ""
        source_id = name_weakness("trivy", native, named.VendorIDs or []).source_id
        for number in range(len(self._held.scopes)):
            self._held.listed_in_part(source_id, scope=number)

    def _target(self, result: Result) -> str:
        """Return the target as a place: empty for the image itself, whose name has a tag."""
        return "" if self._artifact and result.Target.partition(" (")[0] == self._artifact else result.Target

    def _add(self, facts: Facts, locator: str, output: str, scope: str) -> None:
        number = self._held.scope(scope, self._tool)
        self._occurrences.add(self._held, self.gathering.shared(facts), locator, output, scope=number)


def _shown(result: Result) -> list[str]:
    """Return the scopes that a result shows to have been looked at."""
    evidence = (
        (VULNERABILITY, result.Class in _PACKAGES or result.Vulnerabilities is not None),
        (CONFIGURATION, result.Class == "config" or result.Misconfigurations is not None),
        (SECRET, result.Class == "secret" or result.Secrets is not None),
    )
    return [scope for scope, shown in evidence if shown]


def _upgrade(found: _Vulnerability) -> str:
    return f"Upgrade {found.PkgName} to {found.FixedVersion}." if found.FixedVersion else ""


def _scores(found: _Vulnerability) -> tuple[str, ...]:
    """Return vectors (or bare scores), of the source that Trivy rated by first, then NVD, then others."""
    scores = found.CVSS or {}
    order = dict.fromkeys([found.SeveritySource or "", "nvd", *scores])
    ranked = [scores[name] for name in order if name in scores]
    third = [score.V3Vector or _number(score.V3Score) for score in ranked]
    second = [score.V2Vector or _number(score.V2Score) for score in ranked]
    return tuple(dict.fromkeys(filter(None, third + second)))


def _number(score: float | None) -> str:
    return "" if score is None else f"{score:g}"


def _addresses(primary: str | None, others: list[str] | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, [primary or "", *(others or [])])))
