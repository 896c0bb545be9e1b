"""How people write the identifiers of requirements, objectives, controls and practices, taken apart.

Read are `3.1.1`, `03.01.01`, `AC.L2-3.1.1`, `IA-L2-3.5.1`, `AC.L2- 3.1.19`, `3.1.1[a]`, `3.1.1(a)`,
`3.1.1.a`, `3.1.2e`, `3.1.3e[ODP1]`, `AC.L1-b.1.i`, `52.204-21(b)(1)(i)`, `AC.1.001`, `AC-2(1)`; ranges with a
dash, “through” or “to”; lists; and a title after the identifier. What exists is for the caller to know.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from milepost.domain.errors import InputRefused

MAX_TEXT = 4_000
"""A list of identifiers is not longer than this many characters."""


class Writing(Enum):
    """In which of the catalogs an identifier is at home."""

    REQUIREMENT = "requirement of SP 800-171 or SP 800-172"
    SAFEGUARD = "safeguard of FAR 52.204-21(b)(1)"
    PRACTICE = "practice of CMMC 1.0"
    CONTROL = "control of SP 800-53"


@dataclass(frozen=True, slots=True)
class WrittenId:
    """One identifier as written; `family`, `level` and `objective` are empty where not given.

    `number` is `3.1.1` (with `e` for SP 800-172), the Roman number of a safeguard in lower case, the three
    digits of a practice, or the whole name of a control in capitals.
    """

    writing: Writing
    number: str
    family: str = ""
    level: str = ""
    objective: str = ""


@dataclass(frozen=True, slots=True)
class WrittenRange:
    """From one identifier to another; `last` is `first` where a single one is written."""

    first: WrittenId
    last: WrittenId


_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad*`\"'“”\u2018\u2019]")
_PREFIX = re.compile(
    r"(?:(?:nist|sp|cmmc|req(?:uirement)?s?|controls?|practices?|objectives?|id|no|800-171[ar]?(?:\s*r(?:ev)?\.?\s*2)?)"
    r"(?![\w-])[\s.:#§]*|§\s*)+",
    re.IGNORECASE,
)
_FAMILY = r"(?:(?P<family>[A-Z]{2})\s*[.\-_]?\s*)?"
_ROMAN = r"(?P<roman>(?=[ivx])x?(?:ix|iv|v?i{0,3}))"
_KINDS = (
    re.compile(
        _FAMILY + r"(?:(?P<level>L[123])\s*[.\-_ ]\s*)?"
        r"0?(?P<number>3\.\d{1,2}\.\d{1,2})(?!\d)(?P<enhanced>e(?![\w]))?",
        re.IGNORECASE,
    ),
    re.compile(_FAMILY + r"(?:L1\s*[.\-]\s*)?b\.1\." + _ROMAN + r"(?!\w)", re.IGNORECASE),
    re.compile(r"(?:FAR\s*)?(?:52\.204-21\s*)?\(b\)\s*\(1\)\s*\(" + _ROMAN + r"\)", re.IGNORECASE),
    re.compile(r"(?P<family>[A-Z]{2})\.(?P<level>[1-5])\.(?P<practice>\d{3})(?!\d)", re.IGNORECASE),
    re.compile(r"(?P<control>[A-Z]{2}-\d{1,2}(?![\d.])(?:\s*\(\d{1,2}\))*)", re.IGNORECASE),
)
_OBJECTIVE = re.compile(
    r"\s*[\[(]\s*(?P<bracketed>[a-z]|ODP\s*\d{1,2})\s*[\])]|\.(?P<dotted>[a-z])(?!\w)|(?P<bare>[a-df-z])(?!\w)",
    re.IGNORECASE,
)
_LETTERS = re.compile(
    r"\s*[\[(]\s*(?P<first>[a-z])\s*(?:-|to|through|thru)\s*(?P<last>[a-z])\s*[\])]", re.IGNORECASE
)
_RANGE = re.compile(r"\s*(?:-|\.{2,3}|…|\bthrough\b|\bthru\b|\bto\b)\s*", re.IGNORECASE)
_LIST = re.compile(r"(?:\s*(?:[,;/&+|\n\r]|\band\b))+\s*", re.IGNORECASE)
_TITLE = re.compile(r"\s*[:(\-\[|=]|\s+[^\W\d_]|\s*\.?\s*$", re.IGNORECASE)
_SHORT_END = re.compile(r"(\d{1,2})(?=\s*(?:$|[,;(]))")
_HALF_AN_ID = re.compile(r"\d{1,2}\.\d|\d+$", re.IGNORECASE)
_ANOTHER_ID = re.compile(r"(?<![\d.])0?3\.\d{1,2}\.\d{1,2}(?![\d.])e?")
_FORMS = "write identifiers as 3.1.1, AC.L2-3.1.1, 3.1.1[a] or 3.1.2e"


def read_ids(text: str) -> tuple[WrittenRange, ...]:
    """Take a text with one or more identifiers apart.

    Raises:
        InputRefused: it has none, or something in the list is none.
    """
    plain = normalized(text)
    if len(plain) > MAX_TEXT:
        raise InputRefused(
            "the list of identifiers is too long", where=plain[:40], fix="give fewer at a time"
        )
    return tuple(_ranges(plain))


def normalized(text: str) -> str:
    """Return the text with one kind of dash and blank, without marks that nobody sees or that emphasise."""
    plain = unicodedata.normalize("NFKC", text.replace("…", "..."))
    return re.sub(r"[^\S\n]+", " ", _UNSEEN.sub("", _DASHES.sub("-", plain))).strip()


def _ranges(text: str) -> Iterator[WrittenRange]:
    position = prefix.end() if (prefix := _PREFIX.match(text)) else 0
    written, position = _one(text, position)
    while True:
        letters = _LETTERS.match(text, position)
        if letters and not written.objective:
            position = letters.end()
            ends = (letters["first"].lower(), letters["last"].lower())
            yield WrittenRange(replace(written, objective=ends[0]), replace(written, objective=ends[1]))
        else:
            last, position = _range_end(text, position, written)
            yield WrittenRange(written, last)
            written = last
        following = _following(text, position, written)
        if following is None:
            return
        written, position = following


def _one(text: str, position: int) -> tuple[WrittenId, int]:
    found = _match(text, position)
    if found is None:
        said = text[position : position + 40] or text[:40]
        raise InputRefused(f"“{said}” is no identifier", fix=_FORMS)
    return found


def _match(text: str, position: int) -> tuple[WrittenId, int] | None:
    for kind in _KINDS:
        match = kind.match(text, position)
        if match and not text[match.end() : match.end() + 2].lstrip(".")[:1].isdigit():
            return _with_objective(_written(match.groupdict()), text, match.end())
    return None


def _written(parts: dict[str, str | None]) -> WrittenId:
    family, level = (parts.get("family") or "").upper(), (parts.get("level") or "").upper()
    if number := parts.get("number"):
        short = ".".join(str(int(part)) for part in number.split("."))
        return WrittenId(Writing.REQUIREMENT, short + (parts["enhanced"] or "").lower(), family, level)
    if (roman := parts.get("roman")) is not None:
        return WrittenId(Writing.SAFEGUARD, roman.lower(), family)
    if practice := parts.get("practice"):
        return WrittenId(Writing.PRACTICE, practice, family, level)
    return WrittenId(Writing.CONTROL, re.sub(r"\s", "", parts["control"] or "").upper())


def _with_objective(written: WrittenId, text: str, position: int) -> tuple[WrittenId, int] | None:
    match = _OBJECTIVE.match(text, position)
    if match is None or written.writing is Writing.CONTROL:
        return None if text[position : position + 1].isalnum() else (written, position)
    letter = (match["bracketed"] or match["dotted"] or match["bare"]).replace(" ", "")
    shown = letter.lower() if len(letter) == 1 else letter.upper()
    return replace(written, objective=shown), match.end()


def _range_end(text: str, position: int, first: WrittenId) -> tuple[WrittenId, int]:
    between = _RANGE.match(text, position)
    if between is None:
        return first, position
    if found := _match(text, between.end()):
        return found
    letter = _OBJECTIVE.match(text, between.end()) if first.objective else None
    if letter and letter["bracketed"]:
        return replace(first, objective=letter["bracketed"].lower()), letter.end()
    short = _SHORT_END.match(text, between.end())
    if short and first.writing is Writing.REQUIREMENT and not first.objective:
        number = f"{first.number.rpartition('.')[0]}.{int(short[1])}"
        return replace(first, number=number), short.end()
    if between[0].strip().lower() in {"through", "thru"} or _HALF_AN_ID.match(text, between.end()):
        what = f"the range “{text[:60]}” has no end that is an identifier"
        raise InputRefused(what, fix="write ranges as 3.3.1-3.3.9")
    return first, position


def _following(text: str, position: int, before: WrittenId) -> tuple[WrittenId, int] | None:
    """Return the next identifier of the list; None where only a title or nothing follows."""
    between = _LIST.match(text, position)
    start = between.end() if between else position + len(text[position:]) - len(text[position:].lstrip())
    if found := _match(text, start) if start > position else None:
        return found
    letter = _OBJECTIVE.match(text, start)
    if before.objective and letter and letter["bracketed"]:
        return replace(before, objective=letter["bracketed"].lower()), letter.end()
    if between is None and _TITLE.match(text, position):
        _check_title(text, position, before)
        return None
    if between and between.end() == len(text):
        return None
    raise InputRefused(f"“{text[start : start + 40]}” is no identifier", where=text[:60], fix=_FORMS)


def _check_title(text: str, position: int, before: WrittenId) -> None:
    """Refuse a title that names another requirement, which would be dropped in silence."""
    others = [found[0] for found in _ANOTHER_ID.finditer(text, position)]
    if before.writing is Writing.REQUIREMENT and any(
        _match(o, 0) != _match(before.number, 0) for o in others
    ):
        what = f"after {before.number} stands another identifier, {others[0]}, without a comma between them"
        raise InputRefused(what, where=text[:60], fix="separate identifiers by commas")
