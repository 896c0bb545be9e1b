"""Running what is measured in a process of its own, and watching its time and memory from outside."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile

ROOT = Path(__file__).resolve().parent.parent
MILEPOST = (sys.executable, "-m", "milepost")

_SECONDS = 600.0
_BETWEEN_LOOKS = 0.01
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "MILEPOST_SAMPLES")


class Failed(Exception):
    """What was to be measured ended badly; the message holds what it said."""


@dataclass(slots=True)
class Peaks:
    """The most memory (MB) that a process, its children, and all of them at one moment held.

    Pages that they share are counted for each of them.
    """

    parent: float = 0.0
    children: float = 0.0
    together: float = 0.0


@dataclass(frozen=True, slots=True)
class Run:
    """One run: wall and processor time (s, children included), memory, and what it printed."""

    wall: float
    cpu: float
    peaks: Peaks
    output: str


def run(arguments: Sequence[str], environment: dict[str, str], folder: Path, *, watched: bool = True) -> Run:
    """Run a command to its end in a folder and measure it; looking at its memory costs it nothing.

    Raises:
        Failed: it ended with an error, or not at all within ten minutes.
    """
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    with TemporaryFile() as output, TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(
            arguments,
            env=kept | environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
        )
        watch = _Watch(process, watched=watched)
        watch.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        watch.stop()
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode:
            said = (errors.read() or output.read()).decode(errors="replace").strip()
            raise Failed(f"{' '.join(arguments)} ended with {process.returncode}: {said[-2000:]}")
        return Run(wall, usage.ru_utime + usage.ru_stime, watch.peaks, output.read().decode())


def inside(
    module: str, name: str, *arguments: object, environment: dict[str, str] | None = None
) -> dict[str, float]:
    """Run a measurement of a module of the bench in a process of its own; return it with its `peak` (MB)."""
    command = [sys.executable, "-m", "bench.inside", module, name, *map(str, arguments)]
    done = run(command, environment or {}, ROOT)
    measured: dict[str, float] = json.loads(done.output)
    return measured | {"peak": done.peaks.together}


@dataclass(slots=True)
class _Watch:
    """Looks at a process and its children while they run, and ends what does not end."""

    process: "subprocess.Popen[bytes]"
    watched: bool
    peaks: Peaks = field(default_factory=Peaks)
    _ended: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def _look(self) -> None:
        deadline = time.monotonic() + _SECONDS
        while not self._ended.wait(_BETWEEN_LOOKS if self.watched else _SECONDS):
            if time.monotonic() >= deadline:
                os.kill(self.process.pid, 9)
                return
            self._note()

    def _note(self) -> None:
        own, highest = _memory(self.process.pid)
        children = [_memory(child) for child in _children(self.process.pid)]
        peaks = self.peaks
        peaks.parent = max(peaks.parent, highest)
        peaks.children = max(peaks.children, sum(most for _, most in children))
        peaks.together = max(peaks.together, own + sum(now for now, _ in children))


def _memory(pid: int) -> tuple[float, float]:
    """Return what a process holds and the most that it held (MB); nothing of one that has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0, 0.0
    found = dict(line.split(":", 1) for line in status.splitlines() if line.startswith("Vm"))
    if "VmRSS" not in found:
        return 0.0, 0.0
    return _megabytes(found["VmRSS"]), _megabytes(found["VmHWM"])


def _megabytes(text: str) -> float:
    return int(text.split(maxsplit=1)[0]) * 1024 / 1e6


def _children(pid: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]
    except OSError:
        return []
