"""What people and programs are given: report, worksheet, page of rules, and where items belong."""

from datetime import date
from pathlib import Path

import pytest

from milepost.authorities.cmmc.draft import beside
from milepost.authorities.cmmc.operational_plan import Origin, may_join_poam, takes_points
from milepost.authorities.cmmc.prose import rules_page
from milepost.authorities.cmmc.report import Report, as_document, as_text, next_steps
from milepost.authorities.cmmc.verdict import judge
from milepost.authorities.cmmc.worksheet import as_text as worksheet_text
from milepost.authorities.cmmc.worksheet import lines
from tests.authorities.cmmc.stating import DUE, complete, judged

_PAGE = Path(__file__).parents[3] / "docs" / "rules" / "cmmc.md"
_DAY = date(2026, 3, 1)
_FIELDS = {"level": 2, "kind": "c3pao", "status_date": "2026-01-15"}


def report(as_of: date = _DAY, /, **fields: object) -> Report:
    """Return the report on an assessment by a C3PAO."""
    done = complete({**_FIELDS, **fields})
    verdict = judge(done.assessment, as_of=as_of)
    return Report(verdict, as_of, done.overrides, (*done.problems, *beside(verdict, "a.json", as_of)))


def test_document_begins_with_what_was_asked() -> None:
    """The ten asked keys come first, in their order, with days as text."""
    document = as_document(report(not_met=["3.1.3"]))
    assert list(document.items())[:10] == [
        ("score", 109),
        ("score_ok", True),
        ("conditional_eligible", True),
        ("final", False),
        ("status", "Conditional Level 2 (C3PAO)"),
        ("blocking", []),
        ("closeout_due", "2026-07-14"),
        ("expired_on", None),
        ("retain_until", "2032-01-15"),
        ("next_assessment_due", "2029-01-15"),
    ]
    assert document["days_left"] == 135
    assert document["hashes_required"] is True
    assert document["closed_out_by"] == "an authorized or accredited C3PAO"


def test_document_of_what_blocks() -> None:
    """Blocks are pairs of identifier and reason, and each is explained with its section."""
    document = as_document(report(not_met=["3.1.1[b]", "3.1.20"]))
    assert document["blocking"] == [["AC.L2-3.1.1", "point_value_5"], ["AC.L2-3.1.20", "named_never"]]
    explained = document["why_blocked"]
    assert isinstance(explained, list)
    assert [each["citation"] for each in explained] == [
        "32 CFR Part 170, section 170.21(a)(2)(ii)",
        "32 CFR Part 170, section 170.21(a)(2)(iii)",
    ]
    deductions = document["deductions"]
    assert isinstance(deductions, list)
    assert [(each["id"], each["points"], each["objectives_not_met"]) for each in deductions] == [
        ("AC.L2-3.1.1", 5, ["3.1.1[b]"]),
        ("AC.L2-3.1.20", 1, []),
    ]


def test_document_has_a_verdict_for_each_requirement() -> None:
    """All 110 requirements have their finding, points, reason and section."""
    requirements = as_document(report(not_met=["3.1.3"], not_applicable=["3.1.16"]))["requirements"]
    assert isinstance(requirements, list)
    found = {each["id"]: (each["finding"], each["points"]) for each in requirements}
    assert len(found) == 110
    assert found["AC.L2-3.1.3"] == ("NOT MET", 1)
    assert found["AC.L2-3.1.16"] == ("N/A", 0)
    assert found["AC.L2-3.1.1"] == ("MET", 0)
    assert all(each["reason"] and each["citation"] for each in requirements)


def test_document_of_an_expired_and_of_a_closed_status() -> None:
    """`expired_on` is the day after the closeout was due; after a closeout everything is MET."""
    expired = as_document(report(date(2026, 7, 15), not_met=["3.1.3"]))
    assert (expired["status"], expired["closeout_due"], expired["expired_on"]) == (
        "No CMMC Status",
        "2026-07-14",
        "2026-07-15",
    )
    assert (expired["next_assessment_due"], expired["score_after_closeout"]) == (None, None)
    closed = as_document(report(DUE, not_met=["3.1.3"], closeout={"date": "2026-07-14", "all_met": True}))
    assert (closed["final"], closed["score"], closed["score_after_closeout"]) == (True, 109, 110)


def test_document_of_other_plans() -> None:
    """What belongs elsewhere is listed with the reason."""
    listed = as_document(report(operational_plan=["3.1.3"], found_later=["3.1.4"]))["operational_plan"]
    assert isinstance(listed, list)
    assert [(each["id"], each["origin"]) for each in listed] == [
        ("3.1.3", Origin.TEMPORARY.value),
        ("3.1.4", Origin.LATER.value),
    ]


