"""What may stand in a cell: text, dates, lengths, letters."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from milepost.authorities.sheets import text


@pytest.mark.parametrize(
    ("day", "number"),
    [
        (date(1900, 1, 1), 1),
        (date(1900, 2, 28), 59),
        (date(1900, 3, 1), 61),
        (date(2000, 1, 1), 36526),
        (date(2024, 1, 1), 45292),
        (date(9999, 12, 31), 2958465),
    ],
)
def test_days_are_counted_as_excel_counts_them(day: date, number: int) -> None:
    """The numbers are those of the 1900 date system, with its 29 February 1900 that never was."""
    assert text.serial(day) == number


@pytest.mark.parametrize(("number", "name"), [(1, "A"), (26, "Z"), (27, "AA"), (703, "AAA"), (16384, "XFD")])
def test_columns_have_letters(number: int, name: str) -> None:
    """The letters of a column and its number are two names of the same."""
    assert text.letters(number) == name
    assert text.column_number(name) == number


@given(st.text())
def test_escaped_text_is_read_back_as_it_was(words: str) -> None:
    """An XML parser reads back every clean text; the one exception, `_xHHHH_`, is Excel's own escape."""
    clean = text.clean(words)
    read = etree.fromstring(f"<t>{text.escape(clean)}</t>".encode()).text or ""
    assert read.replace("_x005F_x", "_x") == clean.replace("_x005F_x", "_x")


def test_a_text_that_looks_like_an_escape_is_escaped() -> None:
    """Excel would show `_x0041_` as the letter A; written with an escaped underscore it stays."""
    assert text.escape("a_x0041_b") == "a_x005F_x0041_b"


def test_what_xml_cannot_carry_is_dropped() -> None:
    """Control characters, lone surrogates and two non-characters go; tab and line breaks stay."""
    assert text.clean("a\x00\x0b\x1f\ud800\ufffe\uffffb\t\n\rc") == "ab\t\n\rc"


def test_length_is_counted_in_utf_16() -> None:
    """A character beyond the basic plane takes two of the 32,767 places and is never cut in half."""
    long = "x" * 32_766 + "\U0001f600"
    assert not text.fits(long)
    assert text.cut(long) == "x" * 32_766
    assert text.fits(text.cut(long))
