"""`milepost item date|evaluate|under|document`: what an item's due date follows from, said by people."""

from datetime import UTC, datetime

import click

from milepost.cli.asking import Asked, asked, register_ready
from milepost.cli.item_steps.planning import DAY, PERSON, SYSTEM
from milepost.domain.circumstances import DateKind, Evaluation


@click.command("date")
@click.argument("identifier")
@click.option(
    "--kind", type=click.Choice([each.value for each in DateKind]), required=True, help="Which date."
)
@click.option("--on", type=DAY, required=True, help="The day.")
@click.option("--source", required=True, help="The notice, contract or report that names it.")
@SYSTEM
@PERSON
@asked
def set_date(
    asked_for: Asked, /, identifier: str, kind: str, on: datetime, source: str, system: str, person: str
) -> None:
    """Record a date from outside: a vendor's release, an advisory's, a contract's, or that of a report."""
    register_ready()
    from milepost.work import date_item, finding_items

    item = finding_items.by_identifier(identifier, system)
    date_item.set_date(item, DateKind(kind), on.date(), source, person=person, as_of=asked_for.as_of)
    asked_for.answer(
        {"item": identifier, "kind": kind, "on": on.date()},
        lambda: f"{identifier}: {kind.replace('_', ' ')} {on:%Y-%m-%d}.",
    )


@click.command()
@click.argument("identifier")
@click.option("--impact", type=click.IntRange(1, 5), required=True, help="Potential Agency Impact, N1 to N5.")
@click.option("--reachable/--not-reachable", required=True, help="Whether the internet reaches it.")
@click.option("--exploitable/--not-exploitable", required=True, help="Whether it is likely exploitable.")
@click.option(
    "--at", type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d"]), help="When, in UTC; the day if not given."
)
@click.option("--reason", default="", help="What it rests on.")
@SYSTEM
@PERSON
@asked
def evaluate(
    asked_for: Asked, /, identifier: str, impact: int, at: datetime | None, system: str, **said: bool | str
) -> None:
    """Record an evaluation by FedRAMP's rules of 2026; the due date follows from it."""
    register_ready()
    from milepost.work import date_item, finding_items

    day = datetime.combine(asked_for.as_of, datetime.min.time())
    evaluation = Evaluation(
        (at or day).replace(tzinfo=UTC),
        impact,
        internet_reachable=bool(said["reachable"]),
        likely_exploitable=bool(said["exploitable"]),
    )
    item = finding_items.by_identifier(identifier, system)
    date_item.evaluate_item(
        item, evaluation, person=str(said["person"]), as_of=asked_for.as_of, reason=str(said["reason"])
    )
    asked_for.answer({"item": identifier, "impact": impact}, lambda: f"{identifier} is evaluated N{impact}.")


@click.command()
@click.argument("identifier")
@click.argument("version", metavar="PROFILE@VERSION")
@click.option("--reason", required=True, help="Why.")
@SYSTEM
@PERSON
@asked
def under(asked_for: Asked, /, identifier: str, version: str, reason: str, system: str, person: str) -> None:
    """Move an item to another version of a profile than the one it was opened under."""
    register_ready()
    from milepost.work import date_item, finding_items

    item = finding_items.by_identifier(identifier, system)
    date_item.move_to_version(item, version, person=person, reason=reason, as_of=asked_for.as_of)
    asked_for.answer(
        {"item": identifier, "under": item.opened_under}, lambda: f"{identifier} stands under {version} now."
    )


@click.command()
@click.argument("identifier")
@click.option("--kind", required=True, help="What it is, such as Report, Ticket or 'Forensic triage'.")
@click.option("--name", required=True, help="Its name, as it can be found.")
@SYSTEM
@PERSON
@asked
def document(asked_for: Asked, /, identifier: str, kind: str, name: str, system: str, person: str) -> None:
    """Name a document that supports an item."""
    register_ready()
    from milepost.work.document_item import document_item

    document_item(identifier, kind, name, person=person, as_of=asked_for.as_of, system=system)
    asked_for.answer({"item": identifier, "document": name}, lambda: f"{identifier} has the document {name}.")
