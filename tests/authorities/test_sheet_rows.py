"""Rows of cells at the limits of the format and of our memory."""

from datetime import date

import pytest

from milepost.authorities.sheets.cells import Formula, InlineStrings, RowEncoder, SharedStrings, Slot
from milepost.domain.errors import OversizedInput

SLOT = Slot("A", 1, 2)


def test_a_sheet_has_no_more_rows_than_the_format_allows() -> None:
    """Row 1,048,576 is the last; one more is refused with the way out."""
    encoder = RowEncoder("Open", [SLOT], InlineStrings())
    assert encoder.row(1_048_576, ["last"])
    with pytest.raises(OversizedInput, match="fewer items"):
        encoder.row(1_048_577, ["too much"])


def test_texts_past_the_budget_are_written_in_place() -> None:
    """Sharing texts may not fill the memory: beyond it each stands in its cell, and the table stays whole."""
    strings = SharedStrings()
    encoder = RowEncoder("Open", [SLOT], strings)
    texts = [f"{number:05}" * 6_000 for number in range(820)]
    written = [encoder.row(number, [text]) for number, text in enumerate(texts, 1)]
    shared = sum(' t="s"' in row for row in written)
    assert 700 < shared < 820
    assert all(text in row for text, row in zip(texts[shared:], written[shared:], strict=True))
    assert sum(part.startswith("<si>") for part in strings.xml()) == shared


def test_a_text_without_its_control_characters_shares_the_place_of_its_twin() -> None:
    """What becomes the same text is the same entry of the table."""
    encoder = RowEncoder("Open", [SLOT], SharedStrings())
    assert encoder.row(1, ["same"]) == encoder.row(1, ["sa\x00me"])


def test_a_formula_carries_its_row_and_its_value() -> None:
    """`#` becomes the row; without a value the formula shows an empty text."""
    encoder = RowEncoder("Open", [SLOT], InlineStrings())
    dated = encoder.row(7, [Formula('IF(B#<"a",B#)', date(2024, 1, 1))])
    assert dated == '<row r="7"><c r="A7" s="1"><f>IF(B7&lt;"a",B7)</f><v>45292</v></c></row>'
    assert encoder.row(7, [Formula("B#", None)]).endswith(' t="str"><f>B7</f><v></v></c></row>')
