"""`milepost ledger`: the history that nobody can rewrite, shown, verified and given away."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from milepost.cli.asking import Asked, asked, register_ready

if TYPE_CHECKING:
    from milepost.ledger.verifying import Verdict
    from milepost.work.history.ledger import Line, Page

_FILE = click.Path(path_type=Path)
_SYSTEM = click.option("--system", default="", help="The system; without one, the installation's own chain.")


@click.group()
def ledger() -> None:
    """See and verify the history: events in hash chains, with signed checkpoints in every export."""


@ledger.command()
@click.option("--against", type=_FILE, help="An older checkpoint, or any export that carries one.")
@click.option("--system", default="", help="Only this system; without one, every chain.")
@asked
def verify(asked_for: Asked, against: Path | None, system: str) -> int:
    """Hash every event anew; the status is 1 if anything was changed, removed or put in."""
    register_ready()
    from milepost.work.history.ledger import verify_ledger

    found = verify_ledger(system, against)
    document = {
        "holds": all(each.holds for each in found),
        "chains": [
            {
                "chain": each.chain,
                "events": each.size,
                "holds": each.holds,
                "first_broken": each.broken,
                "reason": each.reason or None,
            }
            for each in found
        ],
    }
    asked_for.answer(document, lambda: _verdicts(found, against))
    return int(not document["holds"])


def _verdicts(found: Sequence["Verdict"], against: Path | None) -> str:
    since = f", and {against.name} is its past" if against else ""
    return "\n".join(_verdict(each, since) for each in found) or "The ledger has no event yet."


def _verdict(found: "Verdict", since: str) -> str:
    if found.holds:
        return f"{found.chain}: {found.size} events, all as they were written{since}."
    place = f"event {found.broken}: " if found.broken else ""
    return f"BROKEN: {found.chain}: {place}{found.reason}. {found.size} events before it are sound."


@ledger.command()
@_SYSTEM
@click.option("--item", default="", help="Only what was done to this item.")
@click.option(
    "--first", default=1, type=click.IntRange(1), help="Which event to begin with, the newest is 1."
)
@click.option("--most", default=50, type=click.IntRange(1, 1000), show_default=True, help="How many to show.")
@asked
def show(asked_for: Asked, system: str, item: str, first: int, most: int) -> None:
    """Show events, the newest first."""
    register_ready()
    from milepost.work.history.ledger import chain_named, ledger_page

    page = ledger_page(chain_named(system), first=first, most=most, subject=item)
    document = {"total": page.total, "events": [{**each.body, "hash": each.hash} for each in page.lines]}
    asked_for.answer(document, lambda: _page(page))


def _page(page: "Page") -> str:
    lines = [_event(each) for each in page.lines]
    return "\n".join([*lines, f"{len(lines)} of {page.total} events."])


def _event(line: "Line") -> str:
    who = line.actor or "nobody named"
    about = f" {line.subject}" if line.subject else ""
    return f"{line.seq:>6}  {line.at[:19]}Z  {line.verb.replace('_', ' ')}{about}  ({who}, {line.via})"


@ledger.command()
@_SYSTEM
@click.option("-o", "--output", type=_FILE, help="The file to write; without one it is shown.")
@asked
def checkpoint(asked_for: Asked, system: str, output: Path | None) -> None:
    """Give the signed checkpoint of a chain as it stands: keep it where nobody here can write."""
    register_ready()
    from milepost.authorities.sheets.saving import saved
    from milepost.work.history.ledger import checkpoint_named

    text = checkpoint_named(system)
    if output:
        with saved(output) as file:
            file.write(text.encode())
    document = {"checkpoint": text, "file": str(output) if output else None}
    asked_for.answer(document, lambda: f"Wrote {output}." if output else text.rstrip("\n"))


@ledger.command()
@click.option("-o", "--output", required=True, type=_FILE, help="The folder to write to.")
@asked
def export(asked_for: Asked, output: Path) -> None:
    """Write all events with checkpoints, and verify.py, which checks them without Milepost."""
    register_ready()
    from milepost.work.history.ledger import export_ledger

    counts = export_ledger(output)
    total = sum(counts.values())
    said = f"Wrote {total} events of {len(counts)} chains to {output}. Check: python3 {output}/verify.py"
    asked_for.answer({"folder": str(output), "chains": counts}, lambda: said)


@ledger.command()
@asked
def key(asked_for: Asked) -> None:
    """Show the public key that checkpoints are verified with: publish it where others find it."""
    register_ready()
    from milepost.ledger.signing import public_key, verifier_key

    shown = verifier_key(public_key())
    asked_for.answer({"key": shown}, lambda: shown)
