"""Rows of a POA&M, made up, with texts about as long as real ones."""

from collections.abc import Iterator
from datetime import date, timedelta

from milepost.authorities.fedramp.fields import Deviation, Poam, PoamRow

_TODAY = date(2026, 3, 1)
_RATINGS = ("High", "Moderate", "Moderate", "Low")


def poam(count: int) -> Poam:
    """Return a POA&M with that many open items."""
    return Poam(
        provider="Example Cloud",
        system_name="Bench",
        impact_level="Moderate",
        as_of=_TODAY,
        open=poam_rows(count),
        closed=(),
        configuration=(),
    )


def poam_rows(count: int) -> Iterator[PoamRow]:
    """Yield items one by one."""
    return map(_row, range(1, count + 1))


def _row(number: int) -> PoamRow:
    detected = _TODAY - timedelta(days=number % 300)
    return PoamRow(
        poam_id=f"V-{number}",
        controls=("RA-5", "SI-2"),
        weakness_name=f"Example package {number % 4000} < 1.{number % 97} Multiple Vulnerabilities",
        weakness_description=f"The version of package {number % 4000} is affected by several flaws. " * 4,
        detector_sources=("Tenable Nessus 10.8.3",),
        source_identifier=str(100_000 + number),
        asset_identifiers=tuple(f"host{number % 1300 + place}.example.org (443/TCP)" for place in range(4)),
        point_of_contact="Platform team",
        resources_required="12 staff hours",
        remediation_plan=f"Upgrade to version 1.{number % 97} or later.",
        original_detection_date=detected,
        scheduled_completion_date=None,
        milestones=(f"(01) {detected:%Y-%m-%d}: Test the update", f"(02) {_TODAY:%Y-%m-%d}: Roll it out"),
        milestone_changes=(),
        status_date=_TODAY,
        vendor_dependency=number % 50 == 0,
        last_vendor_checkin=_TODAY if number % 50 == 0 else None,
        vendor_product="Example OS" if number % 50 == 0 else "",
        original_risk_rating=_RATINGS[number % 4],
        adjusted_risk_rating="",
        risk_adjustment=Deviation.NO,
        false_positive=Deviation.NO,
        operational_requirement=Deviation.NO,
        deviation_rationale="",
        supporting_documents=(),
        comments="",
        auto_approve=False,
        kev_tracking=False,
        kev_due=None,
        cves=(f"CVE-2024-{number:05}",),
        service_names=(),
    )
