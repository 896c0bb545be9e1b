"""What comes first: one total order, with the reason for each place."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from milepost.domain.errors import InputRefused
from milepost.domain.priority import Effort, Work, prioritise, spread
from milepost.domain.risk_matrix import Axis, RiskMatrix
from milepost.domain.ruling import Citation
from milepost.domain.scale import Level
from milepost.domain.severity import Severity

TODAY = date(2026, 3, 1)
FIVE = tuple(Level)


def lower_of(row: Level, column: Level) -> Level:
    """Return the lower of two levels: a table that is easy to check by eye."""
    return min(row, column, key=lambda level: level.rank)


def table(*, lowering: str = "") -> RiskMatrix:
    """Return a five by five table in which the risk is the lower of the two levels."""
    rows = Axis("likelihood", FIVE, lowers=lowering == "rows")
    columns = Axis("impact", FIVE, lowers=lowering == "columns")
    cells = {row: {column: lower_of(row, column) for column in FIVE} for row in FIVE}
    if lowering:
        cells = {row: dict.fromkeys(FIVE, Level.LOW) for row in FIVE}
    return RiskMatrix("house", "risk", rows, columns, cells, Citation("House rules", "1"), verified=True)


HOUSE = table()
PLAIN = Work("V-2", Severity.HIGH, hours=100)


def names(*works: Work) -> list[str]:
    """Return the names in order of priority."""
    return [each.work.name for each in prioritise(works, HOUSE, TODAY)]


def test_a_quick_win_comes_before_a_long_project_of_the_same_risk() -> None:
    """Two hours' work on the same risk is done first, even if the project is due earlier."""
    quick = replace(PLAIN, name="V-9", hours=2, due=TODAY + timedelta(days=90))
    project = replace(PLAIN, due=TODAY + timedelta(days=5))
    first, second = prioritise([project, quick], HOUSE, TODAY)
    assert (first.place, first.work, first.risk) == (1, quick, Level.HIGH)
    assert first.reason == ("High risk, 2 hours, due 2026-05-30: before V-2, because it takes less effort")
    assert (second.place, second.work, second.risk) == (2, project, Level.HIGH)
    assert second.reason == "High risk, 100 hours, due 2026-03-06: last"


def test_a_long_project_of_a_greater_risk_comes_before_a_quick_win() -> None:
    """Effort decides between equal risks only."""
    quick = replace(PLAIN, name="V-1", severity=Severity.MODERATE, hours=1)
    assert names(quick, PLAIN) == ["V-2", "V-1"]
    reason = prioritise([quick, PLAIN], HOUSE, TODAY)[1].reason
    assert reason == "Moderate risk, 1 hour: last"


DECIDING = [
    (replace(PLAIN, severity=Severity.CRITICAL), "its risk is more urgent"),
    (replace(PLAIN, business_impact=Level.VERY_HIGH, severity=Severity.CRITICAL), "its risk is more urgent"),
    (replace(PLAIN, known_exploited=True), "its risk is more urgent"),
    (replace(PLAIN, due=TODAY - timedelta(days=1)), "it is overdue"),
    (replace(PLAIN, hours=40), "it takes less effort"),
    (replace(PLAIN, due=TODAY + timedelta(days=1)), "it is due earlier"),
    (replace(PLAIN, due=TODAY), "it is due earlier"),
    (replace(PLAIN, epss=0.001), "it is more likely to be exploited"),
    (replace(PLAIN, hours=99.5), "it takes fewer hours"),
    (replace(PLAIN, business_impact=Level.HIGH), "its business impact is greater"),
]


@pytest.mark.parametrize(("better", "because"), DECIDING)
def test_what_decides_is_named(better: Work, because: str) -> None:
    """Of two works that differ in one respect, that respect decides and is given as the reason."""
    better = replace(better, name="V-9")
    first, second = prioritise([PLAIN, better], HOUSE, TODAY)
    assert (first.work, second.work) == (better, PLAIN)
    assert first.reason.endswith(f": before V-2, because {because}")


def test_what_decides_between_unequal_works() -> None:
    """Exploited before merely as urgent; of one risk, the worse severity; of all equal, the name."""
    exploited = replace(PLAIN, name="V-9", severity=Severity.MODERATE, known_exploited=True)
    reason = prioritise([PLAIN, exploited], HOUSE, TODAY)[0].reason
    assert reason == (
        "Moderate risk, known exploited, 100 hours: before V-2, because it is known to be exploited"
    )
    low_impact = replace(PLAIN, business_impact=Level.LOW)
    worse = replace(low_impact, name="V-9", severity=Severity.CRITICAL)
    assert prioritise([low_impact, worse], HOUSE, TODAY)[0].reason == (
        "Low risk, 100 hours: before V-2, because its severity is worse"
    )
    twin = replace(PLAIN, name="V-3")
    assert prioritise([twin, PLAIN], HOUSE, TODAY)[0].reason == (
        "High risk, 100 hours: before V-3, because nothing but the name tells them apart"
    )


