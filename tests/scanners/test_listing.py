"""The records of a JSON document: a list, a list under a key, or one a line."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.domain.errors import DamagedInput, EmptyInput, HostileInput, InputRefused
from milepost.scanners.documents import Listing, listing
from milepost.scanners.scanner import Source

RECORDS: list[object] = [{"a": 1}, {"a": 2}]


def listed(folder: Path, content: str | bytes, *names: str) -> Listing:
    """Write a document and list its records."""
    path = folder / "report.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return listing(Source(path, "report.json", path.stat().st_size), *names)


def read(found: Listing) -> list[tuple[str, object]]:
    """Decode the records, with their places."""
    return [(place, msgspec.json.decode(raw)) for place, raw in found.records]


def test_a_bare_list_has_its_members(tmp_path: Path) -> None:
    """Placed by number."""
    found = listed(tmp_path, '[{"a": 1}, {"a": 2}]', "findings")
    assert read(found) == [("[0]", {"a": 1}), ("[1]", {"a": 2})]
    assert found.around == {}


def test_a_list_under_a_key_leaves_what_stands_around_it(tmp_path: Path) -> None:
    """The first of the names that is there counts."""
    found = listed(
        tmp_path, '{"version": "1", "results": [{"a": 1}], "other": [3]}', "findings", "results", "other"
    )
    assert read(found) == [("results[0]", {"a": 1})]
    assert {key: msgspec.json.decode(raw) for key, raw in found.around.items()} == {
        "version": "1",
        "other": [3],
    }


@pytest.mark.parametrize("content", ["[]", '{"findings": []}', '{"findings": null}', " [ ] "])
def test_an_empty_list_has_no_records(tmp_path: Path, content: str) -> None:
    """Be it null under a name that is there."""
    assert read(listed(tmp_path, content, "findings")) == []


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\n\n", "\n \n"])
def test_one_record_a_line_is_placed_by_its_line(tmp_path: Path, ends: str) -> None:
    """Blank lines are passed over but count."""
    found = listed(tmp_path, f'{{"a": 1}}{ends}{{"a": 2}}{ends}')
    lines = 1 + ends.count("\n")
    assert read(found) == [("line 1", {"a": 1}), (f"line {lines}", {"a": 2})]


def test_a_single_object_without_such_a_list_is_one_record(tmp_path: Path) -> None:
    """On one line or on many."""
    for content in ('{"a": 1}', '{"a": 1}\n', '{\n"a": 1\n}\n'):
        assert read(listed(tmp_path, content, "findings")) == [("the document", {"a": 1})]


@pytest.mark.parametrize(
    ("content", "cause", "what"),
    [
        ("", EmptyInput, "empty"),
        ('{"findings": 3}', DamagedInput, "not the shape"),
        ('{"findings": {"a": 1}}', DamagedInput, "not the shape"),
        ("[1, 2", DamagedInput, "cut off"),
        ('{"findings": [1}', DamagedInput, "not well-formed"),
        ('{"findings": [], "findings": []}', DamagedInput, "comes twice"),
        ("3", DamagedInput, "not"),
        ("[" * 200 + "]" * 200, HostileInput, "nested deeper"),
        (b"[\xff]", DamagedInput, "not UTF-8"),
    ],
)
def test_what_is_no_such_document_is_refused(
    tmp_path: Path, content: str | bytes, cause: type[InputRefused], what: str
) -> None:
    """As a whole, before a record of it counts."""
    with pytest.raises(cause, match=what):
        list(listed(tmp_path, content, "findings").records)


@pytest.mark.parametrize(
    ("second", "cause", "where"),
    [
        ('{"a": 1, "a": 2}', DamagedInput, "line 2"),
        ('{"a":' + "[" * 200 + "]" * 200 + "}", HostileInput, "line 2"),
    ],
)
def test_a_line_is_checked_as_a_document_of_its_own(
    tmp_path: Path, second: str, cause: type[InputRefused], where: str
) -> None:
    """And refused with its line."""
    with pytest.raises(cause, match=where):
        list(listed(tmp_path, f'{{"a": 1}}\n{second}\n').records)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_other_encodings_list_the_same(tmp_path: Path, encoding: str) -> None:
    """As programs on Windows write them."""
    found = listed(tmp_path, '{"findings": [{"a": "Café"}]}'.encode(encoding), "findings")
    assert read(found) == [("findings[0]", {"a": "Café"})]


@given(
    records=st.lists(
        st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=8), min_size=1), min_size=2
    )
)
def test_all_three_ways_list_the_same_records(
    tmp_path_factory: pytest.TempPathFactory, records: Sequence[dict[str, object]]
) -> None:
    """Whatever the records hold."""
    folder = tmp_path_factory.mktemp("ways")
    bare = msgspec.json.encode(records)
    keyed = msgspec.json.encode({"version": 1, "list": records})
    lines = b"\n".join(map(msgspec.json.encode, records))
    for content in (bare, keyed, lines):
        assert [record for _, record in read(listed(folder, content, "list"))] == list(records)


@given(content=st.binary(max_size=60))
def test_no_bytes_break_it(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """Whatever comes is listed, or refused in the product's own words."""
    try:
        list(listed(tmp_path_factory.mktemp("any"), content, "list").records)
    except InputRefused:
        return
