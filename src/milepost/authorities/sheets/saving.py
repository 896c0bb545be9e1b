"""Files appear whole or not at all: written beside their place, then put there in one step."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from milepost.domain.errors import WrongUse


@contextmanager
def saved(out: Path) -> Iterator[BinaryIO]:
    """Give a file to write to; it takes the place of `out` only if nothing went wrong.

    Raises:
        WrongUse: the folder does not exist.
    """
    if not out.parent.is_dir():
        raise WrongUse("the folder does not exist", where=str(out.parent), fix="create it first")
    waiting = out.with_name(f".{out.name}.{secrets.token_hex(4)}")
    try:
        with waiting.open("xb+") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        waiting.replace(out)
    finally:
        waiting.unlink(missing_ok=True)
