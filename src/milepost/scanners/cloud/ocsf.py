"""Findings of the Open Cybersecurity Schema Framework (OCSF): vulnerabilities, compliance, detections.

A list, one object, or one a line; of any product. What Prowler writes so has the same identity as in its own
shapes. A file of events is what somebody asked for: only what it names on a thing counts as assessed there.
Passed and resolved findings are none; manual, unknown and archived ones are not assessed; suppressed ones
stay and open no item.
"""

from collections.abc import Iterator

import msgspec

from milepost.domain.finding import AssetReport
from milepost.domain.problem import Problem
from milepost.scanners.about import About
from milepost.scanners.cloud.occurrences import Occurrences
from milepost.scanners.cloud.ocsf_findings import Findings
from milepost.scanners.cloud.ocsf_records import SEVERITIES, Event
from milepost.scanners.documents import listing, record
from milepost.scanners.scanner import Head, Source

_EVENT = msgspec.json.Decoder(Event)


class Ocsf:
    """The reader of OCSF findings."""

    name = "ocsf"
    title = "OCSF findings (JSON)"
    about = About(
        versions="classes 2001 to 2004 of OCSF 1.0 to 1.6; Prowler 4 and 5 (json-ocsf)",
        key=(
            "2002: resource, cve.uid, package; 2003: resource, compliance.control; 2004: resource, "
            "finding_info.analytic.uid and finding_info.uid; Prowler: resource, metadata.event_code, region"
        ),
        coverage="only what the file names for a thing, one scope a product; not what is manual, unknown or "
        "archived",
        fields={
            "source_id": "cve.uid, metadata.event_code, compliance.control, analytic.uid, finding_info.uid",
            "title": "vulnerabilities[].title, finding_info.title",
            "severity, native_severity": "vulnerabilities[].severity, severity, severity_id",
            "description": "vulnerabilities[].desc, finding_info.desc, risk_details",
            "solution": "vulnerabilities[].remediation.desc, remediation.desc",
            "cves, aliases": "vulnerabilities[].cve.uid, advisory.uid, related_cves",
            "cwes": "vulnerabilities[].cwe.uid, cve.cwe, cve.related_cwes",
            "cvss": "vulnerabilities[].cve.cvss[].vector_string, base_score",
            "references": "vulnerabilities[].references, remediation.references, finding_info.src_url",
            "controls": "compliance.requirements, unmapped.compliance",
            "family": "metadata.product.name, resources[].group.name",
            "package": "vulnerabilities[].affected_packages[].name",
            "Facts.version, fixed_version": "affected_packages[].version, fixed_in_version",
            "exploit_known": "vulnerabilities[].is_exploit_available",
            "published": "vulnerabilities[].cve.created_time",
            "vendor_status, actionable": "status_id 3, status",
            "locator": "the package; region for Prowler; finding_info.uid for detections",
            "output": "status_detail, message",
            "first_seen": "finding_info.first_seen_time",
            "scanned_at": "time_dt, time",
            "identifiers": "resources[].uid, device, cloud.account.uid",
            "Asset.version": "the tag of an image",
            "tool": "metadata.product.name and version",
        },
        severities=SEVERITIES,
        sources=(
            "OCSF Schema, Vulnerability Finding [2002], Compliance Finding [2003], Detection Finding [2004]",
        ),
        samples=("scans/prowler",),
        memory="the findings of all things; the file itself is mapped",
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the class and the finding, in the keys or, of a large record, in the text."""
        if head.keys & {"class_uid", "finding_info"}:
            return '"finding_info"' in head.text or '"finding"' in head.text or '"resources"' in head.text
        return "severity_id" in head.keys and '"class_uid"' in head.text

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield every thing that the findings are about; see `Scanner.read`."""
        occurrences = Occurrences(source, SEVERITIES)
        findings = Findings(source, occurrences)
        for where, raw in listing(source).records:
            event = record(raw, _EVENT, source, where)
            if isinstance(event, Problem):
                occurrences.gathering.problems.append(event)
            else:
                findings.take(event, where)
        yield from occurrences.parts()


SCANNER = Ocsf()
