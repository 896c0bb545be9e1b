"""What a finding of Amazon Inspector looks like in JSON; every field may be missing."""

import msgspec

from milepost.scanners.cloud.occurrences import Loose


class Recommendation(msgspec.Struct, gc=False):
    """What Inspector advises; its address is written in two ways."""

    text: str | None = None
    url: str | None = msgspec.field(name="Url", default=None)
    small_url: str | None = msgspec.field(name="url", default=None)


class Remediation(msgspec.Struct, gc=False):
    """What is to be done."""

    recommendation: Recommendation | None = None


class Machine(msgspec.Struct, rename="camel", gc=False):
    """An EC2 instance."""

    ip_v4_addresses: list[str] | None = None
    ip_v6_addresses: list[str] | None = None


class Image(msgspec.Struct, rename="camel", gc=False):
    """An image in the registry of Amazon."""

    image_tags: list[str] | None = None
    registry: Loose = None
    repository_name: str | None = None


class Details(msgspec.Struct, rename="camel", gc=False):
    """What is known of a resource of one type."""

    aws_ec2_instance: Machine | None = None
    aws_ecr_container_image: Image | None = None


class Resource(msgspec.Struct, gc=False):
    """A resource that a finding is about."""

    id: str | None = None
    details: Details | None = None
    tags: dict[str, Loose] | None = None


class Package(msgspec.Struct, rename="camel", gc=False):
    """A package in which a vulnerability is."""

    name: str | None = None
    version: Loose = None
    release: Loose = None
    epoch: Loose = None
    package_manager: str | None = None
    file_path: str | None = None
    fixed_in_version: Loose = None
    remediation: str | None = None


class Score(msgspec.Struct, rename="camel", gc=False):
    """A score of CVSS from one source."""

    scoring_vector: str | None = None
    version: Loose = None


class Vulnerability(msgspec.Struct, rename="camel", gc=False):
    """The details of a finding about packages."""

    vulnerability_id: str
    vulnerable_packages: list[Package] | None = None
    cvss: list[Score] | None = None
    related_vulnerabilities: list[str] | None = None
    reference_urls: list[str] | None = None
    source_url: str | None = None
    vendor_created_at: Loose = None


class Step(msgspec.Struct, rename="camel", gc=False):
    """A component on the way of the network to an instance."""

    component_type: str | None = None


class Path(msgspec.Struct, gc=False):
    """The way of the network to an instance, from the outside in."""

    steps: list[Step] | None = None


class Ports(msgspec.Struct, gc=False):
    """A range of ports."""

    begin: Loose = None
    end: Loose = None


class Reachability(msgspec.Struct, rename="camel", gc=False):
    """The details of a finding about an open port."""

    protocol: str | None = None
    open_port_range: Ports | None = None
    network_path: Path | None = None


class File(msgspec.Struct, rename="camel", gc=False):
    """A file of code."""

    file_path: str | None = None
    file_name: str | None = None


class Code(msgspec.Struct, rename="camel", gc=False):
    """The details of a finding about code."""

    detector_id: str | None = None
    rule_id: str | None = None
    cwes: list[str] | None = None
    file_path: File | None = None
    reference_urls: list[str] | None = None


class Adjusted(msgspec.Struct, rename="camel", gc=False):
    """Inspector's own vector."""

    scoring_vector: str | None = None


class ScoreDetails(msgspec.Struct, rename="camel", gc=False):
    """How Inspector comes to its own score."""

    adjusted_cvss: Adjusted | None = None
    cvss: Adjusted | None = None


class Found(msgspec.Struct, rename="camel", gc=False):
    """One finding of the API, as far as it is taken."""

    type: str | None = None
    status: str | None = None
    severity: str | None = None
    title: str | None = None
    description: str | None = None
    resources: list[Resource] | None = None
    package_vulnerability_details: Vulnerability | None = None
    network_reachability_details: Reachability | None = None
    code_vulnerability_details: Code | None = None
    inspector_score_details: ScoreDetails | None = None
    score_details: ScoreDetails | None = None
    remediation: Remediation | None = None
    exploit_available: str | None = None
    fix_available: str | None = None
    first_observed_at: Loose = None
    last_observed_at: Loose = None
    updated_at: Loose = None


FOUND = msgspec.json.Decoder(Found)
