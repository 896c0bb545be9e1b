"""XML in and out: one safe parser, and the elements that are kept when a document is patched.

No entity is declared or resolved, nothing else is opened, and libxml2 limits depth (256) and texts
(10 million bytes); the flags are those of `scanners.xml`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lxml import etree
from lxml.etree import _Element as Element

from milepost.authorities.oscal.json_text import read_bytes
from milepost.domain.errors import DamagedInput, HostileInput, OversizedInput

__all__ = [
    "Element",
    "added",
    "element_children",
    "laid_out",
    "local_name",
    "new_element",
    "parse",
    "written",
]

NAMESPACE: Final = "http://csrc.nist.gov/ns/oscal/1.0"
_INDENT: Final = "  "
_LIMITS: Final = frozenset({"ERR_RESOURCE_LIMIT", "ERR_NAME_TOO_LONG", "ERR_NO_MEMORY"})
_ENTITIES: Final = frozenset({"ERR_UNDECLARED_ENTITY", "WAR_UNDECLARED_ENTITY", "ERR_ENTITY_LOOP"})


def parse(path: Path, name: str) -> Element:
    """Read an XML document and return its outermost element.

    Raises:
        HostileInput: an entity is declared or used.
        DamagedInput: the file is not well-formed XML, with line and column.
        OversizedInput: it is too large, deeper, or a text in it longer, than a plan needs.
    """
    data = read_bytes(path, name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _refusal(error, name) from error
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        fix = "export the document again without a document type"
        raise HostileInput("the document type declares entities", where=name, fix=fix)
    return root


def _refusal(error: etree.XMLSyntaxError, name: str) -> DamagedInput | HostileInput | OversizedInput:
    entry = error.error_log.last_error
    if entry is None:
        return DamagedInput(f"not well-formed XML: {error.msg}", where=name, fix="export the document again")
    where, said = f"{name}, line {entry.line}, column {entry.column}", entry.message.strip()
    if entry.type_name in _ENTITIES or "amplification" in said:
        return HostileInput(f"the document uses an entity ({said})", where=where, fix="export it without")
    if entry.type_name in _LIMITS:
        return OversizedInput(f"a text or the nesting is too large ({said})", where=where, fix="split it")
    return DamagedInput(f"not well-formed XML: {said}", where=where, fix="export the document again")


def local_name(element: Element) -> str:
    """Return the name of an element if it is one of OSCAL's; else with its namespace."""
    name = str(element.tag)
    return name.removeprefix(f"{{{NAMESPACE}}}")


def element_children(element: Element) -> Iterator[Element]:
    """Yield the elements in an element; comments and instructions are passed over."""
    return (each for each in element if isinstance(each.tag, str))


def added(parent: Element, name: str) -> Element:
    """Return a new element at the end of another one."""
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")


def new_element(name: str) -> Element:
    """Return a new element without a parent."""
    return etree.Element(f"{{{NAMESPACE}}}{name}", nsmap={None: NAMESPACE})


def laid_out(element: Element, level: int, depth: int) -> None:
    """Indent the elements in an element that holds nothing but elements, so many levels deep."""
    children = list(element)
    if not children or depth <= 0 or (element.text or "").strip():
        return
    inner = "\n" + _INDENT * (level + 1)
    element.text = inner
    for child in children:
        child.tail = inner
    children[-1].tail = "\n" + _INDENT * level


def written(root: Element) -> bytes:
    """Return a document with the comments and instructions that stand around its outermost element."""
    before = reversed(list(root.itersiblings(preceding=True)))
    parts = [*before, root, *root.itersiblings()]
    texts = (etree.tostring(each, encoding="unicode", with_tail=False) for each in parts)
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', *texts, ""]).encode()
