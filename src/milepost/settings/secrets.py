"""The key that signs cookies: from the environment, or made once and kept in the home."""

import os
import secrets
from pathlib import Path

from milepost.settings import variables


def secret_key() -> str:
    """Return the signing key; the file is made on first use, readable by its owner alone."""
    given = variables.SECRET_KEY.read()
    return given or _kept_key(variables.made_home() / "secret.key")


def _kept_key(path: Path) -> str:
    if path.is_file():
        return path.read_text(encoding="ascii")
    key = secrets.token_urlsafe(64)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key)
    return key
