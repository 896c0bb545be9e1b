"""`milepost check`: a plan of action and milestones under the rules, no register needed."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from milepost.cli.asking import Asked, asked, register_ready
from milepost.domain.errors import WrongUse

if TYPE_CHECKING:
    from milepost.work.checking.check_document import Asked as Wanted
    from milepost.work.checking.check_document import Checked

_FORMATS = ("text", "json", "sarif", "workbook")
_LEVELS = ("error", "warning", "info", "never")


class _How(NamedTuple):
    """How the answer is given."""

    form: str
    by: str
    everything: bool
    output: Path | None
    fail_on: str


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--system", default="", help="Check a system of the register instead of a file.")
@click.option("--profile", "profiles", multiple=True, help="Judge by this profile; default: by the layout.")
@click.option("--rule", "only", multiple=True, help="Only this rule, group, or beginning of ids (FR-*).")
@click.option("--skip", "without", multiple=True, help="Leave out this rule, group or beginning of ids.")
@click.option("--previous", type=click.Path(path_type=Path), help="The last submission, to compare with.")
@click.option("--inventory", type=click.Path(path_type=Path), help="The inventory of assets.")
@click.option("--kev", type=click.Path(path_type=Path), help="CISA's catalog (JSON).")
@click.option("--waivers", type=click.Path(path_type=Path), help="Accepted findings (TOML or CSV).")
@click.option("--format", "form", type=click.Choice(_FORMATS), default="text", show_default=True)
@click.option(
    "--by", type=click.Choice(["rule", "item"]), default="rule", show_default=True, help="Group the text."
)
@click.option("--all", "everything", is_flag=True, help="Show every place in the text.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the answer to this file.")
@click.option("--fail-on", type=click.Choice(_LEVELS), default="error", show_default=True)
@asked
def check(asked_for: Asked, /, file: Path | None, system: str, **given: object) -> int:
    """Check the plan in FILE, or that of a system: exit code 1 where a finding reaches --fail-on."""
    how = _How(*(given.pop(name) for name in _How._fields))  # type: ignore[arg-type] # as the options say
    checked = _checked(file, system, _wanted(asked_for, given))
    form = "json" if asked_for.as_json else how.form
    if form == "workbook":
        _write_workbook(checked, file, how.output)
    else:
        _answer(_shown(checked, form, how), how.output)
    return int(_fails(checked, how.fail_on))


def _wanted(asked_for: Asked, given: dict[str, object]) -> "Wanted":
    from milepost.work.checking.check_document import Asked as Wanted

    return Wanted(as_of=asked_for.as_of, **given)  # type: ignore[arg-type] # as the options say


def _checked(file: Path | None, system: str, wanted: "Wanted") -> "Checked":
    if bool(file) == bool(system):
        raise WrongUse("there is nothing to check, or too much", fix="give a FILE, or --system NAME")
    if file:
        from milepost.work.checking.check_document import check_document

        return check_document(file, wanted)
    register_ready()
    from milepost.work.checking.check_system import check_system

    return check_system(system, wanted)


def _shown(checked: "Checked", form: str, how: _How) -> str:
    from milepost.work.checking.answers import as_json, as_text

    if form == "text":
        return as_text(checked, how.by, all_places=how.everything)
    if form == "json":
        return json.dumps(as_json(checked), ensure_ascii=False)
    from milepost.work.checking.sarif import as_sarif

    return json.dumps(as_sarif(checked), ensure_ascii=False, indent=1)


def _answer(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text)
        return
    try:
        output.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        what = f"the answer cannot be written ({error.strerror})"
        raise WrongUse(what, where=str(output), fix="choose a folder that is there") from error
    click.echo(f"Wrote {output}.")


def _write_workbook(checked: "Checked", file: Path | None, output: Path | None) -> None:
    if file is None or output is None:
        what = "a workbook with comments needs the user's own workbook and a place to write it"
        raise WrongUse(what, fix="give FILE and --output")
    from milepost.work.checking.comments import write_commented

    count = write_commented(checked, file, output)
    click.echo(f"Wrote {output} with comments in {count} cells.")


def _fails(checked: "Checked", fail_on: str) -> bool:
    if fail_on == "never":
        return False
    from milepost.checks.rule import Level

    least = Level(fail_on).rank
    return any(each.level.rank >= least and not each.waiver for each in checked.report.findings)
