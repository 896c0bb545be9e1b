"""Prowler's own JSON report, as version 3 writes it."""

from collections.abc import Iterator

import msgspec

from milepost.domain.finding import AssetReport
from milepost.domain.problem import Problem
from milepost.scanners.about import About
from milepost.scanners.cloud.occurrences import Occurrences
from milepost.scanners.cloud.prowler import (
    FIELDS_IN_COMMON,
    SEVERITIES,
    Check,
    Checks,
    Described,
    controls_of,
)
from milepost.scanners.documents import listing, record
from milepost.scanners.scanner import Head, Source
from milepost.scanners.source_code.values import is_true, mapping, text, texts
from milepost.scanners.times import iso_instant


class _Check(msgspec.Struct, rename="pascal"):
    check_id: str = msgspec.field(name="CheckID")
    status: object = None
    muted: object = None
    severity: object = None
    status_extended: object = None
    provider: object = None
    account_id: object = None
    subscription: object = None
    project_id: object = None
    region: object = None
    location: object = None
    resource_arn: object = None
    resource_id: object = None
    resource_name: object = None
    assessment_start_time: object = None
    check_title: object = None
    service_name: object = None
    description: object = None
    risk: object = None
    related_url: object = None
    remediation: object = None
    compliance: object = None


_CHECK = msgspec.json.Decoder(_Check)


class ProwlerJson:
    """The reader of Prowler 3's own JSON reports."""

    name = "prowler-json"
    title = "Prowler 3 (JSON)"
    about = About(
        versions="Prowler 3, any provider",
        key="AccountId, ResourceArn (else ResourceId), CheckID, Region",
        coverage="only the checks that the report names for a resource: FAIL, PASS; MANUAL is not assessed",
        fields=FIELDS_IN_COMMON,
        severities=SEVERITIES,
        sources=("prowler-cloud/prowler 3, Check_Output_JSON",),
        samples=("scans/prowler",),
        memory="the findings of all resources; the file itself is mapped",
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the keys of the first check."""
        return head.keys >= {"CheckID", "Status"} or head.keys >= {"CheckID", "FindingUniqueId"}

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield every resource that was checked; see `Scanner.read`."""
        occurrences = Occurrences(source, SEVERITIES)
        checks = Checks(occurrences)
        for where, raw in listing(source).records:
            found = record(raw, _CHECK, source, where)
            if isinstance(found, Problem):
                occurrences.gathering.problems.append(found)
            else:
                check = _check(found)
                checks.take(check, where, None if checks.known(check) else _described(found))
        yield from occurrences.parts()


SCANNER = ProwlerJson()


def _check(found: _Check) -> Check:
    return Check(
        check_id=found.check_id,
        status=text(found.status).upper(),
        muted=is_true(found.muted),
        severity=text(found.severity),
        detail=text(found.status_extended),
        provider=text(found.provider),
        account=text(found.account_id) or text(found.subscription) or text(found.project_id),
        region=text(found.region) or text(found.location),
        uid=text(found.resource_arn),
        name=text(found.resource_name) or text(found.resource_id),
        version="",
        at=iso_instant(text(found.assessment_start_time)),
    )


def _described(found: _Check) -> Described:
    recommendation = mapping(mapping(found.remediation).get("Recommendation"))
    compliance = {name: texts(listed) for name, listed in mapping(found.compliance).items()}
    return Described(
        title=text(found.check_title),
        service=text(found.service_name),
        description=text(found.description),
        risk=text(found.risk),
        recommendation=text(recommendation.get("Text")),
        references=(text(found.related_url), text(recommendation.get("Url"))),
        controls=controls_of(compliance),
    )
