"""Values of JSON that may be of any type, taken as text where they are text or numbers, else as nothing."""

_LARGEST = 1 << 63
_MOST_DIGITS = 18


def text(value: object) -> str:
    """Return a text without the space around it, or a number as text; empty for anything else."""
    if isinstance(value, str):
        return value.strip()
    if value is None or isinstance(value, bool) or not isinstance(value, (int, float)):
        return ""
    return str(value) if abs(value) < _LARGEST else ""


def texts(value: object) -> tuple[str, ...]:
    """Return what is in a list of texts, or a single text, in their order and each once; empties left out."""
    many = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(filter(None, map(text, many))))


def integer(value: object) -> int | None:
    """Return a whole number, also one that is written as text; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if abs(value) < _LARGEST else None
    shown = text(value)
    return int(shown) if shown.isascii() and shown.isdigit() and len(shown) <= _MOST_DIGITS else None


def mapping(value: object) -> dict[str, object]:
    """Return an object's members; none for anything else."""
    return value if isinstance(value, dict) else {}


def objects(value: object) -> list[dict[str, object]]:
    """Return the objects in a list; anything else in it is passed over."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def is_true(value: object) -> bool:
    """Tell whether a value says yes, as a truth value or in words."""
    return value is True or (value is not None and text(value).lower() in {"true", "yes"})
