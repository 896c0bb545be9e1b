"""Writing XML element by element, for the reports of the demonstration system."""

from lxml import etree

from milepost.scanners.xml import Element


def child(parent: Element, tag: str, text: str = "", /, **attributes: str) -> Element:
    """Add an element with a text to another one and return it."""
    element = etree.SubElement(parent, tag, attributes)
    element.text = text or None
    return element


def document(root: Element) -> bytes:
    """Return an element as a whole file, a line for each element."""
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")
