"""A report as tagged PDF (PDF/UA-1), set by typst; the data go beside the template, never into it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Final

import msgspec
import typst

from milepost.domain.errors import InputRefused
from milepost.domain.problem import Problem
from milepost.reports.plain_text import breakable, named, plain
from milepost.reports.report import Rendered, Report

STANDARD: Final = "ua-1"
_TEMPLATE: Final = Path(__file__).with_name("report.typ")
_ATTEMPTS: Final = 6
_NO_SHAPE: Final = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
_ESCAPED: Final = re.compile(r"\\u\{([0-9a-f]+)\}")
_SHOWN: Final = 10
_ASCII: Final = 128
_KEPT: Final = frozenset({"svg", "block", "language", "written", "keywords"})


def set_pdf(report: Report, *, author: str = "") -> Rendered:
    """Set a report; the same report gives the same bytes. The document's date is the report's.

    A character for which no font of the machine has a shape stands as its number, and is told.

    Raises:
        InputRefused: it cannot be set.
    """
    data = _texts(msgspec.to_builtins(report), lambda text: breakable(plain(text)))
    content: dict[str, object] = {
        **_fields(data),
        "language": report.language,
        "author": plain(author),
        "title": plain(report.title),
        "subject": plain(report.subject),
    }
    unshown: set[str] = set()
    for _ in range(_ATTEMPTS):
        try:
            return Rendered(_compiled(content, report), _told(unshown))
        except typst.TypstError as error:
            missing = _without_shape(error) - unshown
            if not missing:
                raise InputRefused(f"the report cannot be set: {error}", where=report.title) from error
            unshown |= missing
            content = _fields(_texts(content, _spelled(missing)))
    raise InputRefused("too many characters without a shape", where=report.title, fix="install a font")


def _compiled(content: dict[str, object], report: Report) -> bytes:
    done = typst.compile(
        _TEMPLATE.read_bytes(),
        sys_inputs={"report": msgspec.json.encode(content).decode()},
        pdf_standards=[STANDARD],
        timestamp=datetime.combine(report.written, time(), UTC),
    )
    if not isinstance(done, bytes):
        raise TypeError("typst gives the bytes of one document")
    return done


def _fields(data: object) -> dict[str, object]:
    if not isinstance(data, dict):
        raise TypeError("a report has fields")
    return data


def _texts(value: object, change: Callable[[str], str]) -> object:
    """Change every text of a tree but drawings and the names of things."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: each if name in _KEPT else _texts(each, change) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_texts(each, change) for each in value]
    return value


def _without_shape(error: typst.TypstError) -> set[str]:
    """Return the characters that typst could not show; its diagnostic names each."""
    texts = _NO_SHAPE.findall(error.diagnostic)
    shown = (_ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) for text in texts)
    return {character for text in shown for character in text if _is_shown(character)}


def _is_shown(character: str) -> bool:
    """Tell whether a character has to be seen; what lets words break stands in the same report."""
    return ord(character) >= _ASCII and character != "\u200b"


def _spelled(characters: set[str]) -> Callable[[str], str]:
    names = {ord(character): named(character) for character in characters}
    return lambda text: text.translate(names)


def _told(unshown: set[str]) -> tuple[Problem, ...]:
    if not unshown:
        return ()
    names = ", ".join(named(each) for each in sorted(unshown)[:_SHOWN])
    what = f"{len(unshown)} characters have no shape in the fonts here and stand as numbers: {names}"
    return (Problem("the PDF", what, "install a font that has them, or write HTML"),)
