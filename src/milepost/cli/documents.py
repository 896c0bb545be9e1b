"""`milepost convert`, `diff` and `take`: documents of plans, with or without a register."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from milepost.cli.asking import Asked, asked, register_ready, sealed
from milepost.cli.reading import problem_lines
from milepost.domain.errors import WrongUse

if TYPE_CHECKING:
    from datetime import date

    from milepost.authorities.documents.comparing import Comparison
    from milepost.domain.plan_document import PlanDocument
    from milepost.work.documents.convert import Converted
    from milepost.work.documents.import_plan import PlanTaken

_REGISTER = "register:"
_CHANGES_SHOWN = 60
_PREVIEW = "preview"


@click.command()
@click.argument("source", metavar="IN")
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--to", "target", default="", help="The format to write; default: by the ending of OUT.")
@click.option("--template", type=click.Path(path_type=Path), help="Your template or last export to fill.")
@click.option("--set", "choices", multiple=True, metavar="NAME=VALUE", help="An option of the format.")
@click.option("--strict", is_flag=True, help="Write nothing where anything would be lost.")
@asked
def convert(
    asked_for: Asked,
    source: str,
    out: Path,
    target: str,
    template: Path | None,
    choices: tuple[str, ...],
    *,
    strict: bool,
) -> None:
    """Convert IN (a plan, scans in a file or folder, or register:SYSTEM) to the document OUT."""
    from milepost.work.documents.convert import Conversion, convert

    plan = _plan(source, asked_for.as_of)
    conversion = Conversion(
        out=out,
        as_of=asked_for.as_of,
        target=target,
        base=template,
        choices=dict(each.partition("=")[::2] for each in choices),
        strict=strict,
    )
    done = convert(plan, conversion)
    document = _document(plan, out, done)
    said = _text(plan, out, done)
    if source.startswith(_REGISTER):
        said = sealed(document, out, source.removeprefix(_REGISTER), said, base=template)
    asked_for.answer(document, lambda: said)


def _plan(named: str, as_of: "date") -> "PlanDocument":
    if not named.startswith(_REGISTER):
        from milepost.work.documents.read_plan import plan_in

        return plan_in(Path(named), as_of)
    register_ready()
    from milepost.work.documents.register_plan import register_plan

    return register_plan(named.removeprefix(_REGISTER))


def _document(plan: "PlanDocument", out: Path, done: "Converted") -> dict[str, object]:
    return {
        "read": {"layout": plan.layout, "items": len(plan.items)},
        "file": str(out),
        "format": done.target.name,
        "rows": dict(done.written.counts),
        "lost": [each._asdict() for each in done.lost],
        "problems": [problem._asdict() for problem in (*plan.problems, *done.written.problems)],
    }


def _text(plan: "PlanDocument", out: Path, done: "Converted") -> str:
    counts = ", ".join(f"{count} on {place}" for place, count in done.written.counts.items())
    lines = [
        f"Read {len(plan.items)} items ({plan.title or plan.layout}).",
        f"Wrote {out} ({done.target.title}): {counts or 'no items'}.",
    ]
    if done.lost:
        lines.append(f"{done.target.title} cannot carry:")
        lines += [
            f"  {each.field.replace('_', ' ')}: said by {each.items} items, first {each.example or 'unnamed'}"
            for each in done.lost
        ]
    return "\n".join([*lines, *problem_lines((*plan.problems, *done.written.problems))])


@click.command()
@click.argument("old")
@click.argument("new")
@asked
def diff(asked_for: Asked, old: str, new: str) -> int:
    """Compare the plans OLD and NEW (files, or register:SYSTEM); the status is 1 if a rule is broken."""
    from milepost.authorities.documents.comparing import compare_plans

    found = compare_plans(_plan(old, asked_for.as_of), _plan(new, asked_for.as_of))
    asked_for.answer(_compared(found), lambda: _differences(found))
    return int(bool(found.faults))


def _compared(found: "Comparison") -> dict[str, object]:
    return {
        "new": list(found.new),
        "gone": list(found.gone),
        "same": found.same,
        "changed": [
            {
                "item": each.item,
                "title": each.title,
                "fields": [
                    {"field": one.field, "before": one.before, "after": one.after} for one in each.differences
                ],
            }
            for each in found.changed
        ],
        "faults": [
            {
                "item": each.item,
                "fault": each.fault.value,
                "detail": each.detail,
                "citation": str(each.citation),
            }
            for each in found.faults
        ],
    }


def _differences(found: "Comparison") -> str:
    lines = [
        f"{len(found.new)} new, {len(found.gone)} gone, {len(found.changed)} changed, {found.same} the same"
    ]
    lines += [f"  fault: {each.item}: {each.fault}, {each.detail} [{each.citation}]" for each in found.faults]
    lines += [f"  new: {item}" for item in found.new[:_CHANGES_SHOWN]]
    lines += [f"  gone: {item}" for item in found.gone[:_CHANGES_SHOWN]]
    for each in found.changed[:_CHANGES_SHOWN]:
        lines.append(f"  changed: {each.item} {each.title}")
        lines += [
            f"    {one.field.replace('_', ' ')}: {one.before or '(none)'} -> {one.after or '(none)'}"
            for one in each.differences
        ]
    if len(found.changed) > _CHANGES_SHOWN:
        lines.append(f"  … and {len(found.changed) - _CHANGES_SHOWN} more; --json has them all")
    return "\n".join(lines)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--system", required=True, help="The system whose plan it is.")
@click.option("--person", required=True, help="Who brings it.")
@click.option("--dry-run", is_flag=True, help="Show what would happen, and change nothing.")
@asked
def take(asked_for: Asked, file: Path, system: str, person: str, *, dry_run: bool) -> None:
    """Take the plan in FILE into a system: new items are opened as it says, known ones are compared."""
    take_plan(asked_for, file, system, person, dry_run=dry_run)


def take_plan(asked_for: Asked, file: Path, system: str, person: str, *, dry_run: bool) -> None:
    """Take a plan into a system and answer what came of it; a preview needs nobody who brings it.

    Raises:
        WrongUse: nobody is named.
    """
    if not person and not dry_run:
        what = f"{file.name} is a plan, and nobody is named who brings it"
        raise WrongUse(what, fix="add --person NAME, or set MILEPOST_PERSON")
    register_ready()
    from milepost.work.documents.import_plan import PlanImport, import_plan

    taken = import_plan(PlanImport(file, system, asked_for.as_of, person or _PREVIEW, dry_run))
    document = {
        "import": taken.number,
        "format": taken.layout,
        "layout": taken.layout,
        "items": {"opened": len(taken.opened), "closure_candidates": 0, "consolidated": 0},
        "already_imported": taken.already,
        "opened": list(taken.opened),
        "compared": _compared(taken.compared),
        "problems": [problem._asdict() for problem in taken.problems],
    }
    asked_for.answer(document, lambda: _taken(file, taken))


def _taken(file: Path, taken: "PlanTaken") -> str:
    if taken.already:
        return f"{file.name} is import {taken.number} already: nothing changes."
    head = f"Import {taken.number}" if taken.number else "Preview"
    lines = [f"{head}: {file.name} ({taken.layout}), {len(taken.opened)} items opened"]
    lines.append(_differences(taken.compared))
    return "\n".join([*lines, *problem_lines(taken.problems)])
