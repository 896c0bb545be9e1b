"""Which requirement or objective an identifier means, however written; what no level has is refused."""

from collections.abc import Iterator
from typing import NamedTuple

from milepost.authorities.cmmc.requirements import REQUIREMENTS, requirement_of
from milepost.authorities.cmmc.rules import Level
from milepost.catalogs import nist_800_171
from milepost.catalogs.control_ids import Writing, WrittenId, WrittenRange, read_ids
from milepost.domain.errors import InputRefused

_ORDER = (*REQUIREMENTS[Level.TWO], *REQUIREMENTS[Level.THREE])
_PLACE = {number: place for place, number in enumerate(_ORDER)}


class Named(NamedTuple):
    """A requirement by its NIST number, and one of its objectives by letter; without a letter all of it."""

    number: str
    letter: str = ""

    def __str__(self) -> str:
        """Return `3.1.1` or `3.1.1[a]`."""
        return f"{self.number}[{self.letter}]" if self.letter else self.number


def identify(text: str, *, where: str = "") -> tuple[Named, ...]:
    """Return what a text names, ranges and lists written out, each once and in order.

    Raises:
        InputRefused: it names nothing, or something that is no requirement of CMMC; the way out is named.
    """
    try:
        found = [named for each in read_ids(text) for named in _written_out(each)]
    except InputRefused as refused:
        raise InputRefused(refused.what, where=where or refused.where, fix=refused.fix) from refused
    return tuple(dict.fromkeys(found))


def of_first_edition(text: str) -> str:
    """Return how a text with practices of CMMC 1.0 was read; empty where it has none or is no list.

    The table behind it was joined by wording and is not verified, so people are told.
    """
    try:
        ends = [end for each in read_ids(text) for end in (each.first, each.last)]
    except InputRefused:
        return ""
    practices = [end for end in ends if end.writing is Writing.PRACTICE]
    read = {f"{each.family}.{each.level}.{each.number}": str(_practice(each)[0]) for each in practices}
    return ", ".join(f"{practice} of CMMC 1.0 is read as {number}" for practice, number in read.items())


def _written_out(written: WrittenRange) -> Iterator[Named]:
    first, last = _meant(written.first), _meant(written.last)
    if first == last:
        yield from first
        return
    start, end = first[0], last[-1]
    if written.first.writing is written.last.writing is Writing.SAFEGUARD and not start.letter + end.letter:
        safeguards = _between(tuple(REQUIREMENTS[Level.ONE]), written.first.number, written.last.number)
        yield from (Named(part) for each in safeguards for part in REQUIREMENTS[Level.ONE][each].parts)
    elif start.number == end.number and start.letter and end.letter:
        letters = _letters(start.number)
        yield from (Named(start.number, each) for each in _between(letters, start.letter, end.letter))
    elif start.number.endswith("e") != end.number.endswith("e") or start.letter or end.letter:
        raise InputRefused(f"{start} to {end} is no range", fix="give both ends as requirements of one level")
    else:
        yield from (Named(each) for each in _between(_ORDER, start.number, end.number))


def _between(ordered: tuple[str, ...], first: str, last: str) -> tuple[str, ...]:
    found = ordered[ordered.index(first) : ordered.index(last) + 1]
    if not found:
        what = f"the range from {first} to {last} runs backwards"
        raise InputRefused(what, fix="put the earlier requirement first")
    return found


def _meant(written: WrittenId) -> tuple[Named, ...]:
    readers = {
        Writing.REQUIREMENT: _requirement,
        Writing.SAFEGUARD: _safeguard,
        Writing.PRACTICE: _practice,
        Writing.CONTROL: _control,
    }
    return readers[written.writing](written)


def _requirement(written: WrittenId) -> tuple[Named, ...]:
    number = written.number
    if written.level and (written.level == "L3") != number.endswith("e"):
        what = f"{written.family}.{written.level}-{number} is in no level"
        raise InputRefused(what, fix="write Level 3 as RA.L3-3.11.1e and Level 2 as AC.L2-3.1.1")
    if number not in _PLACE:
        raise InputRefused(f"{number} is no requirement of CMMC", fix=_hint(number))
    if written.family and written.family != requirement_of(number).family:
        right = requirement_of(number).identifier
        raise InputRefused(
            f"{number} does not belong to {written.family}", fix=f"write {right}, if that is meant"
        )
    return (_objective(number, written.objective),)


def _hint(number: str) -> str:
    plain = number.removesuffix("e")
    if number.endswith("e") and plain in _PLACE:
        return f"write {plain} for the requirement, {plain}[e] for its objective"
    if not nist_800_171.family_of(number):
        return "CMMC follows SP 800-171 Rev. 2, whose families end at 3.14"
    return "CMMC follows SP 800-171 Rev. 2; look the number up there"


def _objective(number: str, letter: str) -> Named:
    letters = _letters(number)
    if letter and letter not in letters:
        what = f"{number} has no objective [{letter}]"
        raise InputRefused(what, fix=f"use one of {', '.join(letters)}")
    return Named(number, letter)


def _letters(number: str) -> tuple[str, ...]:
    return tuple(each.partition("[")[2][:-1] for each in requirement_of(number).objectives)


def _safeguard(written: WrittenId) -> tuple[Named, ...]:
    found = REQUIREMENTS[Level.ONE].get(written.number)
    if found is None:
        what = f"b.1.{written.number} is no requirement of Level 1"
        raise InputRefused(what, fix="they run from b.1.i to b.1.xv")
    if written.family and written.family != found.family:
        what = f"b.1.{written.number} does not belong to {written.family}"
        raise InputRefused(what, fix=f"write {found.identifier}, if that is meant")
    if not written.objective:
        return tuple(Named(number) for number in found.parts)
    place = ord(written.objective[-1]) - ord("a")
    if not (len(written.objective) == 1 and 0 <= place < len(found.objectives)):
        what = f"{found.identifier} has no objective [{written.objective}]"
        raise InputRefused(what, fix=f"it has {len(found.objectives)}, from a on")
    number, _, letter = found.objectives[place].partition("[")
    return (Named(number, letter[:-1]),)


def _practice(written: WrittenId) -> tuple[Named, ...]:
    number = nist_800_171.of_first_edition(written.family, written.number)
    name = f"{written.family}.{written.level}.{written.number}"
    if not number:
        what = f"{name}, a practice of CMMC 1.0, is none of the 110 requirements of today"
        raise InputRefused(what, fix="name the requirement as 3.1.1")
    return (_objective(number, written.objective),)


def _control(written: WrittenId) -> tuple[Named, ...]:
    naming = nist_800_171.naming_control(written.number)
    listed = ", ".join(naming)
    fix = f"requirements that follow from it: {listed}" if naming else "no requirement follows from it"
    raise InputRefused(f"{written.number} is a control of SP 800-53, no requirement of CMMC", fix=fix)
