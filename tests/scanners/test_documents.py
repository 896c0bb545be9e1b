"""The door through which all JSON comes."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.domain.errors import DamagedInput, HostileInput, InputRefused
from milepost.domain.problem import Problem
from milepost.scanners.documents import check, first_character, first_keys, load, record
from milepost.scanners.scanner import Source
from tests.samples import sample

ANYTHING = msgspec.json.Decoder(object)


class Named(msgspec.Struct):
    """A record with one field."""

    name: str


class Case(msgspec.Struct):
    """A document of the public test suite and what RFC 8259 says of it."""

    name: str
    expect: str
    base64: bytes


def source(folder: Path, content: bytes) -> Source:
    """Write a document."""
    path = folder / "document.json"
    path.write_bytes(content)
    return Source(path, path.name, len(content))


@pytest.mark.samples
def test_the_public_suite_is_accepted_and_refused_as_the_standard_says(tmp_path: Path) -> None:
    """And nothing crashes; a repeated key, which the standard leaves open, is refused."""
    lines = sample("hostile/json/json_test_suite.jsonl").read_bytes().splitlines()
    wrong = []
    for case in (msgspec.json.decode(line, type=Case) for line in lines):
        try:
            load(source(tmp_path, case.base64), ANYTHING)
            taken = "accept"
        except InputRefused:
            taken = "reject"
        if taken != case.expect and not case.expect.startswith("either"):
            wrong.append(case.name)
    assert wrong == ["y_object_duplicated_key_and_value.json"]


@pytest.mark.parametrize(
    ("content", "cause", "what"),
    [
        (b'{"a": 1, "b": {"a": 2}, "a": 3}', DamagedInput, "the key “a” comes twice"),
        (b'{"a": 1, "\\u0061": 3}', DamagedInput, "the key “a” comes twice"),
        (b'{"a": NaN}', DamagedInput, "not well-formed JSON"),
        (b'{"a": "\xff"}', DamagedInput, "not UTF-8"),
        (b'{"a": "\\ud800 and more"}', DamagedInput, "surrogate"),
        (b'{"a": [1, 2', DamagedInput, "cut off"),
        (b"[" * 101 + b"]" * 101, HostileInput, "deeper than 100"),
        (b"[" * 5000 + b"]" * 5000, HostileInput, "deeper than 100"),
        (b'{"a": ' * 200_000 + b"1" + b"}" * 200_000, HostileInput, "deeper than 100"),
    ],
)
def test_what_is_no_sound_document_is_refused(
    tmp_path: Path, content: bytes, cause: type[InputRefused], what: str
) -> None:
    """With one sentence that names the file."""
    with pytest.raises(cause, match=what) as refused:
        load(source(tmp_path, content), ANYTHING)
    assert refused.value.where.startswith("document.json")


def test_a_number_of_thousands_of_digits_is_refused_where_a_number_is_wanted(tmp_path: Path) -> None:
    """It is no crash, and no other number."""
    with pytest.raises(DamagedInput):
        load(source(tmp_path, b'{"n": ' + b"9" * 5000 + b"}"), msgspec.json.Decoder(dict[str, int]))


json = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(alphabet='a"\\[]{},:é', max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(alphabet='ab"\\,', max_size=2), inner)
    ),
)


@given(document=st.dictionaries(st.text(max_size=3), json), blanks=st.sampled_from([0, 2]))
def test_every_sound_document_passes(document: dict[str, object], blanks: int) -> None:
    """Brackets, quotes and backslashes inside strings are never taken for structure."""
    content = msgspec.json.format(msgspec.json.encode(document), indent=blanks)
    check(content, "document")
    assert first_keys(content) == frozenset(document)


@pytest.mark.parametrize("filler", [b'"\\\\"', b'"\\""', b'"[{"', b'{"k": [1, {}]}', b'"\\\\\\""'])
@pytest.mark.parametrize("size", [100_000, 131_071, 262_144])
def test_a_repeated_key_is_found_behind_any_bulk(filler: bytes, size: int) -> None:
    """Also where a string or an escape lies across the parts in which a document is checked."""
    bulk = b", ".join([filler] * (size // len(filler)))
    sound = b'{"first": [' + bulk + b'], "second": 2, "third": [' + bulk + b"]}"
    check(sound, "document")
    with pytest.raises(DamagedInput, match="the key “first” comes twice"):
        check(sound[:-1] + b', "first": 3}', "document")


def test_depth_is_found_behind_any_bulk() -> None:
    """And exactly: a hundred levels pass, one more does not."""
    bulk = b'"' + b"x" * 600_000 + b'", '
    check(b"[" + bulk + b"[" * 99 + b"]" * 99 + b"]", "document")
    with pytest.raises(HostileInput):
        check(b"[" + bulk + b"[" * 100 + b"]" * 100 + b"]", "document")


def test_one_record_of_the_wrong_shape_is_a_problem(tmp_path: Path) -> None:
    """With its place in the document; the others are read."""
    found = source(tmp_path, b'[{"name": "a"}, {"name": 5}, {}]')
    records = load(found, msgspec.json.Decoder(list[msgspec.Raw]))
    first, *others = (
        record(raw, msgspec.json.Decoder(Named), found, f"list[{number}]")
        for number, raw in enumerate(records)
    )
    assert first == Named("a")
    assert [other.where for other in others if isinstance(other, Problem)] == [
        "document.json, list[1].name",
        "document.json, list[2]",
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    """As PowerShell and others write them."""
    found = source(tmp_path, '{"a": "é"}'.encode(encoding))
    assert first_character(found) == "{"
    assert load(found, ANYTHING) == {"a": "é"}


def test_a_cut_utf_16_document_is_refused(tmp_path: Path) -> None:
    """Half a character is no character."""
    with pytest.raises(DamagedInput):
        load(source(tmp_path, '{"a": 1}'.encode("utf-16")[:-1]), ANYTHING)
