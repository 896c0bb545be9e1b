"""How a scan's findings compare with the register, occurrence by occurrence and weakness by weakness."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as some

from milepost.domain.matching import Comparison, Key, Known, Outcome, Seen, Tally, compare, weakness_outcome

PLACE = (4, "443/tcp")
KEY = Key(4, "443/tcp")
HELD = Known(id=1, open=True, facts_id=10, output_digest=20, sighting_id=30, first_seen=1_000)
GONE = HELD._replace(open=False)
SAME = Seen(facts_id=10, output_digest=20, output="as before", first_seen=1_000)


def always(_: int) -> bool:
    """Every weakness was looked for."""
    return True


def never(_: int) -> bool:
    """No weakness was looked for."""
    return False


@pytest.mark.parametrize(
    ("held", "sight", "expected"),
    [
        (None, SAME, Comparison(new=[(KEY, SAME)])),
        (HELD, SAME, Comparison(persisting=[(KEY, HELD)])),
        (HELD, SAME._replace(first_seen=None), Comparison(persisting=[(KEY, HELD)])),
        (HELD, SAME._replace(first_seen=1_001), Comparison(persisting=[(KEY, HELD)])),
        (HELD, SAME._replace(output="reworded"), Comparison(persisting=[(KEY, HELD)])),
    ],
)
def test_what_is_seen_again_unchanged_persists(held: Known | None, sight: Seen, expected: Comparison) -> None:
    """What the register does not hold is new; what it holds persists, however late it is seen."""
    known = {} if held is None else {PLACE: held}
    assert compare({PLACE: sight}, known, always) == expected


@pytest.mark.parametrize("sight", [SAME._replace(output_digest=21), SAME._replace(first_seen=999)])
def test_new_output_or_an_earlier_first_day_refreshes(sight: Seen) -> None:
    """It persists for people; what the tool printed, or the first day, is written anew."""
    assert compare({PLACE: sight}, {PLACE: HELD}, always) == Comparison(refreshed=[(KEY, HELD, sight)])


def test_other_facts_or_another_version_change_it() -> None:
    """The tool says something else of it, or its asset is seen in another version."""
    other = SAME._replace(facts_id=11, output_digest=21)
    assert compare({PLACE: other}, {PLACE: HELD}, always) == Comparison(changed=[(KEY, HELD, other)])
    moved = compare({PLACE: SAME}, {PLACE: HELD}, always, moved=True)
    assert moved == Comparison(changed=[(KEY, HELD, SAME)])


@pytest.mark.parametrize("sight", [SAME, SAME._replace(facts_id=11), SAME._replace(output_digest=21)])
def test_what_was_gone_and_is_seen_reappears(sight: Seen) -> None:
    """Whatever else has changed meanwhile."""
    expected = Comparison(reappeared=[(KEY, GONE, sight)])
    assert compare({PLACE: sight}, {PLACE: GONE}, always) == expected
    assert compare({PLACE: sight}, {PLACE: GONE}, always, moved=True) == expected


@pytest.mark.parametrize(
    ("retested", "expected"),
    [
        (always, Comparison(missing=[(KEY, HELD)])),
        (never, Comparison(not_retested=[(KEY, HELD)])),
        (lambda weakness: weakness == KEY.weakness_id, Comparison(missing=[(KEY, HELD)])),
        (lambda weakness: weakness != KEY.weakness_id, Comparison(not_retested=[(KEY, HELD)])),
    ],
)
def test_absence_is_missing_only_where_its_weakness_was_looked_for(
    retested: Callable[[int], bool], expected: Comparison
) -> None:
    """Absence is not closure: what a scan did not look for is not re-tested."""
    assert compare({}, {PLACE: HELD}, retested) == expected


def test_what_was_gone_and_stays_away_is_nothing() -> None:
    """An import says nothing of it."""
    assert compare({}, {PLACE: GONE}, always) == Comparison()


@given(
    some.sets(some.tuples(some.integers(1, 3), some.sampled_from(["", "a", "b"]))),
    some.dictionaries(some.tuples(some.integers(1, 3), some.sampled_from(["", "a", "b"])), some.booleans()),
)
def test_every_open_or_seen_occurrence_falls_under_exactly_one(
    seen: set[tuple[int, str]], known: dict[tuple[int, str], bool]
) -> None:
    """Nothing that is seen or open is lost, and nothing is counted twice."""
    held = {key: HELD._replace(open=is_open) for key, is_open in known.items()}
    found = compare(dict.fromkeys(seen, SAME), held, lambda weakness: weakness == 1)
    outcomes = (
        found.new,
        found.persisting,
        found.refreshed,
        found.changed,
        found.reappeared,
        found.missing,
        found.not_retested,
    )
    fell = sorted(entry[0] for outcome in outcomes for entry in outcome)
    assert fell == sorted(seen | {key for key, is_open in known.items() if is_open})


@pytest.mark.parametrize(
    ("tally", "outcome"),
    [
        (Tally(0, 0, {Outcome.NEW: 1}), Outcome.NEW),
        (Tally(0, 1, {Outcome.NEW: 1}), Outcome.REAPPEARED),
        (Tally(1, 1, {Outcome.NEW: 1, Outcome.MISSING: 1}), Outcome.PERSISTING),
        (Tally(1, 1, {Outcome.CHANGED: 1}), Outcome.CHANGED),
        (Tally(1, 2, {Outcome.REAPPEARED: 1}), Outcome.PERSISTING),
        (Tally(1, 1, {Outcome.PERSISTING: 1}), Outcome.PERSISTING),
        (Tally(1, 1, {Outcome.MISSING: 1}), Outcome.MISSING),
        (Tally(2, 2, {Outcome.MISSING: 1}), Outcome.NOT_RETESTED),
        (Tally(1, 1, {Outcome.NOT_RETESTED: 1}), Outcome.NOT_RETESTED),
        (Tally(0, 0, {}), None),
        (Tally(0, 1, {}), None),
        (Tally(0, 1, dict.fromkeys(Outcome, 0)), None),
    ],
)
def test_a_weakness_rolls_its_occurrences_up(tally: Tally, outcome: Outcome | None) -> None:
    """New where nothing was known, reappeared where nothing was open, missing where nothing stays open."""
    assert weakness_outcome(tally) is outcome
