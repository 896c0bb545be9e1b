"""BOD 19-02 and BOD 22-01, revoked on 2026-06-10 by BOD 26-04: kept for what was detected before."""

import calendar
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from milepost.domain.circumstances import Circumstances, KnownVulnerability
from milepost.domain.deadline import Candidate, DateRule, Remark, after
from milepost.domain.rating import Rating
from milepost.domain.ruling import Citation

REVOKED_ON: Final = date(2026, 6, 10)
_CITATION_22_01 = Citation("CISA BOD 22-01 (2021-11-03)", "required action 2, remediation timelines")
_CITATION_19_02 = Citation("CISA BOD 19-02 (2019-04-29)", "required action 2, remediation of findings")
_CATALOG = DateRule("bod-22-01:catalog", "CISA's catalog names this date", _CITATION_22_01)
_TWO_WEEKS = DateRule(
    "bod-22-01:two-weeks", "two weeks from the entry, for CVEs of 2021 and later", _CITATION_22_01
)
_SIX_MONTHS = DateRule(
    "bod-22-01:six-months", "six months from the entry, for CVEs from before 2021", _CITATION_22_01
)
_REVOKED = DateRule("cisa:revoked", "BOD 19-02 and BOD 22-01 were revoked by BOD 26-04", _CITATION_22_01)
_CRITICAL = DateRule(
    "bod-19-02:critical", "critical findings on internet-accessible systems: 15 days", _CITATION_19_02
)
_HIGH = DateRule("bod-19-02:high", "high findings on internet-accessible systems: 30 days", _CITATION_19_02)
CRITICAL_DAYS: Final = 15
HIGH_DAYS: Final = 30
_FIRST_YEAR_OF_TWO_WEEKS: Final = 2021


def candidates(found: Circumstances) -> Iterator[Candidate | Remark]:
    """Yield the dates of both directives for what was detected before they were revoked."""
    if found.detected_on >= REVOKED_ON:
        yield Remark(_REVOKED, f"detected on {found.detected_on:%Y-%m-%d}, after they were revoked")
        return
    for known in found.vulnerabilities:
        yield from _known_exploited(known)
    if found.exposed:
        yield from _internet_accessible(found)


def _known_exploited(known: KnownVulnerability) -> Iterator[Candidate]:
    """Yield the catalog's date, or the default window where an entry names none."""
    if known.kev_due_on is not None:
        yield Candidate(known.kev_due_on, _CATALOG, concerning=known.cve)
    elif known.kev_added_on is not None:
        if year_of(known.cve) < _FIRST_YEAR_OF_TWO_WEEKS:
            due = months_after(known.kev_added_on, 6)
            days = (due - known.kev_added_on).days
            yield Candidate(due, _SIX_MONTHS, known.kev_added_on, days, concerning=known.cve)
        else:
            due = known.kev_added_on + timedelta(weeks=2)
            yield Candidate(due, _TWO_WEEKS, known.kev_added_on, 14, concerning=known.cve)


def _internet_accessible(found: Circumstances) -> Iterator[Candidate]:
    if found.critical:
        yield after(found.detected_on, CRITICAL_DAYS, _CRITICAL)
    elif found.rating is Rating.HIGH:
        yield after(found.detected_on, HIGH_DAYS, _HIGH)


def year_of(cve: str) -> int:
    """Return the year in a CVE's number; 0 where it has none."""
    parts = cve.split("-")
    return int(parts[1]) if len(parts) > 1 and parts[1].isdecimal() else 0


def months_after(start: date, months: int) -> date:
    """Return the same day some months later, or the last day of a shorter month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last))
