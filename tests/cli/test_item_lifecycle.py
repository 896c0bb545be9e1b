"""An item's life on the command line: each step by its own command, refused with the rule and the way out."""

import json
from collections.abc import Callable

import pytest
from django.test.utils import override_settings

from milepost.cli import milepost
from milepost.cli.errors import exit_code_of

Running = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(db: None, capsys: pytest.CaptureFixture[str]) -> Running:
    """Return a way to run a command, in words split at blanks; it gives exit code, output and errors."""
    del db

    def call(command: str, *further: str, day: str = "2026-03-01") -> tuple[int, str, str]:
        with override_settings():
            code = exit_code_of(milepost, [*command.split(), *further, "--as-of", day])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture
def item(run: Running) -> str:
    """Open a moderate item in the system Harbor and return its identifier."""
    assert run("system add Harbor --authority internal --impact moderate")[0] == 0
    details = ("--point-of-contact", "Ines", "--remediation-plan", "Switch it on", "--controls", "IA-2")
    assert run("item add --system Harbor --name MFA --risk Moderate --by Ines", *details)[0] == 0
    return "V-1"


def said(result: tuple[int, str, str]) -> str:
    """Return what a command that succeeded said."""
    code, out, err = result
    assert code == 0, err
    return out


def status(run: Running, day: str = "2026-03-01") -> str:
    """Return the status of the item as `next` tells it."""
    return str(json.loads(said(run("item next V-1 --json", day=day)))["status"])


def test_next_tells_what_can_be_done_and_what_is_missing(run: Running, item: str) -> None:
    """`next` names the steps, who takes them, what they bring, and what has to happen first."""
    told = said(run(f"item next {item}"))
    assert told.startswith("V-1 is open")
    assert "can: report the fix" in told
    assert "bring: evidence, by name" in told
    assert "first: the plan has no milestone; add one with milepost item milestone" in told
    assert "not: Ines" in told


def test_plan_is_submitted_and_approved(run: Running, item: str) -> None:
    """Submitted by one, approved by another; the same person is refused with the source."""
    run(f"item milestone {item} --text Order --due 2026-03-20")
    run(f"item resource {item} other --text none --by Ines")
    assert "submitted" in said(run(f"item submit {item} --by Ines"))
    code, _, err = run(f"item approve {item} --by Ines")
    assert (code, "AC-5" in err) == (1, True)
    assert "is in progress" in said(run(f"item approve {item} --by Olga"))


def test_plan_is_sent_back_by_decide(run: Running, item: str) -> None:
    """`decide ID plan deny` sends a plan back, for a reason."""
    run(f"item milestone {item} --text Order --due 2026-03-20")
    run(f"item submit {item} --by Ines")
    assert run(f"item decide {item} plan deny --by Olga")[0] == 1
    assert "draft" in said(run(f"item decide {item} plan deny --reason vague --by Olga"))


def test_later_date_is_asked_for_and_decided(run: Running, item: str) -> None:
    """`extend` asks with mitigations and milestones that move, `decide` moves the date."""
    run(f"item milestone {item} --text Order --due 2026-03-20")
    asked = f"item extend {item} --until 2026-12-01 --mitigations closed --reason late --by Sam"
    assert run(f"{asked} --milestone first")[0] == 2
    assert "waits" in said(run(f"{asked} --milestone 1=2026-06-01"))
    assert "approved" in said(run(f"item decide {item} extension approve --by Olga"))
    listed = json.loads(said(run("items --system Harbor --json")))["items"]
    assert listed[0]["scheduled"] == "2026-12-01"


def test_risk_is_accepted_and_comes_back(run: Running, item: str) -> None:
    """Accepted up to a day: `next` has it back the day after, and `returns` writes it down."""
    ask = f"item accept {item} --threat guest --mitigations closed --residual-risk low --until 2026-06-01"
    assert "waits" in said(run(f"{ask} --reason unfixable --by Ines"))
    assert "risk accepted" in said(run(f"item decide {item} risk_acceptance approve --by Omar"))
    assert "after 2026-06-01" in said(run(f"item next {item}"))
    assert (status(run, "2026-06-01"), status(run, "2026-06-02")) == ("risk_accepted", "open")
    assert "came back by itself" in said(run(f"item next {item}", day="2026-06-02"))
    assert "V-1" in said(run("item returns --system Harbor", day="2026-06-02"))
    assert run(f"item end {item} --reason over --by Ines", day="2026-06-03")[0] == 1


def test_accepted_risk_is_ended(run: Running, item: str) -> None:
    """`end` brings an item back before its day."""
    ask = f"item accept {item} --threat guest --mitigations closed --residual-risk low --until 2026-06-01"
    run(f"{ask} --reason unfixable --by Ines")
    run(f"item decide {item} risk_acceptance approve --by Omar")
    assert "open again" in said(run(f"item end {item} --reason fixable --by Ines"))


def test_fix_is_claimed_rejected_claimed_verified_and_closed(run: Running, item: str) -> None:
    """The whole way: report, rejection, report, withdrawal, report, verification, closing."""
    claim = f"item claim {item} --evidence change.pdf --completed-on 2026-03-01 --done fixed --by Sam"
    assert "waits for verification" in said(run(claim))
    assert "sent back" in said(run(f"item reject {item} --reason unclear --by Vera"))
    said(run(claim))
    assert "taken back" in said(run(f"item withdraw {item} --reason early --by Sam"))
    said(run(claim))
    assert run(f"item verify {item} --method test --by Sam")[0] == 1
    assert "verified" in said(run(f"item verify {item} --method test --remark seen --by Vera"))
    assert run(f"item close {item}")[0] == 2
    assert "is closed" in said(run(f"item close {item} --by Olga"))
    told = said(run(f"item next {item}"))
    assert "Nothing leads on: a closed item stays closed" in told
    assert "V-2" in said(run(f"item reopen {item} --reason lost --by Vera"))


def test_item_is_cancelled_or_transferred(run: Running, item: str) -> None:
    """`transfer` offers, `decide` takes over there; `cancel` ends what is left."""
    run("system add Quay --authority internal --impact low --item-prefix Q-")
    assert "offered" in said(run(f"item transfer {item} --to Quay --reason theirs --by Ines"))
    taken = json.loads(said(run(f"item decide {item} transfer approve --by Theo --json")))
    assert taken["goes_on_as"] == "Q-1"
    assert "cancelled" in said(run("item cancel Q-1 --reason gone --by Olga"))


def test_false_positive_closes_with_evidence(run: Running, item: str) -> None:
    """`deviate --evidence` closes with the approval."""
    run(f"item deviate {item} false_positive --rationale absent --evidence list.txt --by Ines")
    assert "false positive" in said(run(f"item decide {item} false_positive approve --by Omar"))
    assert run(f"item decide {item} risk_adjustment deny --by Omar")[0] == 1


def test_roles_are_given_to_people(run: Running, item: str) -> None:
    """`system role` says who holds what; from then on a decision needs a fitting role."""
    assert "authorizing official" in said(run("system role Harbor --person Omar --role ao --by Adam"))
    run(f"item deviate {item} false_positive --rationale absent --by Ines")
    code, _, err = run(f"item decide {item} false_positive approve --by Olga")
    assert (code, "holds no role" in err) == (1, True)
    assert run(f"item decide {item} false_positive approve --by omar")[0] == 0
    ended = said(run("system role Harbor --person Omar --role ao --until 2026-04-01 --by Adam"))
    assert "to 2026-04-01" in ended
