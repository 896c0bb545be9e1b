"""Every environment variable that Milepost reads: name, type, default, meaning, in one table."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from milepost.domain.errors import StateConflict, WrongUse


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable; `secret` values are never shown."""

    name: str
    default: str
    meaning: str
    secret: bool = False

    def read(self) -> str:
        """Return the value from the environment, or the default."""
        return os.environ.get(self.name, self.default)


HOME = Variable("MILEPOST_HOME", "~/.milepost", "Folder of the embedded data; `--home` sets it too.")
DATABASE_URL = Variable(
    "DATABASE_URL",
    "",
    "PostgreSQL as `postgresql://user:password@host:port/name`; SQLite in the home if empty.",
    secret=True,
)
SECRET_KEY = Variable(
    "MILEPOST_SECRET_KEY", "", "Key that signs cookies; made once in the home if empty.", secret=True
)
LEDGER_KEY = Variable(
    "MILEPOST_LEDGER_KEY", "", "File of the key that signs the ledger; made once in the home if empty."
)
VAULT = Variable(
    "MILEPOST_VAULT",
    "",
    "Where evidence is kept: a folder, or `s3+https://key:secret@host/bucket?region=us-east-1`;"
    " `vault` in the home if empty.",
    secret=True,
)
EVIDENCE_MIB = Variable(
    "MILEPOST_EVIDENCE_MIB", "512", "The largest file that is taken as evidence, in MiB (1,048,576 bytes)."
)
TABLE = (HOME, DATABASE_URL, SECRET_KEY, LEDGER_KEY, VAULT, EVIDENCE_MIB)


def vault() -> str:
    """Return where evidence is kept: the address of a service, or a folder."""
    return VAULT.read() or str(home() / "vault")


def evidence_bytes() -> int:
    """Return how many bytes a file may have that is taken as evidence.

    Raises:
        WrongUse: the variable is no number above zero.
    """
    given = EVIDENCE_MIB.read()
    if not given.isascii() or not given.isdigit() or not 0 < int(given) <= 1 << 20:
        raise WrongUse(
            f"{given[:40]!r} is no size", where=EVIDENCE_MIB.name, fix="give a number of MiB, such as 512"
        )
    return int(given) << 20


def home() -> Path:
    """Return the folder of the embedded data."""
    return Path(HOME.read()).expanduser().resolve()


def made_home() -> Path:
    """Return the folder of the embedded data, made for its owner alone where it is missing.

    Raises:
        StateConflict: it cannot be made.
    """
    folder = home()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StateConflict(
            f"the home {folder} cannot be made ({error.strerror})",
            where=HOME.name,
            fix="name a folder of your own with --home",
        ) from error
    return folder


def ledger_key() -> Path:
    """Return the file of the key that signs the ledger's checkpoints."""
    given = LEDGER_KEY.read()
    return Path(given).expanduser().resolve() if given else home() / "ledger.key"


def database() -> dict[str, object]:
    """Return the database as Django wants it described.

    Raises:
        WrongUse: `DATABASE_URL` names another kind of database than PostgreSQL.
    """
    address = DATABASE_URL.read()
    return _postgresql(address) if address else _sqlite()


def _sqlite() -> dict[str, object]:
    pragmas = (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "temp_store=MEMORY",
        "cache_size=-20480",
        "mmap_size=0",
        "foreign_keys=ON",
        "wal_autocheckpoint=4000",
    )
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": home() / "milepost.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 30,
            "transaction_mode": "IMMEDIATE",
            "init_command": ";".join(f"PRAGMA {pragma}" for pragma in pragmas),
        },
        "TEST": {"NAME": os.environ.get("MILEPOST_TEST_SQLITE") or None},
    }


def _postgresql(address: str) -> dict[str, object]:
    parts = urlsplit(address)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise WrongUse(
            f"{parts.scheme or 'an address without a scheme'} is no database that Milepost knows",
            where=DATABASE_URL.name,
            fix="give postgresql://user:password@host:port/name, or leave it empty for the embedded one",
        )
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", parts.hostname or "")),
        "PORT": str(parts.port or query.get("port", "")),
        "CONN_MAX_AGE": 60,
    }
