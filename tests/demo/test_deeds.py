"""Resources and remarks are refused where they say nothing, and kept with the person who gave them."""

from datetime import date

import pytest

from milepost.domain.errors import RecordMissing, WrongUse
from milepost.domain.item import ResourceKind
from milepost.work.add_system import NewSystem, add_system
from milepost.work.comment_item import comment_item
from milepost.work.finding_items import by_identifier
from milepost.work.open_item import NewItem, open_item
from milepost.work.plan_resources import NewResource, add_resource

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 1)


@pytest.fixture
def identifier() -> str:
    """Return an item that was opened by hand."""
    add_system(NewSystem("Harbor", "fedramp-rev5", "moderate"), as_of=TODAY)
    return open_item(NewItem("Harbor", "Leavers keep accounts", TODAY, "Ines"), as_of=TODAY).identifier


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        (ResourceKind.FUNDING, "a licence", "amount"),
        (ResourceKind.PEOPLE, "a test", "hours"),
        (ResourceKind.TECHNOLOGY, " ", "word"),
    ],
)
def test_resource_that_says_too_little(identifier: str, kind: ResourceKind, text: str, said: str) -> None:
    """Funding needs an amount, people need hours, anything needs words."""
    with pytest.raises(WrongUse, match=said):
        add_resource(NewResource(identifier, kind, text, "Ines"), as_of=TODAY)


def test_remark_without_words(identifier: str) -> None:
    """An empty remark is refused."""
    with pytest.raises(WrongUse, match="words"):
        comment_item(identifier, "  ", person="Ines", as_of=TODAY)


def test_unknown_item() -> None:
    """What is meant for an item that does not exist is refused by name."""
    with pytest.raises(RecordMissing, match="V-404"):
        comment_item("V-404", "hello", person="Ines", as_of=TODAY)
    with pytest.raises(RecordMissing, match="V-404"):
        add_resource(NewResource("V-404", ResourceKind.OTHER, "a window", "Ines"), as_of=TODAY)


def test_resource_is_in_the_history(identifier: str) -> None:
    """Who planned a resource stands in the history of the item."""
    add_resource(NewResource(identifier, ResourceKind.OTHER, "a change window", "Ines"), as_of=TODAY)
    (entry,) = by_identifier(identifier).itemchange_set.filter(field="other needed")
    assert (entry.person, entry.after) == ("Ines", "a change window")
