"""What the contract asks of identity: nothing in it that a scan of next month would write otherwise."""

import re
from collections.abc import Iterator
from functools import lru_cache

from milepost.domain.finding import Asset, AssetKind, AssetReport, Facts, Finding
from milepost.scanners.contract.specimen import Read
from milepost.scanners.contract.verdict import Breach, Clause

CLAUSE = Clause(
    "identity",
    "no identity holds a title, a rating, a version, an image's tag or digest, or an instant",
    "what changes from scan to scan must not make a new occurrence",
)
_DIGEST = re.compile(r"sha256[:@-]?[0-9a-f]{64}")
_INSTANT = re.compile(r"(?<!\d)(?:19|20)\d{2}-\d{2}-\d{2}[T ]\d{2}:\d{2}")
_FEWEST_RATINGS = 2
_FEWEST_WORDS = 4


def identity_stable(read: Read) -> Iterator[Breach]:
    """Look for what is sure to change within asset identifiers, source ids and locators."""
    rated = _all_carry_their_rating(read)
    for report in read.reports:
        for what in _wrong_in_asset(report.asset):
            yield Breach(report.asset.name, f"is identified by {what}")
        for finding in report.findings:
            for what in _wrong_in_finding(finding):
                yield Breach(_place(report, finding), f"is identified by {what}")
    if rated:
        yield Breach(read.name, "every finding carries its own severity in its source id or locator")


def _wrong_in_asset(asset: Asset) -> Iterator[str]:
    for identifier in asset.identifiers:
        value = identifier.value
        if asset.kind is AssetKind.IMAGE and asset.version and value.endswith(f":{asset.version.lower()}"):
            yield f"its tag ({value})"
        if _DIGEST.search(value):
            yield f"its digest ({value})"
        if _INSTANT.search(value):
            yield f"an instant ({value})"


def _wrong_in_finding(finding: Finding) -> Iterator[str]:
    facts = finding.facts
    for text in (facts.source_id, finding.locator):
        if _holds_title(text, facts):
            yield f"its title (“{facts.title[:60]}”)"
        if _DIGEST.search(text):
            yield f"a digest ({text[:80]})"
        if _INSTANT.search(text):
            yield f"an instant ({text[:80]})"
        if _holds_version(text, facts):
            yield f"the package's version ({facts.version})"


def _holds_title(text: str, facts: Facts) -> bool:
    """Tell whether prose stands there; a title that is nothing but the id or the place is no prose."""
    title = facts.title.strip()
    if title.count(" ") + 1 < _FEWEST_WORDS or title in {facts.source_id, facts.family}:
        return False
    return title.casefold() in text.casefold()


def _holds_version(text: str, facts: Facts) -> bool:
    version = facts.version
    if version not in text or "." not in version or not version[:1].isdigit():
        return False
    return _apart(version).search(text) is not None


@lru_cache(maxsize=1 << 12)
def _apart(version: str) -> "re.Pattern[str]":
    return re.compile(rf"(?<![\w.]){re.escape(version)}(?!\w|\.\d)")


def _all_carry_their_rating(read: Read) -> bool:
    findings = [finding for report in read.reports for finding in report.findings]
    words = {finding.facts.native_severity.strip().casefold() for finding in findings}
    if len(words - {""}) < _FEWEST_RATINGS:
        return False
    return all(_carries(finding) for finding in findings)


def _carries(finding: Finding) -> bool:
    word = finding.facts.native_severity.strip().casefold()
    text = f"{finding.facts.source_id} {finding.locator}".casefold()
    return bool(word) and word in re.split(r"[^\w.-]+", text)


def _place(report: AssetReport, finding: Finding) -> str:
    return f"{report.asset.name}, {finding.facts.source}:{finding.facts.source_id}, “{finding.locator}”"
