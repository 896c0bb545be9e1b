"""What a STIG checklist means, whichever file format it comes in: CKL and CKLB of one checklist are equal.

A finding is a rule that is Open. Not Reviewed says nothing of the asset: such rules count as not assessed. A
severity override replaces the rule's severity, its justification goes with it. Site and instance of a web
server or database make an asset of its own.
"""

import ipaddress
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from milepost.domain.finding import (
    Asset,
    AssetKind,
    AssetReport,
    Coverage,
    Facts,
    Finding,
    Identifier,
    IdentifierKind,
    WeaknessKind,
)
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.scanner import Source
from milepost.scanners.times import american_day, iso_instant

_OPEN = "open"
_TESTED = {_OPEN, "notafinding", "notapplicable"}
_NOT_REVIEWED = "notreviewed"
_SEVERITIES = {
    "high": Severity.HIGH,
    "medium": Severity.MODERATE,
    "low": Severity.LOW,
    "cati": Severity.HIGH,
    "catii": Severity.MODERATE,
    "catiii": Severity.LOW,
}
_NO_NAME = {"", "=", "-", "none", "n/a", "unknown"}
_SCC_TIME = re.compile(r"^Time\s*:\s*(\d{4}-\d{2}-\d{2}T[\d:]+)", re.MULTILINE)
_FOUND_ON = re.compile(r"found this to be [A-Z _]+ on (\d{2}/\d{2}/\d{4})", re.IGNORECASE)


class Target(NamedTuple):
    """The asset as the checklist writes it; addresses and names may hold several, one a line."""

    host_name: str = ""
    fqdn: str = ""
    addresses: str = ""
    site: str = ""
    instance: str = ""


class Stig(NamedTuple):
    """The head of one STIG in a checklist; `scanned_at` where a tool wrote it down."""

    stig_id: str
    title: str
    version: str = ""
    release: str = ""
    scanned_at: datetime | None = None


@dataclass(frozen=True)
class Rule:
    """One rule as answered, in the words of the checklist; `place` is where it stands in the file."""

    place: str
    group_id: str
    status: str
    severity: str = ""
    override: str = ""
    justification: str = ""
    title: str = ""
    discussion: str = ""
    fix_text: str = ""
    details: str = ""
    rule_id: str = ""
    rule_version: str = ""
    ccis: tuple[str, ...] = ()


@dataclass
class Answers:
    """The answers to the rules of one STIG, as they add up."""

    stig: Stig
    assessed: set[str] = field(default_factory=set)
    unassessed: set[str] = field(default_factory=set)
    times: list[datetime] = field(default_factory=list)


