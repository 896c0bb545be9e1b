"""Formatted text: the Markdown that JSON and YAML hold, and the elements that XML has for it.

Taken over are paragraphs, headings, lists, and within a line code, strong and emphasised text and links;
anything else is text. A line's end stays; one with blanks after it only lays out XML, and becomes a blank.
"""

import re
from collections.abc import Iterator
from typing import Final

from milepost.authorities.oscal.xml import Element, added, element_children, local_name

_LAYOUT: Final = re.compile(r"[ \t]*\n[ \t\n]+")
_INLINE: Final = re.compile(
    r"`(?P<code>[^`\n]+)`|\*\*(?P<strong>[^*\n]+)\*\*|\*(?P<em>[^\s*](?:[^*\n]*[^\s*])?)\*"
    r"|\[(?P<label>[^\]\n]+)\]\((?P<href>[^)\s]+)\)"
)
_HEADING: Final = re.compile(r"(#{1,6}) (\S[^\n]*)")
_BULLET: Final = re.compile(r"\* (\S[^\n]*)")
_MARKS: Final = {"code": "`", "strong": "**", "b": "**", "em": "*", "i": "*"}
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def legal(value: str) -> str:
    """Return a text with the replacement character in place of each that XML does not allow."""
    return _ILLEGAL.sub("\ufffd", value)


def line_of(element: Element) -> str:
    """Return the Markdown of a line."""
    return _flat(_inline(element))


def text_of(element: Element) -> str:
    """Return the Markdown of a text of several blocks, with an empty line between two."""
    blocks = [line for line in [_flat(element.text or "")] if line]
    for child in element_children(element):
        blocks.append(_block(child))
        if loose := _flat(child.tail or ""):
            blocks.append(loose)
    return "\n\n".join(blocks)


def has_loose_text(element: Element) -> bool:
    """Tell whether text stands in it outside of any block."""
    return bool(_flat(element.text or "") or any(_flat(each.tail or "") for each in element))


def _flat(value: str) -> str:
    return _LAYOUT.sub(" ", value).strip()


def _block(element: Element) -> str:
    name = local_name(element)
    if re.fullmatch("h[1-6]", name):
        return f"{'#' * int(name[1])} {line_of(element)}"
    if name in {"ul", "ol"}:
        mark = "*" if name == "ul" else "1."
        return "\n".join(f"{mark} {line_of(each)}" for each in element_children(element))
    if name == "pre":
        return f"```\n{_inline(element)}\n```"
    return _flat(_inline(element))


def _inline(element: Element) -> str:
    """Return what stands in an element as Markdown."""
    parts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str):
            parts.append(_marked(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _marked(element: Element) -> str:
    name, inner = local_name(element), _inline(element)
    if name == "br":
        return "\n"
    if name == "a":
        return f"[{inner}]({element.get('href', '')})"
    mark = _MARKS.get(name, "")
    return f"{mark}{inner}{mark}"


def write_line(element: Element, value: str) -> None:
    """Write the Markdown of a line into an element."""
    last: Element | None = None
    position = 0
    for found in _INLINE.finditer(value):
        _append(element, last, value[position : found.start()])
        position = found.end()
        last = _formatted(element, found)
    _append(element, last, value[position:])


def _append(element: Element, last: Element | None, value: str) -> None:
    if last is None:
        element.text = (element.text or "") + legal(value)
    else:
        last.tail = (last.tail or "") + legal(value)


def _formatted(parent: Element, found: re.Match[str]) -> Element:
    if found["label"]:
        made = added(parent, "a")
        made.set("href", found["href"])
        made.text = legal(found["label"])
        return made
    name = next(each for each in ("code", "strong", "em") if found[each])
    made = added(parent, name)
    made.text = legal(found[name])
    return made


def write_text(element: Element, value: str) -> None:
    """Write the Markdown of a text into an element, a block for what stands between empty lines."""
    for block in _blocks(value):
        heading, bullets = _HEADING.fullmatch(block), [_BULLET.fullmatch(line) for line in block.split("\n")]
        if heading:
            write_line(added(element, f"h{len(heading[1])}"), heading[2])
        elif all(bullets):
            items = added(element, "ul")
            for each in bullets:
                write_line(added(items, "li"), each[1] if each else "")
        else:
            write_line(added(element, "p"), block)


def _blocks(value: str) -> Iterator[str]:
    yield from re.split(r"\n\n+", value)