def test_what_counts_more_decides_first() -> None:
    """Each respect outweighs all that come after it, in the order that the module states."""
    late, soon = TODAY - timedelta(days=1), TODAY + timedelta(days=9)
    order = [
        Work("1", Severity.CRITICAL, known_exploited=True),
        Work("2", Severity.CRITICAL),
        Work("3", Severity.MODERATE, known_exploited=True, due=late),
        Work("4", Severity.HIGH, due=late, hours=500),
        Work("5", Severity.MODERATE, known_exploited=True, hours=500),
        Work("6", Severity.HIGH, hours=8),
        Work("7", Severity.HIGH, hours=40, epss=1, due=TODAY),
        Work("8", Severity.HIGH, hours=40, epss=1, due=soon),
        Work("9", Severity.HIGH, hours=40, epss=0.2),
        Work("10", Severity.HIGH, hours=39, epss=0.1),
        Work("11", Severity.HIGH, hours=41, epss=1, due=soon),
        Work("12", Severity.HIGH, epss=1, due=soon),
        Work("13", Severity.MODERATE, hours=1, due=late, epss=1),
        Work("14", Severity.CRITICAL, Level.LOW),
        Work("15", Severity.HIGH, Level.LOW),
        Work("16", Severity.LOW, Level.HIGH),
        Work("17", Severity.LOW, Level.LOW),
        Work("18", Severity.UNRATED),
        Work("19", Severity.INFO, Level.VERY_HIGH),
        Work("20", Severity.INFO),
    ]
    assert names(*order[::-1]) == [work.name for work in order]


def test_the_ends_of_the_scales_keep_their_place() -> None:
    """No effort at all comes before half an hour, and an unstated impact decides no more than the least."""
    assert names(replace(PLAIN, hours=0.5), replace(PLAIN, name="V-9", hours=0)) == ["V-9", "V-2"]
    least = Work("V-1", Severity.INFO, Level.VERY_LOW)
    assert names(Work("V-2", Severity.INFO), least) == ["V-1", "V-2"]
    assert names(replace(least, name="V-3"), Work("V-2", Severity.INFO)) == ["V-2", "V-3"]


@pytest.mark.parametrize(
    ("hours", "effort"),
    [
        (0, Effort.DAY),
        (8, Effort.DAY),
        (8.5, Effort.WEEK),
        (40, Effort.WEEK),
        (40.5, Effort.PROJECT),
        (None, Effort.UNKNOWN),
    ],
)
def test_effort_is_told_by_the_day_and_the_week(hours: float | None, effort: Effort) -> None:
    """A person's day has 8 hours and their week 40; both still count as one."""
    assert Work("V-1", Severity.LOW, hours=hours).effort is effort


def test_the_reason_tells_everything_that_counts() -> None:
    """Exploitation, EPSS, effort and date stand in words; what is unknown is said to be unknown."""
    work = Work(
        "V-1",
        Severity.HIGH,
        Level.MODERATE,
        due=TODAY - timedelta(days=1),
        known_exploited=True,
        epss=0.25,
        epss_percentile=0.971,
    )
    assert prioritise([work], HOUSE, TODAY)[0].reason == (
        "Moderate risk, known exploited, EPSS 0.250, EPSS percentile 0.971, effort unknown, "
        "overdue since 2026-02-28: last"
    )
    unrated = prioritise([Work("V-1", Severity.UNRATED, hours=0.5)], HOUSE, TODAY)[0]
    assert (unrated.risk, unrated.reason) == (Level.VERY_LOW, "unrated, 0.5 hours: last")
    due = prioritise([Work("V-1", Severity.INFO, due=TODAY)], HOUSE, TODAY)[0]
    assert due.reason == "Very Low risk, effort unknown, due 2026-03-01: last"
    assert prioritise([], HOUSE, TODAY) == ()


@pytest.mark.parametrize(
    ("epss", "percentile", "hours", "sentence"),
    [
        (-0.1, None, None, "V-1: -0.1 is no EPSS; give a value from 0 to 1."),
        (1.1, None, None, "V-1: 1.1 is no EPSS; give a value from 0 to 1."),
        (float("nan"), None, None, "V-1: nan is no EPSS; give a value from 0 to 1."),
        (0.5, 97.0, None, "V-1: 97.0 is no EPSS percentile; give a value from 0 to 1."),
        (None, None, -1, "V-1: -1 hours is no effort; give 0 or more hours, or none."),
        (None, None, float("nan"), "V-1: nan hours is no effort; give 0 or more hours, or none."),
    ],
)
def test_impossible_values_are_refused(
    epss: float | None, percentile: float | None, hours: float | None, sentence: str
) -> None:
    """A percentile of 97 instead of 0.97 does not pass for the worst of all."""
    with pytest.raises(InputRefused) as refused:
        Work("V-1", Severity.LOW, epss=epss, epss_percentile=percentile, hours=hours)
    assert str(refused.value) == sentence


def test_the_ends_of_the_scales_are_possible() -> None:
    """Probabilities of 0 and 1, and no effort at all, are values."""
    assert Work("V-1", Severity.LOW, epss=0, epss_percentile=1, hours=0).effort is Effort.DAY
    assert Work("V-1", Severity.LOW, epss=1, epss_percentile=0).effort is Effort.UNKNOWN


