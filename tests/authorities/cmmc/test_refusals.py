"""What a document cannot say is refused with its place, what stands there, and what to write."""

from datetime import date

import pytest

from milepost.authorities.cmmc.answers import read_answers
from milepost.authorities.cmmc.draft import Draft
from milepost.authorities.cmmc.results import Part
from milepost.authorities.cmmc.spellings import shown, truth_of
from milepost.domain.errors import InputRefused
from tests.authorities.cmmc.stating import complete, said

_SHORT: dict[str, object] = {"level": 2, "kind": "self"}


@pytest.mark.parametrize(
    ("document", "where", "what", "way_out"),
    [
        ("x", "a.json", "no assessment", "not_met"),
        ({"name": "x"}, "a.json", "nothing of an assessment", "not_met"),
        ({"not_met": [], "notMet": []}, "a.json", "not_met and notMet mean", "once"),
        ({**_SHORT, "not_met": [{"id": 5}]}, "a.json, not_met", "5", "3.1.1"),
        ({**_SHORT, "not_met": [{"id": "3.1.1", "ID": "3.1.2"}]}, "a.json, not_met", "id and ID", "once"),
        ({**_SHORT, "not_met": [7]}, "a.json, not_met", "7", "3.1.1"),
        ({**_SHORT, "not_met": ["3.99.1"]}, "a.json, not_met", "3.99.1", "3.14"),
        ({**_SHORT, "objectives": {"3.1.1": "perhaps"}}, "a.json, objectives", "perhaps", "NOT MET"),
        ({**_SHORT, "objectives": {"3.1.1": {"met": "perhaps"}}}, "a.json, objectives", "perhaps", "MET"),
        ({**_SHORT, "closeout": {"date": "x", "Date": "y"}}, "a.json, closeout", "date and Date", "once"),
        ({**_SHORT, "objectives": {"3.99.1": "MET"}}, "a.json, objectives", "3.99.1", "3.14"),
        ({**_SHORT, "objectives": {"3.1.1": {"met": "x", "MET": "y"}}}, "a.json, objectives", "mean", "once"),
        ({**_SHORT, "objectives": "3.1.1"}, "a.json, objectives", "3.1.1", "object"),
        ({**_SHORT, "objectives": ["3.1.1"]}, "a.json, objectives", "plain list", "not_met"),
        ({**_SHORT, "partial": ["3.5.3"]}, "a.json, partial", "3.5.3", "object"),
        ({**_SHORT, "partial": {"3.5.3": "perhaps"}}, "a.json, partial", "perhaps", "not_fips"),
        ({**_SHORT, "partial": {"3.5.3": "not met"}}, "a.json, partial", "3.5.3", "not_fips"),
        ({**_SHORT, "partial": {"3.99.1": "none"}}, "a.json, partial", "3.99.1", "3.14"),
        ({**_SHORT, "weights": {"3.1.1": "many"}}, "a.json, weights", "many", "1, 3 or 5"),
        ({**_SHORT, "weights": {"3.99.1": 1}}, "a.json, weights", "3.99.1", "3.14"),
        ({**_SHORT, "weights": 5}, "a.json, weights", "5", "object"),
        ({**_SHORT, "closeout": True}, "a.json, closeout", "True", "all_met"),
        ({**_SHORT, "closeout": {"all_met": True}}, "a.json, closeout", "no date", "day"),
        ({**_SHORT, "closeout": {"date": "soon"}}, "a.json, closeout", "soon", "2026-01-31"),
        ({**_SHORT, "closeout": {"date": "2026-06-01", "met": 7}}, "a.json, closeout", "7", "true"),
        ({**_SHORT, "closeout": {"date": "2026-06-01", "open": [7]}}, "a.json, closeout", "7", "3.1.1"),
        ({**_SHORT, "closeout": {"date": "2026-06-01", "closed": [7]}}, "a.json, closeout", "7", "3.1.1"),
        ({**_SHORT, "closeout": {"date": "2026-06-01", "results": 7}}, "a.json, closeout", "7", "object"),
        ({**_SHORT, "closeout": {"date": "2026-06-01", "open": "3.99.1"}}, "a.json, closeout", "3.99.1", "3"),
        ({"level": 4}, "a.json, level", "4", "1, 2 or 3"),
        ({"kind": "friend"}, "a.json, kind", "friend", "c3pao"),
        ({"ssp": "perhaps"}, "a.json, ssp", "perhaps", "true"),
        ({"level2_final": "perhaps"}, "a.json, level2_final", "perhaps", "true"),
        ({"status_date": "soon"}, "a.json, status_date", "soon", "2026-01-31"),
        ({"as_of": "soon"}, "a.json, as_of", "soon", "2026-01-31"),
        ({"found_later": [7]}, "a.json, found_later", "7", "3.1.1"),
        ({"found_later": ["3.99.1"]}, "a.json, found_later", "3.99.1", "3.14"),
    ],
)
def test_refusals(document: object, where: str, what: str, way_out: str) -> None:
    """The place is the file and the key, and what stands there is quoted."""
    with pytest.raises(InputRefused) as refused:
        complete(document)
    assert refused.value.where == where
    assert what in refused.value.what
    assert way_out in refused.value.fix


