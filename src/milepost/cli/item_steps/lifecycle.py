"""`milepost item` continued: plans, later dates, accepted risks, transfers, and what can be done next."""

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from milepost.cli.asking import Asked, asked, register_ready
from milepost.cli.item_steps.planning import DAY, PERSON, SYSTEM
from milepost.domain.errors import WrongUse
from milepost.domain.item import RequestKind

if TYPE_CHECKING:
    from milepost.work.lifecycle.next_steps import Outlook

REASON = click.option("--reason", required=True, help="Why.")
_UNTIL = click.option("--until", required=True, type=DAY, help="The last day.")
_MITIGATIONS = click.option("--mitigations", required=True, help="What protects the system meanwhile.")


@click.command("next")
@click.argument("identifier")
@SYSTEM
@asked
def next_steps(asked_for: Asked, identifier: str, system: str) -> None:
    """Say what can be done with an item, by whom, and what has to happen before the rest."""
    register_ready()
    from milepost.work.lifecycle import next_steps as work

    outlook = work.next_steps(identifier, as_of=asked_for.as_of, system=system)
    asked_for.answer(outlook.as_json(), lambda: _told(outlook))


def _told(outlook: "Outlook") -> str:
    called = f" ({outlook.label})" if outlook.label else ""
    status = outlook.status.replace("_", " ")
    lines = [f"{outlook.identifier} is {status}{called}."]
    if outlook.lapsed:
        lines.append("It came back by itself: the decision for a time is over.")
    if outlook.lapses_on:
        lines.append(f"It comes back by itself after {outlook.lapses_on}.")
    if outlook.final:
        lines.append(f"Nothing leads on: {outlook.final}.")
    lines += [
        f"Waiting: {each.kind.replace('_', ' ')}, asked for by {each.by} on {each.on}"
        for each in outlook.pending
    ]
    for step in outlook.steps:
        lines.append(f"{'can' if step.ready else 'not yet'}: {step.transition.title}")
        lines.append(f"    who: {'; then '.join(step.roles) or 'nobody, by itself'}")
        if step.barred:
            lines.append(f"    not: {', '.join(step.barred)}")
        lines += [f"    first: {ruling.reason}; {ruling.way_out}" for ruling in step.missing]
        lines += [f"    bring: {each}" for each in step.brings]
    return "\n".join(lines)


@click.command("submit")
@click.argument("identifier")
@click.option("--reason", default="", help="A remark for whoever decides.")
@SYSTEM
@PERSON
@asked
def submit(asked_for: Asked, identifier: str, reason: str, system: str, person: str) -> None:
    """Submit the plan of an item for approval."""
    register_ready()
    from milepost.work.lifecycle.submit_plan import submit_plan

    item = submit_plan(identifier, person=person, as_of=asked_for.as_of, system=system, reason=reason)
    asked_for.answer(
        {"item": identifier, "status": item.status}, lambda: f"The plan of {identifier} is submitted."
    )


@click.command("approve")
@click.argument("identifier")
@click.option("--reason", default="", help="A remark.")
@SYSTEM
@PERSON
@asked
def approve(asked_for: Asked, identifier: str, reason: str, system: str, person: str) -> None:
    """Approve the submitted plan of an item; never one's own."""
    register_ready()
    from milepost.work.lifecycle.submit_plan import decide_plan

    item = decide_plan(
        identifier, approve=True, person=person, as_of=asked_for.as_of, system=system, reason=reason
    )
    asked_for.answer(
        {"item": identifier, "status": item.status}, lambda: f"{identifier} is {_words(item.status)}."
    )


@click.command("extend")
@click.argument("identifier")
@click.option("--until", required=True, type=DAY, help="The new scheduled date.")
@_MITIGATIONS
@click.option("--milestone", "milestones", multiple=True, metavar="NUMBER=DATE", help="One that moves too.")
@REASON
@SYSTEM
@PERSON
@asked
def extend(
    asked_for: Asked, /, identifier: str, until: datetime, milestones: tuple[str, ...], **details: str
) -> None:
    """Ask for a later scheduled date; somebody else decides."""
    register_ready()
    from milepost.work.lifecycle.extend import NewDate, request_extension

    moves = dict(_move(each) for each in milestones)
    wanted = NewDate(identifier, until.date(), milestones=moves, **details)
    extension = request_extension(wanted, as_of=asked_for.as_of)
    asked_for.answer(
        {"item": identifier, "extension": extension.state, "until": extension.new_on},
        lambda: f"The later date for {identifier}, {extension.new_on}, waits for a decision.",
    )


def _move(text: str) -> tuple[int, date]:
    number, _, day = text.partition("=")
    try:
        return int(number), date.fromisoformat(day)
    except ValueError as error:
        raise WrongUse(
            f"{text} moves no milestone", where="--milestone", fix="write it as 2=2026-07-01"
        ) from error


