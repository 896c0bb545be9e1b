"""The verdict on assessments of all three levels: score, what blocks, status, each boundary on both sides."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.authorities.cmmc.requirements import REQUIREMENTS, Deferral
from milepost.authorities.cmmc.rules import Kind, Level
from milepost.authorities.cmmc.verdict import Assessment, judge
from tests.authorities.cmmc.stating import LEVEL_3, ONE_POINTERS, blocking, complete, judged, said

_TWO = REQUIREMENTS[Level.TWO]
_NOTHING = ["3.1.1-3.12.3", "3.13.1-3.14.7"]


def test_everything_met_is_final() -> None:
    """110 is Final, and the results allow Conditional as well."""
    verdict = judged()
    assert (verdict.score, verdict.score_ok, verdict.eligible, verdict.final) == (110, True, True, True)
    assert verdict.status == "Final Level 2 (Self)"
    assert verdict.clock is None


def test_nothing_implemented() -> None:
    """With nothing but the security plan the score is -203; without it there is none."""
    assert judged(not_met=_NOTHING).score == -203
    assert judged(not_met=[*_NOTHING, "3.12.4"]).score is None


def test_22_one_pointers_are_conditional() -> None:
    """22 requirements of one point NOT MET leave 88, which is Conditional; 23 leave 87, which is nothing."""
    verdict = judged(not_met=ONE_POINTERS[:22])
    assert (verdict.score, verdict.score_ok, verdict.eligible, verdict.final) == (88, True, True, False)
    assert verdict.status == "Conditional Level 2 (Self)"
    verdict = judged(not_met=ONE_POINTERS[:23])
    assert (verdict.score, verdict.score_ok, verdict.eligible) == (87, False, False)
    assert verdict.status == "No CMMC Status"
    assert verdict.blocking == ()


def test_19_one_pointers_beside_encryption_without_fips() -> None:
    """19 of one point and 3.13.11 at three leave 88, which is Conditional; with 20 it is 87."""
    assert (
        judged(not_met=ONE_POINTERS[:19], partial={"3.13.11": "not_fips"}).status
        == "Conditional Level 2 (Self)"
    )
    assert judged(not_met=ONE_POINTERS[:20], partial={"3.13.11": "not_fips"}).status == "No CMMC Status"


@pytest.mark.parametrize(
    ("fields", "score", "blocks", "status"),
    [
        ({"partial": {"3.13.11": "not_fips"}}, 107, [], "Conditional Level 2 (Self)"),
        ({"partial": {"3.13.11": "none"}}, 105, [("SC.L2-3.13.11", "point_value_5")], "No CMMC Status"),
        ({"not_met": ["3.13.11"]}, 105, [("SC.L2-3.13.11", "point_value_5")], "No CMMC Status"),
        ({"not_met": ["3.13.11"], "partial": {"3.13.11": "not_fips"}}, 107, [], "Conditional Level 2 (Self)"),
        ({"partial": {"3.5.3": "partial"}}, 107, [("IA.L2-3.5.3", "point_value_3")], "No CMMC Status"),
        ({"partial": {"3.5.3": "none"}}, 105, [("IA.L2-3.5.3", "point_value_5")], "No CMMC Status"),
        ({"not_met": ["3.5.3"]}, 105, [("IA.L2-3.5.3", "point_value_5")], "No CMMC Status"),
        (
            {"not_met": ["3.5.3"], "partial": {"3.5.3": "partial"}},
            107,
            [("IA.L2-3.5.3", "point_value_3")],
            "No CMMC Status",
        ),
        ({"partial": {"3.13.11": "met"}}, 110, [], "Final Level 2 (Self)"),
        ({"partial": {"3.5.3": 3}}, 107, [("IA.L2-3.5.3", "point_value_3")], "No CMMC Status"),
        ({"partial": {"3.13.11": 5}}, 105, [("SC.L2-3.13.11", "point_value_5")], "No CMMC Status"),
    ],
)
def test_the_two_requirements_with_a_part(
    fields: dict[str, object], score: int, blocks: list[tuple[str, str]], status: str
) -> None:
    """3.5.3 and 3.13.11 cost 3 in part and 5 otherwise; only 3.13.11 in part may be deferred."""
    verdict = judged(**fields)
    assert (verdict.score, blocking(verdict), verdict.status) == (score, blocks, status)


def test_no_other_requirement_costs_less_in_part() -> None:
    """A part of any other requirement costs all its points, and the file is told so."""
    done = complete({"level": 2, "kind": "self", "partial": {"3.1.1": "partial"}})
    assert "no part of 3.1.1" in said(done)
    assert judged(partial={"3.1.1": "partial"}).score == 105


@pytest.mark.parametrize("number", ["3.1.20", "3.1.22", "3.10.3", "3.10.4", "3.10.5"])
def test_requirements_that_are_named_block(number: str) -> None:
    """What the rule names blocks although it costs one point."""
    verdict = judged(not_met=[number])
    assert (verdict.score, verdict.score_ok, verdict.eligible) == (109, True, False)
    assert blocking(verdict) == [(_TWO[number].identifier, "named_never")]
    assert verdict.status == "No CMMC Status"


@pytest.mark.parametrize(
    "fields",
    [
        {"not_met": ["3.12.4"]},
        {"ssp_in_place": False},
        {"objectives": {"3.12.4[h]": "NOT MET"}},
        {"ssp_in_place": False, "not_met": ["3.12.4"]},
    ],
)
def test_without_a_security_plan_there_is_no_score(fields: dict[str, object]) -> None:
    """No plan, or one that is NOT MET: no score, no status, and 3.12.4 blocks once."""
    verdict = judged(**fields)
    assert (verdict.score, verdict.score_ok, verdict.final) == (None, False, False)
    assert verdict.status == "No CMMC Status"
    assert blocking(verdict) == [("CA.L2-3.12.4", "named_never")]


def test_plan_itself_costs_no_points() -> None:
    """What would be left with a plan is told beside the missing score: 3.12.4 has no points of its own."""
    assert judged(not_met=["3.12.4"]).points == 110
    assert judged(not_met=["3.12.4", "3.1.1"]).points == 105


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"not_met": ["3.1.3"]}, "NOT MET: 1 point, once"),
        ({"not_met": ["3.1.1"]}, "NOT MET: 5 points, once"),
        ({"partial": {"3.5.3": "partial"}}, "NOT MET in part: 3 points"),
        ({"not_met": ["3.12.4"]}, "without a system security plan"),
        ({"level": 1, "not_met": ["3.1.1"]}, "Level 1 is MET or NOT MET as a whole"),
    ],
)
def test_deductions_say_why(fields: dict[str, object], reason: str) -> None:
    """Each NOT MET requirement says what it costs and why."""
    (short,) = judged(**fields).short
    assert reason in short.reason


def test_what_is_not_stated_of_an_assessment() -> None:
    """By itself an assessment has a security plan, and no Final Level 2 behind it."""
    settled = complete({"level": 3, "met": []}).assessment.settled
    bare = Assessment(Level.THREE, Kind.DIBCAC, settled)
    assert (bare.ssp_in_place, bare.level2_final) == (True, False)
    assert blocking(judge(bare, as_of=date(2026, 3, 1))) == [("Final Level 2 (C3PAO)", "level2_not_final")]


def test_what_blocks_is_listed_in_order() -> None:
    """Blocks stand in the order of the requirements, the missing plan among them."""
    verdict = judged(not_met=["3.14.1", "3.1.1"], ssp_in_place=False)
    assert [identifier for identifier, _ in blocking(verdict)] == [
        "AC.L2-3.1.1",
        "CA.L2-3.12.4",
        "SI.L2-3.14.1",
    ]


@pytest.mark.parametrize("number", list(_TWO))
def test_each_requirement_alone(number: str) -> None:
    """NOT MET alone, each costs its points, and blocks by its own reason unless it may be deferred."""
    requirement, verdict = _TWO[number], judged(not_met=[number])
    points = requirement.points
    assert verdict.score == (None if points is None else 110 - points)
    reasons = {
        Deferral.ALLOWED: [],
        Deferral.NAMED: ["named_never"],
        Deferral.POINTS: [f"point_value_{points}"],
        Deferral.WHEN_PARTIAL: ["point_value_5"],
    }
    assert [reason for _, reason in blocking(verdict)] == reasons[requirement.deferral]


def test_certification_has_its_own_names() -> None:
    """A C3PAO's results carry its name."""
    assert judged(kind="c3pao").status == "Final Level 2 (C3PAO)"
    assert judged(kind="C3PAO", not_met=["3.1.3"]).status == "Conditional Level 2 (C3PAO)"


