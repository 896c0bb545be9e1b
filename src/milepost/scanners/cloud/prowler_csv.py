"""Prowler's CSV report, separated by semicolons: versions 3, 4 and 5, of any provider."""

from collections.abc import Iterator
from datetime import datetime

from milepost.domain.finding import AssetReport
from milepost.domain.problem import Problem
from milepost.scanners.about import About
from milepost.scanners.cloud.occurrences import Occurrences, instant
from milepost.scanners.cloud.prowler import (
    FIELDS_IN_COMMON,
    SEVERITIES,
    Check,
    Checks,
    Described,
    controls_of,
)
from milepost.scanners.scanner import Head, Source
from milepost.scanners.tables import open_table

_CHECK = (
    "CHECK_ID",
    "STATUS",
    "MUTED",
    "SEVERITY",
    "STATUS_EXTENDED",
    "PROVIDER",
    ("ACCOUNT_UID", "ACCOUNT_ID", "SUBSCRIPTION", "PROJECT_ID"),
    ("REGION", "LOCATION"),
    ("RESOURCE_UID", "RESOURCE_ARN"),
    ("RESOURCE_NAME", "RESOURCE_ID"),
    "PROWLER_VERSION",
    ("TIMESTAMP", "ASSESSMENT_START_TIME"),
)
_DESCRIBED = (
    "CHECK_TITLE",
    "SERVICE_NAME",
    "DESCRIPTION",
    "RISK",
    "REMEDIATION_RECOMMENDATION_TEXT",
    "COMPLIANCE",
    "RELATED_URL",
    "REMEDIATION_RECOMMENDATION_URL",
    "ADDITIONAL_URLS",
)


class ProwlerCsv:
    """The reader of Prowler's CSV reports."""

    name = "prowler-csv"
    title = "Prowler (CSV)"
    about = About(
        versions="Prowler 3 (FINDING_UNIQUE_ID), 4 and 5 (FINDING_UID), any provider",
        key="ACCOUNT_UID, RESOURCE_UID, CHECK_ID, REGION",
        coverage="only the checks that the report names for a resource: FAIL, PASS; MANUAL is not assessed",
        fields=FIELDS_IN_COMMON,
        severities=SEVERITIES,
        sources=("Prowler documentation, Reporting in Prowler (CSV)",),
        samples=("scans/prowler",),
        memory="the findings of all resources; the table is streamed",
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the columns."""
        return head.has_columns("CHECK_ID", "STATUS_EXTENDED", "PROVIDER", "SEVERITY", "SERVICE_NAME")

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield every resource that was checked; see `Scanner.read`."""
        table = open_table(source, "CHECK_ID", "STATUS", "PROVIDER")
        pick, describe = table.pick(*_CHECK), table.pick(*_DESCRIBED)
        occurrences = Occurrences(source, SEVERITIES)
        checks = Checks(occurrences)
        times: dict[str, datetime | None] = {}
        for line, cells in table.rows():
            check_id, status, muted, *others, version, at = pick(cells)
            where = f"line {line}"
            if not check_id.strip():
                occurrences.gathering.problem(where, "this row names no check", "correct the row")
                continue
            if at not in times:
                times[at] = _instant(at)
            severity, detail, provider, account, region, uid, name = map(str.strip, others)
            check = Check(
                check_id.strip(),
                status.strip().upper(),
                muted.strip().lower() == "true",
                severity,
                detail,
                provider,
                account,
                region,
                uid,
                name,
                version.strip(),
                times[at],
            )
            checks.take(check, where, None if checks.known(check) else _described(describe(cells)))
        occurrences.gathering.problems[:0] = table.problems
        yield from occurrences.parts()


SCANNER = ProwlerCsv()


def _described(cells: tuple[str, ...]) -> Described:
    title, service, description, risk, recommendation, compliance, *urls = (cell.strip() for cell in cells)
    references = tuple(url.strip() for each in urls for url in each.split(" | "))
    return Described(
        title, service, description, risk, recommendation, references, controls_of(_compliance(compliance))
    )


def _compliance(cell: str) -> dict[str, tuple[str, ...]]:
    """Take `CIS-1.5: 1.20 | NIST-800-53-Revision-5: sc_7_12, sc_7_16` apart."""
    parts = (part.partition(": ") for part in cell.split(" | "))
    return {name.strip(): tuple(listed.split(", ")) for name, _, listed in parts if name.strip()}


def _instant(text: str) -> datetime | None:
    """Read ISO 8601, or seconds since 1970, which Prowler writes with `--unix-timestamp`."""
    shown = text.strip()
    return instant(int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 12 else shown)  # noqa: PLR2004 - beyond any year