@click.command("accept")
@click.argument("identifier")
@click.option("--threat", required=True, help="The threat and its level.")
@_MITIGATIONS
@click.option("--residual-risk", required=True, help="The risk that remains.")
@_UNTIL
@REASON
@SYSTEM
@PERSON
@asked
def accept(asked_for: Asked, /, identifier: str, until: datetime, **details: str) -> None:
    """Ask for the risk of an item to be accepted for a time; the authorizing official decides."""
    register_ready()
    from milepost.work.lifecycle.accept_risk import Risk, request_acceptance

    risk = Risk(identifier, until=until.date(), **details)
    acceptance = request_acceptance(risk, as_of=asked_for.as_of)
    asked_for.answer(
        {"item": identifier, "risk_acceptance": acceptance.state, "until": acceptance.expires_on},
        lambda: f"The request to accept {identifier} waits for a decision.",
    )


@click.command("end")
@click.argument("identifier")
@REASON
@SYSTEM
@PERSON
@asked
def end(asked_for: Asked, identifier: str, reason: str, system: str, person: str) -> None:
    """End an accepted risk or operational requirement before its day."""
    register_ready()
    from milepost.work.lifecycle.accept_risk import end_decision

    item = end_decision(identifier, person=person, reason=reason, as_of=asked_for.as_of, system=system)
    asked_for.answer(
        {"item": identifier, "status": item.status}, lambda: f"{identifier} is {_words(item.status)} again."
    )


@click.command("returns")
@click.option("--system", required=True, help="The system.")
@asked
def returns(asked_for: Asked, system: str) -> None:
    """Write down which accepted risks and operational requirements have come back by themselves."""
    register_ready()
    from milepost.work.lifecycle.accept_risk import return_lapsed

    back = return_lapsed(system, as_of=asked_for.as_of)
    asked_for.answer(
        {"system": system, "returned": list(back)}, lambda: f"Came back: {', '.join(back) or 'none'}."
    )


@click.command("decide")
@click.argument("identifier")
@click.argument("kind", type=click.Choice([each.value for each in RequestKind]))
@click.argument("answer", type=click.Choice(["approve", "deny"]))
@click.option("--reason", default="", help="Why; needed to deny a plan, a date, an acceptance, a transfer.")
@SYSTEM
@PERSON
@asked
def decide(asked_for: Asked, /, identifier: str, kind: str, answer: str, **details: str) -> None:
    """Approve or deny what waits on an item; never one's own request."""
    register_ready()
    from milepost.work.lifecycle.decide_request import Decision, decide_request

    decision = Decision(identifier, RequestKind(kind), answer == "approve", **details)
    item = decide_request(decision, as_of=asked_for.as_of)
    state = "approved" if decision.approve else "denied"
    document = {"item": identifier, kind: state, "goes_on_as": item.identifier, "status": item.status}
    asked_for.answer(document, lambda: f"The request is {state}; {item.identifier} is {_words(item.status)}.")


@click.command("cancel")
@click.argument("identifier")
@REASON
@SYSTEM
@PERSON
@asked
def cancel(asked_for: Asked, identifier: str, reason: str, system: str, person: str) -> None:
    """Take an item off the plan because there is nothing to do; it stays in the register."""
    register_ready()
    from milepost.work.lifecycle.cancel_item import cancel_item

    item = cancel_item(identifier, person=person, reason=reason, as_of=asked_for.as_of, system=system)
    asked_for.answer({"item": identifier, "status": item.status}, lambda: f"{identifier} is cancelled.")


@click.command("transfer")
@click.argument("identifier")
@click.option("--to", "receiver", required=True, help="The system that is to take it over.")
@REASON
@SYSTEM
@PERSON
@asked
def transfer(asked_for: Asked, identifier: str, receiver: str, reason: str, system: str, person: str) -> None:
    """Offer an item to another system, which decides: milepost item decide ID transfer approve."""
    register_ready()
    from milepost.work.lifecycle.transfer_item import request_transfer

    offer = request_transfer(
        identifier, receiver, person=person, reason=reason, as_of=asked_for.as_of, system=system
    )
    asked_for.answer(
        {"item": identifier, "transfer": offer.state, "to": receiver},
        lambda: f"{identifier} is offered to {receiver}.",
    )


@click.command("reopen")
@click.argument("identifier")
@REASON
@SYSTEM
@PERSON
@asked
def reopen(asked_for: Asked, identifier: str, reason: str, system: str, person: str) -> None:
    """Go on with a closed item: as a new one that points at it, unless the authority reopens."""
    register_ready()
    from milepost.work.lifecycle.reopen_item import reopen_item

    item = reopen_item(identifier, person=person, reason=reason, as_of=asked_for.as_of, system=system)
    asked_for.answer(
        {"item": item.identifier, "status": item.status, "after": identifier},
        lambda: f"{identifier} goes on as {item.identifier}.",
    )


def _words(status: str) -> str:
    return status.replace("_", " ")