def test_level_1_is_all_or_nothing() -> None:
    """Everything MET is Final; anything NOT MET is no status, never Conditional; there is no score."""
    verdict = judged(level=1, not_met=[])
    assert (verdict.status, verdict.final, verdict.eligible) == ("Final Level 1 (Self)", True, False)
    assert (verdict.score, verdict.score_ok) == (None, False)
    verdict = judged(level=1, not_met=["3.10.4", "AC.L1-b.1.i"])
    assert (verdict.status, verdict.final, verdict.eligible) == ("No CMMC Status", False, False)
    assert blocking(verdict) == [("AC.L1-b.1.i", "level1_no_poam"), ("PE.L1-b.1.ix", "level1_no_poam")]


def test_level_1_needs_no_security_plan() -> None:
    """Level 1 does not ask for a security plan."""
    assert judged(level=1, ssp_in_place=False).status == "Final Level 1 (Self)"


def test_level_1_is_not_applicable_only_as_a_whole() -> None:
    """One part that is N/A does not make a requirement of three parts N/A or NOT MET."""
    assert judged(level=1, not_applicable=["3.10.4"]).final


@pytest.mark.parametrize(
    ("open_ones", "score", "status"),
    [
        (0, 24, "Final Level 3 (DIBCAC)"),
        (1, 23, "Conditional Level 3 (DIBCAC)"),
        (4, 20, "Conditional Level 3 (DIBCAC)"),
        (5, 19, "No CMMC Status"),
    ],
)
def test_level_3_counts_24_points(open_ones: int, score: int, status: str) -> None:
    """Four of 24 may be open, five may not."""
    verdict = judged(level=3, kind="dibcac", level2_final=True, not_met=LEVEL_3[:open_ones])
    assert (verdict.score, verdict.status) == (score, status)


