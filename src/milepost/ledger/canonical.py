"""JSON in its one canonical form (RFC 8785), for what events hold: texts, whole numbers, lists, objects."""

import json
from collections.abc import Mapping

Content = str | int | bool | None | list["Content"] | Mapping[str, "Content"]

_EXACT = 1 << 53


def canonical(value: Content) -> bytes:
    """Return the canonical bytes of a value.

    Raises:
        ValueError: a number is not exact in every reader (RFC 8785, 3.2.2.3), or a text is no Unicode.
    """
    return _text(value).encode("utf-8")


def _text(value: Content) -> str:
    if isinstance(value, Mapping):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{_text(name)}:{_text(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_text, value)) + "]"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _EXACT:
        raise ValueError(f"{value} is not exact in JSON; write it as text")
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
