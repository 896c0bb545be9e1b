"""`milepost backup`, `restore`, `system export`, `system import`: all of it, or one system, in a file."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from milepost.cli.asking import Asked, asked, register_ready
from milepost.cli.reading import problem_lines

if TYPE_CHECKING:
    from milepost.vault.vault import Vault
    from milepost.work.backup.write_backup import Installation
    from milepost.work.moving.export_system import SystemMoved

_FILE = click.Path(path_type=Path)
_ANY_SIZE = 1 << 62


@click.command()
@click.option("-o", "--output", required=True, type=_FILE, help="The file to write.")
@asked
def backup(asked_for: Asked, output: Path) -> int:
    """Write database, evidence, keys and settings to one file, while others go on working.

    The status is 1 if the vault had lost evidence before, which is named. The file holds keys: keep it
    encrypted.
    """
    from milepost.work.backup.write_backup import write_backup

    taken = write_backup(_installation(), output.absolute(), now=_now())
    document = {
        "file": str(output),
        "rows": taken.rows,
        "evidence": taken.evidence,
        "missing": taken.missing,
        "seal": taken.seal,
    }
    lines = [
        f"Wrote {output}: {taken.rows:,} rows, {taken.evidence:,} files of evidence, keys and settings.",
        f"Seal (SHA-256 of its manifest): {taken.seal}",
        "It holds keys and evidence: encrypt it before it leaves this machine.",
        *(f"Lost before, and not in the backup: evidence {name}" for name in taken.missing),
    ]
    asked_for.answer(document, lambda: "\n".join(lines))
    return int(bool(taken.missing))


@click.command()
@click.argument("file", type=_FILE)
@click.option("--replace", is_flag=True, help="Set a home that holds something aside; stop the server first.")
@asked
def restore(asked_for: Asked, file: Path, *, replace: bool) -> None:
    """Put a backup into an empty home (and empty PostgreSQL database), after checking all of it."""
    from milepost.work.backup.restore_backup import restore_backup

    done = restore_backup(file, _installation(), replace=replace)
    document = {
        "made_at": done.made_at,
        "rows": done.rows,
        "evidence": done.evidence,
        "missing": done.missing,
        "seal": done.seal,
        "set_aside": str(done.set_aside) if done.set_aside else None,
    }
    lines = [
        f"Restored the backup of {done.made_at}: {done.rows:,} rows, {done.evidence:,} files of evidence.",
        f"Seal (SHA-256 of its manifest): {done.seal}",
        *([f"What was there before is in {done.set_aside}."] if done.set_aside else []),
        *(f"Lost before the backup: evidence {name}" for name in done.missing),
    ]
    asked_for.answer(document, lambda: "\n".join(lines))


@click.command("export")
@click.argument("name")
@click.option("-o", "--output", required=True, type=_FILE, help="The file to write.")
@asked
def export_system(asked_for: Asked, name: str, output: Path) -> None:
    """Write the system NAME with its history and evidence to one file, for another installation."""
    vault = _own_vault()
    from milepost.work.moving.export_system import export_system as export

    moved = export(name, vault, output, now=_now())
    _answer_moved(asked_for, moved, f"Wrote {moved.system} to {output}")


@click.command("import")
@click.argument("file", type=_FILE)
@asked
def import_system(asked_for: Asked, file: Path) -> None:
    """Take a system in that another installation exported: identifiers, dates and history as they were."""
    vault = _own_vault()
    from milepost.work.moving.import_system import import_system as take

    moved = take(file, vault)
    _answer_moved(asked_for, moved, f"Took {moved.system} in")


def _answer_moved(asked_for: Asked, moved: "SystemMoved", said: str) -> None:
    document = {
        "system": moved.system,
        "rows": moved.rows,
        "evidence": moved.evidence,
        "seal": moved.seal,
        "problems": [problem._asdict() for problem in moved.problems],
    }
    lines = [f"{said}: {moved.rows:,} rows, {moved.evidence:,} files of evidence.", f"Seal: {moved.seal}"]
    asked_for.answer(document, lambda: "\n".join([*lines, *problem_lines(moved.problems)]))


def _own_vault() -> "Vault":
    """Start Django, and return the vault of this installation, whatever the size of a file."""
    register_ready()
    installation = _installation()
    from milepost.vault.vault import INSTALLATION

    return installation.vault_in(installation.home, INSTALLATION)


def _now() -> datetime:
    return datetime.now(UTC)


def _installation() -> "Installation":
    """Describe this installation, without opening anything of it."""
    from milepost.settings import variables
    from milepost.vault.opening import opened
    from milepost.work.backup.databases import POSTGRESQL, SQLITE, Database
    from milepost.work.backup.write_backup import DATABASE_FILE, Installation

    def vault_in(home: Path, organisation: str) -> "Vault":
        address = variables.VAULT.read() or str(home / "vault")
        return opened(address, most_bytes=_ANY_SIZE, clock=_now, organisation=organisation)

    home, known = variables.home(), variables.database()
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    if variables.DATABASE_URL.read():
        parameters = {libpq: str(known[name]) for name, libpq in names.items() if known[name]}
        return Installation(home, Database(POSTGRESQL, parameters=parameters), vault_in)
    return Installation(home, Database(SQLITE, home / DATABASE_FILE), vault_in)