def test_days_still_to_come_and_idle_closeouts_are_named() -> None:
    """A day that is still to come, and a closeout without a Conditional status, are remarked on."""
    closeout = {"date": "2026-07-14", "all_met": True}
    early = report(date(2026, 1, 14), not_met=["3.1.3"], closeout=closeout).problems
    assert [problem.what for problem in early] == [
        "the status date, 2026-01-15, is still to come on 2026-01-14",
        "the closeout, 2026-07-14, is still to come on 2026-01-14",
    ]
    assert report(DUE, not_met=["3.1.3"], closeout=closeout).problems == ()
    idle = report(DUE, not_met=["3.1.1"], closeout=closeout).problems
    assert "no Conditional status to close out" in idle[0].what


def test_words_for_people() -> None:
    """The text says status, score, what is NOT MET, what blocks, what comes next, and what was overridden."""
    text = as_text(report(not_met=["3.1.1", "3.1.3"], weights={"3.1.2": 3}, operational_plan=["3.1.4"]))
    for words in (
        "Status: No CMMC Status",
        "Score:  104 of 110",
        "AC.L2-3.1.3       -1  may be on the POA&M",
        "AC.L2-3.1.1       -5  never on a POA&M",
        "worth 5 points, and only 1 may be deferred (32 CFR Part 170, section 170.21(a)(2)(ii))",
        "implement AC.L2-3.1.1 before the assessment",
        "AC.L2-3.1.2      3 in the file, 5 by the rule",
        "Not on this POA&M: 3.1.4",
    ):
        assert words in text
    unknown = as_text(report(foo=1, met=[]))
    assert (
        "1 problems:\n  a.json: foo means nothing here and is left out; check how it is written." in unknown
    )
    assert "problems" not in text
    assert "none (no security plan)" in as_text(report(ssp_in_place=False))
    assert "Score" not in as_text(report(level=1, kind="self"))


@pytest.mark.parametrize(
    ("fields", "step"),
    [
        ({"not_met": ["3.1.3"]}, "close every item and post the results in time"),
        ({"not_met": ["3.1.3"], "status_date": None}, "state the status date"),
        ({"not_met": ["3.1.1-3.2.3"]}, "raise the score"),
        ({}, "keep the artifacts until 2032-01-15"),
        ({}, "assess again by 2029-01-15"),
        ({}, "affirm by 2027-01-15 in SPRS"),
        ({"status_date": None}, "post the result in SPRS"),
        ({"ssp_in_place": False}, "write the plan, then assess"),
    ],
)
def test_next_steps(fields: dict[str, object], step: str) -> None:
    """What comes next follows from where the assessment stands."""
    assert any(each.startswith(step) for each in next_steps(judged(**fields)))


def test_worksheet_follows_the_screens() -> None:
    """The worksheet lists the 110 family by family, with results and failing objectives."""
    listed = list(lines(judged(not_met=["3.1.1[b]"], not_applicable=["3.1.16"])))
    assert len(listed) == 110
    assert len(dict.fromkeys(line.family for line in listed)) == 14
    assert (listed[0].identifier, listed[0].compliance, listed[0].objectives) == (
        "AC.L2-3.1.1",
        "NOT MET",
        ("3.1.1[b]",),
    )
    assert listed[15].compliance == "N/A"
    text = worksheet_text(listed).splitlines()
    assert text[0] == "AC Access Control"
    assert "(3.1.1[b])" in text[1]


@pytest.mark.parametrize(
    ("origin", "joins", "points", "words"),
    [
        (Origin.ASSESSMENT, True, True, "NOT MET in the assessment"),
        (Origin.TEMPORARY, False, False, "operational plan of action"),
        (Origin.ENDURING, False, False, "system security plan"),
        (Origin.LATER, False, False, "initial assessment"),
    ],
)
def test_where_items_belong(*, origin: Origin, joins: bool, points: bool, words: str) -> None:
    """Only what was NOT MET in the assessment may stand on its POA&M and takes points."""
    ruling = may_join_poam(origin)
    assert ruling.allowed is joins
    assert takes_points(origin) is points
    assert words in ruling.reason
    assert bool(ruling.way_out) is not joins


def test_page_of_rules_is_up_to_date() -> None:
    """The page in the papers is the one that the rules make."""
    assert _PAGE.read_text(encoding="utf-8") == rules_page()


def test_page_of_rules_has_every_requirement_and_figure() -> None:
    """The page names every requirement once in its tables, and the figures that decide."""
    page = rules_page()
    rows = [line for line in page.splitlines() if ".L" in line and line.count("|") == 6]
    assert len(rows) == 15 + 110 + 24
    for words in (
        "| 2 | 110 | 320 | 110 | 88 |",
        "180 calendar days",
        "6 years",
        "only in part",
        "| the score |",
    ):
        assert words in page
