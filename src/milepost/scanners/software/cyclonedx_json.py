"""CycloneDX documents in JSON (1.2 to 1.6): bills of materials with vulnerabilities, and VEX."""

from collections.abc import Iterator

import msgspec

from milepost.domain.problem import Problem
from milepost.scanners.about import About, Grade
from milepost.scanners.documents import load, record
from milepost.scanners.scanner import Head, Part, Source
from milepost.scanners.software.cyclonedx_bom import COVERAGE, FIELDS, KEY, SOURCES, Bom
from milepost.scanners.software.cyclonedx_parts import SEVERITIES, Component, Metadata, Vulnerability
from milepost.scanners.software.occurrences import Text, said


class _Document(msgspec.Struct, rename="camel"):
    serial_number: Text = None
    metadata: msgspec.Raw = msgspec.Raw()
    components: list[msgspec.Raw] | None = None
    vulnerabilities: list[msgspec.Raw] | None = None


_DOCUMENT = msgspec.json.Decoder(_Document)
_METADATA = msgspec.json.Decoder(Metadata | None)
_COMPONENT = msgspec.json.Decoder(Component)
_VULNERABILITY = msgspec.json.Decoder(Vulnerability)


class CycloneDxJson:
    """The reader of CycloneDX documents in JSON."""

    name = "cyclonedx-json"
    title = "CycloneDX (JSON)"
    about = About(
        versions="1.2 to 1.6 (vulnerabilities from 1.4)",
        key=KEY,
        coverage=COVERAGE,
        fields=FIELDS,
        severities=SEVERITIES,
        sources=SOURCES,
        samples=("scans/cyclonedx",),
        memory="the file is mapped; its components and what it finds are held",
        grade=Grade.SILVER,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the format's name, or by its schema where the name comes late."""
        if "bomFormat" in head.keys:
            return '"CycloneDX"' in head.text
        return "specVersion" in head.keys and "cyclonedx" in head.text.lower()

    def read(self, source: Source) -> Iterator[Part]:
        """Yield the problems, the asset if there are components, and what is stated; see `Scanner.read`."""
        document = load(source, _DOCUMENT)
        bom = Bom(source)
        bom.serial = said(document.serial_number)
        _read_metadata(bom, document.metadata, source)
        _read_components(bom, document.components or [], source, "components")
        bom.looked = document.vulnerabilities is not None
        for number, raw in enumerate(document.vulnerabilities or []):
            where = f"vulnerabilities[{number}]"
            found = record(raw, _VULNERABILITY, source, where)
            if isinstance(found, Problem):
                bom.note(found)
            else:
                bom.take(found, where)
        yield from bom.parts()


SCANNER = CycloneDxJson()


def _read_metadata(bom: Bom, raw: msgspec.Raw, source: Source) -> None:
    metadata = record(raw, _METADATA, source, "metadata") if bytes(raw) else None
    if isinstance(metadata, Problem):
        bom.note(metadata)
    elif metadata is not None:
        bom.metadata = metadata
        if metadata.component is not None:
            bom.about(metadata.component)
            _read_components(
                bom, metadata.component.components or [], source, "metadata.component.components"
            )


def _read_components(bom: Bom, raws: list[msgspec.Raw], source: Source, name: str) -> None:
    """Take the components and those within them, however deep (`documents.check` limits it)."""
    waiting = [(f"{name}[{number}]", raw) for number, raw in enumerate(raws)]
    waiting.reverse()
    while waiting:
        where, raw = waiting.pop()
        component = record(raw, _COMPONENT, source, where)
        if isinstance(component, Problem):
            bom.note(component)
            continue
        bom.has(component)
        within = enumerate(component.components or ())
        waiting += [(f"{where}.components[{number}]", each) for number, each in within]
