"""A report as what stands in it, before anybody decides how it looks: headings, texts, tables, charts."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import ClassVar

import msgspec

from milepost.domain.problem import Problem


class Block(msgspec.Struct, frozen=True, tag_field="block"):
    """A part of a report; its texts are plain text, never markup."""


class Heading(Block, frozen=True, tag="heading"):
    """A heading below the title; `level` is 2 or 3."""

    text: str
    level: int = 2


class Paragraph(Block, frozen=True, tag="paragraph"):
    """A paragraph."""

    text: str


class PageBreak(Block, frozen=True, tag="page_break"):
    """What follows begins on a new page."""


class Column(msgspec.Struct, frozen=True):
    """A column of a table: its heading, its share of the width, and whether it holds numbers."""

    heading: str
    share: float = 1.0
    numbers: bool = False


class Table(Block, frozen=True, tag="table"):
    """A table with a header row; the first cell of a row names the row.

    `empty` is the sentence that stands in its place where there are no rows. `to_fill` makes rows as high as
    handwriting needs.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str = "None."
    to_fill: bool = False


class Chart(Block, frozen=True, tag="chart"):
    """A drawing (SVG) with its text alternative; the table of the same numbers stands after it."""

    caption: str
    svg: str
    alternative: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A report; `written` is the day it speaks for, `marking` what must stand on every page, such as CUI.

    `keywords` stand in the properties of a PDF for programs to find.
    """

    language: ClassVar[str] = "en"
    kind: str
    title: str
    subject: str
    written: date
    blocks: tuple[Block, ...]
    marking: str = ""
    landscape: bool = False
    keywords: str = ""


class Rendered(msgspec.Struct, frozen=True):
    """The bytes of a report, and what could not be shown as it is."""

    data: bytes
    problems: tuple[Problem, ...] = ()


def facts(caption: str, pairs: Iterable[tuple[str, str]]) -> Table:
    """Return a table of names with what is known; names without anything are left out."""
    rows = tuple((name, value) for name, value in pairs if value)
    return Table(caption, (Column("Field", 1), Column("Content", 3)), rows)


def table(caption: str, headings: Sequence[tuple[str, float]], rows: Iterable[Sequence[str]]) -> Table:
    """Return a table of texts; each heading comes with its share of the width."""
    columns = tuple(Column(heading, share) for heading, share in headings)
    return Table(caption, columns, tuple(tuple(row) for row in rows))


def counts(caption: str, headings: Sequence[str], rows: Iterable[tuple[str, Sequence[int]]]) -> Table:
    """Return a table of numbers; the first heading is that of the names."""
    columns = (Column(headings[0], 2), *(Column(each, 1, numbers=True) for each in headings[1:]))
    return Table(caption, columns, tuple((name, *(f"{each:,}" for each in values)) for name, values in rows))