@pytest.mark.parametrize(
    "number", ["3.6.1e", "3.6.2e", "3.11.1e", "3.11.4e", "3.11.6e", "3.11.7e", "3.14.3e"]
)
def test_level_3_names_seven(number: str) -> None:
    """Each of the seven that are named blocks."""
    verdict = judged(level=3, level2_final=True, not_met=[number])
    assert [reason for _, reason in blocking(verdict)] == ["named_never"]
    assert verdict.status == "No CMMC Status"


@pytest.mark.parametrize(
    "fields", [{"level2_final": False}, {}, {"level2_final": True, "not_met": ["3.1.3"]}]
)
def test_level_3_builds_on_final_level_2(fields: dict[str, object]) -> None:
    """Without Final Level 2 (C3PAO), or with a Level 2 requirement NOT MET, there is no Level 3 status."""
    verdict = judged(level=3, **fields)
    assert verdict.score == 24
    assert blocking(verdict) == [("Final Level 2 (C3PAO)", "level2_not_final")]
    assert (verdict.final, verdict.status) == (False, "No CMMC Status")


def test_prerequisite_of_level_3_is_listed_first() -> None:
    """The missing prerequisite stands first, then the requirements, then the missing plan."""
    verdict = judged(level=3, level2_final=False, ssp_in_place=False, not_met=["3.14.3e", "3.6.1e"])
    assert [identifier for identifier, _ in blocking(verdict)] == [
        "Final Level 2 (C3PAO)",
        "IR.L3-3.6.1e",
        "SI.L3-3.14.3e",
        "CA.L2-3.12.4",
    ]


