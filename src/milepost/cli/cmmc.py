"""`milepost cmmc`: the score, the status and the clock of a CMMC assessment, and plans to reach them."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from milepost.cli.asking import Asked, asked
from milepost.cli.reading import problem_lines
from milepost.domain.errors import WrongUse

if TYPE_CHECKING:
    from milepost.authorities.cmmc.draft import Draft, Given
    from milepost.authorities.cmmc.verdict import Assessment

_FILE = click.argument("file", type=click.Path(path_type=Path))
_LEVEL = click.option("--level", help="The level: 1, 2 or 3.")
_KIND = click.option("--kind", help="Who assesses: self, c3pao or dibcac.")
_SSP = click.option("--ssp/--no-ssp", default=None, help="Whether a system security plan is in place.")
_STATUS_DATE = click.option("--status-date", help="The CMMC Status Date, as 2026-01-31.")


@click.group()
def cmmc() -> None:
    """Score CMMC assessments, forecast them and plan what to close first."""


@cmmc.command("score")
@_FILE
@_LEVEL
@_KIND
@_SSP
@_STATUS_DATE
@asked
def score(asked_for: Asked, /, file: Path, **options: str | bool | None) -> None:
    """Score FILE (JSON, CSV, .xlsx or Markdown): status, what blocks it and why, and every date."""
    from milepost.authorities.cmmc.draft import beside, completed
    from milepost.authorities.cmmc.reading import read_assessment
    from milepost.authorities.cmmc.report import Report, as_document, as_text
    from milepost.authorities.cmmc.verdict import judge

    draft = read_assessment(file)
    done = completed(draft, _given(options))
    day = _day(asked_for, draft, done.assessment)
    verdict = judge(done.assessment, as_of=day)
    problems = (*done.problems, *beside(verdict, draft.name, day))
    report = Report(verdict, day, done.overrides, problems)
    asked_for.answer(as_document(report), lambda: as_text(report))


@cmmc.command("worksheet")
@_FILE
@_LEVEL
@_KIND
@_SSP
@_STATUS_DATE
@asked
def worksheet(asked_for: Asked, /, file: Path, **options: str | bool | None) -> None:
    """List the results of FILE in the order of the SPRS screens."""
    from milepost.authorities.cmmc.draft import completed
    from milepost.authorities.cmmc.reading import read_assessment
    from milepost.authorities.cmmc.verdict import judge
    from milepost.authorities.cmmc.worksheet import as_text, lines

    draft = read_assessment(file)
    done = completed(draft, _given(options))
    listed = list(lines(judge(done.assessment, as_of=_day(asked_for, draft, done.assessment))))
    problems = [problem._asdict() for problem in done.problems]
    asked_for.answer(
        {"lines": [line._asdict() for line in listed], "problems": problems}, lambda: as_text(listed)
    )


@cmmc.command("forecast")
@_FILE
@click.option("--by", required=True, help="The last day to look at, as 2026-12-31.")
@_LEVEL
@_KIND
@_SSP
@_STATUS_DATE
@asked
def forecast(asked_for: Asked, /, file: Path, by: str, **options: str | bool | None) -> None:
    """Say what score, eligibility and delay will be if the items of FILE are done when they are due."""
    from milepost.authorities.cmmc.draft import completed
    from milepost.authorities.cmmc.forecast import forecast as outlooks
    from milepost.authorities.cmmc.outlook_report import as_document, as_text
    from milepost.authorities.cmmc.reading import read_plan
    from milepost.authorities.cmmc.spellings import date_of

    plan = read_plan(file)
    done = completed(plan.draft, _given(options))
    until = date_of(by, where="--by")
    if until < asked_for.as_of:
        raise WrongUse(f"--by {until} is before {asked_for.as_of}", fix="give a later day")
    found = outlooks(done.assessment, plan.items, as_of=asked_for.as_of, until=until)
    document = as_document(found, plan.items, done)
    asked_for.answer(document, lambda: as_text(found, document))


@cmmc.command("plan")
@_FILE
@click.option("--by", required=True, help="The day by which it is to be reached, as 2026-12-31.")
@click.option("--target", type=click.Choice(["conditional", "110"]), default="conditional", show_default=True)
@click.option(
    "--hours-per-week", type=click.FloatRange(0, 10_000, min_open=True), help="Hours of work a week."
)
@_LEVEL
@_KIND
@_SSP
@_STATUS_DATE
@asked
def plan(
    asked_for: Asked,
    /,
    file: Path,
    by: str,
    target: str,
    hours_per_week: float | None,
    **options: str | bool | None,
) -> None:
    """Choose the cheapest items of FILE that reach the target by a day, or say why none do."""
    from milepost.authorities.cmmc import choice_report
    from milepost.authorities.cmmc.cheapest import Target, Task, cheapest
    from milepost.authorities.cmmc.draft import completed
    from milepost.authorities.cmmc.reading import read_plan
    from milepost.authorities.cmmc.spellings import date_of

    given = read_plan(file)
    done = completed(given.draft, _given(options))
    weekly = None if hours_per_week is None else max(round(hours_per_week * 60), 1)
    task = Task(date_of(by, where="--by"), Target(target), weekly)
    choice = cheapest(done.assessment, given.items, task, as_of=asked_for.as_of)
    document = choice_report.as_document(choice, task, done.problems)
    asked_for.answer(document, lambda: choice_report.as_text(choice, task))


@cmmc.command("gap-assessment")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The workbook to write.")
@click.option("--from", "known", type=click.Path(path_type=Path), help="An assessment to fill in.")
@asked
def gap_assessment(asked_for: Asked, /, output: Path, known: Path | None) -> None:
    """Write a workbook with the 110 requirements and 320 objectives to fill in; `score` reads it back."""
    from milepost.authorities.cmmc.gap_workbook import answers_of, write_gap_workbook
    from milepost.authorities.cmmc.reading import read_assessment

    answers = answers_of(read_assessment(known)) if known else {}
    problems = write_gap_workbook(output, asked_for.as_of, answers=answers)
    document = {
        "file": str(output),
        "answers": len(answers),
        "problems": [problem._asdict() for problem in problems],
    }
    asked_for.answer(document, lambda: f"Wrote {output} with {len(answers)} of 320 results filled in.")


@cmmc.group()
def evidence() -> None:
    """Hash the artifacts of an assessment as CMMC eMASS asks for it, and check such packages."""


@evidence.command("write")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Where the two lists go; default: FOLDER."
)
@click.option("--root", default="", help="The folder's path as the list is to name it.")
@asked
def evidence_write(asked_for: Asked, /, folder: Path, output: Path | None, root: str) -> None:
    """Hash every artifact in FOLDER and write the list of them and the list's own hash."""
    from milepost.authorities.cmmc.evidence_package import write_package

    package = write_package(folder, output, root=root)
    document = {
        "files": [str(package.log), str(package.log_hash)],
        "artifacts": [entry._asdict() for entry in package.entries],
        "hash_algorithm": "SHA256",
        "hash_value": package.digest,
        "problems": [problem._asdict() for problem in package.problems],
    }
    lines = [
        f"Wrote {package.log} with {len(package.entries)} artifacts, and {package.log_hash}.",
        f"Hash value of the list (SHA256): {package.digest}",
        *problem_lines(package.problems),
    ]
    asked_for.answer(document, lambda: "\n".join(lines))


