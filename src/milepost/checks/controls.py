"""Which control a cell names, however it is written, and whether SP 800-53 or SP 800-171 has it."""

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

import msgspec

_CONTROL = re.compile(
    r"([A-Za-z]{2})[-. ]?0*(\d{1,2})(?![\d.]*\d*\.\d+\.)"
    r"(?:\s*\(\s*0*(\d{1,2})\s*\)|\.0*(\d{1,2})|EN0*(\d{1,2}))?"
)
_REQUIREMENT = re.compile(r"(?:[A-Z]{2}\.L[123]-\s?)?0?(3\.\d{1,2}\.\d{1,2}e?)(?![\d.]*\d)")
_LEADING = re.compile(r"(?<=\.)0+(?=\d)")
_USUAL = re.compile(r"[A-Z]{2}-\d{1,2}(\(\d{1,2}\))?")


class Control(NamedTuple):
    """A control of SP 800-53: its title, whether it was withdrawn, the FedRAMP baselines it is in."""

    title: str
    withdrawn: bool
    baselines: tuple[str, ...]


class _Catalog(msgspec.Struct):
    source: str
    controls: dict[str, Control]


@cache
def catalog() -> dict[str, Control]:
    """Return the controls of SP 800-53 Rev. 5 by label."""
    text = (files(__package__) / "controls_800_53.json").read_bytes()
    return msgspec.json.decode(text, type=_Catalog).controls


@lru_cache(maxsize=4096)
def named(text: str) -> str:
    """Return the label that a text begins with: `AC-2(1)`, `3.1.1`; empty for none."""
    requirement = _REQUIREMENT.match(text.strip())
    if requirement:
        return _LEADING.sub("", requirement[1])
    found = _CONTROL.match(text.strip())
    if not found:
        return ""
    enhancement = found[3] or found[4] or found[5]
    base = f"{found[1].upper()}-{int(found[2])}"
    return f"{base}({int(enhancement)})" if enhancement and int(enhancement) else base


def family(label: str) -> str:
    """Return the family of a label: its letters, or the chapter of SP 800-171."""
    return label[:2] if label[:1].isalpha() else ".".join(label.split(".")[:2])


def is_known(label: str) -> bool:
    """Tell whether a catalog has the label; SP 800-171 and SP 800-172 are not looked up here."""
    return label[:1].isdigit() or label in catalog()


def is_usual(text: str) -> bool:
    """Tell whether a control is written as SP 800-53 writes it, `AC-2` or `AC-2(1)`."""
    return bool(_USUAL.fullmatch(text.strip()))
