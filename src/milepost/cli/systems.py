"""`milepost system`: the systems whose weaknesses are recorded."""

import click

from milepost.cli.asking import Asked, asked, register_ready


@click.group()
def system() -> None:
    """Add and list systems."""


@system.command("add")
@click.argument("name")
@click.option("--authority", required=True, help="The authority it answers to: fedramp-rev5.")
@click.option("--impact", required=True, help="The impact level: li-saas, low, moderate, high.")
@click.option("--provider", default="", help="The cloud service provider or owner.")
@click.option("--point-of-contact", default="", help="Who answers for items without an owner.")
@click.option("--time-zone", default="UTC", show_default=True, help="The zone in which days begin.")
@click.option(
    "--grouping",
    type=click.Choice(["weakness", "asset"]),
    default="weakness",
    show_default=True,
    help="What becomes one item: a weakness in the system, or on each asset.",
)
@click.option("--item-prefix", default="V-", show_default=True, help="What item identifiers begin with.")
@asked
def add(
    asked_for: Asked,
    /,
    name: str,
    authority: str,
    impact: str,
    **details: str,
) -> None:
    """Add the system NAME."""
    register_ready()
    from milepost.work.add_system import NewSystem, add_system

    added = add_system(NewSystem(name, authority, impact, **details), as_of=asked_for.as_of)
    document = {"system": added.name, "authority": added.authority, "impact": added.impact}
    asked_for.answer(document, lambda: f"Added {added.name} under {added.authority}, impact {added.impact}.")


@system.command("list")
@asked
def list_systems(asked_for: Asked) -> None:
    """List the systems with their open and overdue items."""
    register_ready()
    from milepost.records.queries.systems import system_rows

    rows = system_rows(asked_for.as_of)
    asked_for.answer(
        {"systems": [row._asdict() for row in rows]},
        lambda: (
            "\n".join(f"{row.name}: {row.open} open, {row.overdue} overdue" for row in rows)
            or "No systems yet."
        ),
    )


@system.command("set")
@click.argument("name")
@click.option("--provider", help="The cloud service provider or owner.")
@click.option("--point-of-contact", help="Who answers for items without an owner.")
@click.option(
    "--grouping", type=click.Choice(["weakness", "asset"]), help="What becomes one item from now on."
)
@asked
def set_values(asked_for: Asked, /, name: str, **values: str | None) -> None:
    """Change what is known of a system; items that are there stay as they are."""
    register_ready()
    from milepost.work.edit_system import edit_system

    given = {field: value for field, value in values.items() if value is not None}
    edit_system(name, given)
    asked_for.answer(
        {"system": name, "set": given}, lambda: f"Set {', '.join(given) or 'nothing'} of {name}."
    )
