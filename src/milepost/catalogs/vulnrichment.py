"""CISA's decision points of a CVE (automatable, technical impact), read from CVE records of Vulnrichment."""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import msgspec

from milepost.domain.circumstances import TechnicalImpact
from milepost.domain.errors import DamagedInput, OversizedInput

LARGEST = 256 * 1024 * 1024
LARGEST_RECORD = 8 * 1024 * 1024
_ANSWERS = {"yes": True, "no": False}
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
"""What `zipfile` raises for archives that are cut off, packed in an unknown way, or locked by a password."""


@dataclass(frozen=True, slots=True)
class DecisionPoints:
    """What CISA says of a CVE; None where the record does not say."""

    cve: str
    automatable: bool | None
    technical_impact: TechnicalImpact | None


class _Content(msgspec.Struct, frozen=True):
    options: list[dict[str, str]] = []


class _Other(msgspec.Struct, frozen=True):
    type: str = ""
    content: msgspec.Raw = msgspec.Raw(b"{}")


class _Metric(msgspec.Struct, frozen=True):
    other: _Other | None = None


class _Container(msgspec.Struct, frozen=True):
    metrics: list[_Metric] = []


class _Containers(msgspec.Struct, frozen=True):
    adp: list[_Container] = []


class _Metadata(msgspec.Struct, frozen=True, rename="camel"):
    cve_id: str = ""


class _Record(msgspec.Struct, frozen=True, rename="camel"):
    cve_metadata: _Metadata = _Metadata()
    containers: _Containers = _Containers()


def looks_like_vulnrichment(head: bytes) -> bool:
    """Tell whether a file begins like a CVE record, or is an archive of them."""
    return b'"CVE_RECORD"' in head or b'"cveMetadata"' in head or head.startswith(b"PK\x03\x04")


def read_vulnrichment(body: bytes, name: str) -> tuple[DecisionPoints, ...]:
    """Read one CVE record, or all of a zip archive; records without decision points are left out.

    Raises:
        DamagedInput: the archive or a record cannot be read, or a record does not name its CVE.
        OversizedInput: a record of the archive is larger than any CVE record is.
    """
    records = _archived(body, name) if body.startswith(b"PK\x03\x04") else iter([(name, body)])
    found = (_points(record, place) for place, record in records)
    return tuple(each for each in found if each is not None)


def _archived(body: bytes, name: str) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            for member in archive.infolist():
                if member.filename.endswith(".json"):
                    if member.file_size > LARGEST_RECORD:
                        raise OversizedInput(
                            f"the record has {member.file_size} bytes",
                            where=f"{name}, {member.filename}",
                            fix="take CISA's Vulnrichment records as they are published",
                        )
                    yield f"{name}, {member.filename}", archive.read(member)
    except _UNREADABLE as error:
        raise DamagedInput("the archive cannot be read", where=name, fix="fetch the file again") from error


def _points(record: bytes, place: str) -> DecisionPoints | None:
    try:
        read = msgspec.json.decode(record, type=_Record)
        contents = [
            msgspec.json.decode(metric.other.content, type=_Content)
            for container in read.containers.adp
            for metric in container.metrics
            if metric.other is not None and metric.other.type == "ssvc"
        ]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DamagedInput(
            f"this is no CVE record: {error}", where=place, fix="fetch the record again"
        ) from error
    options = {
        name: value for content in contents for each in content.options for name, value in each.items()
    }
    if not options:
        return None
    if not read.cve_metadata.cve_id.strip():
        raise DamagedInput("the record does not name its CVE", where=place, fix="fetch the record again")
    impact = options.get("Technical Impact", "").casefold()
    return DecisionPoints(
        read.cve_metadata.cve_id.strip().upper(),
        _ANSWERS.get(options.get("Automatable", "").casefold()),
        TechnicalImpact(impact) if impact in set(TechnicalImpact) else None,
    )
