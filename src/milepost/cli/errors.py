"""How a command ends: an exit code, and on refusal one sentence instead of a traceback."""

import json
import os
import sys
import traceback
from typing import TypedDict

import click

from milepost.domain.errors import MilepostError


class Refusal(TypedDict):
    """What `--json` prints when a command is refused."""

    what: str
    where: str
    fix: str


def exit_code_of(command: click.Command, arguments: list[str]) -> int:
    """Run a command; return 0 done, 1 refused, 2 wrong use."""
    try:
        return _run(command, arguments)
    except MilepostError as error:
        return _refused(error, as_json="--json" in arguments)
    except click.Abort:
        click.echo("Cancelled; nothing was changed.", err=True)
        return 1
    except click.ClickException as error:
        error.show()
        return 2
    except Exception as error:  # noqa: BLE001 - the last door: a person never sees a traceback unasked
        return _unforeseen(error)


def _run(command: click.Command, arguments: list[str]) -> int:
    try:
        answer = command.main(arguments, prog_name="milepost", standalone_mode=False)
    except click.exceptions.Exit as ending:
        return ending.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    return answer if isinstance(answer, int) else 0


def refusal(error: MilepostError) -> Refusal:
    """Return a refusal as `--json` prints it."""
    return {"what": error.what, "where": error.where, "fix": error.fix}


def _refused(error: MilepostError, *, as_json: bool) -> int:
    if as_json:
        click.echo(json.dumps({"error": refusal(error)}))
    click.echo(f"Refused: {error}", err=True)
    return error.exit_code


def _unforeseen(error: Exception) -> int:
    """Say that the fault is ours; the traceback only for those who asked for it."""
    if os.environ.get("MILEPOST_TRACEBACK"):
        traceback.print_exception(error)
    kind = type(error).__name__
    click.echo(
        f"Milepost failed with a fault of its own ({kind}: {str(error)[:200].partition(chr(10))[0]}). "
        "Set MILEPOST_TRACEBACK=1 and run again to see where, and report it.",
        err=True,
    )
    return 1
