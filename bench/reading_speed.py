"""One report read in this process, and its bytes by the bare parser: seconds, findings, memory of its own."""

import csv
import gc
import threading
from collections.abc import Callable
from pathlib import Path
from xml.parsers import expat

import msgspec

from bench.timing import Measured, Stopwatch
from milepost.domain.finding import AssetReport
from milepost.domain.problem import Problem
from milepost.domain.statement import Statement
from milepost.scanners.opening import open_report, read_report

_BLOCK = 1 << 20
_BETWEEN_LOOKS = 0.005


def compare(path: str, runs: str) -> dict[str, float]:
    """Read a report and parse it bare, in turn; return the least processor time of both, and what was read.

    The least, and processor time, because other work on the machine can only add to it.
    """
    file = Path(path)
    parse = bare(file)[1]
    # As the isolated reader does: nothing here makes cycles.
    gc.disable()
    reads, bares, counted = [], [], {}
    for _ in range(int(runs)):
        watch = Stopwatch()
        parse(file)
        bares.append(watch.read()["cpu"])
        watch = Stopwatch()
        counted = counted_parts(file)
        reads.append(watch.read()["cpu"])
    return counted | {"cpu": min(reads), "bare": min(bares)}


def read(path: str) -> Measured:
    """Read a report to its end, keeping nothing; return the most memory that this took."""
    gc.disable()
    memory = _Memory()
    counted = counted_parts(Path(path))
    return counted | {"own_peak": memory.stop()}


def bare(path: Path) -> tuple[str, Callable[[Path], None]]:
    """Return the parser that a report is held against, by name."""
    with path.open("rb") as file:
        first = file.read(200).lstrip()
    if first.startswith(b"<"):
        return "bare expat", _bare_xml
    if first.startswith((b"{", b"[", b"scoutsuite")):
        return "bare JSON", _bare_json
    return "bare csv", _bare_csv


def counted_parts(path: Path) -> dict[str, float]:
    """Read a report to its end; return how much is in it."""
    findings = problems = assets = statements = 0
    scanner, source = open_report(path)
    for part in read_report(source, scanner):
        if isinstance(part, AssetReport):
            assets += 1
            findings += len(part.findings)
        problems += isinstance(part, Problem)
        statements += isinstance(part, Statement)
    return {"findings": findings, "problems": problems, "assets": assets, "statements": statements}


def _bare_xml(path: Path) -> None:
    parser = expat.ParserCreate()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            parser.Parse(block)
    parser.Parse(b"")


def _bare_json(path: Path) -> None:
    text = path.read_bytes()
    msgspec.json.decode(text if text[:1] in b"{[" else text[text.index(b"{") :])


def _bare_csv(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as text:
        delimiter = ";" if text.readline().count(";") > 1 else ","
        text.seek(0)
        for _ in csv.reader(text, delimiter=delimiter):
            pass


class _Memory:
    """Looks at the memory that is this process's own: a mapped file is the system's, and not counted."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._peak = 0.0
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        """End looking; return the most that was held (MB)."""
        self._ended.set()
        self._thread.join()
        return max(self._peak, _anonymous())

    def _look(self) -> None:
        while not self._ended.wait(_BETWEEN_LOOKS):
            self._peak = max(self._peak, _anonymous())


def _anonymous() -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    found = (line.split() for line in lines if line.startswith("RssAnon"))
    return next((int(words[1]) * 1024 / 1e6 for words in found), 0.0)
