"""`milepost item`: items by hand: open, set, merge, split; the further steps are in modules beside."""

from datetime import datetime

import click

from milepost.cli.asking import Asked, asked, register_ready
from milepost.cli.item_steps import closing, dates, lifecycle, planning, signing
from milepost.cli.item_steps.planning import DAY, PERSON, SYSTEM
from milepost.domain.errors import WrongUse
from milepost.domain.item import SourceKind
from milepost.domain.rating import Rating

_REASON = click.option("--reason", required=True, help="Why.")

_SOURCE = click.Choice([each.value for each in SourceKind])


@click.group()
def item() -> None:
    """Work on items by hand."""


@item.command("add")
@click.option("--system", required=True, help="The system.")
@click.option("--name", required=True, help="What is weak, in a few words.")
@click.option("--detected-on", type=DAY, help="The day it was found; today if not given.")
@click.option("--source", "source_kind", type=_SOURCE, default=SourceKind.SELF_ASSESSMENT.value)
@click.option("--source-name", default="", help="The assessment, report or person it comes from.")
@click.option("--source-id", default="", help="Its identifier there.")
@click.option(
    "--risk", type=click.Choice([each.value for each in Rating if each]), help="The original rating."
)
@click.option("--likelihood", default="")
@click.option("--impact", default="")
@click.option("--description", default="")
@click.option("--controls", default="", help="Affected controls, separated by commas.")
@click.option("--affected-assets", default="", help="Affected assets, one a line.")
@click.option("--remediation-plan", default="")
@click.option("--responsible", default="")
@click.option("--point-of-contact", default="")
@click.option("--cves", default="")
@PERSON
@asked
def add(
    asked_for: Asked, /, detected_on: datetime | None, source_kind: str, risk: str | None, **details: str
) -> None:
    """Open an item for a weakness that a person found."""
    register_ready()
    from milepost.work.open_item import NewItem, open_item

    new = NewItem(
        detected_on=detected_on.date() if detected_on else asked_for.as_of,
        source_kind=SourceKind(source_kind),
        risk=Rating(risk or ""),
        **details,
    )
    opened = open_item(new, as_of=asked_for.as_of)
    due = f"{opened.scheduled_on:%Y-%m-%d}" if opened.scheduled_on else None
    asked_for.answer(
        {"item": opened.identifier, "scheduled": due},
        lambda: f"Opened {opened.identifier}, due {due or 'when it is rated'}.",
    )


@item.command("set")
@click.argument("identifier")
@click.argument("values", nargs=-1, required=True, metavar="FIELD=VALUE…")
@click.option("--reason", default="", help="Why; needed where a scheduled date changes.")
@SYSTEM
@PERSON
@asked
def set_fields(
    asked_for: Asked, identifier: str, values: tuple[str, ...], reason: str, system: str, person: str
) -> None:
    """Set fields of an item; every change is kept in its history."""
    register_ready()
    from milepost.work.edit_item import Edit, edit_item

    pairs = [value.partition("=") for value in values]
    if not all(sign for _, sign, _ in pairs):
        raise WrongUse(
            "a field is set as FIELD=VALUE", fix='for example: milepost item set V-1 responsible="Sam"'
        )
    fields = {name: text for name, _, text in pairs}
    edit_item(Edit(identifier, fields, person, reason, system), as_of=asked_for.as_of)
    asked_for.answer({"item": identifier, "set": fields}, lambda: f"Set {', '.join(fields)} of {identifier}.")


@item.command()
@click.argument("into")
@click.argument("other")
@SYSTEM
@_REASON
@PERSON
@asked
def merge(asked_for: Asked, into: str, other: str, system: str, reason: str, person: str) -> None:
    """Let item INTO take over item OTHER, for every later import too."""
    register_ready()
    from milepost.work.merge_items import merge_items

    kept = merge_items(into, other, person=person, reason=reason, as_of=asked_for.as_of, system=system)
    asked_for.answer(
        {"item": kept.identifier, "merged": other}, lambda: f"{other} is merged into {kept.identifier}."
    )


@item.command()
@click.argument("identifier")
@click.option(
    "--asset", "assets", multiple=True, required=True, help="An asset that gets an item of its own."
)
@SYSTEM
@_REASON
@PERSON
@asked
def split(
    asked_for: Asked, identifier: str, assets: tuple[str, ...], system: str, reason: str, person: str
) -> None:
    """Give some assets of an item an item of their own, for every later import too."""
    register_ready()
    from milepost.work.split_item import split_item

    part = split_item(identifier, assets, person=person, reason=reason, as_of=asked_for.as_of, system=system)
    asked_for.answer(
        {"item": part.identifier, "split_from": identifier},
        lambda: f"{part.identifier} is split off {identifier}.",
    )


for further in (
    dates.set_date,
    dates.evaluate,
    dates.under,
    dates.document,
    planning.milestone,
    planning.move_milestone,
    planning.complete_milestone,
    planning.resource,
    planning.comment,
    planning.deviate,
    lifecycle.next_steps,
    lifecycle.submit,
    lifecycle.approve,
    lifecycle.extend,
    lifecycle.accept,
    lifecycle.end,
    lifecycle.returns,
    lifecycle.decide,
    closing.claim,
    closing.verify,
    closing.reject,
    closing.withdraw,
    closing.close,
    signing.sign,
    signing.signed,
    lifecycle.cancel,
    lifecycle.transfer,
    lifecycle.reopen,
):
    item.add_command(further)
