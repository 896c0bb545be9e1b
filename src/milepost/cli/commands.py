"""Which module holds which command, so that only what is asked for is loaded."""

from importlib import import_module

import click

_COMMANDS = {
    "read": "milepost.cli.reading:read",
    "check": "milepost.cli.check:check",
    "rules": "milepost.cli.rules:rules",
    "scanners": "milepost.cli.scanners:scanners",
    "risk": "milepost.cli.risk:risk",
    "system": "milepost.cli.systems:system",
    "import": "milepost.cli.imports:import_files",
    "imports": "milepost.cli.imports:list_imports",
    "undo": "milepost.cli.imports:undo",
    "columns": "milepost.cli.columns:columns",
    "finding": "milepost.cli.finding:finding",
    "items": "milepost.cli.items:list_items",
    "item": "milepost.cli.item:item",
    "evidence": "milepost.cli.evidence:evidence",
    "priorities": "milepost.cli.priorities:priorities",
    "explain": "milepost.cli.items:explain",
    "export": "milepost.cli.export:export",
    "report": "milepost.cli.report:report",
    "take": "milepost.cli.documents:take",
    "convert": "milepost.cli.documents:convert",
    "diff": "milepost.cli.documents:diff",
    "conmon": "milepost.cli.conmon:conmon",
    "vdr": "milepost.cli.vdr:vdr",
    "aging": "milepost.cli.aging:aging",
    "asset": "milepost.cli.assets:asset",
    "references": "milepost.cli.references:references",
    "cmmc": "milepost.cli.cmmc:cmmc",
    "profile": "milepost.cli.profiles:profile",
    "ledger": "milepost.cli.ledger:ledger",
    "serve": "milepost.cli.serving:serve",
    "demo": "milepost.cli.serving:demo",
    "backup": "milepost.cli.backup:backup",
    "restore": "milepost.cli.backup:restore",
    "migrate": "milepost.cli.database:migrate",
}


class LazyCommands(click.Group):
    """A group whose commands are imported on first use: `--version` and `read` start without Django."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which a new user needs them."""
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command; None where there is no such command."""
        del ctx
        place = _COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command
