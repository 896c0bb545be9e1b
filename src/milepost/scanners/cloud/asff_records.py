"""What a finding in the AWS Security Finding Format looks like in JSON; every field may be missing."""

import msgspec

from milepost.scanners.cloud.occurrences import Loose


class Severity(msgspec.Struct, rename="pascal", gc=False):
    """How bad it is: by a word, or by a number from 0 to 100."""

    label: str | None = None
    normalized: Loose = None


class ProviderFields(msgspec.Struct, rename="pascal", gc=False):
    """What the finding's provider says, where Security Hub says something else or nothing."""

    severity: Severity | None = None


class Recommendation(msgspec.Struct, rename="pascal", gc=False):
    """What the product advises."""

    text: str | None = None
    url: str | None = None


class Remediation(msgspec.Struct, rename="pascal", gc=False):
    """What is to be done."""

    recommendation: Recommendation | None = None


class Machine(msgspec.Struct, gc=False):
    """An EC2 instance."""

    v4: list[str] | None = msgspec.field(name="IpV4Addresses", default=None)
    v6: list[str] | None = msgspec.field(name="IpV6Addresses", default=None)


class Image(msgspec.Struct, rename="pascal", gc=False):
    """An image in the registry of Amazon."""

    image_tags: list[str] | None = None


class Details(msgspec.Struct, gc=False):
    """What is known of a resource of one type."""

    machine: Machine | None = msgspec.field(name="AwsEc2Instance", default=None)
    image: Image | None = msgspec.field(name="AwsEcrContainerImage", default=None)


class Resource(msgspec.Struct, rename="pascal", gc=False):
    """A resource that a finding is about."""

    id: str | None = None
    type: str | None = None
    tags: dict[str, Loose] | None = None
    details: Details | None = None


class Package(msgspec.Struct, rename="pascal", gc=False):
    """A package in which a vulnerability is."""

    name: str | None = None
    version: Loose = None
    release: Loose = None
    epoch: Loose = None
    package_manager: str | None = None
    file_path: str | None = None
    fixed_in_version: Loose = None
    remediation: str | None = None


class Score(msgspec.Struct, rename="pascal", gc=False):
    """A score of CVSS from one source."""

    base_vector: str | None = None
    base_score: Loose = None
    version: Loose = None


class Vendor(msgspec.Struct, rename="pascal", gc=False):
    """Who publishes the vulnerability."""

    url: str | None = None
    vendor_created_at: Loose = None


class Vulnerability(msgspec.Struct, rename="pascal", gc=False):
    """A vulnerability that a finding reports."""

    id: str
    vulnerable_packages: list[Package] | None = None
    cvss: list[Score] | None = None
    related_vulnerabilities: list[str] | None = None
    reference_urls: list[str] | None = None
    vendor: Vendor | None = None
    fix_available: str | None = None
    exploit_available: str | None = None


class Compliance(msgspec.Struct, rename="pascal", gc=False):
    """The result of a check, and the control that it checks."""

    status: str | None = None
    security_control_id: str | None = None


class Workflow(msgspec.Struct, rename="pascal", gc=False):
    """What people make of a finding."""

    status: str | None = None


class Note(msgspec.Struct, rename="pascal", gc=False):
    """What a person wrote beside a finding."""

    text: str | None = None


class Found(msgspec.Struct, rename="pascal", gc=False):
    """One finding, as far as it is taken."""

    id: str
    product_arn: str
    generator_id: str | None = None
    title: str | None = None
    description: str | None = None
    types: list[str] | None = None
    severity: Severity | None = None
    finding_provider_fields: ProviderFields | None = None
    product_name: str | None = None
    product_fields: dict[str, Loose] | None = None
    resources: list[Resource] | None = None
    vulnerabilities: list[Vulnerability] | None = None
    compliance: Compliance | None = None
    workflow: Workflow | None = None
    workflow_state: str | None = None
    record_state: str | None = None
    note: Note | None = None
    remediation: Remediation | None = None
    source_url: str | None = None
    first_observed_at: Loose = None
    last_observed_at: Loose = None
    created_at: Loose = None
    updated_at: Loose = None

    def field(self, name: str) -> str:
        """Return one of the product's own fields as text; empty where it is missing."""
        value = (self.product_fields or {}).get(name)
        return "" if value is None else str(value).strip()


FOUND = msgspec.json.Decoder(Found)
