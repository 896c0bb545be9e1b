"""The formats as a page for people, from what readers say of themselves; `make scanners` writes it."""

import sys
from collections.abc import Iterator
from pathlib import Path

from milepost.scanners import BUILT_IN, scanners
from milepost.scanners.about import Grade
from milepost.scanners.contract.breaking import BROKEN_PLACES, CUT_OFF, HOSTILE, NOTHING_LOST
from milepost.scanners.contract.identity import CLAUSE as IDENTITY
from milepost.scanners.contract.judging import EXPECTED, FOREIGN, ISOLATED, READS, RECOGNISED, SAME_TWICE
from milepost.scanners.contract.reading import CHECKS
from milepost.scanners.quality import DEMANDS, proof_of, proved
from milepost.scanners.scanner import Scanner

CLAUSES = (
    RECOGNISED,
    FOREIGN,
    READS,
    SAME_TWICE,
    ISOLATED,
    *(clause for clause, _ in CHECKS),
    IDENTITY,
    EXPECTED,
    CUT_OFF,
    HOSTILE,
    BROKEN_PLACES,
    NOTHING_LOST,
)
ADDED = "added"

_OPENING = """\
# The formats that Milepost reads

This page is written by `make scanners` from what each reader says of itself; edit the readers, not the page.
`milepost scanners list` and `milepost scanners show NAME` print the same, and `milepost scanners test PATH`
holds a reader against the contract below.

A file is recognised by its content, never by its name. What a report does not say stays empty.
"""
_GRADES = """\
## Grades

Each grade asks all that those before it ask.

| grade | asks | proved by |
|---|---|---|
"""
_CONTRACT = """\
## The contract

| clause | asks | because |
|---|---|---|
"""
_TABLE = """\
## Formats

*Ratio* is the time for reading over that of the bare parser on the same bytes, as last measured; *reports*
are the real ones that were counted apart.

| name | format | kind | grade | reports | fields | ratio | memory |
|---|---|---|---|---|---|---|---|
"""


def page() -> str:
    """Return the whole page: the table, a section for each built-in format, the grades, the contract."""
    mine = built_in()
    parts = [_OPENING, _TABLE + "\n".join(map(_row, mine)) + "\n"]
    parts += [_GRADES + "\n".join(_demands()) + "\n", _CONTRACT + "\n".join(_clauses()) + "\n"]
    parts += [f"## {scanner.title}\n\n{section(scanner)}\n" for scanner in mine]
    return "\n".join(parts)


def built_in() -> tuple[Scanner, ...]:
    """Return the readers that come with Milepost, in their order; the one for any table is the last."""
    return scanners()[: len(BUILT_IN) + 1]


def documents() -> list[dict[str, object]]:
    """Return what is known of every format, added ones too, for the JSON document."""
    return [document_of(scanner) for scanner in scanners()]


def document_of(scanner: Scanner) -> dict[str, object]:
    """Return what is known of a format for the JSON document."""
    about, proof = scanner.about, proof_of(scanner.name)
    return {
        "name": scanner.name,
        "title": scanner.title,
        "kind": kind_of(scanner),
        "grade": about.grade.value,
        "proved": proved(about, proof).value,
        "versions": about.versions,
        "key": about.key,
        "coverage": about.coverage,
        "fields": dict(about.fields),
        "severities": {word: severity.value for word, severity in about.severities.items()},
        "sources": list(about.sources),
        "samples": proof.samples,
        "broken_clauses": list(proof.broken),
        "ratio": proof.ratio,
        "repeats": about.repeats,
        "memory": about.memory,
        "memory_megabytes": proof.megabytes,
    }


def lines() -> Iterator[str]:
    """Yield every format as a line for people, then how many there are."""
    every = scanners()
    width = max(len(scanner.name) for scanner in every)
    wide = max(len(scanner.title) for scanner in every)
    for scanner in every:
        about = scanner.about
        shown = f"{scanner.name:<{width}}  {scanner.title:<{wide}}  {about.grade:<8}"
        yield f"{shown}  {kind_of(scanner):<16}  {about.memory}"
    yield f"{len(every)} formats"


def kind_of(scanner: Scanner) -> str:
    """Say what sort of thing a format reports on, which is the folder of its reader."""
    room, _, module = type(scanner).__module__.rpartition(".")
    if not room.startswith("milepost.scanners.") or not module:
        return ADDED
    return room.rpartition(".")[2].replace("_", " ")


def section(scanner: Scanner) -> str:
    """Return what is known of a format as text: paragraphs, then the table of fields."""
    return "\n".join(_section(scanner))


def write(file: Path) -> None:
    """Write the page."""
    file.write_text(page(), encoding="utf-8", newline="\n")


def _row(scanner: Scanner) -> str:
    about, proof = scanner.about, proof_of(scanner.name)
    ratio = f"{proof.ratio:.1f}" if proof.ratio is not None else ""
    cells = (
        f"`{scanner.name}`",
        f"[{scanner.title}](#{_anchor(scanner.title)})",
        kind_of(scanner),
        about.grade.value,
        str(proof.samples),
        str(len(about.fields)),
        ratio,
        about.memory,
    )
    return _cells(*cells)


def _section(scanner: Scanner) -> Iterator[str]:
    about, proof = scanner.about, proof_of(scanner.name)
    told = {
        "Name": f"`{scanner.name}`, {kind_of(scanner)}, {_graded(about.grade, proved(about, proof))}",
        "Versions": about.versions,
        "Key": about.key,
        "Coverage": about.coverage,
        "Repeats": about.repeats,
        "Memory": about.memory + (f"; {proof.megabytes} MB for a file of 300" if proof.megabytes else ""),
        "Real reports": f"{proof.samples} counted" + _list(" from ", about.samples),
        "Not yet kept": ", ".join(proof.broken),
        "Described in": "; ".join(about.sources),
        "Severities": ", ".join(f"{word or '(none)'} → {what}" for word, what in about.severities.items()),
    }
    yield from (f"- **{name}**: {text}" for name, text in told.items() if text)
    if about.fields:
        yield from ("", "| field | taken from |", "|---|---|")
        yield from (_cells(f"`{name}`", told) for name, told in about.fields.items())


def _graded(said: Grade, shown: Grade) -> str:
    return f"grade {said}" if said == shown else f"grade {said}, proved up to {shown}"


def _list(before: str, names: tuple[str, ...]) -> str:
    return before + ", ".join(f"`{name}`" for name in names) if names else ""


def _demands() -> Iterator[str]:
    for demand in DEMANDS:
        yield _cells(demand.grade.value, demand.asked, demand.proved_by)


def _clauses() -> Iterator[str]:
    for clause in CLAUSES:
        yield _cells(f"`{clause.name}`", clause.asked, clause.because)


def _cells(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _anchor(title: str) -> str:
    kept = (each for each in title.lower() if each.isalnum() or each in " -_")
    return "".join(kept).replace(" ", "-")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
