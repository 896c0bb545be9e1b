"""What the contract asks of a reader whose report is broken: the product's own refusal, or a problem."""

import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import NamedTuple

from milepost.scanners.contract import markup
from milepost.scanners.contract.specimen import Broke, Form, Read, Specimen
from milepost.scanners.contract.variants import variants, whole
from milepost.scanners.contract.verdict import Breach, Clause, Verdict, not_shown, verdict

CUT_OFF = Clause(
    "cut-off",
    "a report that is cut off is refused, wherever it is cut",
    "half a report would look like so many things repaired",
)
BROKEN_PLACES = Clause(
    "broken-places",
    "whatever stands at a place, no error leaves the reader but Milepost's own",
    "bad input is the normal case",
)
NOTHING_LOST = Clause(
    "nothing-lost",
    "a record with nonsense in it is taken, or a problem says that it is not",
    "what passes unnamed is taken for repaired",
)
HOSTILE = Clause(
    "hostile",
    "entities, bottomless nesting, repeated keys, what is no text: refused, or mended and said",
    "reports are handed in by strangers",
)

_CUTS = (0.05, 0.3, 0.5, 0.77, 0.95)
_DEEP = 5_000
_FIRST_KEY = re.compile(rb'\A\s*\{\s*("(?:[^"\\]|\\.)*")\s*:', re.DOTALL)


class Least(StrEnum):
    """What has to become of a broken report at the least; nothing but the product's own error, ever."""

    REFUSED = "refused"
    SAID = "refused, or read with one problem more"
    READ = "refused, or read"


class Broken(NamedTuple):
    """A report that was broken: how, its bytes, and what has to become of it."""

    how: str
    data: bytes
    least: Least = Least.REFUSED


def cut_off(specimen: Specimen) -> Verdict:
    """Cut the report at several places; a table may lose whole rows without a trace, the others may not."""
    least = Least.REFUSED if specimen.form in {Form.XML, Form.JSON} else Least.READ
    return verdict(CUT_OFF, _badly_taken(specimen, _cut(specimen.data, least)))


def broken_places(specimen: Specimen, most: int) -> tuple[Verdict, Verdict]:
    """Break the report at up to `most` places, one at a time; say what broke the reader, what got lost."""
    sound = specimen.answer(whole(specimen.form, specimen.data))
    tried, broke, lost = 0, list[Breach](), list[Breach]()
    for variant in variants(specimen.form, specimen.data, most):
        tried += 1
        answer = specimen.answer(variant.data)
        where = f"{variant.where} {variant.how}"
        if isinstance(answer, Broke):
            broke.append(Breach(where, _said(answer)))
        elif variant.spoiled and isinstance(sound, Read) and isinstance(answer, Read):
            lost += [Breach(where, what) for what in _lost(sound, answer)]
    if not tried:
        return not_shown(BROKEN_PLACES), not_shown(NOTHING_LOST)
    return verdict(BROKEN_PLACES, broke), verdict(NOTHING_LOST, lost)


def _lost(sound: Read, answer: Read) -> Iterator[str]:
    """Say how many findings or statements are gone without a problem that the sound report has not."""
    before, after = _held(sound), _held(answer)
    if after < before and not set(answer.problems) - set(sound.problems):
        yield f"{before - after} of {before} findings or statements are gone, and no problem says so"


def _held(read: Read) -> int:
    return sum(len(report.findings) for report in read.reports) + len(read.statements)


def hostile(specimen: Specimen) -> Verdict:
    """Wrap the report in what is built to do harm."""
    make = _HOSTILE.get(specimen.form)
    if make is None:
        return not_shown(HOSTILE)
    return verdict(HOSTILE, _badly_taken(specimen, make(specimen.data)))


def _badly_taken(specimen: Specimen, tried: Iterator[Broken]) -> Iterator[Breach]:
    whole = specimen.answer()
    said = len(whole.problems) if isinstance(whole, Read) else 0
    for how, data, least in tried:
        answer = specimen.answer(data)
        if isinstance(answer, Broke):
            yield Breach(how, _said(answer))
        elif isinstance(answer, Read):
            more = len(answer.problems) > said
            if least is Least.REFUSED or (least is Least.SAID and not more):
                yield Breach(how, f"was read, with {len(answer.reports)} assets, and has to be {least}")


def _cut(data: bytes, least: Least) -> Iterator[Broken]:
    whole = data.rstrip()
    ends = [int(len(whole) * part) for part in _CUTS]
    for end in sorted({*ends, len(whole) - 1, len(whole) - 7}):
        if 0 < end < len(whole):
            yield Broken(f"cut after byte {end} of {len(whole)}", whole[:end], least)


def _hostile_xml(data: bytes) -> Iterator[Broken]:
    yield Broken("with an entity", markup.with_entity(data))
    deep = b"<a>" * _DEEP + b"</a>" * _DEEP
    yield Broken(f"nested {_DEEP} deep", markup.with_inside(data, deep))
    for how, inside in (
        ("with a control character", b"\x01"),
        ("with a null character", b"&#0;"),
        ("with bytes that are no text", b"\xc3\x28\xff"),
        ("with an element that is never closed", b"<never-closed>"),
    ):
        yield Broken(how, markup.with_inside(data, inside), Least.SAID)


def _hostile_json(data: bytes) -> Iterator[Broken]:
    for how, value in (
        (f"nested {_DEEP} deep", b"[" * _DEEP + b"]" * _DEEP),
        ("with NaN", b"NaN"),
        ("with bytes that are no text", b'"\xff\xc3\x28"'),
        ("with a bare word", b"undefined"),
    ):
        yield Broken(how, _with_value(data, value))
    first = _FIRST_KEY.match(data)
    if first:
        yield Broken("with a key twice", data.rstrip()[:-1] + b"," + first[1] + b":null}")


def _hostile_lines(data: bytes) -> Iterator[Broken]:
    for how, line in (
        ("a line nested deep", b"[" * _DEEP),
        ("a line of NaN", b"NaN"),
        ("a line that is no text", b"\xff\xfe\xc3"),
    ):
        yield Broken(f"with {how}", data.rstrip() + b"\n" + line + b"\n", Least.SAID)


def _hostile_table(data: bytes) -> Iterator[Broken]:
    yield Broken("with null bytes", data + b"\0\0")
    yield Broken("with a quote that is never closed", data.rstrip() + b'\n"never closed')


def _with_value(data: bytes, value: bytes) -> bytes:
    """Return a document with one more value at its end, under a key that no format has."""
    whole = data.rstrip()
    inside = whole[1:-1].strip()
    key = b'"milepost-contract":' if whole[:1] == b"{" else b""
    return whole[:-1] + (b"," if inside else b"") + key + value + whole[-1:]


_HOSTILE: dict[Form, Callable[[bytes], Iterator[Broken]]] = {
    Form.XML: _hostile_xml,
    Form.JSON: _hostile_json,
    Form.LINES: _hostile_lines,
    Form.TABLE: _hostile_table,
}


def _said(broke: Broke) -> str:
    error = broke.error
    return f"{type(error).__name__}: {str(error)[:120]}"
