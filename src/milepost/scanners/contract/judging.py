"""The whole contract against one file: who recognises it, what is read of it, what if it is broken."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from milepost.domain.errors import MilepostError, UnknownFormat
from milepost.scanners import likely, scanner_named, scanners
from milepost.scanners.contract import expected
from milepost.scanners.contract.breaking import broken_places, cut_off, hostile
from milepost.scanners.contract.foreign import foreign_files
from milepost.scanners.contract.identity import CLAUSE as IDENTITY
from milepost.scanners.contract.identity import identity_stable
from milepost.scanners.contract.reading import CHECKS
from milepost.scanners.contract.specimen import Answer, Broke, Read, Refused, Specimen, head_at, specimen
from milepost.scanners.contract.verdict import Breach, Clause, Outcome, Verdict, not_shown, verdict
from milepost.scanners.isolation import read_isolated
from milepost.scanners.opening import head_of
from milepost.scanners.scanner import Head, Part, Scanner
from milepost.scanners.sheets.columns import TABLE

RECOGNISED = Clause(
    "recognised",
    "exactly one scanner recognises the file, by one of the marks announced for it",
    "a file must never be read as something else",
)
FOREIGN = Clause("foreign", "no file of another format is recognised", "so that the right reader gets it")
READS = Clause("reads", "the file is read to its end", "a sample is a sound report")
SAME_TWICE = Clause(
    "same-twice", "the same file says the same twice", "nothing depends on chance or the hour"
)
ISOLATED = Clause(
    "isolated",
    "a process of its own, with limits, reads the same",
    "that is how every report is read in earnest",
)
EXPECTED = Clause(
    "expected",
    "the counts are those of the file of expectations beside it",
    "counted once by hand, held for ever",
)
PLACES = 120


@dataclass(frozen=True, slots=True)
class Judgement:
    """All that one file says of its reader; `scanner` is empty where no one reader was found."""

    path: Path
    scanner: str
    verdicts: tuple[Verdict, ...]

    @property
    def kept(self) -> bool:
        """Whether nothing is broken."""
        return all(verdict.outcome is not Outcome.BROKEN for verdict in self.verdicts)

    def broken(self) -> tuple[Verdict, ...]:
        """Return the verdicts on what is not kept."""
        return tuple(verdict for verdict in self.verdicts if verdict.outcome is Outcome.BROKEN)

    def document(self) -> dict[str, object]:
        """Return the judgement for the JSON document."""
        verdicts = [verdict.document() for verdict in self.verdicts]
        return {"file": str(self.path), "scanner": self.scanner, "kept": self.kept, "verdicts": verdicts}


def judge(path: Path, scanner: str = "", *, places: int = PLACES, isolated: bool = True) -> Judgement:
    """Hold a file and its reader against the contract.

    `scanner` is the reader that must recognise it, whichever does where it is empty. `places` is how many
    places are broken one at a time; without `isolated`, no other process is started.

    Raises:
        OSError: the file cannot be read.
    """
    head = head_at(path)
    takers = recognisers(head)
    recognised = verdict(RECOGNISED, _badly_recognised(head, takers, scanner))
    if recognised.outcome is Outcome.BROKEN:
        return Judgement(path, scanner if len(takers) != 1 else takers[0].name, (recognised,))
    with specimen(takers[0], path, path.name) as taken:
        verdicts = tuple(_verdicts(taken, places, isolated=isolated))
    return Judgement(path, takers[0].name, (recognised, *verdicts))


def recognisers(head: Head) -> tuple[Scanner, ...]:
    """Return every scanner that takes a file for its own, whatever marks it announces.

    The reader of any table takes what nobody else does.
    """
    takers = tuple(scanner for scanner in scanners() if scanner.recognises(head))
    return tuple(scanner for scanner in takers if scanner.name != TABLE) or takers


def known(name: str) -> Scanner:
    """Return the scanner with this name.

    Raises:
        UnknownFormat: there is none; the message names all.
    """
    try:
        return scanner_named(name)
    except KeyError as error:
        names = ", ".join(scanner.name for scanner in scanners())
        raise UnknownFormat(f"there is no scanner “{name}”", fix=f"take one of {names}") from error


def _badly_recognised(head: Head, takers: tuple[Scanner, ...], wanted: str) -> Iterator[Breach]:
    names = [scanner.name for scanner in takers]
    if not names:
        yield Breach("the beginning", "no scanner recognises the file")
    elif len(names) > 1:
        yield Breach("the beginning", f"{len(names)} scanners recognise the file: {', '.join(names)}")
    elif wanted not in {"", names[0]}:
        yield Breach("the beginning", f"{names[0]} recognises the file, and {wanted} does not")
    elif takers[0].name != TABLE and takers[0] not in likely(head):
        yield Breach("the beginning", f"{names[0]} recognises the file, but none of its marks shows in it")


def _verdicts(taken: Specimen, places: int, *, isolated: bool) -> Iterator[Verdict]:
    yield verdict(FOREIGN, _foreign(taken.scanner))
    first = taken.answer()
    yield not_shown(READS) if _says_nothing(first) else verdict(READS, _unread(first))
    if isinstance(first, Read):
        yield verdict(SAME_TWICE, _differs(first.parts, taken.answer()))
        yield _isolated(first, taken) if isolated else not_shown(ISOLATED)
        yield from (verdict(clause, check(first)) for clause, check in CHECKS)
        yield verdict(IDENTITY, identity_stable(first))
        yield _as_expected(first, taken.path)
    yield cut_off(taken)
    yield hostile(taken)
    yield from broken_places(taken, places)


def _says_nothing(answer: Answer) -> bool:
    """Tell whether a file shows nothing of reading: empty, or a table that has to be explained first."""
    if isinstance(answer, Read):
        return not answer.reports and not answer.statements
    return isinstance(answer, Refused) and isinstance(answer.error, UnknownFormat)


def _foreign(scanner: Scanner) -> Iterator[Breach]:
    for file in foreign_files():
        if file.scanner != scanner.name and scanner in recognisers(head_of(file.text.encode())):
            yield Breach(file.title, "is recognised")


def _unread(answer: Answer) -> Iterator[Breach]:
    if isinstance(answer, Refused):
        yield Breach(answer.error.where, str(answer.error))
    elif isinstance(answer, Broke):
        yield Breach("the reader", f"{type(answer.error).__name__}: {answer.error}")
    elif not isinstance(answer, Read):
        yield Breach("the reader", "does not recognise the whole file")


def _differs(first: tuple[Part, ...], second: Answer) -> Iterator[Breach]:
    again = second.parts if isinstance(second, Read) else ()
    if first != again:
        pairs = zip(first, again, strict=False)
        number = next(
            (n for n, (one, other) in enumerate(pairs) if one != other), min(len(first), len(again))
        )
        yield Breach(f"part {number + 1}", f"{len(first)} parts, then {len(again)}")


def _isolated(first: Read, taken: Specimen) -> Verdict:
    try:
        parts = tuple(read_isolated(taken.path, taken.name))
    except MilepostError as error:
        return verdict(ISOLATED, iter([Breach("the other process", str(error))]))
    return verdict(ISOLATED, _differs(first.parts, Read(first.scanner, first.name, parts)))


def _as_expected(first: Read, path: Path) -> Verdict:
    wanted = expected.beside(path)
    if not wanted.is_file():
        return not_shown(EXPECTED)
    return verdict(EXPECTED, expected.differences(expected.counts(first), wanted))
