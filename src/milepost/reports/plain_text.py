"""Text that people handed in, made safe to set: what cannot be seen, or turns text round, is spelled out."""

import re
from typing import Final

_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\uffff"
    "\ud800-\udfff\ue000-\uf8ff\U000e0000-\U0010ffff]"
)
_ENDINGS: Final = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_LONG: Final = re.compile(r"\S{25,}")
_PIECES: Final = re.compile(r"[^/\\._:;,=&?@-]{1,14}[/\\._:;,=&?@-]{0,4}|[/\\._:;,=&?@-]{1,14}")


def plain(text: str) -> str:
    """Return a text with controls, direction marks, private and unpaired characters spelled as `[U+202E]`."""
    return _UNSEEN.sub(lambda found: named(found.group()), _ENDINGS.sub("\n", text))


def named(character: str) -> str:
    """Return the number of a character in Unicode's own way of writing, in brackets."""
    return f"[U+{ord(character):04X}]"


def breakable(text: str) -> str:
    """Let long words (paths, digests) break: zero-width spaces after separators, at most 14 letters apart.

    What is copied from the page has these spaces in it; no digest should be taken from there.
    """
    return _LONG.sub(lambda found: "\u200b".join(_PIECES.findall(found.group())), text)
