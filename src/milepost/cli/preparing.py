"""The database behind the commands: started, prepared on first use, migrated on purpose."""

import os
from datetime import UTC, datetime
from pathlib import Path

import django
from django.core.management import call_command
from django.db import OperationalError, connection, transaction

from milepost.domain.errors import StateConflict
from milepost.settings import variables


def prepare() -> None:
    """Start Django and make sure that the tables are those of this release.

    An embedded or empty database is brought up at once.

    Raises:
        StateConflict: the database cannot be reached, or a shared one has to be migrated on purpose.
    """
    start()
    try:
        behind, empty = _state()
    except OperationalError as error:
        raise StateConflict(
            f"the database cannot be reached ({str(error).strip().splitlines()[0]})",
            where="DATABASE_URL",
            fix="check the address and that the server runs",
        ) from error
    if behind and not empty and connection.vendor == "postgresql":
        raise StateConflict("the database is older than this release", fix="run milepost migrate")
    if behind:
        migrate()


def migrate() -> None:
    """Bring the tables to this release; what was there before its ledger gets its first event."""
    call_command("migrate", verbosity=0, interactive=False)
    from milepost.ledger.beginning import begin_chains

    with transaction.atomic():
        begin_chains(datetime.now(UTC))


def start() -> None:
    """Start Django with the product's settings and an existing home."""
    variables.made_home()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "milepost.settings")
    django.setup()


def _state() -> tuple[bool, bool]:
    """Tell whether migrations are missing, and whether the database is empty."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        if "django_migrations" not in tables:
            return True, not tables
        cursor.execute("SELECT name FROM django_migrations WHERE app = 'records'")
        applied = {name for (name,) in cursor.fetchall()}
    folder = Path(__file__).resolve().parent.parent / "records" / "migrations"
    known = {path.stem for path in folder.glob("0*.py")}
    return not known <= applied, False
