"""The process that reads a report for `isolation`: bounded by the operating system, it writes frames only."""

import gc
import os
import resource
import sys
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

from milepost.domain.errors import MilepostError, OversizedInput
from milepost.scanners.frames import End, Refusal, Sender, Surveyed
from milepost.scanners.isolation import FIX, SURVEY, Limits
from milepost.scanners.opening import open_report, read_report
from milepost.scanners.sheets.columns import wishes_from
from milepost.scanners.sheets.surveyed import Survey

SLOWEST_BYTES_PER_SECOND = 10 << 20
_LOOKS_AT_TABLES = "milepost.scanners.sheets.survey"


def serve(path: Path, name: str, batch: int, output: BinaryIO, asked: str = "") -> None:
    """Read a report (or only look at a table) and write it as frames: what the child does."""
    sender = Sender(output, batch)
    try:
        if batch == SURVEY:
            sender.send(Surveyed(_survey(path, name)))
            return
        scanner, source = open_report(path, name, wishes_from(asked) if asked else None)
        for part in read_report(source, scanner):
            sender.add(part)
        sender.flush()
        sender.send(End())
    except MilepostError as error:
        sender.send(Refusal(type(error).__name__, error.what, error.where, error.fix))
    except MemoryError:
        what = "reading it took more memory than a report may take"
        sender.send(Refusal(OversizedInput.__name__, what, name, FIX))


def _survey(path: Path, name: str) -> Survey:
    """Look at a table; what does so is loaded only where it is asked for."""
    found: Survey = import_module(_LOOKS_AT_TABLES).survey(path, name)
    return found


def bound(limits: Limits, size: int) -> None:
    """Bound this process: memory, processor time, and no files to write."""
    seconds = limits.cpu_seconds + size // SLOWEST_BYTES_PER_SECOND
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes + size,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Be the child: arguments are path, name, batch size, wishes, limits; frames go to standard output."""
    path, name, batch, asked, *limits = sys.argv[1:]
    # Nothing here makes cycles, and looking for them costs a tenth of the time.
    gc.disable()
    file = Path(path)
    bound(Limits(*map(int, limits)), file.stat().st_size if file.is_file() else 0)
    with os.fdopen(os.dup(1), "wb") as output:
        os.dup2(2, 1)
        serve(file, name, int(batch), output, asked)


if __name__ == "__main__":
    main()
