"""`milepost priorities`: what to work on first in a system, and why."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import click

from milepost.cli.asking import Asked, asked, register_ready
from milepost.cli.reading import problem_lines

if TYPE_CHECKING:
    from milepost.work.risk.prioritise_items import Line, Priorities

_PROBLEMS_SHOWN: Final = 10


@click.command()
@click.option("--system", required=True, help="The system.")
@click.option("--limit", type=click.IntRange(min=1), help="Only the first so many.")
@asked
def priorities(asked_for: Asked, /, system: str, limit: int | None) -> None:
    """List the open items of a system, the one to work on first at the top, each with its reason."""
    register_ready()
    from milepost.work.risk.prioritise_items import prioritise_items

    found = prioritise_items(system, as_of=asked_for.as_of, most=limit)
    asked_for.answer(_document(found), lambda: _text(found))


def _document(found: "Priorities") -> dict[str, object]:
    table = found.table
    return {
        "system": found.system,
        "as_of": found.as_of,
        "count": found.total,
        "decided_for_a_time": found.held,
        "matrix": {
            "name": table.matrix.name,
            "reason": table.reason,
            "citation": str(table.matrix.citation),
            "confirmed": table.confirmed,
        },
        "priorities": [asdict(line) for line in found.lines],
        "problems": [problem._asdict() for problem in found.problems],
    }


def _text(found: "Priorities") -> str:
    table = found.table
    lines = [each for line in found.lines for each in _line(line)]
    lines.append(f"{len(found.lines)} of {found.total} open items")
    if found.held:
        lines.append(f"Not in the list: {found.held} that a decision for a time sets aside.")
    standing = "" if table.confirmed else "; unconfirmed"
    lines.append(f"Risk by {table.matrix.name}, {table.reason} [{table.matrix.citation}{standing}]")
    lines += problem_lines(found.problems[:_PROBLEMS_SHOWN])
    if len(found.problems) > _PROBLEMS_SHOWN:
        lines.append(f"  and {len(found.problems) - _PROBLEMS_SHOWN} more: see --json")
    return "\n".join(lines)


def _line(line: "Line") -> tuple[str, str]:
    waits = f" (waits for a vendor until {line.excused_until})" if line.excused_until else ""
    return f"{line.place:>4}. {line.identifier}  {line.title}", f"      {line.reason}{waits}"