class Checklist:
    """A checklist while it is read: one asset, one or more STIGs."""

    def __init__(self, source: Source, target: Target) -> None:
        self._source = source
        self._answers: dict[str, Answers] = {}
        self._findings: list[Finding] = []
        self.problems: list[Problem] = []
        self._asset = self._identify(target)

    def answer(self, stig: Stig, rule: Rule) -> None:
        """Count one rule: a finding, tested or not assessed."""
        answers = self._of(stig)
        if not rule.group_id:
            self._problem(rule.place, "this rule has no Vuln_Num (V-…)", "export the checklist again")
            return
        status = re.sub(r"[\s_]", "", rule.status).lower()
        if status not in _TESTED:
            self._note_unassessed(answers, rule, status)
            return
        answers.assessed.add(rule.group_id)
        answers.times += _times(rule.details)
        if status == _OPEN:
            place = list(self._answers).index(stig.stig_id)
            self._findings.append(Finding(self._facts(rule, stig), "", rule.details, coverage=place))

    def begin(self, stig: Stig) -> None:
        """Note that the checklist holds this STIG, even if none of its rules should be readable."""
        self._of(stig)

    def report(self) -> AssetReport:
        """Put the asset, what was assessed on it and the open rules together."""
        coverage = tuple(_coverage(answers) for answers in self._answers.values())
        return AssetReport(self._asset, coverage, tuple(self._findings))

    def _of(self, stig: Stig) -> Answers:
        return self._answers.setdefault(stig.stig_id, Answers(stig))

    def _note_unassessed(self, answers: Answers, rule: Rule, status: str) -> None:
        answers.unassessed.add(rule.group_id)
        if status != _NOT_REVIEWED:
            what = (
                f"{rule.group_id} has the unknown status “{rule.status.strip()}” and counts as not reviewed"
            )
            fix = "set Open, NotAFinding, Not_Applicable or Not_Reviewed"
            self._problem(rule.place, what, fix)

    def _facts(self, rule: Rule, stig: Stig) -> Facts:
        severity, reason = self._severity(rule)
        return Facts(
            source="stig",
            source_id=rule.group_id,
            title=rule.title,
            severity=severity,
            native_severity=rule.severity,
            severity_reason=reason,
            kind=WeaknessKind.CONFIGURATION,
            description=rule.discussion,
            solution=rule.fix_text,
            ccis=rule.ccis,
            references=tuple(filter(None, (rule.rule_id.removesuffix("_rule"), rule.rule_version))),
            family=stig.title,
        )

    def _severity(self, rule: Rule) -> tuple[Severity, str]:
        native = _SEVERITIES.get(_word(rule.severity), Severity.UNRATED)
        if native is Severity.UNRATED:
            what = f"{rule.group_id} has the unknown severity “{rule.severity}” and counts as unrated"
            self._problem(rule.place, what, "set high, medium or low")
        if not rule.override.strip():
            return native, ""
        override = _SEVERITIES.get(_word(rule.override))
        if override is None:
            what = f"{rule.group_id} has the unknown severity override “{rule.override}”, which was left out"
            self._problem(rule.place, what, "set high, medium or low")
            return native, ""
        return override, rule.justification.strip() or "overridden in the checklist, without a justification"

    def _identify(self, target: Target) -> Asset:
        hosts = self._names(target) + self._addresses(target)
        parts = [_name(part) for part in (target.site, target.instance)]
        if not hosts:
            stem = self._source.name.rpartition(".")[0].strip().lower() or self._source.name.lower()
            hosts = [Identifier(IdentifierKind.NAME, stem)]
            what = f"the checklist names no host; it is taken as “{stem}”"
            self._problem("target", what, "name the asset with --asset, or fill in the host name")
        if not any(parts):
            return Asset(_display(target, hosts), AssetKind.HOST, tuple(hosts))
        whole = "|".join((hosts[0].value, *parts))
        shown = " ".join(filter(None, (_display(target, hosts), *parts)))
        return Asset(shown, AssetKind.APPLICATION, (Identifier(IdentifierKind.RESOURCE, whole),))

    def _names(self, target: Target) -> list[Identifier]:
        """Take full names and host names; a “full” name without a dot is a host name at best."""
        full = _values(target.fqdn)
        names = _values(target.host_name)
        for bare in [name for name in full if "." not in name]:
            if not names:
                names = [bare]
            elif bare not in names:
                what = f"“{bare}” is no full host name and was left out"
                self._problem("target", what, "give the fully qualified name, or none")
        found = [Identifier(IdentifierKind.FQDN, name) for name in full if "." in name]
        return found + [Identifier(IdentifierKind.HOSTNAME, name) for name in names]

    def _addresses(self, target: Target) -> list[Identifier]:
        found = []
        for text in _values(target.addresses):
            try:
                address = ipaddress.ip_address(text)
            except ValueError:
                self._problem("target", f"“{text}” is no IP address and was left out", "correct the address")
                continue
            if not address.is_loopback:
                found.append(Identifier(IdentifierKind.IP, str(address)))
        return found

    def _problem(self, place: str, what: str, fix: str) -> None:
        self.problems.append(Problem(f"{self._source.name}, {place}", what, fix))


def _coverage(answers: Answers) -> Coverage:
    stig = answers.stig
    edition = ", ".join(filter(None, (f"Version {stig.version}" if stig.version else "", stig.release)))
    return Coverage(
        scope=f"stig:{stig.stig_id}",
        tool=f"{stig.title} :: {edition}" if edition else stig.title,
        scanned_at=stig.scanned_at or max(answers.times, default=None),
        assessed=frozenset(answers.assessed),
        unassessed=frozenset(answers.unassessed),
    )


def _times(details: str) -> list[datetime]:
    """Find when a tool says that it made this finding (SCC to the second, Evaluate-STIG to the day)."""
    found = [iso_instant(match[1]) for match in _SCC_TIME.finditer(details)]
    found += [american_day(match[1]) for match in _FOUND_ON.finditer(details)]
    return [time for time in found if time is not None]


def _word(severity: str) -> str:
    return re.sub(r"[\s_]", "", severity).lower()


def _values(text: str) -> list[str]:
    """Split a field that may hold several values, a line or a comma each, and drop what is no value."""
    return [name for name in map(_name, re.split(r"[\s,;]+", text)) if name]


def _name(text: str) -> str:
    name = text.strip().rstrip(".").lower()
    return "" if name in _NO_NAME else name


def _display(target: Target, hosts: list[Identifier]) -> str:
    names = _values(target.host_name)
    return names[0] if names else hosts[0].value
