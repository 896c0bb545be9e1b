"""Identifiers as people write them: every spelling is taken apart, what is none is refused in a sentence."""

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.catalogs.control_ids import MAX_TEXT, Writing, WrittenId, WrittenRange, normalized, read_ids
from milepost.domain.errors import InputRefused

_NIST = Writing.REQUIREMENT


def single(text: str) -> WrittenId:
    """Return the one identifier that a text holds."""
    (found,) = read_ids(text)
    assert found.first == found.last
    return found.first


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3.1.1", WrittenId(_NIST, "3.1.1")),
        ("03.01.01", WrittenId(_NIST, "3.1.1")),
        (" 3.1.10 ", WrittenId(_NIST, "3.1.10")),
        ("AC.L2-3.1.1", WrittenId(_NIST, "3.1.1", "AC", "L2")),
        ("ac.l2-3.1.1", WrittenId(_NIST, "3.1.1", "AC", "L2")),
        ("AC.L1-3.1.1", WrittenId(_NIST, "3.1.1", "AC", "L1")),
        ("IA-L2-3.5.1", WrittenId(_NIST, "3.5.1", "IA", "L2")),
        ("AC.L2- 3.1.19", WrittenId(_NIST, "3.1.19", "AC", "L2")),
        ("AC.L2\u20133.1.1", WrittenId(_NIST, "3.1.1", "AC", "L2")),
        ("AC_L2_3.1.1", WrittenId(_NIST, "3.1.1", "AC", "L2")),
        ("AC-3.1.1", WrittenId(_NIST, "3.1.1", "AC")),
        ("3.1.1[a]", WrittenId(_NIST, "3.1.1", objective="a")),
        ("3.1.1[A]", WrittenId(_NIST, "3.1.1", objective="a")),
        ("3.1.1 (b)", WrittenId(_NIST, "3.1.1", objective="b")),
        ("3.1.1.c", WrittenId(_NIST, "3.1.1", objective="c")),
        ("3.1.1d", WrittenId(_NIST, "3.1.1", objective="d")),
        ("AC.L2-3.1.1[a]", WrittenId(_NIST, "3.1.1", "AC", "L2", "a")),
        ("RA.L3-3.11.1e", WrittenId(_NIST, "3.11.1e", "RA", "L3")),
        ("3.11.1E", WrittenId(_NIST, "3.11.1e")),
        ("3.1.3e[ODP1]", WrittenId(_NIST, "3.1.3e", objective="ODP1")),
        ("3.1.3e[odp 1]", WrittenId(_NIST, "3.1.3e", objective="ODP1")),
        ("AC.L1-b.1.i", WrittenId(Writing.SAFEGUARD, "i", "AC")),
        ("AC.L1-B.1.XV", WrittenId(Writing.SAFEGUARD, "xv", "AC")),
        ("b.1.ix", WrittenId(Writing.SAFEGUARD, "ix")),
        ("AC.L1-b.1.i[f]", WrittenId(Writing.SAFEGUARD, "i", "AC", objective="f")),
        ("52.204-21(b)(1)(xv)", WrittenId(Writing.SAFEGUARD, "xv")),
        ("FAR 52.204-21(b)(1)(iv)", WrittenId(Writing.SAFEGUARD, "iv")),
        ("AC.1.001", WrittenId(Writing.PRACTICE, "001", "AC", "1")),
        ("AC.2.016", WrittenId(Writing.PRACTICE, "016", "AC", "2")),
        ("AC-2", WrittenId(Writing.CONTROL, "AC-2")),
        ("sc-8 (1)", WrittenId(Writing.CONTROL, "SC-8(1)")),
        ("**3.1.1**", WrittenId(_NIST, "3.1.1")),
        ("“3.1.1”", WrittenId(_NIST, "3.1.1")),
        ("NIST SP 800-171 3.1.1", WrittenId(_NIST, "3.1.1")),
        ("Practice AC.L2-3.1.1", WrittenId(_NIST, "3.1.1", "AC", "L2")),
        ("3.1.8 - Limit attempts", WrittenId(_NIST, "3.1.8")),
        ("3.1.8 Limit attempts", WrittenId(_NIST, "3.1.8")),
        ("3.1.8: Limit attempts", WrittenId(_NIST, "3.1.8")),
        ("3.1.8 - 3 attempts", WrittenId(_NIST, "3.1.8")),
        ("3.1.1 to be done", WrittenId(_NIST, "3.1.1")),
        ("AC.L2-3.1.1 (3.1.1)", WrittenId(_NIST, "3.1.1", "AC", "L2")),
        ("3.1.1.", WrittenId(_NIST, "3.1.1")),
        ("3.1.1,", WrittenId(_NIST, "3.1.1")),
        ("3.1.1:", WrittenId(_NIST, "3.1.1")),
        ("3.1.1 - (a) limit attempts", WrittenId(_NIST, "3.1.1")),
    ],
)
def test_each_spelling_is_taken_apart(text: str, expected: WrittenId) -> None:
    """Family, level, number and objective come out of every spelling of one identifier."""
    assert single(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "3.3.1-3.3.9",
        "3.3.1 - 3.3.9",
        "3.3.1\u20133.3.9",
        "3.3.1 through 3.3.9",
        "3.3.1 thru 3.3.9",
        "3.3.1 to 3.3.9",
        "3.3.1...3.3.9",
        "3.3.1..3.3.9",
        "3.3.1-9",
        "3.3.1-3.3.9 (Audit and Accountability)",
    ],
)
def test_ranges(text: str) -> None:
    """A range is written with a dash, dots, “through” or “to”, with both ends or the last number only."""
    assert read_ids(text) == (WrittenRange(WrittenId(_NIST, "3.3.1"), WrittenId(_NIST, "3.3.9")),)