@evidence.command("verify")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--log", type=click.Path(path_type=Path), help="The list of artifacts; default: in FOLDER.")
@click.option(
    "--log-hash", type=click.Path(path_type=Path), help="The list's hash; default: beside the list."
)
@asked
def evidence_verify(asked_for: Asked, /, folder: Path, log: Path | None, log_hash: Path | None) -> int:
    """Check the artifacts in FOLDER against the two lists; the status is 1 if they do not agree."""
    from milepost.authorities.cmmc.evidence_check import Outcome, check_package

    found = check_package(folder, log, log_hash)
    ruling = found.ruling
    document = {
        "holds": ruling.allowed,
        "reason": ruling.reason,
        "citation": str(ruling.citation),
        "list": {"holds": found.seal.allowed, "reason": found.seal.reason},
        "root": found.root,
        "artifacts": [{"path": each.path, "outcome": each.outcome.value} for each in found.checked],
        "problems": [problem._asdict() for problem in found.problems],
    }
    verdict = "The package holds" if ruling.allowed else "The package does not hold"
    lines = [f"{verdict}: {ruling.reason} [{ruling.citation}].", f"{found.seal.reason}.".capitalize()]
    lines += [
        f"  {each.outcome.value}: {each.path}" for each in found.checked if each.outcome is not Outcome.SAME
    ]
    lines += problem_lines(found.problems)
    asked_for.answer(document, lambda: "\n".join(lines))
    return int(not ruling.allowed)


@cmmc.command("rules")
@asked
def rules(asked_for: Asked, /) -> None:
    """Print the rules that Milepost applies, with their sources."""
    from milepost.authorities.cmmc.prose import rules_page

    page = rules_page()
    asked_for.answer({"text": page}, page.rstrip)


def _given(options: Mapping[str, str | bool | None]) -> "Given":
    """Read what the options state; an option that is not given states nothing."""
    from milepost.authorities.cmmc.draft import Given
    from milepost.authorities.cmmc.spellings import date_of, kind_of, level_of

    level, kind, day, ssp = (options.get(name) for name in ("level", "kind", "status_date", "ssp"))
    return Given(
        None if level is None else level_of(level, where="--level"),
        None if kind is None else kind_of(kind, where="--kind"),
        None if ssp is None else bool(ssp),
        None if day is None else date_of(day, where="--status-date"),
    )


def _day(asked_for: Asked, draft: "Draft", assessment: "Assessment") -> date:
    """Return the day to judge on: as asked, as the file says, else today or the last day in the file."""
    if click.get_current_context().params.get("as_of") is not None:
        return asked_for.as_of
    from milepost.authorities.cmmc.draft import day_to_judge

    return day_to_judge(draft, assessment, asked_for.as_of)
