"""Read a report in a process of its own, with little memory, time and no files to write.

A report is the one thing that strangers hand in: whatever it does to its reader stays in the child, which has
limits of the operating system on it and no secrets in its environment. What was read comes back over a pipe
(`frames`). While the child parses, the parent does other work.
"""

import os
import signal
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Self

from milepost.domain.errors import DamagedInput, InputRefused, OversizedInput
from milepost.scanners.ahead import ReadAhead
from milepost.scanners.frames import Receiver
from milepost.scanners.scanner import Part
from milepost.scanners.sheets.columns import TableWishes
from milepost.scanners.sheets.surveyed import Survey

BATCH = 5_000

_PATIENCE = 200
SURVEY = 0
"""The batch that asks for a look at a table instead of its findings."""
FIX = "give a smaller or sound export of the report"
_MODULE = "milepost.scanners.isolated"
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TZ", "PYTHONPYCACHEPREFIX")


class Limits(NamedTuple):
    """What a child may use: memory beside the file itself, and time beside that which its size explains."""

    memory_bytes: int = 1 << 30
    cpu_seconds: int = 60


LIMITS = Limits()


def read_isolated(
    path: Path,
    name: str | None = None,
    *,
    batch: int = BATCH,
    limits: Limits = LIMITS,
    wishes: TableWishes | None = None,
) -> Generator[Part, None, None]:
    """Stream what a report says, read by a child process; `batch` is how many findings travel together.

    Closing the generator ends the child.

    Raises:
        InputRefused: as `open_report` and `read_report` do; OversizedInput also where the child needed more
            memory or time than a report may take.
    """
    with reading(path, name, batch=batch, limits=limits, wishes=wishes) as parts:
        yield from parts


@contextmanager
def reading(
    path: Path,
    name: str | None = None,
    *,
    batch: int = BATCH,
    limits: Limits = LIMITS,
    wishes: TableWishes | None = None,
) -> Iterator[Iterator[Part]]:
    """Start the child at once, so that it reads ahead while other work is done; it ends with the block.

    What the block gets is what `read_isolated` streams.
    """
    with Child(path, name or path.name, batch, limits, wishes) as child:
        yield Receiver().parts(child.frame)


def surveyed(path: Path, name: str | None = None, *, limits: Limits = LIMITS) -> Survey:
    """Say what a table holds, looked at by a child process: its headings, its first rows, what they suggest.

    Raises:
        InputRefused: it cannot be taken, or is no table.
    """
    with Child(path, name or path.name, SURVEY, limits, None) as child:
        return Receiver().survey(child.frame)


class Child:
    """The process that reads; ended with the block, whatever happens."""

    def __init__(self, path: Path, name: str, batch: int, limits: Limits, wishes: TableWishes | None) -> None:
        self.name = name
        asked = wishes.as_json() if wishes else ""
        options = (str(path.absolute()), name, str(batch), asked, *map(str, limits))
        arguments = [sys.executable, "-P", "-B", "-m", _MODULE, *options]
        environment = {key: os.environ[key] for key in _ENVIRONMENT if key in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
        receiving, sending = os.pipe()
        pipe = os.fdopen(receiving, "rb")
        try:
            self._process = os.posix_spawn(
                sys.executable,
                arguments,
                environment,
                file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_DUP2, sending, 1),
                ],
            )
        except ValueError as error:
            pipe.close()
            what = f"the file cannot be read ({error})"
            raise InputRefused(what, where=name, fix="give it a plain name") from error
        finally:
            os.close(sending)
        self._frames = ReadAhead(pipe)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process:
            self._end()
        self._frames.close()

    def frame(self) -> bytes:
        """Return the next frame.

        Raises:
            InputRefused: the child ended before its last frame.
        """
        frame = self._frames.next()
        if not frame:
            raise self._death()
        return frame

    def _death(self) -> InputRefused:
        ended_by = -os.waitstatus_to_exitcode(self._end(patience=_PATIENCE))
        if ended_by in {signal.SIGXCPU, signal.SIGKILL}:
            what = "reading it took more time or memory than a report may take"
            return OversizedInput(what, where=self.name, fix=FIX)
        what = f"its reader stopped without an answer (status {-ended_by})"
        return DamagedInput(what, where=self.name, fix=FIX)

    def _end(self, patience: int = 0) -> int:
        """Wait up to `patience` hundredths of a second, then end the process; return its wait status."""
        process, self._process = self._process, 0
        for _ in range(patience):
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                return status
            time.sleep(0.01)
        os.kill(process, signal.SIGKILL)
        return os.waitpid(process, 0)[1]
