"""`milepost item` continued: milestones, resources, remarks and deviations."""

from datetime import datetime
from decimal import Decimal, InvalidOperation

import click

from milepost.cli.asking import Asked, asked, register_ready
from milepost.domain.errors import RecordMissing, WrongUse
from milepost.domain.item import DeviationKind, ResourceKind
from milepost.domain.rating import Rating

DAY = click.DateTime(["%Y-%m-%d"])
PERSON = click.option("--by", "person", required=True, envvar="MILEPOST_PERSON", help="Who does it.")
SYSTEM = click.option("--system", default="", help="The system, where several have such an item.")


@click.command("milestone")
@click.argument("identifier")
@click.option("--text", required=True, help="What is done by then.")
@click.option("--due", required=True, type=DAY, help="The day it is due.")
@click.option("--after", type=int, help="The number of the milestone it depends on.")
@SYSTEM
@asked
def milestone(
    asked_for: Asked, identifier: str, text: str, due: datetime, after: int | None, system: str
) -> None:
    """Add a milestone to an item."""
    register_ready()
    from milepost.work.finding_items import by_identifier
    from milepost.work.plan_milestones import add_milestone

    added = add_milestone(by_identifier(identifier, system), text, due.date(), depends_on=after)
    asked_for.answer(
        {"item": identifier, "milestone": added.number, "due": due.date().isoformat()},
        lambda: f"{identifier} has milestone {added.number}, due {due.date()}.",
    )


@click.command("move-milestone")
@click.argument("identifier")
@click.argument("number", type=int)
@click.option("--due", required=True, type=DAY, help="The new day.")
@click.option("--reason", required=True, help="Why it moves.")
@SYSTEM
@PERSON
@asked
def move_milestone(
    asked_for: Asked, identifier: str, number: int, due: datetime, reason: str, system: str, person: str
) -> None:
    """Give a milestone another day; the first stays beside it."""
    register_ready()
    from milepost.work import plan_milestones
    from milepost.work.finding_items import by_identifier

    item = by_identifier(identifier, system)
    day = due.date()
    plan_milestones.move_milestone(item, number, day, reason=reason, person=person, as_of=asked_for.as_of)
    document = {"item": identifier, "milestone": number, "due": day.isoformat()}
    asked_for.answer(document, lambda: f"Milestone {number} of {identifier} is due {day}.")


@click.command("complete-milestone")
@click.argument("identifier")
@click.argument("number", type=int)
@SYSTEM
@PERSON
@asked
def complete_milestone(asked_for: Asked, identifier: str, number: int, system: str, person: str) -> None:
    """Mark a milestone as completed today."""
    register_ready()
    from milepost.work import plan_milestones
    from milepost.work.finding_items import by_identifier

    item = by_identifier(identifier, system)
    plan_milestones.complete_milestone(item, number, person=person, as_of=asked_for.as_of)
    document = {"item": identifier, "milestone": number, "completed": asked_for.as_of.isoformat()}
    asked_for.answer(document, lambda: f"Milestone {number} of {identifier} is completed.")


@click.command("resource")
@click.argument("identifier")
@click.argument("kind", type=click.Choice([each.value for each in ResourceKind]))
@click.option("--text", required=True, help="What it is for.")
@click.option("--fiscal-year", type=int)
@click.option("--amount", help="US dollars.")
@click.option("--hours", help="Hours of people.")
@SYSTEM
@PERSON
@asked
def resource(
    asked_for: Asked,
    /,
    identifier: str,
    kind: str,
    fiscal_year: int | None,
    amount: str | None,
    hours: str | None,
    **details: str,
) -> None:
    """Say what the remediation of an item takes: funding, people, technology, other."""
    register_ready()
    from milepost.work.plan_resources import NewResource, add_resource

    needed = NewResource(
        identifier,
        ResourceKind(kind),
        details["text"],
        details["person"],
        fiscal_year,
        _number("--amount", amount),
        _number("--hours", hours),
        details["system"],
    )
    add_resource(needed, as_of=asked_for.as_of)
    asked_for.answer({"item": identifier, "resource": kind}, lambda: f"{identifier} needs {kind}.")


def _number(name: str, text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation as error:
        raise WrongUse(f"{text} is no number", where=name, fix="write it as 1500 or 1500.50") from error


@click.command("comment")
@click.argument("identifier")
@click.argument("text")
@SYSTEM
@PERSON
@asked
def comment(asked_for: Asked, identifier: str, text: str, system: str, person: str) -> None:
    """Leave a remark on an item."""
    register_ready()
    from milepost.work.comment_item import comment_item

    comment_item(identifier, text, person=person, as_of=asked_for.as_of, system=system)
    asked_for.answer({"item": identifier}, lambda: f"Remarked on {identifier}.")


@click.command("deviate")
@click.argument("identifier")
@click.argument("kind", type=click.Choice([each.value for each in DeviationKind]))
@click.option("--rationale", required=True, help="Why the plain rule does not fit.")
@click.option(
    "--risk", type=click.Choice([each.value for each in Rating if each]), help="The rating asked for."
)
@SYSTEM
@PERSON
@asked
def deviate(
    asked_for: Asked, identifier: str, kind: str, rationale: str, risk: str | None, system: str, person: str
) -> None:
    """Request a false positive, an operational requirement or a risk adjustment."""
    register_ready()
    from milepost.work.deviate import request_deviation
    from milepost.work.finding_items import by_identifier

    request_deviation(
        by_identifier(identifier, system),
        DeviationKind(kind),
        rationale,
        person=person,
        as_of=asked_for.as_of,
        adjusted_risk=Rating(risk or ""),
    )
    asked_for.answer(
        {"item": identifier, kind: "pending"}, lambda: f"The request for {identifier} is pending."
    )


@click.command("decide")
@click.argument("identifier")
@click.argument("kind", type=click.Choice([each.value for each in DeviationKind]))
@click.argument("answer", type=click.Choice(["approve", "deny"]))
@SYSTEM
@PERSON
@asked
def decide(asked_for: Asked, identifier: str, kind: str, answer: str, system: str, person: str) -> None:
    """Approve or deny a pending request; never one's own."""
    register_ready()
    from milepost.work.deviate import decide_deviation, pending
    from milepost.work.finding_items import by_identifier

    request = pending(by_identifier(identifier, system), DeviationKind(kind))
    if request is None:
        raise RecordMissing(f"{identifier} has no pending request of this kind", fix="request it first")
    decide_deviation(request, approve=answer == "approve", person=person, as_of=asked_for.as_of)
    asked_for.answer({"item": identifier, kind: request.state}, lambda: f"The request is {request.state}.")
