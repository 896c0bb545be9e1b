"""CycloneDX documents in XML (1.0 to 1.6), with the vulnerability extension of the versions before 1.4.

Components are told from those which merely describe (tools, pedigree) by where they stand. In the extension
a vulnerability stands in its component, or at the end with a reference to it.
"""

from collections.abc import Iterator
from functools import lru_cache

from milepost.scanners.about import About, Grade
from milepost.scanners.records import Element, records, root_of
from milepost.scanners.scanner import Head, Part, Source
from milepost.scanners.software.cyclonedx_bom import COVERAGE, FIELDS, KEY, SOURCES, Bom
from milepost.scanners.software.cyclonedx_parts import (
    SEVERITIES,
    Advisory,
    Affected,
    Analysis,
    Component,
    Named,
    Rating,
    Reference,
    Vulnerability,
)

_TAGS = ("{*}metadata", "{*}component", "{*}vulnerability", "{*}vulnerabilities")


class CycloneDxXml:
    """The reader of CycloneDX documents in XML."""

    name = "cyclonedx-xml"
    title = "CycloneDX (XML)"
    about = About(
        versions="1.0 to 1.6; the vulnerability extension before 1.4",
        key=KEY,
        coverage=COVERAGE,
        fields=FIELDS,
        severities=SEVERITIES,
        sources=SOURCES,
        samples=("scans/cyclonedx",),
        memory="grows with the components and what it finds: about two and a half times the file",
        grade=Grade.BRONZE,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the root element and the address of its schema."""
        return head.root == "bom" and "cyclonedx.org/schema/bom" in head.text

    def read(self, source: Source) -> Iterator[Part]:
        """Yield the problems, the asset if there are components, and what is stated; see `Scanner.read`."""
        bom = Bom(source)
        for element in records(source, ("component", "vulnerability"), *_TAGS):
            kind = _name(element)
            if kind == "component":
                _take_component(bom, element)
            elif kind == "vulnerability":
                _take_vulnerability(bom, element)
            elif kind == "metadata":
                _take_metadata(bom, element)
            else:
                bom.looked = True
        yield from bom.parts()


SCANNER = CycloneDxXml()


def _take_component(bom: Bom, element: Element) -> None:
    """Take a component of the inventory, the one that the whole document is about, or a tool."""
    parent = element.getparent()
    if parent is None:
        return
    if _name(parent) == "metadata":
        _take_metadata(bom, parent)
        bom.about(_component(element))
        return
    above = parent.getparent()
    if _name(parent) != "components" or above is None:
        return
    if _name(above) in {"bom", "component"}:
        bom.has(_component(element))
    elif _is_of_metadata(above):
        _add_tools(bom, [_named(element)])


def _take_metadata(bom: Bom, element: Element) -> None:
    """Take what is there so far: what was read of the document's own component is forgotten after it."""
    parts = _children(element)
    held = bom.metadata
    held.timestamp = held.timestamp or _text(parts.get("timestamp"))
    held.authors = held.authors or [_named(author) for author in _listed(parts.get("authors"))]
    held.supplier = held.supplier or (_named(parts["supplier"]) if "supplier" in parts else None)
    _add_tools(bom, [_named(tool) for tool in _listed(parts.get("tools")) if _name(tool) == "tool"])
    bom.serial = root_of(element).get("serialNumber") or ""


def _add_tools(bom: Bom, tools: list[Named]) -> None:
    held = bom.metadata.tools
    bom.metadata.tools = [*(held if isinstance(held, list) else ()), *tools]


def _is_of_metadata(tools: Element) -> bool:
    parent = tools.getparent()
    return _name(tools) == "tools" and parent is not None and _name(parent) == "metadata"


def _take_vulnerability(bom: Bom, element: Element) -> None:
    parent = element.getparent()
    above = parent.getparent() if parent is not None else None
    within = _component(above) if above is not None and _name(above) == "component" else None
    bom.take(_vulnerability(element), f"line {element.sourceline}", within)


def _name(element: Element) -> str:
    """Return the element's name without its namespace; empty for a comment."""
    tag = element.tag
    return _local(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=1 << 10)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _children(element: Element | None) -> dict[str, Element]:
    return {} if element is None else {_name(child): child for child in element}


def _listed(element: Element | None) -> list[Element]:
    return [] if element is None else [child for child in element if isinstance(child.tag, str)]


def _text(element: Element | None) -> str:
    return "" if element is None else (element.text or "").strip()


def _component(element: Element) -> Component:
    parts = _children(element)
    return Component(
        bom_ref=element.get("bom-ref"),
        type=element.get("type"),
        group=_text(parts.get("group")),
        name=_text(parts.get("name")),
        version=_text(parts.get("version")),
        purl=_text(parts.get("purl")),
    )


def _named(element: Element) -> Named:
    parts = _children(element)
    return Named(
        name=_text(parts.get("name")), vendor=_text(parts.get("vendor")), version=_text(parts.get("version"))
    )


def _vulnerability(element: Element) -> Vulnerability:
    parts = _children(element)
    ref = element.get("ref")
    targets = [_text(_children(target).get("ref")) for target in _listed(parts.get("affects"))]
    return Vulnerability(
        id=_text(parts.get("id")),
        references=[Reference(_text(_children(each).get("id"))) for each in _listed(parts.get("references"))],
        ratings=[_rating(each) for each in _listed(parts.get("ratings"))],
        cwes=[_text(each) for each in _listed(parts.get("cwes"))],
        description=_text(parts.get("description")),
        detail=_text(parts.get("detail")),
        recommendation=_text(parts.get("recommendation")) or _recommendations(parts.get("recommendations")),
        workaround=_text(parts.get("workaround")),
        advisories=_advisories(parts.get("advisories")),
        published=_text(parts.get("published")),
        updated=_text(parts.get("updated")),
        analysis=_analysis(parts["analysis"]) if "analysis" in parts else None,
        affects=[Affected(each) for each in [*targets, *([ref] if ref else [])]],
    )


def _rating(element: Element) -> Rating:
    parts = _children(element)
    base = _children(parts.get("score")).get("base")
    return Rating(
        severity=_text(parts.get("severity")),
        score=_text(base if base is not None else parts.get("score")),
        method=_text(parts.get("method")),
        vector=_text(parts.get("vector")),
    )


def _advisories(element: Element | None) -> list[Advisory]:
    """Return the pages: their addresses in elements of their own, or as texts in the extension."""
    if element is None:
        return []
    addresses = [each.text for each in element.iter("{*}url")] or [each.text for each in _listed(element)]
    return [Advisory(address.strip()) for address in addresses if address]


def _recommendations(element: Element | None) -> str:
    return "\n".join(filter(None, (_text(each) for each in _listed(element))))


def _analysis(element: Element) -> Analysis:
    parts = _children(element)
    return Analysis(
        state=_text(parts.get("state")),
        justification=_text(parts.get("justification")),
        response=[_text(each) for each in _listed(parts.get("responses"))],
        detail=_text(parts.get("detail")),
        first_issued=_text(parts.get("firstIssued")),
        last_updated=_text(parts.get("lastUpdated")),
    )
