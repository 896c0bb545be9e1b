"""`milepost migrate`: the database brought to this release on purpose."""

import click

from milepost.cli import preparing
from milepost.cli.asking import Asked, asked


@click.command()
@asked
def migrate(asked_for: Asked) -> None:
    """Bring the database to this release."""
    preparing.start()
    preparing.migrate()
    asked_for.answer({"migrated": True}, lambda: "The database is that of this release.")
