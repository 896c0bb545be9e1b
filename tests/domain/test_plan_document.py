"""Items of a plan and where they stand: columns by letter, lists, states, the rating that counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from milepost.domain.plan_document import Part, Place, PlanDocument, PlanSheet, column_letters
from milepost.domain.plan_item import CLOSED_STATES, OPEN_STATES, SETTLED_STATES, PlanItem, State


@pytest.mark.parametrize(
    ("column", "letters"),
    [(None, ""), (0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")],
)
def test_columns_have_the_letters_of_a_spreadsheet(column: int | None, letters: str) -> None:
    """A to Z, then AA; the last column of Excel is XFD, the 16384th."""
    assert column_letters(column) == letters
    assert column_letters(16_383) == "XFD"


@given(some.integers(0, 20_000))
def test_every_column_has_its_own_letters(column: int) -> None:
    """Read as a number of 26 letters without a zero, they give the column again."""
    number = 0
    for letter in column_letters(column):
        number = number * 26 + "ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(letter) + 1
    assert number == column + 1


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place("Open", 12, "K"), "Open!K12"),
        (Place("Open", 12, ""), "Open!row 12"),
        (Place("Open", 0, ""), "Open"),
        (Place("Open", 0, "K"), "Open"),
        (Place("plan.md", 12, "", lines=True), "line 12"),
        (Place("plan.md", 12, "K", lines=True), "line 12, column K"),
    ],
)
def test_a_place_reads_as_people_look_for_it(place: Place, words: str) -> None:
    """The sheet with column and row, the line of a text, or the sheet alone."""
    assert str(place) == words


def document() -> PlanDocument:
    """Return a document of an open sheet and a list in text."""
    return PlanDocument(
        name="plan",
        layout="own",
        sheets=(
            PlanSheet("Open", Part.OPEN, 4, {"owner": 10}),
            PlanSheet("closed.csv", Part.CLOSED, 1, {"owner": 0}, lines=True),
        ),
    )


def test_a_field_stands_in_its_column_and_the_item_s_row() -> None:
    """On the sheet of the item; a milestone's own row where one is given; no letters for no column."""
    item, other = PlanItem(sheet=0, row=12), PlanItem(sheet=1, row=3)
    plan = document()
    assert plan.place(item, "owner") == Place("Open", 12, "K")
    assert plan.place(item, "owner", 14) == Place("Open", 14, "K")
    assert plan.place(item, "title") == plan.place(item) == Place("Open", 12, "")
    assert plan.place(other, "owner") == Place("closed.csv", 3, "A", lines=True)


def test_without_sheets_an_item_stands_under_its_own_id() -> None:
    """What comes from the register has no rows."""
    place = PlanDocument(name="register", layout="").place(PlanItem(id="V-7", row=3), "owner")
    assert (place, str(place)) == (Place("V-7", 0, ""), "V-7")


def test_an_item_is_on_the_list_that_its_sheet_holds() -> None:
    """Without sheets the state decides: what is finished is on the closed list, everything else is open."""
    assert document().part(PlanItem(sheet=0, status=State.CLOSED_COMPLETED)) is Part.OPEN
    assert document().part(PlanItem(sheet=1, status=State.DRAFT)) is Part.CLOSED
    register = PlanDocument(name="register", layout="")
    assert {state for state in State if register.part(PlanItem(status=state)) is Part.CLOSED} == CLOSED_STATES


def test_every_state_is_open_closed_or_settled() -> None:
    """An accepted risk or operational requirement is decided, not closed; an unknown state is still owed."""
    for state in State:
        item = PlanItem(status=state)
        assert (item.is_open, item.is_closed) == (state in OPEN_STATES, state in CLOSED_STATES)
        assert item.is_open + item.is_closed + (state in SETTLED_STATES) == 1
    assert PlanItem(status=State.DELAYED).is_open
    assert PlanItem().is_open
    assert PlanItem(status=State.CANCELLED).is_closed
    assert not PlanItem(status=State.RISK_ACCEPTED).is_open


@pytest.mark.parametrize(
    ("raw", "adjusted", "adjustment", "counts"),
    [
        ("High", "", "", "High"),
        ("High", "Low", "", "Low"),
        ("High", "Low", "Yes", "Low"),
        ("High", "Low", "Pending", "High"),
        ("High", "Low", "No", "High"),
        ("High", "", "Yes", "High"),
        ("", "Low", "", "Low"),
        ("", "Low", "Pending", ""),
    ],
)
def test_the_adjusted_rating_counts_once_it_is_approved(
    raw: str, adjusted: str, adjustment: str, counts: str
) -> None:
    """Where a document says nothing of the adjustment it stands; a pending or refused one does not."""
    item = PlanItem(raw_severity=raw, adjusted_severity=adjusted, risk_adjustment=adjustment)
    assert item.severity == counts
