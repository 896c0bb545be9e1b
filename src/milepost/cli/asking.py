"""What every command takes: the home, the day, and whether to answer in JSON."""

import getpass
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import click

from milepost.ledger.acting import Acting, acting

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Asked:
    """The day that counts as today, and how to answer."""

    as_of: date
    as_json: bool

    def answer(self, document: Mapping[str, object], text: Callable[[], str]) -> None:
        """Print the document as JSON, or the text for people."""
        click.echo(json.dumps(document, default=str, ensure_ascii=False) if self.as_json else text())


def asked(command: Callable[Concatenate[Asked, P], R]) -> Callable[P, R]:
    """Give a command `--home`, `--as-of` and `--json`; its function gets them as its first argument."""

    @click.option("--home", metavar="DIR", envvar="MILEPOST_HOME", help="Folder of the embedded data.")
    @click.option(
        "--as-of", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]), help="The day that counts as today."
    )
    @click.option("--json", "as_json", is_flag=True, help="Answer with one JSON document.")
    @wraps(command)
    def with_options(*args: P.args, **kwargs: P.kwargs) -> R:
        home = kwargs.pop("home")
        if home:
            os.environ["MILEPOST_HOME"] = str(home)
        day = kwargs.pop("as_of")
        today = day.date() if isinstance(day, datetime) else datetime.now(UTC).astimezone().date()
        with acting(Acting(_account(), "cli", _now)):
            return command(Asked(today, bool(kwargs.pop("as_json"))), *args, **kwargs)

    return with_options


def _now() -> datetime:
    return datetime.now(UTC)


def _account() -> str:
    """Return the name of the account of this machine; empty where it has none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def sealed(
    document: dict[str, object], out: Path, system: str, said: str, *, base: Path | None = None
) -> str:
    """Let a document go out with the ledger's checkpoint in it or beside it; return what to say of it."""
    from milepost.work.history.carrying import provide

    place = provide(out, system, base)
    document["checkpoint"] = str(place) if place else None
    return f"{said}\nThe ledger's checkpoint is beside it: {place}" if place else said


def register_ready() -> None:
    """Start Django; prepare an empty or embedded database on first use.

    Raises:
        StateConflict: a shared database is older than this release and has to be migrated on purpose.
    """
    from milepost.cli.preparing import prepare

    prepare()