@pytest.mark.parametrize(
    ("fields", "where", "what"),
    [
        ({"partial": {"3.1.1": "partial"}}, "a.json, partial", "3.1.1"),
        ({"not_met": [], "closeout": {"date": "2026-06-01"}}, "a.json, closeout", "all MET"),
        (
            {"not_met": [], "closeout": {"date": "2026-06-01", "met": 1, "open": "3.1.3"}},
            "a.json, closeout",
            "not closed",
        ),
    ],
)
def test_remarks(fields: dict[str, object], where: str, what: str) -> None:
    """What is read with a remark is read, and the remark stands at its key."""
    problems = complete({**_SHORT, "status_date": "2026-01-15", **fields}).problems
    assert [what in problem.what for problem in problems if problem.where == where] == [True]


def test_empty_and_absent_values_say_nothing() -> None:
    """Null, an empty list and an empty object are taken for not stated, wherever they stand."""
    nothing: dict[str, object] = {
        "not_met": None,
        "objectives": None,
        "results": [],
        "partial": {"3.5.3": None},
        "found_later": None,
        "closeout": None,
        "level2_final": None,
    }
    done = complete({**_SHORT, **nothing})
    assert said(done) == ""
    assert done.assessment.closeout is None


def test_numbers_for_the_part() -> None:
    """3 stands for the part and 5 for nothing, as numbers or as text; MET is MET."""
    for word, points in ((3, 3), ("3", 3), (-3, 3), (5, 5), ("-5", 5), ("MET", 0)):
        done = complete({**_SHORT, "partial": {"3.13.11": word}})
        result = done.assessment.settled.of("3.13.11")
        assert (result.finding.value == "NOT MET", result.partial) == (points > 0, points == 3)


def test_the_day_of_the_judgement_is_read() -> None:
    """A document may carry the day as of which it is to be judged, in either spelling of the key."""
    for key in ("as_of", "As Of"):
        draft = Draft("a.json")
        read_answers(draft, {**_SHORT, "not_met": [], key: "2026-03-01"})
        assert draft.as_of == date(2026, 3, 1)


def test_a_list_of_records_tells_the_record() -> None:
    """The place of a record in a list is its number from 1."""
    rows = [{"id": "3.1.1", "status": "MET"}, {"id": "3.1.2", "status": ""}]
    (problem,) = complete({**_SHORT, "results": rows}).problems
    assert problem.where == "a.json, results, 2"


def test_a_part_that_is_null_ends_nothing() -> None:
    """What stands after a part that is not said is still read."""
    done = complete({**_SHORT, "partial": {"3.5.3": None, "3.13.11": "none"}})
    assert done.assessment.settled.of("3.13.11").finding.value == "NOT MET"


def test_an_open_item_in_a_result_without_a_word() -> None:
    """An object that says nothing of its result counts as listed without one."""
    done = complete({**_SHORT, "objectives": {"3.1.1": {"comment": "later"}}})
    assert done.assessment.settled.of("3.1.1").finding.value == "NOT MET"


def test_letters_are_one_letter() -> None:
    """Below a requirement only single letters are objectives; words are fields of its result."""
    done = complete({**_SHORT, "objectives": {"3.1.1": {"met": True}, "3.1.2": {"a": True, "b": False}}})
    assert done.assessment.settled.of("3.1.2").objectives == ("3.1.2[b]",)
    assert done.assessment.settled.of("3.1.1").finding.value == "MET"


def test_a_refusal_quotes_up_to_60_signs() -> None:
    """Long values are cut; null is called null."""
    assert shown("x" * 61) == f"“{'x' * 60}”"
    assert shown("x" * 60) == f"“{'x' * 60}”"
    assert shown(None) == "“null”"
    assert shown(5) == "“5”"


@pytest.mark.parametrize("value", [1.0, 0.0, [1], {"yes": 1}])
def test_what_is_no_truth(value: object) -> None:
    """Fractions, lists and objects are neither yes nor no."""
    with pytest.raises(InputRefused, match="neither yes nor no"):
        truth_of(value, where="a.json")


@pytest.mark.parametrize("word", ["partial", "none", "not_fips"])
def test_only_two_requirements_know_a_part(word: str) -> None:
    """A part of another requirement is kept as NOT MET without a part, at its place."""
    draft = Draft("a.json")
    read_answers(draft, {**_SHORT, "partial": {"3.1.1": word, "3.5.3": word}})
    first, second = draft.statements
    assert (first.part, first.where) == (Part.UNSAID, "a.json, partial")
    assert second.part is (Part.NOT_AT_ALL if word == "none" else Part.PARTLY)
    told = [problem.what for problem in draft.problems]
    assert ["3.1.1" in what for what in told] == ([] if word == "none" else [True])


def test_a_closeout_without_contradiction_needs_no_remark() -> None:
    """All MET, or something open and not all MET: both are clear."""
    base: dict[str, object] = {**_SHORT, "not_met": ["3.1.3"], "status_date": "2026-01-15"}
    for said_, opened in ((True, []), (False, ["3.1.3"]), (False, [])):
        closeout = {"date": "2026-06-01", "all_met": said_, "not_met": opened}
        assert complete({**base, "closeout": closeout}).problems == ()
    assert complete({**base, "closeout": {"date": "2026-06-01", "all_met": True}}).problems == ()