@pytest.mark.parametrize(
    "text", ["3.1.1[a]-[c]", "3.1.1[a-c]", "3.1.1[a] to 3.1.1[c]", "3.1.1[a] through [c]"]
)
def test_ranges_of_objectives(text: str) -> None:
    """A range of objectives may leave out the requirement at its end."""
    (found,) = read_ids(text)
    assert (found.first.number, found.first.objective) == ("3.1.1", "a")
    assert (found.last.number, found.last.objective) == ("3.1.1", "c")


@pytest.mark.parametrize(
    "text",
    [
        "3.1.1, 3.1.2",
        "3.1.1;3.1.2",
        "3.1.1 and 3.1.2",
        "3.1.1 & 3.1.2",
        "3.1.1/3.1.2",
        "3.1.1 3.1.2",
        "3.1.1\n3.1.2",
    ],
)
def test_lists(text: str) -> None:
    """Identifiers are listed with any of the usual separators."""
    assert [found.first.number for found in read_ids(text)] == ["3.1.1", "3.1.2"]


def test_list_of_objectives() -> None:
    """Letters after an objective belong to the same requirement."""
    assert [found.first.objective for found in read_ids("3.1.1[a], [b] and [d]")] == ["a", "b", "d"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "foo",
        "3.1",
        "AC",
        "3.1.1.1",
        "3.1.234",
        "3.1.1foo",
        "3.1.1, foo",
        "POAM-001",
        "3.1.1 through foo",
        "3.1.1 - 3.99",
        "3.1.1 see 3.1.2",
        "AC.1.0011",
        "13.1.1",
        "3.1.1?",
        "3.1.1[a]3.1.2",
        "3.1.1 and more",
        "b.1.",
        "(b)(1)()",
    ],
)
def test_what_is_no_identifier_is_refused(text: str) -> None:
    """Nothing is dropped: whatever is no identifier, or hides one, refuses the text with a way out."""
    with pytest.raises(InputRefused) as refused:
        read_ids(text)
    assert refused.value.what
    assert refused.value.fix


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("3.1.1.1", "3.1.1.1"),
        ("3.1.1foo", "3.1.1foo"),
        ("(b)(1)(i)5a", "(b)(1)(i)5a"),
        ("AC-2(1)x, 3.1.1", "AC-2(1)x, 3.1.1"),
        ("3.1.2, " + "nothing " * 8, ("nothing " * 8)[:40]),
        ("nothing " * 8, ("nothing " * 8)[:40]),
        ("NIST: " + "nothing " * 8, ("nothing " * 8)[:40]),
        ("3.1.1 through " + "nothing " * 8, ("3.1.1 through " + "nothing " * 8)[:60]),
        ("Practice", "Practice"),
    ],
)
def test_a_refusal_quotes_what_is_no_identifier(text: str, quoted: str) -> None:
    """From its first character on, as much as fits into a sentence; all that there is after a mere prefix."""
    with pytest.raises(InputRefused, match=re.escape(f"“{quoted}”")):
        read_ids(text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("3.1.1, 3.1.2, " + "nothing " * 8, "nothing"),
        ("3.1.1 Limit system access to authorized users as 3.1.2 says, and more besides", "3.1.2"),
    ],
)
def test_a_refusal_says_where(text: str, what: str) -> None:
    """A long list is quoted by its beginning, next to the part that cannot be read."""
    with pytest.raises(InputRefused, match=re.escape(what)) as refused:
        read_ids(text)
    assert refused.value.where == text[:60]


def test_length_is_limited() -> None:
    """A text of the greatest length is read, one character more is refused."""
    text = "3.1.1, " * (MAX_TEXT // 7)
    padded = text + "," * (MAX_TEXT - len(text.strip()))
    assert len(normalized(padded[:MAX_TEXT])) <= MAX_TEXT
    assert read_ids(padded[:MAX_TEXT])
    with pytest.raises(InputRefused, match="too long") as refused:
        read_ids(text + "3.1.1" + "," * 5)
    assert refused.value.where == text[:40]
    assert refused.value.fix


@given(
    family=st.integers(1, 14),
    number=st.integers(1, 99),
    enhanced=st.sampled_from(["", "e"]),
    padded=st.booleans(),
)
def test_numbers_survive_any_padding(*, family: int, number: int, enhanced: str, padded: bool) -> None:
    """The number comes out without leading zeros, with or without them in the text."""
    text = f"03.{family:02}.{number:02}{enhanced}" if padded else f"3.{family}.{number}{enhanced}"
    assert single(text) == WrittenId(_NIST, f"3.{family}.{number}{enhanced}")


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text breaks the reading: it holds identifiers, or it is refused in a sentence."""
    with suppress(InputRefused):
        assert read_ids(text)
