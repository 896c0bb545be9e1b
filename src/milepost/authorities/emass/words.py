"""The words that eMASS takes for statuses, levels and sources, and what stands for them elsewhere."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec

from milepost.authorities.intake.words import folded, rating_of
from milepost.domain.ruling import Citation

BOOK = Citation("eMASS POA&M workbook, 2026-06", "sheet Instructions")
BOOK_2018 = Citation("eMASS POA&M workbook RMF_Standard, 2018", "sheet Instructions")
GLOSSARY = Citation("eMASS POA&M workbook, 2026-06", "sheet Glossary")
API = Citation("eMASS REST API 3.22", "business rules of POA&M")


class Words(msgspec.Struct, frozen=True):
    """The lists of the file `words.toml`."""

    statuses: tuple[str, ...]
    milestone_statuses: tuple[str, ...]
    levels: tuple[str, ...]
    sources: tuple[str, ...]
    status_of: Mapping[str, str]
    level_of: Mapping[str, str]
    category_of: Mapping[str, str]
    source_of: Mapping[str, str]
    required: Mapping[str, tuple[str, ...]]
    required_before: Mapping[str, tuple[str, ...]]
    most: Mapping[str, int]


@cache
def words() -> Words:
    """Return the lists."""
    text = files(__package__).joinpath("words.toml").read_text(encoding="utf-8")
    return msgspec.toml.decode(text, type=Words)


@cache
def level(rating: str) -> str:
    """Return one of the five levels; a rating that stands for none stays as it is."""
    known = words().level_of
    said = folded(rating)
    return known.get(said) or known.get(folded(rating_of(rating).value), rating)


def category(rating: str) -> str:
    """Return the category I, II or III of workbooks before August 2024; others stay as they are."""
    return words().category_of.get(level(rating), rating)


@cache
def identification_sources(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the sources of eMASS's list that a text names (`;` between them), and the rest of it."""
    known = {folded(each): each for each in words().sources}
    parts = [part.strip() for part in text.replace("\n", ";").split(";") if part.strip()]
    named = tuple(known[folded(part)] for part in parts if folded(part) in known)
    return named, tuple(part for part in parts if folded(part) not in known)
