"""XML that is not well-formed: mended where its meaning is plain, refused where something is missing."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milepost.domain.errors import DamagedInput, InputRefused, OversizedInput
from milepost.domain.problem import Problem
from milepost.scanners.mending import MOST_MENDS, mended_text
from milepost.scanners.scanner import Source
from milepost.scanners.xml import IllFormed, elements, mended, part

SOUND = '<?xml version="1.0"?>\n<r>\n<a x="1&gt;2">b &amp; c &#x41;<!-- no --><d/></a>\n<a>e</a>\n</r>\n'


def source(folder: Path, text: str | bytes) -> Source:
    """Write a document."""
    path = folder / "document.xml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Source(path, path.name, path.stat().st_size)


def texts(folder: Path, text: str | bytes) -> tuple[list[str], list[Problem]]:
    """Return the texts of the elements `a`, and what was mended."""
    mends: list[Problem] = []
    found = ["".join(element.itertext("*")) for element in mended(source(folder, text), mends, "a")]
    return found, mends


def test_a_sound_document_passes_unchanged(tmp_path: Path) -> None:
    """Nothing is said of it; the text itself stays the same but for the declaration and comments."""
    assert texts(tmp_path, SOUND) == (["b & c A", "e"], [])
    mends: list[Problem] = []
    passed = "".join(mended_text(source(tmp_path, SOUND), mends))
    assert passed == "\n" + SOUND.partition("\n")[2].replace("<!-- no -->", "")
    assert mends == []


@pytest.mark.parametrize(
    ("text", "found", "said"),
    [
        ("<r><a>b & c</a><a>d</a></r>", ["b & c", "d"], "bare “&”"),
        ("<r><a>b < c</a><a>d</a></r>", ["b < c", "d"], "bare “<”"),
        ("<r><a>b &lt c</a><a>d</a></r>", ["b &lt c", "d"], "bare “&”"),
        ("<r><a>b&eacute;</a><a>d</a></r>", ["bé", "d"], "HTML"),
        ("<r><a>b&#1;</a><a>d</a></r>", ["b", "d"], "not allowed"),
        ("<r><a>b<c></a><a>d</a></r>", ["b", "d"], "never closed"),
        ("<r><a>b</c></a><a>d</a></r>", ["b", "d"], "closes nothing"),
        ("<r><a x=1 y>b</a><a>d</a></r>", ["b", "d"], "was mended"),
        ('<r><a x="1" x="2">b</a><a>d</a></r>', ["b", "d"], "given twice"),
        ('\n<?xml version="1.0"?><r><a>b</a><a>d</a></r>', ["b", "d"], "very start"),
        ("<r><a>b</a><a>d</a></r><r/>", ["b", "d"], "outside"),
        ("before <r><a>b</a><a>d</a></r>", ["b", "d"], "outside"),
        ("<r><a><![CDATA[b & <c>]]>&</a><a>d</a></r>", ["b & <c>&", "d"], "bare “&”"),
    ],
)
def test_a_fault_is_mended_and_said(tmp_path: Path, text: str, found: list[str], said: str) -> None:
    """With its line; what follows is not lost."""
    texts_found, mends = texts(tmp_path, text)
    assert texts_found == found
    assert said in mends[0].what
    assert mends[0].where.startswith("document.xml, line ")


def test_bytes_that_are_no_text_are_taken_out(tmp_path: Path) -> None:
    """In the encoding that the document declares, or UTF-8."""
    assert texts(tmp_path, b"<r><a>b\xe9</a></r>")[0] == ["b"]
    latin = b'<?xml version="1.0" encoding="ISO-8859-1"?><r><a>b\xe9 &</a></r>'
    assert texts(tmp_path, latin)[0] == ["bé &"]


@pytest.mark.parametrize("text", ["<r><a>b</a>", "<r><a>b & c", "<r>&<a", "<r><!-- ", "no markup & more"])
def test_what_never_ends_is_cut_off(tmp_path: Path, text: str) -> None:
    """And refused."""
    with pytest.raises(DamagedInput):
        texts(tmp_path, text)


def test_a_null_byte_or_bottomless_nesting_is_refused(tmp_path: Path) -> None:
    """That is no slip of a tool."""
    with pytest.raises(DamagedInput, match="null byte"):
        texts(tmp_path, b"<r><a>b & \0</a></r>")
    with pytest.raises(OversizedInput):
        texts(tmp_path, "<r>&" + "<a>" * 300 + "</a>" * 300 + "</r>")


def test_many_faults_are_counted(tmp_path: Path) -> None:
    """The first of them one by one."""
    mends = texts(tmp_path, "<r>" + "<a>b & c</a>\n" * 80 + "</r>")[1]
    assert len(mends) == MOST_MENDS + 1
    assert mends[-1].what == f"{80 - MOST_MENDS} more faults like these were mended"


def test_faults_at_any_place_of_a_long_document(tmp_path: Path) -> None:
    """Blocks end anywhere: in a tag, a reference, a line."""
    found, mends = texts(
        tmp_path, "<r>" + "".join(f'<a n="{n}">b{n}</a>\n' for n in range(70_000)) + "& </r>"
    )
    assert found == [f"b{n}" for n in range(70_000)]
    assert [problem.where for problem in mends] == ["document.xml, line 70001"]


def test_the_part_at_the_end_is_read_alone(tmp_path: Path) -> None:
    """The last one of its name; one that is not well-formed by itself is an error for who asks."""
    whole = "<r><end><a>no</a></end><x/>" + "<end><a>b</a><a>c</a></end></r>"
    assert [each.text for each in part(source(tmp_path, whole), "end", "a")] == ["b", "c"]
    assert [each.text for each in part(source(tmp_path, "<r/>"), "end", "a")] == []
    with pytest.raises(IllFormed):
        list(part(source(tmp_path, "<r><end><a>b</end></r>"), "end", "a"))
    with pytest.raises(IllFormed):
        list(part(source(tmp_path, whole.encode("utf-16")), "end", "a"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(
    st.lists(
        st.sampled_from(["<a>", "</a>", "<b x='1'>", "</b>", "&", "<", ">", "t", "&amp;", "<!--", "-->", '"'])
    )
)
def test_whatever_comes_is_mended_or_refused(tmp_path: Path, pieces: list[str]) -> None:
    """And what is well-formed gives the same either way."""
    text = f"<r>{''.join(pieces)}</r>"
    try:
        strict = ["".join(each.itertext("*")) for each in elements(source(tmp_path, text), "a")]
    except InputRefused:
        strict = None
    try:
        found, mends = texts(tmp_path, text)
    except InputRefused:
        assert strict is None
        return
    assert strict is None or (found, mends) == (strict, [])