def test_two_works_of_one_name_are_refused() -> None:
    """Without names that tell them apart there would be no order."""
    twins = [Work("V-1", Severity.LOW), Work("V-2", Severity.LOW), Work("V-1", Severity.HIGH)]
    with pytest.raises(InputRefused) as refused:
        prioritise(twins, HOUSE, TODAY)
    assert str(refused.value) == "V-1: two works have this name; name each once."


@pytest.mark.parametrize("side", ["rows", "columns"])
def test_a_table_of_countermeasures_is_refused(side: str) -> None:
    """A table in which more means less would turn the order over."""
    with pytest.raises(InputRefused) as refused:
        prioritise([], table(lowering=side), TODAY)
    assert str(refused.value) == (
        "house: more on one of its sides means less risk; take a table of risk by impact."
    )


SHARES = some.none() | some.floats(0, 1)
WORKS = some.builds(
    Work,
    name=some.uuids().map(str),
    severity=some.sampled_from(Severity),
    business_impact=some.none() | some.sampled_from(Level),
    hours=some.none() | some.floats(0, 1000),
    due=some.none() | some.dates(date(2026, 1, 1), date(2026, 6, 1)),
    known_exploited=some.booleans(),
    epss=SHARES,
    epss_percentile=SHARES,
)


def badness(work: Work) -> tuple[float, ...]:
    """Return every respect of a work as a number, worse or more worth doing being larger."""
    return (
        work.severity.rank,
        -1 if work.business_impact is None else work.business_impact.rank,
        work.known_exploited,
        work.epss or 0,
        -(work.due or date.max).toordinal(),
        -(1e9 if work.hours is None else work.hours),
    )


@given(some.lists(WORKS, max_size=8, unique_by=lambda work: work.name))
def test_the_order_is_total_and_follows_from_the_works_alone(works: list[Work]) -> None:
    """Every work has one place, and shuffling them changes nothing."""
    placed = prioritise(works, HOUSE, TODAY)
    assert [each.place for each in placed] == list(range(1, len(works) + 1))
    assert {each.work.name for each in placed} == {work.name for work in works}
    assert prioritise(works[::-1], HOUSE, TODAY) == placed
    assert prioritise(sorted(works, key=lambda work: work.name), HOUSE, TODAY) == placed
    for one, other in pairwise(placed):
        assert names(one.work, other.work) == names(other.work, one.work) == [one.work.name, other.work.name]


@given(WORKS, WORKS)
def test_what_is_at_least_as_bad_in_every_respect_never_comes_later(one: Work, other: Work) -> None:
    """The order is monotone in every respect, business impact being stated for both or for neither."""
    assume((one.business_impact is None) == (other.business_impact is None))
    pairs = list(zip(badness(one), badness(other), strict=True))
    assume(badness(one) != badness(other))
    if all(mine >= theirs for mine, theirs in pairs):
        assert names(other, one)[0] == one.name


@given(WORKS, some.data())
def test_making_work_worse_never_puts_it_further_behind(work: Work, data: some.DataObject) -> None:
    """Worse severity, greater impact, exploited, likelier, earlier or shorter: any of them only helps."""
    worse = replace(
        work,
        name="worse",
        severity=data.draw(some.sampled_from([each for each in Severity if each.rank >= work.severity.rank])),
        business_impact=work.business_impact
        and data.draw(some.sampled_from([each for each in Level if each.rank >= work.business_impact.rank])),
        known_exploited=work.known_exploited or data.draw(some.booleans()),
        epss=data.draw(some.floats(work.epss or 0, 1)),
        due=data.draw(some.dates(date(2025, 1, 1), work.due or date(2027, 1, 1))),
        hours=data.draw(some.floats(0, 1000 if work.hours is None else work.hours)),
    )
    assume(badness(worse) != badness(work))
    assert names(work, worse)[0] == "worse"


def test_a_part_of_the_order_is_that_part_of_the_whole() -> None:
    """Asking for some places gives the same places, reasons included; behind the end there are none."""
    works = [replace(PLAIN, name=f"V-{number}", hours=number) for number in range(1, 8)]
    whole = prioritise(works, HOUSE, TODAY)
    assert prioritise(works, HOUSE, TODAY, first=3, most=2) == whole[2:4]
    assert prioritise(works, HOUSE, TODAY, first=6, most=5) == whole[5:]
    assert prioritise(works, HOUSE, TODAY, first=8, most=5) == ()


def test_work_is_counted_by_risk_and_effort() -> None:
    """Each work counts once, by its risk and effort; what nobody rated has no risk."""
    works = [
        replace(PLAIN, hours=2),
        replace(PLAIN, name="V-3", business_impact=Level.LOW),
        replace(PLAIN, name="V-4", severity=Severity.UNRATED, hours=None),
        replace(PLAIN, name="V-5", hours=8),
    ]
    assert spread(works, HOUSE) == {
        (Level.HIGH, Effort.DAY): 2,
        (Level.LOW, Effort.PROJECT): 1,
        (None, Effort.UNKNOWN): 1,
    }
