"""Controls of NIST SP 800-53 as reports write them (`AC-2 (1) a`, `AC-02(01)`) in one spelling: `AC-2(1)`."""

import re
from collections.abc import Iterable

_CONTROL = re.compile(r"\b([A-Z]{2})-(\d{1,2})(?:\s*\((\d{1,2})\))?(?!\d)", re.ASCII)
# What converters write where they know of no control.
_UNMAPPED = "UM"


def controls_in(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the distinct controls that texts name, in their order; parts of a control (`a`) are its own."""
    found = (match for text in texts for match in _CONTROL.finditer(text.upper()))
    return tuple(dict.fromkeys(_spelled(match) for match in found if match[1] != _UNMAPPED))


def _spelled(match: "re.Match[str]") -> str:
    enhancement = f"({int(match[3])})" if match[3] else ""
    return f"{match[1]}-{int(match[2])}{enhancement}"
