"""`milepost scanners`: which formats are read and how well, the contract on samples, a format of your own."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from milepost.cli.asking import Asked, asked

if TYPE_CHECKING:
    from milepost.scanners.contract.judging import Judgement
    from milepost.scanners.contract.verdict import Verdict

_KINDS = ("json", "xml", "csv")


@click.group()
def scanners() -> None:
    """List and describe the formats that are read, test readers, begin one of your own."""


@scanners.command("list")
@asked
def list_scanners(asked_for: Asked) -> None:
    """List every format with its grade, kind and memory."""
    from milepost.scanners.prose import documents, lines

    asked_for.answer({"scanners": documents()}, lambda: "\n".join(lines()))


@scanners.command("show")
@click.argument("name")
@asked
def show(asked_for: Asked, name: str) -> None:
    """Show what is taken from the format NAME: versions, key, coverage, fields, severities."""
    from milepost.scanners.contract.judging import known
    from milepost.scanners.prose import document_of, section

    scanner = known(name)
    asked_for.answer(document_of(scanner), lambda: section(scanner))


@scanners.command("test")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--scanner", "name", default="", help="The scanner that has to recognise every file.")
@click.option("--expect", is_flag=True, help="Write beside each file what was counted, for you to check.")
@asked
def test(asked_for: Asked, paths: tuple[Path, ...], name: str, *, expect: bool) -> None:
    """Hold the readers against the contract on the files, or on all files in the folders, of PATHS.

    In a folder, a file that no scanner recognises is passed over and named, unless --scanner says who has
    to, or expectations stand beside it.
    """
    from milepost.scanners.contract.judging import known

    if name:
        known(name)
    judged = list(_judged(paths, name))
    if expect:
        _write_expectations(judged)
    kept = sum(judgement.kept for judgement in judged)
    document = {"kept": kept, "broken": len(judged) - kept, "files": [each.document() for each in judged]}
    asked_for.answer(document, lambda: "\n".join(_words(judged)))
    if kept < len(judged):
        raise click.exceptions.Exit(1)


@scanners.command("new")
@click.argument("name")
@click.option("--kind", type=click.Choice(_KINDS), default="json", help="What the format is.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The folder; milepost-NAME without.")
@asked
def new(asked_for: Asked, name: str, kind: str, output: Path | None) -> None:
    """Write a package that adds the scanner NAME: a reader that works, a sample, a test."""
    from milepost.scanners.skeleton import write

    folder = output or Path(f"milepost-{name}")
    written = write(name, kind, folder)
    asked_for.answer(
        {"folder": str(folder), "files": [str(path) for path in written]},
        lambda: (
            f"Written to {folder}: {len(written)} files. Install it beside Milepost, then run:"
            f" milepost scanners test {folder / 'samples'} --scanner {name}"
        ),
    )


def _judged(paths: tuple[Path, ...], name: str) -> Iterator["Judgement"]:
    """Yield the judgement of every file; one of a folder that nobody has to recognise is named in passing."""
    from milepost.scanners.contract.expected import ENDING, beside
    from milepost.scanners.contract.judging import judge

    for path in paths:
        inside = (
            sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [_there(path)]
        )
        for file in inside:
            if file.name.endswith(ENDING):
                continue
            wanted = bool(name) or not path.is_dir() or beside(file).is_file()
            if wanted or _is_recognised(file):
                yield judge(file, name)
            else:
                click.echo(f"{file}: no scanner recognises it; passed over", err=True)


def _there(path: Path) -> Path:
    from milepost.domain.errors import InputRefused

    if not path.is_file():
        raise InputRefused("there is no such file or folder", where=str(path), fix="check the path")
    return path


def _is_recognised(path: Path) -> bool:
    from milepost.scanners.contract.judging import recognisers
    from milepost.scanners.contract.specimen import head_at

    return bool(recognisers(head_at(path)))


def _write_expectations(judged: list["Judgement"]) -> None:
    from milepost.scanners.contract.expected import beside, counts, written
    from milepost.scanners.contract.judging import known
    from milepost.scanners.contract.specimen import Read, answer

    for judgement in judged:
        if judgement.scanner:
            found = answer(known(judgement.scanner), judgement.path, judgement.path.name)
            if isinstance(found, Read):
                beside(judgement.path).write_text(written(counts(found)), encoding="utf-8")


def _words(judged: list["Judgement"]) -> Iterator[str]:
    for judgement in judged:
        outcomes = Counter(verdict.outcome.value for verdict in judgement.verdicts)
        told = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items())
        yield f"{judgement.path}: {judgement.scanner or 'no scanner'}: {told}"
        for verdict in judgement.broken():
            yield from _breaches(verdict)
    kept = sum(judgement.kept for judgement in judged)
    yield f"{kept} of {len(judged)} files keep the contract."


def _breaches(verdict: "Verdict") -> Iterator[str]:
    clause = verdict.clause
    yield f"  {clause.name} is broken {verdict.count} times: {clause.asked}, because {clause.because}"
    for where, what in verdict.breaches:
        yield f"    {where}: {what}"
