"""Reading frames ahead of need."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import pytest

from milepost.scanners import ahead
from milepost.scanners.ahead import ReadAhead
from milepost.scanners.frames import LENGTH_BYTES, MAX_FRAME_BYTES

SECONDS = 20


@contextmanager
def a_pipe() -> Iterator[tuple[ReadAhead, BinaryIO]]:
    """Give both ends of a pipe; the writer's end is closed before the reader's, as the contract asks."""
    receiving, sending = os.pipe()
    frames = ReadAhead(os.fdopen(receiving, "rb"))
    with os.fdopen(sending, "wb") as writer:
        try:
            yield frames, writer
        finally:
            writer.close()
            frames.close()


def written(content: bytes) -> bytes:
    """Return a frame as a reader of reports writes it."""
    return len(content).to_bytes(LENGTH_BYTES, "little") + content


def test_frames_come_in_their_order_and_then_nothing() -> None:
    """Large and small ones; after the last there is only emptiness, however often one asks."""
    sent = [b"a", b"b" * 300_000, b"c" * 70_000, b"d"]
    with a_pipe() as (frames, writer):
        for each in sent:
            writer.write(written(each))
        writer.close()
        assert [frames.next() for _ in sent] == sent
        assert frames.next() == frames.next() == b""


@pytest.mark.parametrize(
    "broken",
    [
        written(b"whole")[:-1],
        written(b"whole")[:3],
        (MAX_FRAME_BYTES + 1).to_bytes(LENGTH_BYTES, "little"),
    ],
)
def test_half_a_frame_is_no_frame(broken: bytes) -> None:
    """What breaks off, and what claims to be larger than any frame, ends the stream."""
    with a_pipe() as (frames, writer):
        writer.write(written(b"first") + broken)
        writer.close()
        assert frames.next() == b"first"
        assert frames.next() == b""


def test_a_writer_goes_on_while_nobody_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Much more than a pipe holds is taken in while the work on the last batch still goes on."""
    monkeypatch.setattr(ahead, "MOST_BYTES", 4 << 20)
    with a_pipe() as (frames, writer):
        sent = [bytes([number]) * (1 << 20) for number in range(4)]
        done = threading.Thread(target=_write, args=(writer, sent), daemon=True)
        done.start()
        done.join(SECONDS)
        assert not done.is_alive()
        assert [frames.next() for _ in sent] == sent


def test_a_writer_waits_when_enough_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory has an end: what waits is bounded, and goes on when something is taken."""
    monkeypatch.setattr(ahead, "MOST_BYTES", 1 << 20)
    with a_pipe() as (frames, writer):
        sent = [bytes([number]) * (1 << 20) for number in range(6)]
        done = threading.Thread(target=_write, args=(writer, sent), daemon=True)
        done.start()
        done.join(0.5)
        assert done.is_alive()
        assert [frames.next() for _ in sent] == sent
        done.join(SECONDS)
        assert not done.is_alive()


def test_it_can_be_closed_with_frames_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """An import that was refused half-way leaves no thread behind."""
    monkeypatch.setattr(ahead, "MOST_BYTES", 1)
    before = threading.active_count()
    with a_pipe() as (_, writer):
        writer.write(written(b"a" * 1000) + written(b"b" * 1000))
        writer.flush()
    assert threading.active_count() == before


def _write(writer: BinaryIO, frames: list[bytes]) -> None:
    writer.writelines(written(each) for each in frames)
    writer.flush()
