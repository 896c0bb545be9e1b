"""`milepost item` continued: items signed off as they stand, and which sign-offs still hold."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from milepost.cli.asking import Asked, asked, register_ready
from milepost.cli.item_steps.planning import PERSON, SYSTEM

if TYPE_CHECKING:
    from milepost.work.reporting.sign_item import ItemSignOff


@click.command("sign")
@click.argument("identifier")
@click.option("--title", required=True, help="Their title.")
@click.option("--organisation", required=True, help="Their organisation.")
@click.option("--role", required=True, help="The role that they hold now; the register confirms it.")
@click.option("--statement", required=True, help="What is attested, in your words.")
@SYSTEM
@PERSON
@asked
def sign(asked_for: Asked, /, identifier: str, statement: str, system: str, **given: str) -> None:
    """Sign an item off as it stands; any later change of it voids the sign-off."""
    register_ready()
    from milepost.reports.sign_off import Attestor
    from milepost.work.reporting.sign_item import sign_item

    attestor = Attestor(
        name=given["person"], title=given["title"], organisation=given["organisation"], role=given["role"]
    )
    done = sign_item(identifier, attestor, statement, as_of=asked_for.as_of, system=system)
    said = f"Signed {identifier}: event {done.event} of the ledger, version {done.version}."
    asked_for.answer(_document(done), lambda: said)


@click.command("signed")
@click.argument("identifier")
@SYSTEM
@asked
def signed(asked_for: Asked, identifier: str, system: str) -> int:
    """Tell which sign-offs of an item hold; the status is 1 if one is void."""
    register_ready()
    from milepost.work.finding_items import by_identifier
    from milepost.work.reporting.sign_item import sign_offs_of

    found = sign_offs_of(by_identifier(identifier, system))
    document = {"item": identifier, "sign_offs": [_document(each) for each in found]}
    asked_for.answer(document, lambda: _text(identifier, found))
    return int(any(not each.holds for each in found))


def _document(each: "ItemSignOff") -> dict[str, object]:
    return {
        "event": each.event,
        "person": each.attestor.name,
        "role": each.attestor.role,
        "at": each.at,
        "statement": each.statement,
        "version": each.version,
        "holds": each.holds,
    }


def _text(identifier: str, found: Sequence["ItemSignOff"]) -> str:
    lines = [
        f"{'holds' if each.holds else 'VOID, the item was changed since'}: {each.attestor.name}, "
        f"{each.attestor.role}, {each.at[:19]}Z: {each.statement}"
        for each in found
    ]
    return "\n".join(lines) or f"Nobody has signed {identifier} off."
