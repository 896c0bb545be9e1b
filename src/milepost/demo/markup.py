"""Writing XML for the reports of the demonstration system; `milepost.scanners.xml` reads it."""

from collections.abc import Iterable
from html import escape


def leaf(tag: str, text: str = "", /, **attributes: str) -> str:
    """Return an element that holds a text or nothing."""
    head = f"{tag}{_marks(attributes)}"
    return f"<{head}>{escape(text, quote=False)}</{tag}>" if text else f"<{head}/>"


def branch(tag: str, inside: Iterable[str], /, **attributes: str) -> str:
    """Return an element that holds other elements, a line for each."""
    return "\n".join((f"<{tag}{_marks(attributes)}>", *inside, f"</{tag}>"))


def document(root: str) -> bytes:
    """Return an element as a whole file."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}\n'.encode()


def _marks(attributes: dict[str, str]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
