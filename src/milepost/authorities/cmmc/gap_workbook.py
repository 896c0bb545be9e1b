"""A gap assessment to fill in: the 110 requirements, their points, and a line for each of the 320 objectives.

It holds identifiers, titles, weights and letters; what each objective asks stands in SP 800-171A. Results go
to the sheet of objectives, since a requirement is judged on those (32 CFR 170.24(b)); the sheet is read back
by `reading.read_assessment`.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from milepost.authorities.cmmc.draft import Draft
from milepost.authorities.cmmc.identifiers import Named
from milepost.authorities.cmmc.requirements import REQUIREMENTS, Requirement, requirement_of
from milepost.authorities.cmmc.results import Finding, Part
from milepost.authorities.cmmc.rules import Level
from milepost.authorities.forms.writing import HEADING, PLAIN
from milepost.authorities.sheets.cells import Value
from milepost.authorities.sheets.saving import saved
from milepost.authorities.sheets.styles import Style
from milepost.authorities.sheets.text import letters
from milepost.authorities.sheets.writer import Line, SheetForm, Table, Validation, WorkbookWriter
from milepost.catalogs.nist_800_171 import FAMILIES
from milepost.domain.errors import WrongUse
from milepost.domain.problem import Problem

OBJECTIVES = (
    ("Requirement ID", 16.0),
    ("Objective", 14.0),
    ("Requirement Title", 40.0),
    ("Point Value", 12.0),
    ("Result", 14.0),
    ("Evidence", 40.0),
    ("Comments", 40.0),
)
"""The headings of the sheet of objectives, with their widths."""
_REQUIREMENTS = (
    ("Family", 34.0),
    ("Number", 12.0),
    ("Identifier", 16.0),
    ("Title", 48.0),
    ("Points", 10.0),
    ("Points if partly implemented", 16.0),
    ("May stand on the POA&M of an assessment", 30.0),
    ("Count of objectives", 14.0),
)
_RESULTS = (Finding.MET.value, Finding.NOT_MET.value, Finding.NOT_APPLICABLE.value)
Answers = Mapping[Named, str]


def write_gap_workbook(
    out: Path, as_of: date, *, level: Level = Level.TWO, answers: Answers | None = None
) -> list[Problem]:
    """Write the workbook; `answers` are results that are known already, by objective.

    Raises:
        WrongUse: the file is no workbook by its ending, or the level is not scored by objectives.
    """
    if out.suffix.casefold() != ".xlsx":
        raise WrongUse(
            "the gap assessment is a workbook", where=out.name, fix="name a file that ends in .xlsx"
        )
    if level is not Level.TWO:
        raise WrongUse("the gap assessment is of Level 2", fix="leave --level out")
    asked = REQUIREMENTS[level].values()
    with saved(out) as file:
        writer = WorkbookWriter(file, "CMMC Level 2 gap assessment", as_of)
        overview = Table(2, _columns(len(_REQUIREMENTS)), map(_overview, asked))
        writer.sheet(_form("Requirements", _REQUIREMENTS, ()), [_head(_REQUIREMENTS)], overview)
        writer.sheet(
            _form("Objectives", OBJECTIVES, _choices()), [_head(OBJECTIVES)], _table(_lines(answers or {}))
        )
        writer.close()
    return writer.problems


def answers_of(draft: Draft) -> dict[Named, str]:
    """Return the results that a file states, by objective; what it states of a requirement is for all."""
    found: dict[Named, str] = {}
    for statement in draft.statements:
        number = statement.named.number
        if number not in REQUIREMENTS[Level.TWO] or statement.finding is None:
            continue
        letters_of = (_letter(each) for each in requirement_of(number).objectives)
        for letter in [statement.named.letter] if statement.named.letter else letters_of:
            named = Named(number, letter)
            if found.get(named, "").startswith(Finding.NOT_MET):
                continue
            found[named] = _result(statement.finding, statement.part, number)
    return found


def _result(finding: Finding, part: Part, number: str) -> str:
    """Return a result in the words of the sheet; the two requirements with a partial value say which."""
    requirement = requirement_of(number)
    if finding is not Finding.NOT_MET or requirement.partial_points is None:
        return finding.value
    points = requirement.partial_points if part is Part.PARTLY else requirement.points
    return f"{finding.value} -{points}"


def _lines(answers: Answers) -> Iterator[list[Value]]:
    for requirement in REQUIREMENTS[Level.TWO].values():
        for objective in requirement.objectives:
            result = answers.get(Named(requirement.number, _letter(objective)), "")
            points = requirement.points
            yield [requirement.number, objective, requirement.title, points, result, "", ""]


def _letter(objective: str) -> str:
    return objective.partition("[")[2].rstrip("]")


def _overview(requirement: Requirement) -> list[Value]:
    return [
        f"{requirement.family} {FAMILIES[requirement.family]}",
        requirement.number,
        requirement.identifier,
        requirement.title,
        "no score without it" if requirement.points is None else requirement.points,
        requirement.partial_points,
        requirement.deferral.value,
        len(requirement.objectives),
    ]


def _choices() -> tuple[Validation, ...]:
    """Offer the results in each line; where the rule knows a part, how much is deducted."""
    rules = []
    row = 2
    for requirement in REQUIREMENTS[Level.TWO].values():
        last = row + len(requirement.objectives) - 1
        words = ",".join(_words(requirement))
        rules.append((words, f"E{row}:E{last}"))
        row = last + 1
    return tuple(
        Validation("list", " ".join(cells for each, cells in rules if each == words), f'"{words}"')
        for words in dict.fromkeys(each for each, _ in rules)
    )


def _words(requirement: Requirement) -> tuple[str, ...]:
    if requirement.partial_points is None:
        return _RESULTS
    met, not_met, out = _RESULTS
    return (met, f"{not_met} -{requirement.partial_points}", f"{not_met} -{requirement.points}", out)


def _form(name: str, headings: tuple[tuple[str, float], ...], choices: tuple[Validation, ...]) -> SheetForm:
    widths = tuple((number, number, width) for number, (_, width) in enumerate(headings, 1))
    return SheetForm(name, widths, frozen=1, validations=choices)


def _head(headings: tuple[tuple[str, float], ...]) -> Line:
    return Line(1, tuple((letters(number), name, HEADING) for number, (name, _) in enumerate(headings, 1)))


def _table(rows: Iterator[list[Value]]) -> Table:
    return Table(2, _columns(len(OBJECTIVES)), rows)


def _columns(count: int) -> tuple[tuple[str, Style], ...]:
    return tuple((letters(number), PLAIN) for number in range(1, count + 1))
