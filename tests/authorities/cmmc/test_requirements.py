"""The requirements of the three levels against the rule and its published lists."""

import json
from pathlib import Path

import pytest

from milepost.authorities.cmmc.requirements import REQUIREMENTS, Deferral, requirement_of, values_of
from milepost.authorities.cmmc.rules import RULES, Level, least_score, reaches_threshold

_TWO = REQUIREMENTS[Level.TWO]
_DEFERRALS = {
    "yes": Deferral.ALLOWED,
    "only_at_3": Deferral.WHEN_PARTIAL,
    "no": Deferral.POINTS,
    "never": Deferral.NAMED,
}


def test_counts_of_the_levels() -> None:
    """Level 1 has 15 requirements with 59 objectives, Level 2 110 with 320, Level 3 24 with 89."""
    assert [len(each) for each in REQUIREMENTS.values()] == [15, 110, 24]
    objectives = [sum(len(r.objectives) for r in each.values()) for each in REQUIREMENTS.values()]
    assert objectives == [59, 320, 89]


def test_points_of_level_2() -> None:
    """Full points are 5 for 44 requirements, 3 for 14, 1 for 51, none for the plan: 313 in all."""
    points = [each.points for each in _TWO.values()]
    assert [points.count(value) for value in (5, 3, 1, None)] == [44, 14, 51, 1]
    assert sum(value or 0 for value in points) == 313
    assert {n for n, each in _TWO.items() if each.partial_points == 3} == {"3.5.3", "3.13.11"}
    assert _TWO["3.12.4"].points is None


def test_deferrals_of_level_2() -> None:
    """46 requirements may be deferred, one when partial, 57 are worth too much, six are named."""
    deferrals = [each.deferral for each in _TWO.values()]
    assert [deferrals.count(each) for each in _DEFERRALS.values()] == [46, 1, 57, 6]


def test_deferrals_of_level_3_and_1() -> None:
    """At Level 3 seven are named and 17 may be deferred; at Level 1 none may be."""
    three = [each.deferral for each in REQUIREMENTS[Level.THREE].values()]
    assert (three.count(Deferral.NAMED), three.count(Deferral.ALLOWED)) == (7, 17)
    assert REQUIREMENTS[Level.THREE]["3.11.5e"].deferral is Deferral.ALLOWED
    assert {each.points for each in REQUIREMENTS[Level.THREE].values()} == {1}
    assert {each.deferral for each in REQUIREMENTS[Level.ONE].values()} == {Deferral.NO_PLAN}


def test_level_1_is_assessed_by_requirements_of_nist() -> None:
    """Its 15 requirements are 17 of SP 800-171; PE.L1-b.1.ix covers three."""
    one = REQUIREMENTS[Level.ONE]
    assert len({part for each in one.values() for part in each.parts}) == 17
    assert one["ix"].identifier == "PE.L1-b.1.ix"
    assert one["ix"].parts == ("3.10.3", "3.10.4", "3.10.5")


@pytest.mark.parametrize(
    ("number", "values"),
    [
        ("3.1.1", {5}),
        ("3.1.3", {1}),
        ("3.5.3", {5, 3}),
        ("3.13.11", {5, 3}),
        ("3.12.4", set()),
        ("3.1.2e", {1}),
    ],
)
def test_values_that_the_rule_knows(number: str, values: set[int]) -> None:
    """Two requirements have two values, the plan has none, all others one."""
    assert values_of(number) == values


def test_official_names() -> None:
    """A NIST number leads to the official name at its level."""
    assert requirement_of("3.1.1").identifier == "AC.L2-3.1.1"
    assert requirement_of("3.11.1e").identifier == "RA.L3-3.11.1e"


@pytest.mark.parametrize(
    ("score", "maximum", "reached"),
    [
        (88, 110, True),
        (87, 110, False),
        (20, 24, True),
        (19, 24, False),
        (-203, 110, False),
        (None, 110, False),
        (110, None, False),
    ],
)
def test_threshold_is_a_fraction(*, score: int | None, maximum: int | None, reached: bool) -> None:
    """80 percent are 88 of 110 and 20 of 24, one point less is not enough, and no score never is."""
    assert reaches_threshold(score, maximum) is reached


def test_least_scores() -> None:
    """The least score that reaches the threshold is 88 of 110 and 20 of 24."""
    assert (least_score(110), least_score(24)) == (88, 20)


@pytest.mark.samples
def test_level_2_is_that_of_the_rule(samples: Path) -> None:
    """For all 110: name, points, partial points and eligibility are those of 32 CFR 170.21 and 170.24."""
    published = json.loads((samples / "cmmc/requirements_800_171r2.json").read_text(encoding="utf-8"))
    expected = {
        each["id"]: (
            each["cmmc_id"],
            each["weight"],
            each["partial"]["deduction"] if each["partial"] else None,
            _DEFERRALS[each["poam_eligible"]],
            set(each["possible_deductions"]),
        )
        for each in published["requirements"]
    }
    ours = {
        n: (each.identifier, each.points, each.partial_points, each.deferral, set(values_of(n)))
        for n, each in _TWO.items()
    }
    assert ours == expected


@pytest.mark.samples
def test_levels_1_and_3_are_those_of_the_rule(samples: Path) -> None:
    """Names, titles, parts, objectives and exclusions of Levels 1 and 3 are the published ones."""
    one = json.loads((samples / "cmmc/level1_requirements.json").read_text(encoding="utf-8"))["requirements"]
    assert [
        (e.identifier, e.title, list(e.parts), list(e.objectives)) for e in REQUIREMENTS[Level.ONE].values()
    ] == [(e["id"], e["title"], e["nist_800_171r2"], e["objective_ids_800_171a"]) for e in one]
    three = json.loads((samples / "cmmc/level3_requirements.json").read_text(encoding="utf-8"))[
        "requirements"
    ]
    assert [
        (e.identifier, e.title, e.number, list(e.objectives), e.deferral is Deferral.NAMED)
        for e in REQUIREMENTS[Level.THREE].values()
    ] == [
        (
            e["id"],
            e["title"],
            e["requirement"],
            [o["id"] for o in e["objectives"]],
            e["poam_eligible"] == "never",
        )
        for e in three
    ]


@pytest.mark.samples
def test_figures_are_those_of_the_rule(samples: Path) -> None:
    """Statuses, clock, retention, thresholds and exclusions are those of 32 CFR Part 170."""
    rule = json.loads((samples / "cmmc/rules_32cfr170.json").read_text(encoding="utf-8"))
    names = [
        s for level in RULES.levels.values() for k in level.by.values() for s in (k.conditional, k.final) if s
    ]
    assert sorted([*names, RULES.no_status]) == sorted(status["name"] for status in rule["statuses"])
    assert RULES.closeout_days == rule["closeout"]["days"]
    assert RULES.retention_years == rule["retention"]["years"]
    for level, key in ((Level.TWO, "level2"), (Level.THREE, "level3")):
        assert RULES.levels[level].maximum == rule[key]["max_score"]
        assert least_score(rule[key]["max_score"]) == rule[key]["conditional_min_score"]
        never = {requirement_of(number).identifier for number in RULES.levels[level].never_deferred}
        assert never == set(rule[key]["never_on_poam"])
    assert RULES.deferred_points == rule["level2"]["max_point_value_on_poam"]
