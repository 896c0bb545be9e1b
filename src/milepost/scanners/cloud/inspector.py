"""Findings of Amazon Inspector as its API lists them (ListFindings).

A resource counts as assessed for each kind of finding that the list shows on it, and then wholly: Inspector
scans continuously, and takes closed findings out of its list after a few days, so that a monthly list often
shows a repair by nothing but absence. A list that says that more pages follow proves no absence at all.
"""

from collections.abc import Iterator

from milepost.domain.finding import AssetReport
from milepost.domain.problem import Problem
from milepost.scanners.about import About
from milepost.scanners.cloud.inspector_findings import SEVERITIES, Findings
from milepost.scanners.cloud.occurrences import Occurrences, goes_on
from milepost.scanners.documents import listing
from milepost.scanners.scanner import Head, Source

_MARKS = ('"packageVulnerabilityDetails"', '"networkReachabilityDetails"', '"codeVulnerabilityDetails"')


class Inspector:
    """The reader of Amazon Inspector's findings."""

    name = "aws-inspector"
    title = "Amazon Inspector v2 (JSON)"
    about = About(
        versions="ListFindings of the API 2020-06-08: an object, a bare list, one finding a line, one alone",
        key="repository, instance or function × vulnerability × package (with its path where it is none of"
        " the operating system's); port and protocol; detector and file",
        coverage="a listed resource is assessed for each kind of finding shown on it; suppressed ones stay"
        " and open no item, closed ones are gone; with nextToken only what is listed is assessed",
        fields={
            "source_id": "packageVulnerabilityDetails.vulnerabilityId; networkReachabilityDetails: first of"
            " networkPath.steps, openPortRange; codeVulnerabilityDetails.detectorId without version",
            "title": "title",
            "severity": "severity",
            "description": "description",
            "solution": "vulnerablePackages.remediation or remediation.recommendation.text",
            "cves": "packageVulnerabilityDetails.vulnerabilityId, relatedVulnerabilities",
            "cwes": "codeVulnerabilityDetails.cwes",
            "cvss": "inspectorScoreDetails.adjustedCvss, packageVulnerabilityDetails.cvss",
            "references": "sourceUrl, referenceUrls, remediation.recommendation.Url",
            "family": "vulnerablePackages.packageManager",
            "package": "vulnerablePackages.name",
            "version": "vulnerablePackages.version, release, epoch",
            "fixed_version": "vulnerablePackages.fixedInVersion",
            "published": "packageVulnerabilityDetails.vendorCreatedAt",
            "vendor_status": "fixAvailable; status SUPPRESSED",
            "exploit_known": "exploitAvailable",
            "actionable": "status SUPPRESSED",
            "locator": "vulnerablePackages.name and filePath; openPortRange and protocol; filePath.filePath",
            "first_seen": "firstObservedAt",
            "scanned_at": "the latest lastObservedAt of the resource",
            "asset": "resources.id, resources.details (addresses, repository, tags)",
        },
        severities=SEVERITIES,
        sources=("Amazon Inspector API Reference, Finding", "Amazon Inspector User Guide, finding types"),
        samples=("scans/aws_inspector2",),
        memory="the findings of all assets; the file itself is mapped",
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the ARN of a finding with one of the three kinds of details, in a list or alone."""
        if head.keys & {"imageScanFindings", "ProductArn", "SchemaVersion"}:
            return False
        if not head.keys & {"findings", "findingArn"}:
            return False
        return '"findingArn"' in head.text and any(mark in head.text for mark in _MARKS)

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems and then every resource; see `Scanner.read`."""
        around, records = listing(source, "findings")
        occurrences = Occurrences(source, SEVERITIES)
        partial = goes_on(around, "nextToken")
        if partial:
            what = "the list goes on on another page; nothing counts as assessed but what is listed"
            occurrences.gathering.problem("nextToken", what, "export all pages into one file")
        findings = Findings(source, occurrences, whole=not partial)
        for place, raw in records:
            findings.take(raw, place)
        yield from occurrences.parts()


SCANNER = Inspector()
