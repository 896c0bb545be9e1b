"""`milepost columns`: what the columns of a table mean, suggested, saved, listed, exchanged and removed."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from milepost.cli.asking import Asked, asked, register_ready
from milepost.cli.reading import problem_lines
from milepost.domain.errors import WrongUse
from milepost.scanners.isolation import surveyed

if TYPE_CHECKING:
    from milepost.scanners.sheets.columns import Columns
    from milepost.scanners.sheets.surveyed import Survey


@click.group()
def columns() -> None:
    """Say once what the columns of a table mean; tables with the same headings then read themselves."""


@columns.command()
@click.argument("file", type=click.Path(path_type=Path))
@asked
def suggest(asked_for: Asked, file: Path) -> None:
    """Show what the headings of FILE suggest, and its first rows as read; nothing is kept."""
    survey = surveyed(file)
    asked_for.answer(_survey_document(survey), lambda: _survey_text(survey))


@columns.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--map",
    "pairs",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="What a column means; over what is suggested.",
)
@click.option(
    "--severity", "words", multiple=True, metavar="WORD=LEVEL", help="What a word for severity means."
)
@click.option(
    "--dates", "day_order", default="", help="'month first' or 'day first', for dates like 01/02/2026."
)
@click.option("--source", default="", help="Who or what gives the findings their identifiers.")
@click.option("--name", default="", help="The name of the mapping; else that of the file.")
@asked
def save(
    asked_for: Asked,
    file: Path,
    pairs: tuple[str, ...],
    words: tuple[str, ...],
    day_order: str,
    source: str,
    name: str,
) -> None:
    """Save what the columns of FILE mean, for every table with the same headings."""
    register_ready()
    from milepost.work.importing.column_mappings import mapping_of, save_mapping

    mapping = mapping_of(
        surveyed(file),
        [_pair(text) for text in pairs],
        name=name,
        severities=dict(map(_pair, words)),
        day_order=day_order,
        source=source,
    )
    save_mapping(mapping, as_of=asked_for.as_of)
    asked_for.answer(_document(mapping), lambda: _text(mapping))


@columns.command("list")
@asked
def list_mappings(asked_for: Asked) -> None:
    """List the saved mappings."""
    register_ready()
    from milepost.work.importing.column_mappings import mappings

    found = mappings()
    asked_for.answer(
        {"mappings": [_document(each) for each in found]},
        lambda: "\n".join(f"{each.name}: {', '.join(each.headings)}" for each in found) or "No mappings yet.",
    )


@columns.command()
@click.argument("name")
@asked
def show(asked_for: Asked, name: str) -> None:
    """Show the mapping NAME."""
    register_ready()
    from milepost.work.importing.column_mappings import mapping_named

    mapping = mapping_named(name)
    asked_for.answer(_document(mapping), lambda: _text(mapping))


@columns.command()
@click.argument("name")
@asked
def remove(asked_for: Asked, name: str) -> None:
    """Remove the mapping NAME; what was imported by it stays."""
    register_ready()
    from milepost.work.importing.column_mappings import remove_mapping

    remove_mapping(name)
    asked_for.answer({"removed": name}, lambda: f"The mapping {name} is removed.")


@columns.command()
@click.argument("name")
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="The file to write (JSON).")
@asked
def export(asked_for: Asked, name: str, out: Path) -> None:
    """Write the mapping NAME to a file, for another register."""
    register_ready()
    from milepost.work.importing.column_mappings import mapping_named
    from milepost.work.importing.mapping_files import write_mapping

    mapping = mapping_named(name)
    write_mapping(mapping, out)
    asked_for.answer({"file": str(out), **_document(mapping)}, lambda: f"Wrote the mapping {name} to {out}.")


@columns.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@asked
def import_mapping(asked_for: Asked, file: Path) -> None:
    """Save the mapping in FILE, in place of the one that its headings had before."""
    register_ready()
    from milepost.work.importing.column_mappings import save_mapping
    from milepost.work.importing.mapping_files import read_mapping

    mapping = read_mapping(file)
    save_mapping(mapping, as_of=asked_for.as_of)
    asked_for.answer(_document(mapping), lambda: _text(mapping))


def _pair(text: str) -> tuple[str, str]:
    left, equals, right = text.partition("=")
    if not equals:
        raise WrongUse(f"“{text}” has no = in it", fix="write it as FIELD=COLUMN or WORD=LEVEL")
    return left.strip(), right.strip()


def _document(mapping: "Columns") -> dict[str, object]:
    return {
        "name": mapping.name,
        "headings": list(mapping.headings),
        "fields": {field: list(headings) for field, headings in mapping.fields.items()},
        "severities": mapping.severities,
        "dates": mapping.day_order or None,
        "source": mapping.source or None,
    }


def _text(mapping: "Columns") -> str:
    read = {heading for headings in mapping.fields.values() for heading in headings}
    unread = [heading for heading in mapping.headings if heading and heading not in read]
    return "\n".join(
        [
            f"{mapping.name}: for tables with the columns {', '.join(mapping.headings)}",
            *(f"  {field} from {', '.join(headings)}" for field, headings in mapping.fields.items()),
            *(f"  severity {word} means {level}" for word, level in mapping.severities.items()),
            *([f"  dates like 01/02/2026: {mapping.day_order}"] if mapping.day_order else []),
            *([f"  identifiers of {mapping.source}"] if mapping.source else []),
            *([f"  not read: {', '.join(unread)}"] if unread else []),
        ]
    )


def _survey_document(survey: "Survey") -> dict[str, object]:
    return {
        "file": survey.name,
        "headings": list(survey.headings),
        "suggestions": [each._asdict() for each in survey.suggestions],
        "question": survey.question or None,
        "rows": [{"place": place, "cells": list(cells)} for place, cells in survey.rows],
        "problems": [problem._asdict() for problem in survey.problems],
    }


def _survey_text(survey: "Survey") -> str:
    shown = [
        f"  {each.field} from {each.heading} ({each.score} %: {each.reason})" for each in survey.suggestions
    ]
    first = [f"  {place}: {' | '.join(cells)}" for place, cells in survey.rows[:3]]
    return "\n".join(
        [
            f"{survey.name}: {len(survey.headings)} columns",
            *(shown or ["  no heading is known"]),
            "first rows:",
            *first,
            f"open: {survey.question}"
            if survey.question
            else "nothing is open: milepost import takes it as it is",
            *problem_lines(survey.problems),
        ]
    )
