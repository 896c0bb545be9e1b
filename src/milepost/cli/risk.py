"""`milepost risk`: levels looked up in tables, FIPS 199 categories, CVSS scores, words of other scales."""

from pathlib import Path
from typing import Final

import click

from milepost.catalogs.risk_matrices import built_in, named
from milepost.cli import risk_words
from milepost.cli.asking import Asked, asked
from milepost.domain.errors import WrongUse
from milepost.domain.impact_level import categorize
from milepost.domain.scale import Scale, grade
from milepost.work.risk.choosing_tables import level_in, likelihood_table, named_table

_SCALES: Final = {
    "words": Scale.WORDS,
    "levels": Scale.LEVELS,
    "categories": Scale.CATEGORIES,
    "nessus": Scale.NESSUS,
}
_FILE: Final = click.Path(path_type=Path)


@click.group()
def risk() -> None:
    """Look up risk in published tables, categorize systems, score CVSS vectors, translate severities."""


@risk.command("level")
@click.option("--likelihood", metavar="LEVEL", default="", help="The likelihood: HIGH, MODERATE …")
@click.option(
    "--likelihood-from",
    nargs=2,
    metavar="LEVEL LEVEL",
    help="Look the likelihood up first: relevance of threat and severity (DoD), or likelihood of initiation "
    "and of adverse impact (NIST).",
)
@click.option("--impact", metavar="LEVEL", required=True, help="The impact: HIGH, MODERATE …")
@click.option("--matrix", default="", help="A table that `milepost risk matrices` lists.")
@click.option("--matrix-file", type=_FILE, help="An organization's own table, as TOML.")
@asked
def level(
    asked_for: Asked,
    /,
    likelihood: str,
    likelihood_from: tuple[str, str] | None,
    impact: str,
    matrix: str,
    matrix_file: Path | None,
) -> None:
    """Look up the risk of a likelihood and an impact."""
    table = named_table(matrix, matrix_file)
    if bool(likelihood) is (likelihood_from is not None):
        raise WrongUse("the likelihood is not clear", fix="give --likelihood, or --likelihood-from")
    steps = []
    if likelihood_from is None:
        row = level_in(likelihood, "--likelihood")
    else:
        cause, effect = (level_in(each, "--likelihood-from") for each in likelihood_from)
        first = likelihood_table(table)
        steps = [(first, first.look_up(cause, effect))]
        row = steps[0][1].level
    column = level_in(impact, "--impact")
    steps.append((table, table.look_up(row, column)))
    asked_for.answer(risk_words.level_document(row, column, steps), lambda: risk_words.level_text(steps))


@risk.command("matrices")
@click.argument("name", required=False, default="")
@asked
def matrices(asked_for: Asked, /, name: str) -> None:
    """List the risk tables that come with Milepost, or show the cells of the table NAME."""
    tables = [named(name)] if name else list(built_in().values())
    text = risk_words.table_text if name else risk_words.table_line
    asked_for.answer(
        {"matrices": [risk_words.table_document(each) for each in tables]},
        lambda: "\n".join(text(each) for each in tables),
    )


@risk.command("categorize")
@click.argument("file", type=_FILE, required=False)
@click.option(
    "--type", "types", multiple=True, metavar="NAME=C:I:A", help="A type of information, like Payroll=M:H:L."
)
@asked
def categorize_system(asked_for: Asked, /, file: Path | None, types: tuple[str, ...]) -> None:
    """Categorize a system by FIPS 199 from the information that it holds.

    FILE is a table (.csv, .xlsx, .md) with the headings name, confidentiality, integrity, availability.
    """
    from milepost.work.risk.information_types import type_of, types_in

    held = [*(types_in(file) if file else ()), *map(type_of, types)]
    category = categorize(held)
    document = risk_words.category_document(category, held)
    asked_for.answer(document, lambda: risk_words.category_text(category))


@risk.command("cvss")
@click.argument("vector")
@click.option(
    "--modified", multiple=True, metavar="METRIC:VALUE", help="An environmental metric, like MAV:A or CR:H."
)
@click.option("--fedramp", is_flag=True, help="Say how FedRAMP rates it, and what an adjustment may use.")
@click.option("--note", default="", help="With --fedramp: why High should become Low.")
@asked
def cvss(asked_for: Asked, /, *, vector: str, modified: tuple[str, ...], fedramp: bool, note: str) -> None:
    """Score the CVSS VECTOR (2.0 to 4.0): base, and with its environment."""
    from milepost.work.risk.rating_by_cvss import rated_vector

    rated = rated_vector(vector, modified, fedramp=fedramp, note=note)
    asked_for.answer(risk_words.cvss_document(rated), lambda: risk_words.cvss_text(rated))


@risk.command("grade")
@click.argument("word")
@click.option(
    "--scale",
    required=True,
    type=click.Choice(list(_SCALES)),
    help="What WORD is of: severity words, the five levels, STIG categories, Nessus numbers.",
)
@asked
def grade_word(asked_for: Asked, /, word: str, scale: str) -> None:
    """Say what WORD of a scale is as severity, level and category: CAT II is moderate."""
    found = grade(word, _SCALES[scale])
    asked_for.answer(risk_words.grade_document(found), lambda: f"{found.reason}\n  {found.citation}")
