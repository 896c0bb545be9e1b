"""Findings in the AWS Security Finding Format (ASFF), as Security Hub and its partners export them.

Security Hub holds what many products send, and exports whatever a filter leaves of it: nothing counts as
assessed but what the file names. A finding about several resources is one on each of them.
"""

from collections.abc import Iterator

import msgspec

from milepost.domain.finding import Asset, AssetReport
from milepost.domain.problem import Problem
from milepost.scanners.about import About, Grade
from milepost.scanners.cloud.asff_findings import (
    Product,
    Sight,
    Standing,
    product_of,
    scope_of,
    severity_word,
    sights_of,
    standing_of,
)
from milepost.scanners.cloud.asff_records import FOUND, Details, Found, Image, Machine, Resource
from milepost.scanners.cloud.inspector_findings import SEVERITIES
from milepost.scanners.cloud.occurrences import Occurrences, instant, words
from milepost.scanners.cloud.resources import provider_asset
from milepost.scanners.documents import listing, record
from milepost.scanners.gathering import Gathered
from milepost.scanners.scanner import Head, Source


class Asff:
    """The reader of findings in the AWS Security Finding Format."""

    name = "aws-asff"
    title = "AWS Security Hub (ASFF, JSON)"
    about = About(
        versions="schema 2018-10-08: under Findings or findings, a bare list, one finding a line, one alone",
        key="resource × Compliance.SecurityControlId, else GeneratorId, for checks; resource × vulnerability"
        " × package; resource × type or generator × the finding's own Id for all else",
        coverage="only what is listed; PASSED, archived, resolved are gone; WARNING, NOT_AVAILABLE and failed"
        " checks that are archived or set to resolved are not assessed; SUPPRESSED opens no item",
        fields={
            "source": "ProductArn",
            "source_id": "Compliance.SecurityControlId, ProductFields.ControlId (foundational standard),"
            " GeneratorId, Types, Vulnerabilities.Id",
            "title": "Title",
            "severity": "Severity.Label, else Severity.Normalized; FindingProviderFields.Severity",
            "kind": "Compliance.Status, Types",
            "description": "Description",
            "solution": "Vulnerabilities.VulnerablePackages.Remediation, Remediation.Recommendation.Text",
            "cves": "Vulnerabilities.Id, RelatedVulnerabilities",
            "cvss": "Vulnerabilities.Cvss",
            "references": "Vulnerabilities.Vendor.Url, ReferenceUrls; Recommendation.Url",
            "family": "Types, VulnerablePackages.PackageManager",
            "package": "VulnerablePackages.Name",
            "version": "VulnerablePackages.Version, Release, Epoch",
            "fixed_version": "VulnerablePackages.FixedInVersion",
            "published": "Vulnerabilities.Vendor.VendorCreatedAt",
            "vendor_status": "Vulnerabilities.FixAvailable; Workflow.Status and Note.Text",
            "exploit_known": "Vulnerabilities.ExploitAvailable",
            "actionable": "Workflow.Status SUPPRESSED; archived or suppressed within the product",
            "locator": "VulnerablePackages.Name and FilePath, else Id for what is no check",
            "output": "SourceUrl",
            "first_seen": "FirstObservedAt, else CreatedAt",
            "scanned_at": "the latest UpdatedAt of the resource, else LastObservedAt",
            "asset": "Resources.Id, Tags.Name and Details (addresses, tags of the image)",
        },
        severities=SEVERITIES,
        sources=(
            "AWS Security Hub User Guide, AWS Security Finding Format (ASFF)",
            "Security Hub API Reference",
        ),
        samples=("scans/asff",),
        memory="the findings of all assets; the file itself is mapped",
        grade=Grade.GOLD,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the ARN of the product, in a finding alone, in a list or under `Findings`."""
        if "ProductArn" in head.keys:
            return "Id" in head.keys or "SchemaVersion" in head.keys
        named = bool(head.keys & {"Findings", "findings", "SchemaVersion", "Id"})
        return named and '"ProductArn"' in head.text and '"Resources"' in head.text

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems and then every resource; see `Scanner.read`."""
        reading = _Reading(source)
        for place, raw in listing(source, "Findings", "findings").records:
            reading.take(raw, place)
        yield from reading.occurrences.parts()


SCANNER = Asff()


class _Reading:
    """The findings as they add up."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.occurrences = Occurrences(source, SEVERITIES)

    def take(self, raw: msgspec.Raw, place: str) -> None:
        """Read one finding; one that cannot be read or names no resource becomes a problem at `place`."""
        found = record(raw, FOUND, self._source, place)
        if isinstance(found, Problem):
            self.occurrences.gathering.problems.append(found)
            return
        resources = [each for each in found.resources or [] if words(each.id)]
        if not resources:
            what = "the finding names no resource; it was not read"
            self.occurrences.gathering.problem(place, what, "export the findings with their resources")
            return
        product, standing = product_of(found), standing_of(found)
        severity = self.occurrences.gathering.rate(severity_word(found), place)
        sights = list(sights_of(found, product, severity))
        if standing is Standing.CLAIMED:
            what = "failed checks are set to resolved in the tool; they count as not re-tested"
            self.occurrences.left_out(what, "let the check run again, and export its result")
        if standing is Standing.SUPPRESSED:
            note = words(found.note.text if found.note else None)
            sights = [
                sight._replace(facts=self.occurrences.suppressed(sight.facts, note)) for sight in sights
            ]
        for resource in resources:
            self._place(self._held(resource), found, product, standing, sights)

    def _held(self, resource: Resource) -> Gathered:
        return self.occurrences.on(resource.id or "", lambda: _asset(resource))

    def _place(
        self, held: Gathered, found: Found, product: Product, standing: Standing, sights: list[Sight]
    ) -> None:
        scope = held.scope(scope_of(found, product), product.tool, only_assessed=True)
        held.dated(instant(found.updated_at) or instant(found.last_observed_at), scope=scope)
        first = instant(found.first_observed_at) or instant(found.created_at)
        for facts, locator in sights:
            if standing is Standing.GONE:
                held.passed(facts.source_id, scope=scope)
            elif standing in {Standing.UNTESTED, Standing.CLAIMED}:
                held.skipped(facts.source_id, scope=scope)
            else:
                said = found.source_url or ""
                self.occurrences.found(held, facts, locator, output=said, first_seen=first, scope=scope)


def _asset(resource: Resource) -> Asset:
    details = resource.details or Details()
    machine, image = details.machine or Machine(), details.image or Image()
    name = words((resource.tags or {}).get("Name")) if resource.type == "AwsEc2Instance" else ""
    return provider_asset(
        words(resource.id),
        name=name,
        addresses=[*(machine.v4 or []), *(machine.v6 or [])],
        tag=(image.image_tags or [""])[0],
    )
