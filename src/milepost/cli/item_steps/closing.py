"""`milepost item` continued: fixes reported, verified, rejected, taken back, and items closed."""

from datetime import datetime

import click

from milepost.cli.asking import Asked, asked, register_ready
from milepost.cli.item_steps.lifecycle import REASON
from milepost.cli.item_steps.planning import DAY, PERSON, SYSTEM
from milepost.domain.errors import WrongUse
from milepost.domain.item import VerificationMethod

_METHOD = click.Choice([each.value for each in VerificationMethod])


@click.command("claim")
@click.argument("identifier")
@click.option("--evidence", required=True, help="The evidence by name; in the vault such as E-7.")
@click.option("--evidence-on", type=DAY, help="The day of the evidence; today if not given.")
@click.option("--completed-on", type=DAY, help="The day of the fix; today if not given.")
@click.option("--fixed-by", default="", help="Who fixed it, if somebody else reports it.")
@click.option("--done", default="", help="What was done.")
@click.option("--explanation", default="", help="Why milestones are left open.")
@SYSTEM
@PERSON
@asked
def claim(
    asked_for: Asked,
    /,
    identifier: str,
    evidence_on: datetime | None,
    completed_on: datetime | None,
    **details: str,
) -> None:
    """Report that an item is fixed, with its evidence; somebody else verifies it."""
    register_ready()
    from milepost.work.lifecycle.fix import Claim, claim_fixed

    reported = Claim(
        identifier,
        fixed_on=completed_on.date() if completed_on else None,
        evidence_on=evidence_on.date() if evidence_on else None,
        **details,
    )
    fix = claim_fixed(reported, as_of=asked_for.as_of)
    asked_for.answer(
        {"item": identifier, "status": fix.item.status, "fixed_on": fix.fixed_on},
        lambda: f"{identifier} is reported as fixed and waits for verification.",
    )


@click.command("verify")
@click.argument("identifier")
@click.option("--method", type=_METHOD, required=True, help="How it was verified.")
@click.option("--remark", default="", help="What was seen.")
@SYSTEM
@PERSON
@asked
def verify(asked_for: Asked, identifier: str, method: str, remark: str, system: str, person: str) -> None:
    """Confirm a reported fix; never one that one worked on."""
    register_ready()
    from milepost.work.lifecycle.fix import verify_fix

    fix = verify_fix(
        identifier, method=method, person=person, as_of=asked_for.as_of, remark=remark, system=system
    )
    asked_for.answer(
        {"item": identifier, "status": fix.item.status}, lambda: f"The fix of {identifier} is verified."
    )


@click.command("reject")
@click.argument("identifier")
@REASON
@SYSTEM
@PERSON
@asked
def reject(asked_for: Asked, identifier: str, reason: str, system: str, person: str) -> None:
    """Send a reported fix back; the evidence stays, with the reason why it was not enough."""
    register_ready()
    from milepost.work.lifecycle.fix import reject_fix

    item = reject_fix(identifier, person=person, reason=reason, as_of=asked_for.as_of, system=system)
    asked_for.answer(
        {"item": identifier, "status": item.status}, lambda: f"The fix of {identifier} is sent back."
    )


@click.command("withdraw")
@click.argument("identifier")
@REASON
@SYSTEM
@PERSON
@asked
def withdraw(asked_for: Asked, identifier: str, reason: str, system: str, person: str) -> None:
    """Take the report of a fix back."""
    register_ready()
    from milepost.work.lifecycle.fix import withdraw_claim

    item = withdraw_claim(identifier, person=person, reason=reason, as_of=asked_for.as_of, system=system)
    asked_for.answer(
        {"item": identifier, "status": item.status}, lambda: f"The report on {identifier} is taken back."
    )


@click.command("close")
@click.argument("identifier")
@click.option("--by", "person", default="", envvar="MILEPOST_PERSON", help="Who closes it; the verifier.")
@click.option("--fixed-by", default="", help="Who fixed it, where that is not reported yet.")
@click.option("--verified-by", default="", help="Who verified the fix; someone else.")
@click.option("--evidence", default="", help="The evidence, by name.")
@click.option("--completed-on", type=DAY, help="The day of the fix.")
@click.option("--method", type=_METHOD, help="How it was verified.")
@click.option("--remark", default="", help="What was done and how it was verified.")
@SYSTEM
@asked
def close(
    asked_for: Asked,
    /,
    identifier: str,
    person: str,
    completed_on: datetime | None,
    method: str | None,
    **details: str,
) -> None:
    """Close an item whose fix is verified, or report, verify and close it in one go."""
    register_ready()
    from milepost.work.close_item import Closing, close_item, close_verified

    system, remark, as_of = details["system"], details["remark"], asked_for.as_of
    if details["fixed_by"] or details["verified_by"] or details["evidence"]:
        day = completed_on.date() if completed_on else None
        whole = Closing(identifier, **details, method=method or "", fixed_on=day, closed_by=person)
        closed = close_item(whole, as_of=as_of)
    elif person:
        closed = close_verified(identifier, person=person, as_of=as_of, system=system, remark=remark)
    else:
        raise WrongUse("it is not said who closes it", where=identifier, fix="name the person with --by")
    waits = closed.completed_on is None
    said = "waits for a second signature" if waits else "is closed"
    asked_for.answer(
        {"item": closed.identifier, "status": closed.status}, lambda: f"{closed.identifier} {said}."
    )
