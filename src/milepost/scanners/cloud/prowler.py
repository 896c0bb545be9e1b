"""What all shapes of Prowler's report have in common: a check of one resource, and what becomes of it.

A resource goes by what the provider never gives twice; where Prowler writes a bare name, by provider, account
and name. The place is the region, because one resource (an account) may be checked in each of them. Only the
checks that a report names count as assessed on a resource.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from milepost.domain.finding import Asset, Facts, WeaknessKind
from milepost.domain.severity import Severity
from milepost.scanners.assets import resource_asset
from milepost.scanners.cloud.occurrences import Occurrences
from milepost.scanners.cloud.resources import provider_asset
from milepost.scanners.text import masked

SCOPE = "prowler"
SEVERITIES = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MODERATE,
    "low": Severity.LOW,
    "informational": Severity.INFO,
    "info": Severity.INFO,
    "unknown": Severity.UNRATED,
    "": Severity.UNRATED,
}
FIELDS_IN_COMMON = {
    "source_id": "CHECK_ID, CheckID, metadata.event_code",
    "title": "CHECK_TITLE, CheckTitle, finding_info.title",
    "severity, native_severity": "SEVERITY, Severity, severity",
    "description": "DESCRIPTION and RISK",
    "solution": "REMEDIATION_RECOMMENDATION_TEXT",
    "references": "RELATED_URL, REMEDIATION_RECOMMENDATION_URL, ADDITIONAL_URLS",
    "controls": "COMPLIANCE, the latest revision of NIST-800-53, else FedRAMP",
    "family": "SERVICE_NAME",
    "vendor_status, actionable": "MUTED",
    "locator": "REGION",
    "output": "STATUS_EXTENDED",
    "identifiers": "RESOURCE_UID, else PROVIDER, ACCOUNT_UID and RESOURCE_NAME",
    "tool": "PROWLER_VERSION",
    "scanned_at": "TIMESTAMP",
}
_PASSED = {"PASS"}
_FAILED = {"FAIL", "MUTED", "WARNING"}
_MUTED = {"MUTED", "WARNING"}
_SKIPPED = {"MANUAL", "INFO", "NOT_AVAILABLE", "SKIPPED"}
_UNIQUE = re.compile(
    r"arn:.+|/subscriptions/.+|//.+|[a-z]+://.+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE
)
_CONTROL = re.compile(r"([a-z]{2})[-_](\d{1,2})(?:[-_(](\d{1,2})\b|[-_(](\d{1,2})(?=_))?", re.IGNORECASE)


class Check(NamedTuple):
    """One check of one resource, as any shape of the report has it."""

    check_id: str
    status: str
    muted: bool
    severity: str
    detail: str
    provider: str
    account: str
    region: str
    uid: str
    name: str
    version: str
    at: datetime | None


class Described(NamedTuple):
    """What a shape of the report says of a check itself."""

    title: str
    service: str
    description: str
    risk: str
    recommendation: str
    references: tuple[str, ...]
    controls: tuple[str, ...]


class Checks:
    """The checks of a report as they add up."""

    def __init__(self, occurrences: Occurrences) -> None:
        """Start without any."""
        self._occurrences = occurrences
        self._facts: dict[tuple[str, str], Facts] = {}

    def known(self, check: Check) -> bool:
        """Tell whether the check need not be described: it was before, or it found nothing."""
        return check.status not in _FAILED or (check.check_id, check.severity) in self._facts

    def take(self, check: Check, where: str, described: Described | None) -> None:
        """Note what a check found; `described` is there unless `known` said that it need not be."""
        if not (check.account or check.uid or check.name):
            what = "this check names neither a resource nor an account and was not read"
            self._occurrences.gathering.problem(where, what, "correct the record, or report it")
            return
        held = self._occurrences.on(
            f"{check.provider}|{check.account}|{check.uid}|{check.name}", lambda: asset_of(check)
        )
        held.scope(SCOPE, f"Prowler {check.version}".rstrip(), only_assessed=True)
        held.dated(check.at)
        if check.status in _PASSED:
            held.passed(check.check_id)
        elif check.status in _FAILED:
            facts = self._described(check, where, described)
            if check.muted or check.status in _MUTED:
                facts = self._occurrences.suppressed(facts, "muted")
            self._occurrences.found(held, facts, check.region, output=masked(check.detail))
        else:
            held.skipped(check.check_id)
            if check.status not in _SKIPPED:
                what = f"the status “{check.status[:40]}” is unknown; the check counts as not done"
                self._occurrences.gathering.problem(where, what, "look at the check by hand")

    def _described(self, check: Check, where: str, described: Described | None) -> Facts:
        key = (check.check_id, check.severity)
        facts = self._facts.get(key)
        if facts is None:
            said = described or Described("", "", "", "", "", (), ())
            risk = "" if said.risk == said.description else said.risk
            facts = Facts(
                source="prowler",
                source_id=check.check_id,
                title=said.title or check.check_id,
                severity=self._occurrences.gathering.rate(check.severity, where),
                native_severity=check.severity,
                kind=WeaknessKind.CONFIGURATION,
                description="\n\n".join(filter(None, (said.description, risk))),
                solution=said.recommendation,
                references=tuple(dict.fromkeys(filter(None, said.references))),
                family=said.service,
                controls=said.controls,
            )
            self._facts[key] = facts = self._occurrences.gathering.shared(facts)
        return facts


def asset_of(check: Check) -> Asset:
    """Return the resource that was checked; the account where the check names nothing else."""
    uid = check.uid or check.name
    if _UNIQUE.fullmatch(uid):
        return provider_asset(uid, name=check.name)
    within = "/".join(filter(None, (check.provider, check.account)))
    if not uid or uid == check.account:
        return resource_asset(within)
    return resource_asset(f"{within}/{uid}" if within else uid, check.name)


def controls_of(compliance: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the controls of NIST SP 800-53 among the requirements that a check stands for.

    Several revisions may be named; the latest counts, and FedRAMP's baselines where there is none.
    """
    named = sorted((name for name in compliance if name.upper().startswith("NIST-800-53")), reverse=True)
    named = named[:1] or sorted(name for name in compliance if name.upper().startswith("FEDRAMP"))
    found = (control(requirement) for name in named for requirement in compliance[name])
    return tuple(dict.fromkeys(filter(None, found)))


@lru_cache(maxsize=1 << 12)
def control(requirement: str) -> str:
    """Return `SC-7(12)` for `sc_7_12`, `AC-2` for `ac-2`; empty for what is no control."""
    match = _CONTROL.match(requirement.strip())
    if match is None:
        return ""
    enhancement = match[3] or match[4]
    base = f"{match[1].upper()}-{int(match[2])}"
    return f"{base}({int(enhancement)})" if enhancement else base
