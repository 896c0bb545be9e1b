"""What Artifact Analysis and gcloud say of an image in JSON; every field may be missing."""

import msgspec

from milepost.scanners.cloud.occurrences import Loose


class Version(msgspec.Struct, rename="camel", gc=False):
    """A version of a package; its kind may say that there is none."""

    full_name: str | None = None
    name: str | None = None
    kind: str | None = None


class File(msgspec.Struct, rename="camel", gc=False):
    """A file in which a package is."""

    file_path: str | None = None


class Package(msgspec.Struct, rename="camel", gc=False):
    """A package that is affected."""

    affected_package: str | None = None
    affected_version: Version | None = None
    fixed_version: Version | None = None
    package_type: str | None = None
    effective_severity: str | None = None
    file_location: list[File] | None = None


class Link(msgspec.Struct, gc=False):
    """An address for more."""

    url: str | None = None


class Score(msgspec.Struct, rename="camel", gc=False):
    """A score of CVSS, metric by metric."""

    base_score: Loose = None


class Statement(msgspec.Struct, gc=False):
    """What a supplier states (VEX)."""

    state: str | None = None


class Flaw(msgspec.Struct, rename="camel", gc=False):
    """The details of a vulnerability."""

    severity: str | None = None
    effective_severity: str | None = None
    short_description: str | None = None
    long_description: str | None = None
    cvss_score: Loose = None
    cvssv3: Score | None = None
    package_issue: list[Package] | None = None
    related_urls: list[Link] | None = None
    vex_assessment: Statement | None = None


class Analysis(msgspec.Struct, rename="camel", gc=False):
    """How the analysis of an image went."""

    analysis_status: str | None = None
    last_scan_time: Loose = None


class Vulnerabilities(msgspec.Struct, gc=False):
    """Occurrences of vulnerabilities by severity."""

    vulnerabilities: dict[str, list[msgspec.Raw] | None] | None = None


class Discoveries(msgspec.Struct, gc=False):
    """Occurrences of analyses."""

    discovery: list[msgspec.Raw] | None = None


class Image(msgspec.Struct, gc=False):
    """The image that gcloud describes."""

    fully_qualified_digest: str | None = None


class Occurrence(msgspec.Struct, rename="camel", gc=False):
    """An occurrence of the API, or what gcloud says of an image: then the summaries are there."""

    kind: str | None = None
    note_name: str | None = None
    resource_uri: str | None = None
    create_time: Loose = None
    update_time: Loose = None
    vulnerability: Flaw | None = None
    discovery: Analysis | None = None
    flaws: Vulnerabilities | None = msgspec.field(name="package_vulnerability_summary", default=None)
    discoveries: Discoveries | None = msgspec.field(name="discovery_summary", default=None)
    image: Image | None = msgspec.field(name="image_summary", default=None)


OCCURRENCE = msgspec.json.Decoder(Occurrence)
