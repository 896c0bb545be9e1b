"""Records that are matched as text say what the parser would say."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from milepost.domain.errors import InputRefused
from milepost.scanners.records import Element, Record, records
from milepost.scanners.scanner import Source
from milepost.scanners.xml import elements

TEXTS = (
    "",
    "plain",
    " \n\t ",
    "two\nlines",
    "a\r\nb\rc",
    "a &amp; b &lt;i&gt; &quot;&apos;",
    "&#13;&#x41;&#128512;",
    "é ü 漢 😀 \u00a0 \x85",
    "a > b",
    "a ]] b",
    "<![CDATA[]]>",
    "<![CDATA[<p>&nbsp; ]] ]> </p>]]>",
    " <![CDATA[x]]> ",
    "<![CDATA[a]]>b",
    "<!-- a comment -->",
    "x<!-- <r>no</r> -->y",
    "<?instruction?>",
    "<b>bold</b>",
    "some <b>bold</b> and <i>more</i> text",
    "<b>1</b> <b>2</b>",
    "<b>1</b>\n<b>2 &amp; 3</b>\n<b/>",
    '<b k="1"/><b k="2"/><b k="&lt;"/>',
    "<b><![CDATA[1]]></b><b><![CDATA[2]]></b>",
    "<p:c>of a namespace</p:c>",
    '<c xmlns="urn:other">elsewhere</c>',
    "<r>a record within</r>",
)
ODD_TEXTS = (
    "&none;",
    "&",
    "]]>",
    "\x01",
    "&#0;",
    "&#xFFFE;",
    "\ufffe",
    "<b>",
    "</b>",
    "<r>",
    '<b k="1" k="2"/>',
)
VALUES = ("", "1", "a b", "&amp;&#10;", "a\nb", "a\tb", "a > b", "it's")
PAIRS = tuple(f' {name}="{value}"' for name in ("k", "p:k", "xml:lang") for value in VALUES)

text = some.sampled_from(TEXTS)
child = some.sampled_from(["<a{}>{}</a>", "<d{}/>", "<e{}>{}</e>", "<e {} >{}</e>"])
children = some.lists(some.builds(str.format, child, some.sampled_from(("", *PAIRS)), text), max_size=4)
gap = some.sampled_from(["", "\n", "\n  ", "<!-- between -->", "text", "<s/>", "</g><g>", "</g></m><m><g>"])


def a_record(attribute: str, inner: list[str], between: str) -> str:
    """Return a record."""
    return f"<r{attribute}>{between.join(inner)}</r>"


record = some.builds(
    a_record, some.sampled_from(("", *PAIRS)), children, some.sampled_from(["", "\n  "])
) | some.sampled_from(["<r/>", "<r />", "<p:r>1</p:r>", "<r k='1'/>", "<!-- <r>1</r> -->", "<rr/>"])
body = some.lists(some.tuples(record, gap, some.integers(1, 4)), min_size=1, max_size=8).map(
    lambda pieces: "".join((record + gap) * times for record, gap, times in pieces)
)


def said(element: Element) -> tuple[object, ...]:
    """Return all that an element says."""
    names = ("k", "{urn:p}k", "{http://www.w3.org/XML/1998/namespace}lang")
    inner = [(said(each), each.tail or "") for each in element if isinstance(each.tag, str)]
    told = ("".join(element.itertext()), element.findtext("a"), len(list(element.iter("b"))))
    return element.tag, [element.get(name) for name in names], element.text or "", inner, told


def both_ways(folder: Path, content: bytes) -> tuple[list[object], list[object], int]:
    """Read a document by the parser and with records matched; return both, and how many were matched."""
    path = folder / "document.xml"
    path.write_bytes(content)
    source = Source(path, path.name, len(content))
    tags = ("{*}r", "g")
    parsed: list[object] = []
    matched: list[object] = []
    count = 0
    try:
        parsed += [(said(each), each.sourceline) for each in elements(source, *tags) if each.tag != "g"]
    except InputRefused as error:
        parsed.append(str(error))
    try:
        for each in records(source, ("r",), *tags, worth=0):
            count += isinstance(each, Record)
            if each.tag != "g":
                matched.append((said(each), each.sourceline))
    except InputRefused as error:
        matched.append(str(error))
    return parsed, matched, count


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body)
def test_whatever_stands_in_records_both_ways_say_the_same(tmp_path: Path, content: str) -> None:
    """Generated documents, with all that XML allows in records and around them."""
    document = f'<?xml version="1.0"?>\n<m xmlns:p="urn:p"><g>{content}</g></m>'
    parsed, matched, _ = both_ways(tmp_path, document.replace("</m><m>", "").encode())

    assert matched == parsed


@pytest.mark.parametrize("odd", ODD_TEXTS)
def test_what_is_not_well_formed_is_refused_in_the_same_words(tmp_path: Path, odd: str) -> None:
    """A fault in a record that otherwise looks like a hundred others."""
    sound = '<r k="1"><a>x</a><a>y</a></r>\n'
    document = f"<m>{sound * 50}{sound.replace('x', odd)}{sound * 50}</m>"
    parsed, matched, count = both_ways(tmp_path, document.encode())

    assert matched[-1] == parsed[-1]
    assert count > 0 or odd in {"\x01", "\ufffe"}
