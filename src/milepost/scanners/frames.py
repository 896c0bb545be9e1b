"""What an isolated reader sends home: frames of MessagePack, decoded into known types and nothing else.

Each distinct `Facts` and each set of source ids travels once and is one object again at the other end.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import repeat
from typing import BinaryIO, Generic, TypeVar

import msgspec

from milepost.domain import errors
from milepost.domain.errors import InputRefused, MilepostError
from milepost.domain.finding import Asset, AssetReport, Coverage, Facts, Finding
from milepost.domain.problem import Problem
from milepost.domain.statement import Statement
from milepost.scanners.scanner import Part
from milepost.scanners.sheets.surveyed import Survey

MAX_FRAME_BYTES = 1 << 30
LENGTH_BYTES = 8

T = TypeVar("T")


class _Coverage(msgspec.Struct, array_like=True):
    """A `Coverage` that names its sets of source ids by number."""

    scope: str
    tool: str
    scanned_at: datetime | None
    credentialed: bool | None
    assessed: int | None
    unassessed: int


class _Report(msgspec.Struct, array_like=True):
    """An `AssetReport` by columns; `first_seen` and `coverages` are empty where they say nothing."""

    asset: Asset
    coverage: list[_Coverage]
    facts: list[int]
    locators: list[str]
    outputs: list[str]
    first_seen: list[datetime | None]
    coverages: list[int]


class Batch(msgspec.Struct, array_like=True, tag="batch"):
    """Facts and sets not sent before, then the parts in their order (0 report, 1 problem, 2 statement)."""

    facts: list[Facts] = []
    sets: list[frozenset[str]] = []
    order: list[int] = []
    reports: list[_Report] = []
    problems: list[Problem] = []
    statements: list[Statement] = []


class Refusal(msgspec.Struct, array_like=True, tag="refusal"):
    """The file was refused: the name of the error's class and its parts."""

    cause: str
    what: str
    where: str
    fix: str


class End(msgspec.Struct, array_like=True, tag="end"):
    """All was sent."""


class Surveyed(msgspec.Struct, array_like=True, tag="surveyed"):
    """What a table holds."""

    survey: Survey


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Batch | Refusal | End | Surveyed)


class Receiver:
    """Builds reports out of frames; equal facts are one object again."""

    def __init__(self) -> None:
        self._facts: list[Facts] = []
        self._sets: list[frozenset[str]] = []

    def parts(self, frames: Callable[[], bytes]) -> Iterator[Part]:
        """Yield what the frames say until the last one.

        Raises:
            InputRefused: the reader refused the file.
        """
        while not isinstance(frame := _DECODER.decode(frames()), End | Surveyed):
            if isinstance(frame, Refusal):
                raise _refused(frame)
            self._facts += frame.facts
            self._sets += frame.sets
            reports, others = iter(frame.reports), (iter(frame.problems), iter(frame.statements))
            for kind in frame.order:
                yield next(others[kind - 1]) if kind else self._report(next(reports))

    def survey(self, frames: Callable[[], bytes]) -> Survey:
        """Return what a table holds.

        Raises:
            InputRefused: it cannot be taken, or is no table.
        """
        frame = _DECODER.decode(frames())
        if isinstance(frame, Surveyed):
            return frame.survey
        raise _refused(frame) if isinstance(frame, Refusal) else InputRefused("this is no table")

    def _report(self, report: _Report) -> AssetReport:
        findings = map(
            Finding,
            map(self._facts.__getitem__, report.facts),
            report.locators,
            report.outputs,
            report.first_seen or repeat(None),
            report.coverages or repeat(0),
        )
        return AssetReport(report.asset, tuple(map(self._coverage, report.coverage)), tuple(findings))

    def _coverage(self, coverage: _Coverage) -> Coverage:
        return Coverage(
            coverage.scope,
            coverage.tool,
            coverage.scanned_at,
            coverage.credentialed,
            None if coverage.assessed is None else self._sets[coverage.assessed],
            self._sets[coverage.unassessed],
        )


class _Numbers(Generic[T]):
    """Numbers objects by identity, in the order in which they are first met."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._kept: list[T] = []
        self.unsent: list[T] = []

    def of(self, thing: T) -> int:
        """Return the number of an object; a new one is kept, so that its identity stays its own."""
        number = self._numbers.get(id(thing))
        if number is None:
            number = self._numbers[id(thing)] = len(self._kept)
            self._kept.append(thing)
            self.unsent.append(thing)
        return number


class Sender:
    """Packs reports into frames of about `batch` findings and writes them, their length before them."""

    def __init__(self, output: BinaryIO, batch: int) -> None:
        self._output = output
        self._limit = batch
        self._facts = _Numbers[Facts]()
        self._sets = _Numbers[frozenset[str]]()
        self._batch = Batch()
        self._findings = 0

    def add(self, part: Part) -> None:
        """Take one part; send what has gathered when it is enough."""
        if isinstance(part, Problem):
            self._batch.order.append(1)
            self._batch.problems.append(part)
            return
        if isinstance(part, Statement):
            self._batch.order.append(2)
            self._batch.statements.append(part)
            return
        self._batch.order.append(0)
        self._batch.reports.append(self._report(part))
        self._findings += len(part.findings)
        if self._findings >= self._limit:
            self.flush()

    def flush(self) -> None:
        """Send what has gathered."""
        self._batch.facts, self._facts.unsent = self._facts.unsent, []
        self._batch.sets, self._sets.unsent = self._sets.unsent, []
        self.send(self._batch)
        self._batch, self._findings = Batch(), 0

    def send(self, frame: Batch | Refusal | End | Surveyed) -> None:
        """Write one frame."""
        content = _ENCODER.encode(frame)
        self._output.write(len(content).to_bytes(LENGTH_BYTES, "little") + content)
        self._output.flush()

    def _report(self, report: AssetReport) -> _Report:
        findings = report.findings
        first_seen = [finding.first_seen for finding in findings]
        coverages = [finding.coverage for finding in findings]
        return _Report(
            report.asset,
            [self._coverage(coverage) for coverage in report.coverage],
            [self._facts.of(finding.facts) for finding in findings],
            [finding.locator for finding in findings],
            [finding.output for finding in findings],
            first_seen if any(first_seen) else [],
            coverages if any(coverages) else [],
        )

    def _coverage(self, coverage: Coverage) -> _Coverage:
        assessed = coverage.assessed
        return _Coverage(
            coverage.scope,
            coverage.tool,
            coverage.scanned_at,
            coverage.credentialed,
            None if assessed is None else self._sets.of(assessed),
            self._sets.of(coverage.unassessed),
        )


def _refused(refusal: Refusal) -> MilepostError:
    cause = getattr(errors, refusal.cause, None)
    kind = cause if isinstance(cause, type) and issubclass(cause, MilepostError) else InputRefused
    return kind(refusal.what, where=refusal.where, fix=refusal.fix)
