"""Assessments stated in JSON: every key, every spelling, contradictions, and what is refused."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.authorities.cmmc.draft import Given
from milepost.authorities.cmmc.results import Finding
from milepost.authorities.cmmc.rules import Kind, Level
from milepost.domain.errors import InputRefused, UnknownFormat
from tests.authorities.cmmc.stating import complete, judged, said

_PLAIN = {"level": 2, "kind": "self", "met": []}


@pytest.mark.parametrize(
    "not_met",
    [
        ["3.1.1", "3.1.2"],
        ["AC.L2-3.1.1", "03.01.02"],
        ["AC.1.001", "AC.1.002"],
        ["AC.L1-b.1.i", "AC.L1-b.1.ii"],
        ["3.1.1[a]", "3.1.1[b]", "AC.L2-3.1.2[b]"],
        ["3.1.1-3.1.2"],
        ["3.1.1 through 3.1.2"],
        "3.1.1, 3.1.2",
        [{"id": "3.1.1"}, {"Requirement": "3.1.2"}],
    ],
)
def test_every_spelling_costs_the_same(not_met: object) -> None:
    """Two requirements of five points leave 100, however they are written."""
    assert judged(not_met=not_met).score == 100


def test_practices_of_the_first_edition_are_told() -> None:
    """How a number of CMMC 1.0 was read is said, because its table is not verified."""
    done = complete({**_PLAIN, "not_met": ["AC.1.001, AC.2.016", "3.1.2"]})
    assert "AC.1.001 of CMMC 1.0 is read as 3.1.1, AC.2.016 of CMMC 1.0 is read as 3.1.3" in said(done)
    assert said(complete({**_PLAIN, "not_met": ["3.1.2"]})) == ""
    rows = complete([{"id": "SC.3.177", "status": "MET"}])
    assert "SC.3.177 of CMMC 1.0 is read as 3.13.11" in said(rows)


@pytest.mark.parametrize("key", ["not_met", "notMet", "NOT MET", "Not-Met", "not_implemented"])
def test_keys_are_taken_in_any_case(key: str) -> None:
    """Case and separators of a key do not matter."""
    assert complete({**_PLAIN, key: ["3.1.1"]}).assessment.settled.of("3.1.1").finding is Finding.NOT_MET


@pytest.mark.parametrize(
    ("value", "level"),
    [
        (1, 1),
        ("1", 1),
        (2, 2),
        (2.0, 2),
        ("2", 2),
        ("Level 2", 2),
        ("L3", 3),
        ("CMMC Level 3", 3),
        ("Conditional Level 2 (Self)", 2),
        ("cmmc 2.0 level 1", 1),
    ],
)
def test_levels(value: object, level: int) -> None:
    """A level is a number, a text with it, or the name of a status."""
    assert complete({"level": value}).assessment.level == level


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("self", Kind.SELF),
        ("Self-Assessment", Kind.SELF),
        ("OSA", Kind.SELF),
        ("C3PAO", Kind.C3PAO),
        ("certification", Kind.C3PAO),
        ("Level 2 (C3PAO)", Kind.C3PAO),
        ("third-party", Kind.C3PAO),
    ],
)
def test_kinds(value: str, kind: Kind) -> None:
    """Who assessed is said in many ways."""
    assert complete({"level": 2, "kind": value}).assessment.kind is kind


@pytest.mark.parametrize(
    "value",
    [
        "2026-01-31",
        "2026-01-31T10:00:00Z",
        "2026-01-31 23:59",
        "01/31/2026",
        "31-Jan-2026",
        "31-JAN-2026",
        "January 31, 2026",
        "31 January 2026",
        "2026/01/31",
        "20260131",
    ],
)
def test_dates(value: str) -> None:
    """A day is read in the usual ways to write it; slashes mean month/day/year."""
    assert complete({**_PLAIN, "status_date": value}).assessment.status_date == date(2026, 1, 31)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True),
        ("yes", True),
        ("Y", True),
        (1, True),
        ("true", True),
        (False, False),
        ("no", False),
        (0, False),
        ("missing", False),
        (None, True),
    ],
)
def test_security_plan_in_place(*, value: object, expected: bool) -> None:
    """Yes and no are read in the usual ways; without a word 3.12.4 decides."""
    assert complete({**_PLAIN, "ssp_in_place": value}).assessment.ssp_in_place is expected


@pytest.mark.parametrize(
    ("result", "score"),
    [
        ("MET", 110),
        ("NOT MET", 105),
        ("N/A", 110),
        (True, 110),
        (False, 105),
        ("not applicable", 110),
        (None, 105),
        ("not assessed", 105),
        ({"result": "NOT MET"}, 105),
        ({"met": True}, 110),
    ],
)
def test_results_of_objectives(result: object, score: int) -> None:
    """MET and N/A cost nothing; NOT MET, or listed without a result, makes the requirement NOT MET."""
    assert judged(objectives={"3.1.1[a]": result}).score == score


def test_objectives_of_one_requirement_cost_once() -> None:
    """Six failing objectives of 3.1.1 cost five points, and are named."""
    verdict = judged(objectives={"3.1.1[a]-[f]": "NOT MET"})
    assert verdict.score == 105
    assert verdict.short[0].result.objectives == tuple(f"3.1.1[{letter}]" for letter in "abcdef")


def test_objectives_below_their_requirement() -> None:
    """Letters below a requirement, with or without brackets, are its objectives."""
    verdict = judged(objectives={"3.1.1": {"a": "MET", "[b]": "NOT MET"}, "3.1.3": {"status": "N/A"}})
    assert (verdict.score, verdict.short[0].result.objectives) == (105, ("3.1.1[b]",))


def test_objectives_that_are_not_listed_are_reported() -> None:
    """What is not listed counts as MET, and its count is said; not for what is NOT MET anyway."""
    done = complete({**_PLAIN, "objectives": {"3.1.1[a]": "MET", "3.1.1[b]": "N/A", "3.1.2[a]": "NOT MET"}})
    assert "4 objectives of 3.1.1 are not assessed and count as MET" in said(done)
    assert "3.1.2" not in said(done)
    assert "not assessed" not in said(
        complete({**_PLAIN, "objectives": {"3.1.2[a]": "MET", "3.1.2[b]": "MET"}})
    )


def test_requirement_is_not_applicable_when_all_its_objectives_are() -> None:
    """All objectives N/A make the requirement N/A; with one MET among them it is MET."""
    both = complete(
        {**_PLAIN, "objectives": {"3.1.2[a]": "N/A", "3.1.2[b]": "N/A", "3.1.3": "N/A"}}
    ).assessment
    assert both.settled.of("3.1.2").finding is Finding.NOT_APPLICABLE
    assert both.settled.of("3.1.3").finding is Finding.NOT_APPLICABLE
    one = complete({**_PLAIN, "objectives": {"3.1.2[a]": "N/A", "3.1.2[b]": "MET"}}).assessment
    assert one.settled.of("3.1.2").finding is Finding.MET
    half = complete({**_PLAIN, "objectives": {"3.1.2[a]": "N/A"}}).assessment
    assert half.settled.of("3.1.2").finding is Finding.MET


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"not_met": ["3.1.1"], "not_applicable": ["3.1.1"]}, "3.1.1 is listed as N/A and NOT MET"),
        ({"not_met": ["3.1.1"], "met": ["3.1.1"]}, "3.1.1 is listed as MET and NOT MET"),
        ({"not_met": ["3.1.1[a]"], "met": ["3.1.1"]}, "an objective of it as NOT MET"),
        ({"not_met": ["3.1.1[a]"], "not_applicable": ["3.1.1"]}, "an objective of it as NOT MET"),
    ],
)
def test_contradictions_count_as_not_met(fields: dict[str, object], sentence: str) -> None:
    """Of two contradicting statements the worse holds, and the contradiction is named."""
    assert judged(**fields).score == 105
    assert sentence in said(complete({**_PLAIN, **fields}))


def test_plan_that_does_not_apply_is_questioned() -> None:
    """A security plan that is “not applicable” counts as MET, as all N/A does, with a question."""
    assert "cannot be not applicable" in said(complete({**_PLAIN, "not_applicable": ["3.12.4"]}))


@pytest.mark.parametrize("word", ["NOT MET -3", "NOT MET (-3)", "not_fips", "Partially Implemented"])
def test_results_that_name_the_part(word: str) -> None:
    """The results of the certification workbook say for 3.13.11 which part it is; that is reported."""
    assert judged(objectives={"SC.L2-3.13.11[a]": word}).score == 107
    assert "taken as the part" in said(complete({**_PLAIN, "objectives": {"3.13.11": word}}))
    assert judged(objectives={"3.13.11": "NOT MET -5"}).score == 105


def test_nothing_at_all_wins_over_a_part() -> None:
    """Where one statement says part and another none, the full points hold."""
    assert judged(objectives={"3.13.11[a]": "NOT MET -3"}, partial={"3.13.11": "none"}).score == 105


def test_lists_of_objects_are_tables() -> None:
    """Results as a list of objects are read like rows, and their points compared."""
    rows = [
        {"id": "3.1.1", "status": "Not Implemented", "points": 3},
        {"id": "3.1.2", "status": "Implemented", "points": 5},
    ]
    for document in (rows, {**_PLAIN, "results": rows}):
        done = complete(document)
        assert done.assessment.settled.of("3.1.1").finding is Finding.NOT_MET
        assert [(o.identifier, o.given, o.holds) for o in done.overrides] == [("AC.L2-3.1.1", 3, 5)]


def test_points_are_compared_and_never_used() -> None:
    """Points that the rule does not have are reported with those that hold; both values of a part pass."""
    fields = {"weights": {"3.1.1": 3, "3.1.2": -5, "3.5.3": 3, "3.13.11": 5, "3.12.4": 1, "3.1.2e": 1}}
    done = complete({**_PLAIN, **fields})
    assert [(o.identifier, o.given, o.holds) for o in done.overrides] == [
        ("AC.L2-3.1.1", 3, 5),
        ("CA.L2-3.12.4", 1, None),
    ]
    assert judged(not_met=["3.1.1"], **fields).score == 105


def test_defaults_are_reported() -> None:
    """An unsaid level, kind or prerequisite is taken by a rule and named."""
    assert "no level is given; it is judged at Level 2" in said(complete({"not_met": []}))
    assert "judged at Level 3" in said(complete({"not_met": ["3.1.2e"]}))
    assert "taken as a self-assessment" in said(complete({"level": 2}))
    assert "counts as not held" in said(complete({"level": 3}))
    assert said(complete(_PLAIN)) == ""
    assert said(complete({"level": 1, "not_met": []})) == ""
    assert said(complete({"level": 3, "level2_final": True, "kind": "dibcac", "not_met": []})) == ""


def test_document_without_results_is_questioned() -> None:
    """Without results everything counts as MET, with a question; what is no assessment is refused."""
    assert "no results are stated" in said(complete({"level": 2, "kind": "self"}))
    assert "no results" not in said(complete({"level": 2, "partial": {}}))
    for document in ({}, {"assessment": {"level": 2, "not_met": ["3.1.1"]}}, {"name": "x"}):
        with pytest.raises(InputRefused, match="says nothing of an assessment"):
            complete(document)


def test_kind_that_the_level_does_not_have() -> None:
    """Levels 1 and 3 have one kind each, which holds with a remark; at Level 2 the DIBCAC is refused."""
    done = complete({"level": 3, "kind": "c3pao", "level2_final": True})
    assert done.assessment.kind is Kind.DIBCAC
    assert "never assessed by c3pao" in said(done)
    assert complete({"level": 1, "kind": "c3pao"}).assessment.kind is Kind.SELF
    with pytest.raises(InputRefused, match="not assessed by dibcac"):
        complete({"level": 2, "kind": "dibcac"})


def test_what_the_caller_states_goes_first() -> None:
    """Options hold against the file; what they leave out comes from the file."""
    given = Given(Level.TWO, Kind.C3PAO, ssp_in_place=False, status_date=date(2026, 2, 2))
    done = complete({"level": 1, "kind": "self", "ssp_in_place": True, "status_date": "2026-01-15"}, given)
    found = done.assessment
    assert (found.level, found.kind, found.ssp_in_place, found.status_date) == (
        2,
        "c3pao",
        False,
        date(2026, 2, 2),
    )
    assert complete(_PLAIN, Given(ssp_in_place=None)).assessment.ssp_in_place


def test_requirements_of_other_levels_decide_nothing() -> None:
    """What a level does not ask for is reported and costs nothing; MET needs no remark."""
    done = complete({"level": 1, "not_met": ["3.1.3"], "met": ["3.1.5"]})
    assert "Level 1 does not ask for 3.1.3" in said(done)
    assert "3.1.5" not in said(done)
    assert "Level 2 does not ask for 3.1.2e" in said(complete({**_PLAIN, "not_met": ["3.1.2e"]}))


def test_unknown_keys_are_named() -> None:
    """A key that means nothing is not dropped in silence; plain descriptions are."""
    assert "not_mets means nothing here" in said(complete({**_PLAIN, "not_mets": ["3.1.1"], "notes": "x"}))
    assert "notes" not in said(complete({**_PLAIN, "notes": "x"}))


@pytest.mark.parametrize(
    ("closeout", "posted_on", "all_met"),
    [
        ({"date": "2026-06-01", "all_met": True}, date(2026, 6, 1), True),
        ({"posted_on": "2026-06-01", "closed": "yes"}, date(2026, 6, 1), True),
        ({"performed_on": "2026-06-01", "posted_on": "2026-06-05", "not_met": []}, date(2026, 6, 5), True),
        ({"date": "2026-06-01", "not_met": ["3.1.3"]}, date(2026, 6, 1), False),
        ({"date": "2026-06-01", "all_met": True, "not_met": ["3.1.3"]}, date(2026, 6, 1), False),
        ({"date": "2026-06-01", "all_met": False}, date(2026, 6, 1), False),
        ({"date": "2026-06-01", "all_met": False, "not_met": []}, date(2026, 6, 1), False),
        ({"date": "2026-06-01", "closed": ["3.1.3"]}, date(2026, 6, 1), True),
        ({"date": "2026-06-01", "closed": []}, date(2026, 6, 1), False),
        ({"date": "2026-06-01"}, date(2026, 6, 1), True),
        ({"date": "2026-06-01", "results": {"3.1.3": "MET"}}, date(2026, 6, 1), True),
        ({"date": "2026-06-01", "results": {"3.1.3": "NOT MET"}}, date(2026, 6, 1), False),
        ({"date": "2026-06-01", "remaining": "3.1.3"}, date(2026, 6, 1), False),
    ],
)
def test_closeouts(*, closeout: dict[str, object], posted_on: date, all_met: bool) -> None:
    """A closeout has a day, the later of performing and posting, and is complete if nothing stays NOT MET."""
    found = complete({**_PLAIN, "closeout": closeout, "status_date": "2026-01-15", "not_met": ["3.1.3"]})
    assert found.assessment.closeout
    assert (found.assessment.closeout.posted_on, found.assessment.closeout.all_met) == (posted_on, all_met)


def test_a_closeout_that_lists_what_it_closed_has_to_list_everything() -> None:
    """What was NOT MET, or listed without a result, and is not among what was closed stays open."""
    found: dict[str, object] = {
        **_PLAIN,
        "status_date": "2026-01-15",
        "not_met": ["3.1.3"],
        "objectives": {"3.1.4[a]": None},
    }
    for closed, all_met in ((["3.1.3", "3.1.4"], True), (["3.1.3"], False), (["3.1.4"], False)):
        closeout = complete(
            {**found, "closeout": {"date": "2026-06-01", "closed": closed}}
        ).assessment.closeout
        assert closeout
        assert closeout.all_met is all_met


def test_closeouts_are_questioned() -> None:
    """A closeout that says nothing of its result, contradicts itself or has no status date is remarked on."""
    assert "taken as all MET" in said(
        complete({**_PLAIN, "status_date": "2026-01-15", "closeout": {"date": "2026-06-01"}})
    )
    both = {"date": "2026-06-01", "all_met": True, "not_met": ["3.1.3"]}
    assert "counts as not closed" in said(complete({**_PLAIN, "status_date": "2026-01-15", "closeout": both}))
    assert "without a status date" in said(
        complete({**_PLAIN, "closeout": {"date": "2026-06-01", "all_met": True}})
    )
    assert complete({**_PLAIN, "closeout": {}}).assessment.closeout is None


@pytest.mark.parametrize(
    ("document", "word"),
    [
        ("x", "no assessment"),
        (["3.1.1"], "plain list"),
        ({"level": 4}, "no CMMC level"),
        ({"level": 12}, "no CMMC level"),
        ({"level": "12"}, "no CMMC level"),
        ({"level": True}, "no CMMC level"),
        ({"kind": "friend"}, "no kind of assessment"),
        ({"ssp_in_place": "perhaps"}, "neither yes nor no"),
        ({"status_date": "soon"}, "no date"),
        ({"status_date": "1999-12-31"}, "no date"),
        ({"status_date": "3000-01-01"}, "no date"),
        ({"status_date": 20260115}, "no date"),
        ({"not_met": [3.1]}, "no identifier"),
        ({"not_met": ["AC-2"]}, "control of SP 800-53"),
        ({"not_met": {"foo": 1}}, "no identifier"),
        ({"not_applicable": ["nothing"]}, "no identifier"),
        ({"objectives": {"3.1.1[a]": "perhaps"}}, "no result"),
        ({"objectives": ["3.1.1[a]"]}, "plain list"),
        ({"objectives": "3.1.1[a]"}, "no list of results"),
        ({"partial": {"3.5.3": "perhaps"}}, "does not say how much"),
        ({"partial": {"3.5.3": True}}, "does not say how much"),
        ({"partial": {"3.5.3": "not met"}}, "does not say how much"),
        ({"partial": ["3.5.3"]}, "no list of results"),
        ({"weights": {"3.1.1": "many"}}, "no number of points"),
        ({"closeout": True}, "no closeout"),
        ({"closeout": {"all_met": True}}, "no date"),
        ({"closeout": {"date": "2026-01-14"}, "status_date": "2026-01-15"}, "precedes"),
        ({"not_met": [], "notMet": []}, "mean the same"),
    ],
)
def test_what_cannot_be_told_is_refused(document: object, word: str) -> None:
    """What could change the verdict and cannot be read refuses the file, with its place and a way out."""
    with pytest.raises(InputRefused) as refused:
        complete({"level": 2, "kind": "self", **document} if isinstance(document, dict) else document)
    assert word in refused.value.what
    assert refused.value.where.startswith("a.json")
    assert refused.value.fix


def test_first_and_last_years() -> None:
    """Days from the year 2000 to 2999 are taken."""
    for day in (date(2000, 1, 1), date(2999, 12, 31)):
        assert complete({**_PLAIN, "status_date": str(day)}).assessment.status_date == day


def test_empty_list_is_no_assessment() -> None:
    """A list without any result is refused."""
    with pytest.raises(UnknownFormat):
        complete([])


_KEYS = st.sampled_from(
    [
        "level",
        "kind",
        "ssp_in_place",
        "status_date",
        "not_met",
        "not_applicable",
        "met",
        "partial",
        "objectives",
    ]
) | st.sampled_from(
    ["level2_final", "closeout", "results", "weights", "as_of", "date", "all_met", "3.1.1", "3.5.3"]
)
_VALUES = st.sampled_from([2, True, "3.1.1", "MET", "none", "2026-01-15", "self", "AC-2"]) | st.text(
    max_size=5
)
_DOCUMENTS = st.recursive(
    st.none() | st.integers() | st.floats() | _VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(_DOCUMENTS)
def test_any_document_is_read_or_refused(document: object) -> None:
    """No document breaks the reading: it is an assessment, or it is refused in a sentence."""
    with suppress(InputRefused):
        complete(document)


@given(st.dictionaries(_KEYS, _DOCUMENTS, max_size=5))
def test_any_fields_are_read_or_refused(fields: dict[str, object]) -> None:
    """No combination of known keys and strange values breaks the reading or the verdict."""
    with suppress(InputRefused):
        verdict = judged(**fields)
        assert verdict.final <= (verdict.status != "No CMMC Status")
