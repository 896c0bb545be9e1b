"""Where in code a finding is, and values of any type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.scanners.source_code.places import Occurrences, cwes_of, mark_of, path_of, tail_of
from milepost.scanners.source_code.values import integer, is_true, mapping, objects, text, texts

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("./src/a.py", "src/a.py"),
        ("src\\a.py", "src/a.py"),
        ("file:///srv/a%20b.py", "/srv/a b.py"),
        ("file:///C:/srv/a.py", "C:/srv/a.py"),
        ("/srv/a.py", "/srv/a.py"),
        ("a%20b.py", "a%20b.py"),
    ],
)
def test_paths_are_written_one_way(written: str, path: str) -> None:
    """With forward slashes, without scheme; only an address is percent-encoded."""
    assert path_of(written) == path


@pytest.mark.parametrize(
    ("path", "tail"),
    [
        ("/build/7/pkg/a.go", "pkg/a.go"),
        ("C:/x/pkg/a.go", "pkg/a.go"),
        ("x/pkg/a.go", "x/pkg/a.go"),
        ("/a", "a"),
    ],
)
def test_of_an_absolute_path_the_last_folder_counts(path: str, tail: str) -> None:
    """A relative one stays whole."""
    assert tail_of(path) == tail


@given(st.lists(st.text("abc(){}=", min_size=1), min_size=1), st.sampled_from([" ", "\t", "\n", "\r\n  "]))
def test_the_mark_of_code_does_not_change_with_its_layout(words: list[str], blank: str) -> None:
    """Indents and line ends are no part of it; the words are."""
    assert mark_of(blank + blank.join(words) + blank) == mark_of(" ".join(words))
    assert mark_of(" ".join([*words, "more"])) != mark_of(" ".join(words))


def test_withheld_or_missing_code_has_no_mark() -> None:
    """So that it is not taken for the same code everywhere."""
    assert (mark_of(""), mark_of(" \n"), mark_of("requires login")) == ("", "", "")


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 3))))
def test_every_spot_is_one_occurrence_of_its_own_name(met: list[tuple[str, int]]) -> None:
    """No name twice; what is met again at the same spot is none."""
    occurrences = Occurrences()
    named = [occurrences.locator("rule", place, spot) for place, spot in met]
    given_names = [name for name in named if name is not None]
    assert len(set(given_names)) == len(given_names) == len(set(met))


def test_a_repetition_in_other_words_is_counted() -> None:
    """A mere repetition is not."""
    occurrences = Occurrences()
    assert [occurrences.is_new("a", words) for words in ("x", "x", "y")] == [True, False, False]
    assert occurrences.merged == 1


def test_weaknesses_in_texts() -> None:
    """However they are written; zeros before the number do not count."""
    assert cwes_of("CWE-79: Cross-site", "external/cwe/cwe-079", "cwe_20", "cwe", "CWE-0") == (
        "CWE-79",
        "CWE-20",
    )


@given(ANYTHING)
def test_a_value_of_any_type_is_taken_as_something(value: object) -> None:
    """None of these ever fails, whatever stands in a report."""
    assert isinstance(text(value), str)
    assert all(texts(value))
    assert integer(value) is None or isinstance(integer(value), int)
    assert isinstance(mapping(value), dict)
    assert all(isinstance(each, dict) for each in objects(value))
    assert is_true(value) in {True, False}


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (5, 5),
        ("5", 5),
        (True, None),
        (5.5, None),
        ("9" * 400, None),
        (10**30, None),
        ("-1", None),
        (None, None),
    ],
)
def test_whole_numbers(value: object, number: int | None) -> None:
    """As numbers or written out; huge ones are none."""
    assert integer(value) == number
