"""The command line `milepost`: one module a group of commands, loaded when it is asked for."""

import gc
import sys

import click

from milepost import __version__
from milepost.cli.commands import LazyCommands
from milepost.cli.errors import exit_code_of

_YOUNG = 100_000
"""Objects made between two looks for cycles: with Python's 700 an import takes a twentieth more."""


@click.command(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="milepost")
def milepost() -> None:
    """Plans of Action and Milestones, from finding to verified closure."""


def main(arguments: list[str] | None = None) -> None:
    """Run a command and end with its exit code: 0 done, 1 refused, 2 wrong use."""
    gc.set_threshold(_YOUNG)
    given = sys.argv[1:] if arguments is None else arguments
    sys.exit(exit_code_of(milepost, given))
