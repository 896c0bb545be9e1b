"""Whether an occurrence is there: absence means something only where it was looked for, as deep as before."""

import pytest

from milepost.domain import presence
from milepost.domain.presence import EVERYTHING, Look, Presence, fold, retests


@pytest.mark.parametrize(
    ("tested", "covers"),
    [
        (EVERYTHING, True),
        (presence.Tested(unassessed=frozenset({"a"})), False),
        (presence.Tested(unassessed=frozenset({"b"})), True),
        (presence.Tested(assessed=frozenset({"a"})), True),
        (presence.Tested(assessed=frozenset({"b"})), False),
        (presence.Tested(assessed=frozenset()), False),
        (presence.Tested(assessed=frozenset({"a"}), unassessed=frozenset({"a"})), False),
    ],
)
def test_a_scan_covers_what_it_says_it_tested(tested: presence.Tested, *, covers: bool) -> None:
    """All but what it names as untested, or only what it names as tested."""
    assert tested.covers("a") is covers


@pytest.mark.parametrize(
    ("credentialed", "before", "covers", "expected"),
    [
        (None, False, True, True),
        (False, False, True, True),
        (True, False, True, True),
        (True, True, True, True),
        (False, True, True, False),
        (None, True, True, False),
        (True, True, False, False),
        (None, False, False, False),
    ],
)
def test_absence_means_something(
    *, credentialed: bool | None, before: bool, covers: bool, expected: bool
) -> None:
    """If the weakness was looked for, and with credentials wherever an earlier look had them."""
    assert retests(credentialed=credentialed, before=before, covers=covers) is expected


def look(at: int, *seen: int, credentialed: bool | None = None, tie: str = "") -> Look:
    """Return a look at everything that saw some occurrences; a sighting is numbered by both."""
    return Look(at, tie, credentialed, EVERYTHING, {each: each * 100 + at for each in seen})


def test_a_presence_remembers_its_first_look_and_its_last_sighting() -> None:
    """Seen twice: there since the first look, last seen by the second, never gone."""
    assert fold([look(1, 7), look(2, 7)], {7: "a"}) == {
        7: Presence(first_seen=1, open=True, sighting=702, gone_at=None)
    }


def test_what_is_gone_is_gone_since_the_first_look_without_it() -> None:
    """Later looks that do not see it either change nothing; one that does see it brings it back."""
    looks = [look(1, 7), look(2), look(3)]
    assert fold(looks, {7: "a"})[7] == Presence(first_seen=1, open=False, sighting=701, gone_at=2)
    assert fold([*looks, look(4, 7)], {7: "a"})[7] == Presence(1, open=True, sighting=704, gone_at=None)


def test_looks_of_the_same_second_stand_in_the_order_of_their_digests() -> None:
    """Two files of one second give the same result in both orders: the later digest decides."""
    seen, unseen = look(1, 7, tie="a"), look(1, tie="b")
    for looks in ([seen, unseen], [unseen, seen]):
        assert not fold(looks, {7: "x"})[7].open
    seen, unseen = look(1, 7, tie="b"), look(1, tie="a")
    for looks in ([seen, unseen], [unseen, seen]):
        assert fold(looks, {7: "x"})[7].open


def test_each_occurrence_is_covered_by_its_own_weakness() -> None:
    """Of two that are absent, only the one whose weakness was tested is gone."""
    partly = Look(2, "", None, presence.Tested(assessed=frozenset({"a"})), {})
    found = fold([look(1, 7, 8), partly], {7: "a", 8: "b"})
    assert (found[7].open, found[8].open) == (False, True)


def test_one_look_with_credentials_asks_for_them_ever_after() -> None:
    """Also of what was seen without them; a look with them that does not see it proves that it is gone."""
    looks = [look(1, 7, credentialed=False), look(2, 7, credentialed=True), look(3, 7, credentialed=False)]
    assert fold([*looks, look(4, credentialed=None)], {7: "a"})[7].open
    assert fold([*looks, look(4, credentialed=False)], {7: "a"})[7].open
    assert not fold([*looks, look(4, credentialed=True)], {7: "a"})[7].open


def test_credentials_of_the_look_itself_ask_for_nothing() -> None:
    """Nor do those of a look that comes later: what was absent before it is gone."""
    found = fold([look(1, 7), look(2, credentialed=False), look(3, credentialed=True)], {7: "a"})
    assert found[7].gone_at == 2
    assert not fold([look(1, 7, credentialed=False), look(2, credentialed=False)], {7: "a"})[7].open


def test_looks_that_nothing_tells_apart_are_taken_as_given() -> None:
    """Of one second and one file: the later of the two decides, and what they saw is not compared."""
    assert not fold([look(1, 7), look(1, credentialed=True)], {7: "x"})[7].open
    assert fold([look(1, credentialed=True), look(1, 7)], {7: "x"})[7].gone_at is None
