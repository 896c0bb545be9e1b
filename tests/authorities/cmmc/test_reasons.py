"""Every ruling on an assessment names its section, what it rests on, and what to do."""

from datetime import date, timedelta

import pytest

from milepost.authorities.cmmc.affirmation import affirmations
from milepost.authorities.cmmc.closeout import Closeout, clock
from milepost.authorities.cmmc.draft import beside
from milepost.authorities.cmmc.eligibility import may_be_deferred
from milepost.authorities.cmmc.identifiers import of_first_edition
from milepost.authorities.cmmc.requirements import REQUIREMENTS
from milepost.authorities.cmmc.results import Finding
from milepost.authorities.cmmc.rules import Level
from milepost.authorities.cmmc.scoring import result_of
from milepost.domain.errors import InputRefused
from tests.authorities.cmmc.stating import DUE, STATUS_DATE, complete, judged

_PART = {"3.13.11": "not_fips"}
_BOTH = "a.json, objectives, 3.1.1[c], a.json, objectives, 3.1.1[a]"
_PRACTICES = "AC.1.001, SC.3.177"


@pytest.mark.parametrize(
    ("fields", "section", "word", "way_out"),
    [
        ({"level": 1, "not_met": ["3.1.1"]}, "170.21(a)(1)", "no POA&M", "AC.L1-b.1.i "),
        ({"not_met": ["3.1.20"]}, "170.21(a)(2)(iii)", "named|names", "AC.L2-3.1.20 "),
        ({"level": 3, "not_met": ["3.6.1e"]}, "170.21(a)(3)", "named|names", "IR.L3-3.6.1e "),
        ({"not_met": ["3.1.1"]}, "170.21(a)(2)(ii)", "5 points", "AC.L2-3.1.1 "),
        ({"not_met": ["3.1.5"]}, "170.21(a)(2)(ii)", "3 points", "AC.L2-3.1.5 "),
        ({"not_met": ["3.13.11"]}, "170.21(a)(2)(ii)", "5 points", "SC.L2-3.13.11 "),
        ({"partial": {"3.5.3": "partial"}}, "170.21(a)(2)(ii)", "3 points", "IA.L2-3.5.3 "),
    ],
)
def test_what_may_not_be_deferred(fields: dict[str, object], section: str, word: str, way_out: str) -> None:
    """What has to be MET first: the paragraph that says so, why, and the requirement to implement."""
    (short,) = judged(**{"level2_final": True, **fields}).short
    ruling = may_be_deferred(short)
    assert ruling.allowed is False
    assert ruling.citation.section == f"section {section}"
    assert any(each in ruling.reason for each in word.split("|"))
    assert way_out in ruling.way_out


@pytest.mark.parametrize(
    ("fields", "section", "word"),
    [
        ({"not_met": ["3.1.3"]}, "170.21(a)", "one point"),
        ({"level": 3, "not_met": ["3.1.2e"]}, "170.21(a)", "one point"),
        ({"partial": _PART}, "170.21(a)(2)(ii)", "FIPS"),
    ],
)
def test_what_may_be_deferred(fields: dict[str, object], section: str, word: str) -> None:
    """What may stand on the plan: by which paragraph, and why."""
    (short,) = judged(**{"level2_final": True, **fields}).short
    ruling = may_be_deferred(short)
    assert ruling.allowed is True
    assert ruling.citation.section == f"section {section}"
    assert word in ruling.reason


def test_what_is_missing_around_the_requirements() -> None:
    """The prerequisite of Level 3 and the missing plan are told with their own paragraphs."""
    (prerequisite,) = judged(level=3, level2_final=False).blocking
    assert "Final Level 2 (C3PAO)" in prerequisite.ruling.reason
    assert "Final Level 2 (C3PAO)" in prerequisite.ruling.way_out
    assert prerequisite.ruling.citation.section == "section 170.18(a)"
    (plan,) = judged(ssp_in_place=False).blocking
    assert "system security plan" in plan.ruling.reason
    assert "plan" in plan.ruling.way_out
    assert plan.ruling.citation.section == "section 170.24(c)(2)"


@pytest.mark.parametrize(
    ("fields", "section"),
    [
        ({"level": 1, "not_met": ["3.1.1[a]"]}, "170.24(c)(1)"),
        ({"not_met": ["3.1.1[a]"]}, "170.24(c)(2)"),
        ({"not_met": ["3.12.4[a]"]}, "170.24(c)(2)"),
        ({"objectives": {"3.13.11[a]": "not_fips"}}, "170.24(c)(2)"),
        ({"level": 3, "not_met": ["3.1.3e[ODP1]"]}, "170.24(c)(3)"),
    ],
)
def test_a_shortfall_cites_the_scoring_of_its_level(fields: dict[str, object], section: str) -> None:
    """Each deduction cites the paragraph of its level, and keeps the objective that failed."""
    (short,) = judged(**{"level2_final": True, **fields}).short
    assert short.citation.section == f"section {section}"
    assert len(short.result.objectives) == 1


