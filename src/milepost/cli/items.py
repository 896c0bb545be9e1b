"""`milepost items` and `explain`: what is on the plan, and why its dates are what they are."""

from typing import TYPE_CHECKING

import click

from milepost.cli.asking import Asked, asked, register_ready

if TYPE_CHECKING:
    from milepost.records.queries.listing import ItemLine


@click.command("items")
@click.option("--system", required=True, help="The system.")
@click.option(
    "--status", "statuses", multiple=True, help="Only these: open, in_progress, closed, overdue, candidate …"
)
@asked
def list_items(asked_for: Asked, system: str, statuses: tuple[str, ...]) -> None:
    """List the items of a system by number."""
    register_ready()
    from milepost.work.list_items import list_items as listed

    rows = listed(system, statuses, as_of=asked_for.as_of)
    asked_for.answer(
        {"system": system, "count": len(rows), "items": [row.as_json() for row in rows]},
        lambda: _table(rows),
    )


def _table(rows: "list[ItemLine]") -> str:
    lines = [
        f"{row.id:<8} {row.status:<12} {row.rating or 'not rated':<9} detected {row.detected}"
        f" due {row.due or 'none':<10}{' OVERDUE' if row.overdue else ''}  {row.source_id}  {row.name}"
        for row in rows
    ]
    return "\n".join([*lines, f"{len(rows)} items"])


@click.command()
@click.argument("item")
@click.option("--system", default="", help="The system, where several have an item of this identifier.")
@click.option("--occurrences", is_flag=True, help="Explain the date of each open occurrence instead.")
@asked
def explain(asked_for: Asked, /, item: str, system: str, *, occurrences: bool) -> None:
    """Explain the dates and the rating of ITEM, each with its rule and source."""
    register_ready()
    from milepost.work.explaining.explain_item import explain_item
    from milepost.work.explaining.explain_occurrences import explain_occurrences

    if occurrences:
        _, dates = explain_occurrences(item, system)
        asked_for.answer(
            {"item": item, "occurrences": [each.as_json() for each in dates]},
            lambda: "\n".join(map(str, dates)) or f"No occurrence of {item} is open.",
        )
        return
    explanation = explain_item(item, system, as_of=asked_for.as_of)
    asked_for.answer(explanation.as_json(), explanation.as_text)
