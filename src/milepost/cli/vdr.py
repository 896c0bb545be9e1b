"""`milepost vdr` and `milepost system move-to-vdr`: FedRAMP's vulnerability reports of 2026."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from milepost.cli.asking import Asked, asked, register_ready, sealed
from milepost.cli.item_steps.planning import DAY
from milepost.cli.reading import problem_lines

if TYPE_CHECKING:
    from datetime import date

    from milepost.work.vdr.move_system import Moved

_REPORTS = ["vdt", "avi", "mrh", "monthly"]
_DATES_SHOWN = 20


@click.group()
def vdr() -> None:
    """Report vulnerabilities by FedRAMP's rules of 2026."""


@vdr.command()
@click.argument("name", metavar="REPORT", type=click.Choice(_REPORTS))
@click.option("--system", required=True, help="The system.")
@click.option("--from", "first", type=DAY, help="The first day; mrh does without and takes everything.")
@click.option("--to", "last", type=DAY, help="The last day; today if not given.")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The file to write.")
@click.option(
    "--audience",
    type=click.Choice(["agency", "public"]),
    default="agency",
    show_default=True,
    help="Who reads it; from the public, details that help to exploit are withheld.",
)
@click.option("--package-uri", default="", help="The address of your Certification Package Overview.")
@click.option(
    "--template", type=click.Path(path_type=Path), help="Your last report: its address and additions stay."
)
@asked
def report(
    asked_for: Asked,
    /,
    name: str,
    output: Path,
    first: datetime | None,
    last: datetime | None,
    template: Path | None,
    **said: str,
) -> None:
    """Write a REPORT of a period: vdt, avi or mrh as JSON, monthly for people (.md or .html)."""
    register_ready()
    from milepost.work.vdr.write_report import ReportOrder, write_report

    order = ReportOrder(
        system=said["system"],
        report=name,
        first=_day(first),
        last=_day(last) or asked_for.as_of,
        out=output,
        audience=said["audience"],
        package=said["package_uri"],
        base=template,
    )
    done = write_report(order, as_of=asked_for.as_of)
    document: dict[str, object] = {
        "file": str(output),
        "report": name,
        "audience": order.audience,
        "vulnerabilities": done.counts,
        "without_activity": done.without_activity,
        "problems": [problem._asdict() for problem in done.problems],
    }
    counts = ", ".join(f"{count} in {place}" for place, count in done.counts.items())
    idle = f"; {done.without_activity} without activity are left out" if done.without_activity else ""
    head = sealed(
        document, output, order.system, f"Wrote {output} for {order.audience}: {counts}{idle}.", base=template
    )
    asked_for.answer(document, lambda: "\n".join([head, *problem_lines(done.problems)]))


@vdr.command()
@click.argument("statement", type=click.Path(path_type=Path))
@click.option("--system", required=True, help="The system.")
@click.option("--from", "first", type=DAY, required=True, help="The first day of the period.")
@click.option("--to", "last", type=DAY, help="The last day; today if not given.")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The file to write.")
@click.option("--package-uri", default="", help="The address of your Certification Package Overview.")
@asked
def ongoing(
    asked_for: Asked,
    /,
    statement: Path,
    output: Path,
    first: datetime,
    last: datetime | None,
    **said: str,
) -> None:
    """Write the quarterly Ongoing Certification Report from your STATEMENT (JSON) and the register."""
    register_ready()
    from milepost.work.vdr.write_ongoing import OngoingOrder, write_ongoing

    order = OngoingOrder(
        system=said["system"],
        first=first.date(),
        last=_day(last) or asked_for.as_of,
        statement=statement,
        out=output,
        package=said["package_uri"],
    )
    tree = write_ongoing(order, as_of=asked_for.as_of)
    accepted = tree["acceptedVulnerabilities"]
    document = {"file": str(output), "report": "ongoing", "accepted": accepted}
    asked_for.answer(document, lambda: f"Wrote {output}. {accepted}")


@vdr.command()
@click.argument("file", type=click.Path(path_type=Path))
@asked
def check(asked_for: Asked, file: Path) -> int:
    """Check a report that you were given or are about to send; the status is 1 if anything is wrong."""
    from milepost.authorities.documents import read_document
    from milepost.authorities.fedramp_vdr.consistency import contradictions

    plan = read_document(file)
    problems = (*plan.problems, *contradictions(plan))
    document = {
        "file": str(file),
        "layout": plan.layout,
        "items": len(plan.items),
        "problems": [problem._asdict() for problem in problems],
    }
    said = f"{file.name} ({plan.title or plan.layout}): {len(plan.items)} items, {len(problems)} problems."
    asked_for.answer(document, lambda: "\n".join([said, *problem_lines(problems)]))
    return int(bool(problems))


@click.command("move-to-vdr")
@click.argument("name", metavar="SYSTEM")
@click.option("--on", type=DAY, required=True, help="The day from which the new rules hold.")
@click.option(
    "--class",
    "system_class",
    type=click.Choice(["B", "C", "D"], case_sensitive=False),
    required=True,
    help="The class that the system is certified in.",
)
@click.option("--dry-run", is_flag=True, help="Show what would change and what is missing; change nothing.")
@click.option("--person", "--by", "person", required=True, envvar="MILEPOST_PERSON", help="Who moves it.")
@asked
def move_to_vdr(
    asked_for: Asked, /, name: str, on: datetime, system_class: str, person: str, *, dry_run: bool
) -> int:
    """Move SYSTEM from FedRAMP's POA&M to its vulnerability rules of 2026; items keep their history."""
    register_ready()
    from milepost.work.vdr.move_system import Move, move_to_vdr

    done = move_to_vdr(Move(name, on.date(), system_class, person, dry_run), as_of=asked_for.as_of)
    document = {
        "system": done.system,
        "before": done.before,
        "after": done.after,
        "preview": dry_run,
        "items": done.items,
        "open_items": done.open_items,
        "dates": [{"item": each.item, "before": each.before, "after": each.after} for each in done.dates],
        "missing": [problem._asdict() for problem in done.missing],
        "remarks": list(done.remarks),
    }
    asked_for.answer(document, lambda: _receipt(done, preview=dry_run))
    return int(bool(done.missing))


def _receipt(done: "Moved", *, preview: bool) -> str:
    head = "Preview: would move" if preview else "Moved"
    lines = [
        f"{head} {done.system} from {done.before} to {done.after}.",
        f"{done.items} items ({done.open_items} open) keep identifiers, dates and history.",
        f"{len(done.dates)} of them have another due date.",
    ]
    shown = done.dates[:_DATES_SHOWN]
    lines += [f"  {each.item}: {each.before or 'none'} -> {each.after or 'none'}" for each in shown]
    if len(done.dates) > _DATES_SHOWN:
        lines.append(f"  … and {len(done.dates) - _DATES_SHOWN} more; --json has them all")
    lines += [f"Remark: {each}." for each in done.remarks]
    if done.missing:
        lines.append(f"It cannot be moved yet, for facts are missing ({len(done.missing)}).")
    return "\n".join([*lines, *problem_lines(done.missing)])


def _day(given: datetime | None) -> "date | None":
    return None if given is None else given.date()