def test_a_requirement_of_several_parts() -> None:
    """PE.L1-b.1.ix rests on 3.10.3 to 3.10.5: N/A only if all are, and failing objectives add up."""
    escorts = REQUIREMENTS[Level.ONE]["ix"]
    parts = ["3.10.3", "3.10.4", "3.10.5"]

    def found(**fields: object) -> Finding:
        return result_of(escorts, complete({"level": 1, **fields}).assessment.settled).finding

    assert found(not_applicable=parts) is Finding.NOT_APPLICABLE
    assert found(not_applicable=parts[1:]) is Finding.MET
    assert found(met=parts) is Finding.MET
    (short,) = judged(level=1, not_met=["3.10.4[a]", "3.10.3[b]"]).short
    assert short.result.objectives == ("3.10.3[b]", "3.10.4[a]")


@pytest.mark.parametrize(
    ("closeout", "as_of"),
    [
        (None, DUE),
        (None, DUE + timedelta(days=1)),
        (Closeout(DUE, all_met=True), DUE),
        (Closeout(DUE, all_met=False), DUE),
    ],
)
def test_every_course_of_the_clock_knows_when_it_is_due(closeout: Closeout | None, as_of: date) -> None:
    """Running, closed or expired: the 180th day stays to be seen."""
    assert clock(STATUS_DATE, closeout, as_of=as_of).due == DUE


def test_a_running_clock_says_what_to_do() -> None:
    """While time is left the way out is to close the items; a closed one needs nothing."""
    assert "close" in clock(STATUS_DATE, None, as_of=DUE).ruling.way_out
    assert clock(STATUS_DATE, Closeout(DUE, all_met=True), as_of=DUE).ruling.way_out == ""


def test_the_affirmation_after_a_closeout_is_told_apart() -> None:
    """A closed plan is affirmed three times in kind: the Conditional status, the closeout, each year."""
    due = affirmations(Level.TWO, STATUS_DATE, conditional=False, final=True, closed_on=DUE)
    assert "Conditional" in due[0].occasion
    assert "closeout" in due[1].occasion
    assert "annual" in due[2].occasion
    assert [each.due for each in due] == [STATUS_DATE, DUE, date(2027, 1, 15), date(2028, 1, 15)]


def test_practices_of_the_first_edition_are_named_with_their_requirements() -> None:
    """AC.1.001 is 3.1.1 and SC.3.177 is 3.13.11; what has no such practice says nothing."""
    read = of_first_edition(_PRACTICES)
    assert [part.split()[0] for part in read.split(", ")] == ["AC.1.001", "SC.3.177"]
    assert [part.split()[-1] for part in read.split(", ")] == ["3.1.1", "3.13.11"]
    assert of_first_edition("3.1.1") == ""
    assert of_first_edition("nothing of the kind") == ""


def test_an_expired_status_has_nothing_to_affirm() -> None:
    """A closeout that left something open leads to no affirmation after the status has expired."""
    closeout = {"date": "2026-06-01", "not_met": ["3.1.3"]}
    assert judged(DUE + timedelta(days=1), not_met=["3.1.3"], closeout=closeout).affirmations == ()


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"not_met": ["3.1.1"], "met": ["3.1.1"]}, "a.json, not_met, a.json, met"),
        ({"not_met": ["3.1.1[a]"], "met": ["3.1.1"]}, "a.json, not_met, a.json, met"),
        ({"objectives": {"3.1.1[a]": ""}}, "a.json, objectives, 3.1.1[a]"),
        ({"objectives": {"3.1.1[c]": None, "3.1.1[a]": "MET"}}, _BOTH),
        ({"objectives": {"3.1.1[a]": "MET"}}, "a.json, objectives, 3.1.1[a]"),
        ({"not_applicable": ["3.12.4"]}, "a.json, not_applicable"),
    ],
)
def test_remarks_on_results_name_their_places(fields: dict[str, object], where: str) -> None:
    """What contradicts, has no result, is half listed or cannot be, is told with every place of it."""
    (problem,) = complete({"level": 2, "kind": "self", **fields}).problems
    assert problem.where == where
    assert "3.1.1" in problem.what or "system security plan" in problem.what
    assert problem.fix


def test_what_is_listed_without_a_result_is_named() -> None:
    """Each objective without a result is named, those with one are not."""
    results = {"3.1.1[c]": None, "3.1.1[a]": "MET", "3.1.1[d]": "not assessed"}
    (problem,) = complete({"level": 2, "kind": "self", "objectives": results}).problems
    assert problem.what.startswith("3.1.1[c], 3.1.1[d] is listed without a result")


def test_a_whole_requirement_leaves_no_objective_open() -> None:
    """A requirement that is listed as a whole is assessed with all its objectives."""
    assert complete({"level": 2, "kind": "self", "met": ["3.1.1"]}).problems == ()
    assert complete({"level": 2, "kind": "self", "met": ["3.1.1", "3.1.1[a]"]}).problems == ()