def test_level_3_needs_the_security_plan_too() -> None:
    """Without the plan that Level 2 rests on, Level 3 has no score."""
    verdict = judged(level=3, level2_final=True, ssp_in_place=False)
    assert verdict.score is None
    assert blocking(verdict) == [("CA.L2-3.12.4", "named_never")]


def test_other_plans_take_no_points() -> None:
    """Temporary deficiencies, enduring exceptions and what was found later change no result."""
    verdict = judged(operational_plan=["3.1.1"], enduring_exceptions=["3.5.3"], found_later=["3.1.2"])
    assert (verdict.score, verdict.final) == (110, True)
    assert [str(named) for named, _ in verdict.assessment.elsewhere] == ["3.1.1", "3.5.3", "3.1.2"]


def test_not_met_wins_over_the_operational_plan() -> None:
    """What was assessed NOT MET stays so although somebody planned it elsewhere."""
    assert judged(not_met=["3.1.3"], operational_plan=["3.1.3"]).score == 109


@given(st.sets(st.sampled_from([n for n in _TWO if n != "3.12.4"])), st.data())
def test_score_falls_by_the_points_of_what_is_not_met(numbers: set[str], data: st.DataObject) -> None:
    """The score is 110 less the points, whatever the order, repetition or objective by which it is stated."""
    objectives = [data.draw(st.sampled_from(_TWO[n].objectives)) for n in sorted(numbers)]
    expected = 110 - sum(_TWO[n].points or 0 for n in numbers)
    assert judged(not_met=sorted(numbers)).score == expected
    assert judged(not_met=[*objectives, *numbers, *objectives]).score == expected
    assert judged(not_met=objectives).score == expected


@given(st.sets(st.sampled_from(list(_TWO))))
def test_conditional_is_what_the_rule_says(numbers: set[str]) -> None:
    """Conditional: at least 88, and only what may be deferred; checked against the rule in its own words."""
    verdict = judged(not_met=sorted(numbers))
    allowed = all(_TWO[n].points == 1 and _TWO[n].deferral is not Deferral.NAMED for n in numbers)
    assert verdict.eligible == (allowed and 110 - len(numbers) >= 88)
    assert verdict.final == (not numbers)


@given(st.sets(st.sampled_from(list(_TWO))))
def test_not_applicable_counts_as_met(numbers: set[str]) -> None:
    """Whatever is N/A costs nothing."""
    assert judged(not_applicable=sorted(numbers)).score == 110


def test_every_refusal_cites_the_rule() -> None:
    """Every block names its section and a way out."""
    for verdict in (
        judged(not_met=["3.1.1", "3.1.20"], ssp_in_place=False),
        judged(level=1, not_met=["3.1.1"]),
        judged(level=3),
    ):
        for block in verdict.blocking:
            assert block.ruling.citation.document == "32 CFR Part 170"
            assert block.ruling.citation.section.startswith("section 170.")
            assert block.ruling.way_out


def test_dates_follow_only_from_a_status() -> None:
    """Without a status, or without its date, there are no dates."""
    for verdict in (judged(not_met=["3.1.1"]), judged(status_date=None)):
        assert (verdict.retain_until, verdict.next_assessment_due, verdict.affirmations) == (None, None, ())
    assert judged(level=3, level2_final=True).next_assessment_due == date(2029, 1, 15)
    assert judged(level=1).next_assessment_due == date(2027, 1, 15)
    assert judged(level=1).retain_until == date(2032, 1, 15)
