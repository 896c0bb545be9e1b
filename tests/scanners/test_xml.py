"""The door through which all XML comes."""

from pathlib import Path

import pytest

from milepost.domain.errors import DamagedInput, HostileInput, InputRefused, OversizedInput
from milepost.scanners.scanner import Source
from milepost.scanners.xml import elements
from tests.samples import sample


def texts(path: Path, tag: str = "a") -> list[str]:
    """Read the texts of all elements of one name."""
    return [element.text or "" for element in elements(Source(path, path.name, path.stat().st_size), tag)]


def document(folder: Path, content: bytes) -> Path:
    """Write a document."""
    path = folder / "document.xml"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "cause", "what"),
    [
        (b'<!DOCTYPE r [<!ENTITY x "y">]><r/>', HostileInput, "line 1, column 14: .* declares entities"),
        (b'<!DOCTYPE r [\n<!ENTITY % x "y">]><r/>', HostileInput, "line 2, column 1: .* declares entities"),
        (b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><r>&x;</r>', HostileInput, "declares"),
        (
            b'<!DOCTYPE r SYSTEM "http://127.0.0.1/x.dtd"><r><a>&x;</a></r>',
            HostileInput,
            "declared elsewhere",
        ),
        (b'<!DOCTYPE r SYSTEM "http://127.0.0.1/x.dtd"><r b="&x;"/>', HostileInput, "declared elsewhere"),
        (b"<r>&x;</r>", HostileInput, "line 1, column 7: the file uses an entity"),
        (b"<r>\n<a>\x01</a></r>", DamagedInput, "line 2, column 4: a character that XML does not allow"),
        (b"<r>&#1;</r>", DamagedInput, "a character that XML does not allow"),
        (b"<r><a>", DamagedInput, "the file is cut off"),
        (b"<r><a>x</a", DamagedInput, "the file is cut off"),
        (b"<r><a></b></r>", DamagedInput, "not well-formed XML"),
        (b"<r>\xff</r>", DamagedInput, "line 1, column 4"),
        (b"<r/>rest<", DamagedInput, "document.xml, line 1"),
        (b"<r>" * 300 + b"</r>" * 300, OversizedInput, "nesting"),
        (b"<r><a>" + b"x" * 11_000_000 + b"</a></r>", OversizedInput, "one text"),
        (b'<r a="' + b"x" * 11_000_000 + b'"/>', OversizedInput, "one text"),
    ],
)
def test_what_is_no_sound_document_is_refused(
    tmp_path: Path, content: bytes, cause: type[InputRefused], what: str
) -> None:
    """With one sentence: where, what and how to fix it."""
    with pytest.raises(cause, match=what):
        texts(document(tmp_path, content))


def test_a_document_type_without_entities_is_read(tmp_path: Path) -> None:
    """And nothing outside the file is opened for it."""
    content = (
        b'<!DOCTYPE r PUBLIC "-//X" "http://127.0.0.1:9/x.dtd" [<!ELEMENT r ANY>]><r><a>one</a><a>two</a></r>'
    )
    assert texts(document(tmp_path, content)) == ["one", "two"]


@pytest.mark.samples
@pytest.mark.parametrize("name", ["dtd.xml", "dtd_element.xml", "simple.xml"])
def test_real_documents_with_a_document_type_are_read(name: str) -> None:
    """As many real exports have one."""
    assert texts(sample(f"hostile/xml/{name}")) == []


@pytest.mark.samples
def test_every_fragment_of_the_public_list_is_refused_or_inert(tmp_path: Path) -> None:
    """None brings in a file, none crashes."""
    for line in sample("hostile/xml/xxe_fragments.txt").read_bytes().splitlines():
        try:
            found = texts(document(tmp_path, line or b" "), "*")
        except InputRefused:
            continue
        assert not any("root:" in text for text in found)
