"""`milepost item` continued: milestones, resources, remarks and deviations."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import click

from milepost.cli.asking import Asked, asked, register_ready
from milepost.domain.errors import WrongUse
from milepost.domain.item import DeviationKind, ResourceKind
from milepost.domain.rating import Rating

if TYPE_CHECKING:
    from milepost.records.items import Item

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
@click.option(
    "--evidence", default="", help="What supports it, by name; then a false positive closes at once."
)
@click.option("--until", type=DAY, help="The day by which an operational requirement is assessed again.")
@click.option("--cvss", default="", metavar="VECTOR", help="The tool's own vector, for a risk adjustment.")
@click.option("--modified", multiple=True, metavar="METRIC:VALUE", help="With --cvss: like MAV:A or CR:H.")
@SYSTEM
@PERSON
@asked
def deviate(
    asked_for: Asked,
    /,
    identifier: str,
    kind: str,
    risk: str | None,
    until: datetime | None,
    modified: tuple[str, ...],
    **details: str,
) -> None:
    """Request a false positive, an operational requirement or a risk adjustment."""
    register_ready()
    from milepost.work.deviate import Support, request_deviation
    from milepost.work.finding_items import by_identifier

    item = by_identifier(identifier, details["system"])
    wanted = _Wanted(DeviationKind(kind), Rating(risk or ""), details["rationale"])
    if details["cvss"] or modified:
        wanted = _by_cvss(item, wanted, details["cvss"], modified)
    warning = _warning(item, wanted)
    request_deviation(
        item,
        wanted.kind,
        wanted.rationale,
        person=details["person"],
        as_of=asked_for.as_of,
        adjusted_risk=wanted.rating,
        support=Support(details["evidence"], until.date() if until else None),
    )
    document = {"item": identifier, kind: "pending"} | ({"warning": warning} if warning else {})
    said = f"\nBut: {warning}." if warning else ""
    asked_for.answer(document, lambda: f"The request for {identifier} is pending.{said}")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A deviation as it is asked for."""

    kind: DeviationKind
    rating: Rating
    rationale: str


def _by_cvss(item: "Item", wanted: _Wanted, vector: str, modified: tuple[str, ...]) -> _Wanted:
    """Take the rating from a CVSS environment, and let the rationale say how it came about."""
    from milepost.work.risk.adjusting import adjusted_by_cvss

    if wanted.kind is not DeviationKind.RISK_ADJUSTMENT:
        raise WrongUse(f"a {wanted.kind} has no score", where="--cvss", fix="leave it out")
    found = adjusted_by_cvss(item, vector, modified)
    if wanted.rating not in {Rating.NONE, found.rating}:
        what = f"{wanted.rating} is asked for, but {found.words}, which is {found.rating}"
        raise WrongUse(what, where="--risk", fix=f"ask for {found.rating}, or leave --risk out")
    return replace(wanted, rating=found.rating, rationale=f"{wanted.rationale}\n{found.words}")


def _warning(item: "Item", wanted: _Wanted) -> str:
    """Say what stands against a request that may be made all the same; empty for nothing."""
    from milepost.work.risk.adjusting import ruling_on_adjustment

    if wanted.kind is not DeviationKind.RISK_ADJUSTMENT:
        return ""
    ruling = ruling_on_adjustment(item, wanted.rating, wanted.rationale)
    if ruling is None or not (ruling.allowed and ruling.way_out):
        return ""
    return f"{ruling.reason} ({ruling.citation}); {ruling.way_out}"