def test_where_a_practice_of_the_first_edition_stood() -> None:
    """The remark stands at the list with the practice, and says how to name it today."""
    (problem,) = complete({"level": 2, "kind": "self", "not_met": ["AC.1.001"]}).problems
    assert problem.where == "a.json, not_met"
    assert "AC.L2-3.1.1" in problem.fix


def test_points_that_the_rule_does_not_have() -> None:
    """Each is told with its official name, the points that hold, and where they were given."""
    done = complete({"level": 3, "level2_final": True, "not_met": [], "weights": {"3.1.2e": 5, "3.1.1": 3}})
    assert [tuple(each) for each in done.overrides] == [
        ("AC.L3-3.1.2e", 5, 1, "a.json, weights"),
        ("AC.L2-3.1.1", 3, 5, "a.json, weights"),
    ]


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"kind": "self", "not_met": []}, "level"),
        ({"level": 2, "not_met": []}, "kind"),
        ({"level": 3, "not_met": []}, "level2_final"),
        ({"level": 3, "level2_final": True, "not_met": ["3.1.1"]}, "3.11.1e"),
        ({"level": 3, "level2_final": True, "kind": "self", "not_met": []}, "dibcac"),
        ({"level": 1, "not_met": ["3.1.3"]}, "level"),
        ({"level": 2, "kind": "self"}, "not_met"),
        ({"level": 2, "kind": "self", "not_met": [], "what": 1}, "written"),
        ({"level": 2, "kind": "self", "not_met": [], "closeout": {"date": "2026-06-01"}}, "status_date"),
    ],
)
def test_each_default_says_what_to_give(fields: dict[str, object], word: str) -> None:
    """What was taken for granted concerns the whole file, or its key, and its way out names what to give."""
    problems = complete(fields).problems
    assert any(word in problem.fix for problem in problems)
    assert {problem.where.split(",")[0] for problem in problems} == {"a.json"}


def test_a_kind_that_does_not_exist_is_refused_with_those_that_do() -> None:
    """Level 2 is assessed by the organization itself or by a C3PAO; the file is named."""
    with pytest.raises(InputRefused) as refused:
        complete({"level": 2, "kind": "dibcac", "not_met": []})
    assert refused.value.where == "a.json"
    assert "self or c3pao" in refused.value.fix


def test_level_2_behind_level_3() -> None:
    """What is said of Level 2 stays said, and up to 20 of its requirements that fail are named."""
    assert complete({"level": 2, "level2_final": True, "not_met": []}).assessment.level2_final is True
    assert complete({"level": 2, "not_met": []}).assessment.level2_final is False
    failing = [f"3.1.{number}" for number in range(1, 22)]
    fields = {"level": 3, "kind": "dibcac", "level2_final": True, "not_met": failing}
    (problem,) = complete(fields).problems
    assert problem.what.startswith(", ".join(failing[:20]) + " is NOT MET")


def test_what_another_level_asks_for_is_named_once() -> None:
    """Up to 20 requirements that Level 1 does not ask for are named, each once."""
    failing = [f"3.3.{number}" for number in range(1, 10)] + [f"3.4.{number}" for number in range(1, 10)]
    failing += ["3.1.3", "3.1.4", "3.1.5"]
    (problem,) = complete({"level": 1, "not_met": [*failing, *failing]}).problems
    assert f"does not ask for {', '.join(failing[:20])}, which" in problem.what


def test_days_to_come_are_told() -> None:
    """A status date or a closeout after the day of the judgement is told; on the day itself it is not."""
    closeout = {"date": "2026-06-01", "all_met": True}
    verdict = judged(not_met=["3.1.3"], closeout=closeout)
    status, closing = beside(verdict, "a.json", date(2026, 1, 14))
    for problem, words in ((status, ("status date", "2026-01-15")), (closing, ("closeout", "2026-06-01"))):
        assert problem.where == "a.json"
        assert all(word in problem.what for word in (*words, "2026-01-14"))
        assert "later" in problem.fix
    (closing,) = beside(verdict, "a.json", STATUS_DATE)
    assert "2026-06-01" in closing.what
    assert beside(verdict, "a.json", date(2026, 6, 1)) == ()
    assert beside(judged(not_met=["3.1.3"]), "a.json", STATUS_DATE) == ()
    assert beside(judged(status_date=None), "a.json", STATUS_DATE) == ()


def test_a_closeout_of_nothing_is_told() -> None:
    """Without a Conditional status there is nothing to close out; without a date nobody can say."""
    closeout = {"date": "2026-02-01", "all_met": True}
    (problem,) = beside(judged(not_met=["3.1.1"], closeout=closeout), "a.json", DUE)
    assert problem.where == "a.json"
    assert "closeout" in problem.what
    assert problem.fix
    assert beside(judged(not_met=["3.1.1"]), "a.json", DUE) == ()
    assert beside(judged(status_date=None, closeout=closeout), "a.json", DUE) == ()
