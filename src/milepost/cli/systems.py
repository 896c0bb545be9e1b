"""`milepost system`: the systems whose weaknesses are recorded."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import click

from milepost.cli.asking import Asked, asked, register_ready
from milepost.cli.backup import export_system, import_system
from milepost.cli.item_steps.planning import DAY, PERSON
from milepost.cli.vdr import move_to_vdr
from milepost.domain.roles import ROLE_TITLES, Role

if TYPE_CHECKING:
    from milepost.work.terms import Chosen


@click.group()
def system() -> None:
    """Add and list systems."""


@system.command("add")
@click.argument("name")
@click.option(
    "--authority",
    required=True,
    help="The authority it answers to, such as fedramp-rev5; see milepost profile list.",
)
@click.option("--impact", required=True, help="The impact level, class or level there, such as moderate.")
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


@system.command("role")
@click.argument("name")
@click.option("--person", "holder", required=True, help="Who holds it.")
@click.option("--role", required=True, type=click.Choice([each.value for each in Role]), help="Which role.")
@click.option("--since", type=DAY, help="From which day; today if not given.")
@click.option("--until", type=DAY, help="The last day; ends a role that is held.")
@PERSON
@asked
def role(
    asked_for: Asked,
    /,
    name: str,
    holder: str,
    role: str,
    since: datetime | None,
    until: datetime | None,
    person: str,
) -> None:
    """Say who holds a role in the system NAME; then whoever decides needs a fitting one."""
    register_ready()
    from milepost.work.lifecycle.assign_role import Assignment, assign_role

    wanted = Assignment(
        name,
        holder,
        Role(role),
        person,
        since.date() if since else None,
        until.date() if until else None,
    )
    held = assign_role(wanted, as_of=asked_for.as_of)
    document = {"system": name, "person": held.person, "role": role, "since": held.since, "until": held.until}
    asked_for.answer(
        document,
        lambda: (
            f"{held.person} is {ROLE_TITLES[Role(role)]} of {name} from {held.since}"
            f"{f' to {held.until}' if held.until else ''}."
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


@system.command("oblige")
@click.argument("name")
@click.argument("profile")
@click.option("--level", default="", help="The class, impact or level there; the system's own if not given.")
@click.option("--since", type=DAY, help="The day from which it holds; today if not given.")
@click.option(
    "--unknown-exposure",
    type=click.Choice(["exposed", "internal"]),
    default="exposed",
    show_default=True,
    help="BOD 26-04: what an asset counts as of which nobody said whether it is publicly exposed.",
)
@click.option("--unknown-sixty-days", is_flag=True, help="BOD 26-04: 60 days where an answer is missing.")
@click.option(
    "--clock",
    type=click.Choice(["earlier", "later"]),
    default="earlier",
    show_default=True,
    help="BOD 26-04: count from the earlier or the later of CISA's entry and the detection.",
)
@click.option("--conditional-since", type=DAY, help="CMMC: the status date of the conditional status.")
@asked
def oblige(
    asked_for: Asked, /, name: str, profile: str, level: str, since: datetime | None, **rules: object
) -> None:
    """Let the system NAME answer to PROFILE beside its first authority; the strictest rule holds."""
    register_ready()
    from milepost.work import finding_systems
    from milepost.work.obligations.oblige_system import NewObligation, oblige_system

    new = NewObligation(profile, since.date() if since else asked_for.as_of, level, _chosen(rules))
    items = oblige_system(finding_systems.by_name(name), new, as_of=asked_for.as_of)
    asked_for.answer(
        {"system": name, "profile": profile, "items_with_another_date": items.changed},
        lambda: f"{name} answers to {profile}; {items.changed} of {items.items} items have another due date.",
    )


def _chosen(rules: Mapping[str, object]) -> "Chosen":
    from milepost.authorities.cisa.bod_26_04 import Assumptions, Clock
    from milepost.work.terms import Chosen

    assumptions = Assumptions(
        exposed=rules["unknown_exposure"] == "exposed",
        sixty_days=bool(rules["unknown_sixty_days"]),
        clock=Clock(str(rules["clock"])),
    )
    since = rules["conditional_since"]
    return Chosen(assumptions, since.date() if isinstance(since, datetime) else None)


@system.command("release")
@click.argument("name")
@click.argument("profile")
@asked
def release(asked_for: Asked, /, name: str, profile: str) -> None:
    """Let the system NAME no longer answer to PROFILE."""
    register_ready()
    from milepost.work import finding_systems
    from milepost.work.obligations.oblige_system import release_system

    items = release_system(finding_systems.by_name(name), profile, as_of=asked_for.as_of)
    asked_for.answer(
        {"system": name, "released": profile, "items_with_another_date": items.changed},
        lambda: f"{name} no longer answers to {profile}; {items.changed} items have another due date.",
    )


for further in (move_to_vdr, export_system, import_system):
    system.add_command(further)
