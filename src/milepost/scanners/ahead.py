"""Frames read ahead of need: while one batch is worked on, a thread takes in what the reader sends next.

A pipe holds far less than a batch; without this the reader would stand still whenever its reader is busy, and
the two would take turns on two processors.
"""

import fcntl
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

from milepost.scanners.frames import LENGTH_BYTES, MAX_FRAME_BYTES

MOST_BYTES = 8 << 20
PIPE_BYTES = 1 << 20


class ReadAhead:
    """The frames of a pipe in their order; at most about `MOST_BYTES` wait here to be taken.

    Whoever makes one ends the writer of the pipe, then closes this.
    """

    def __init__(self, pipe: BinaryIO) -> None:
        """Start to read."""
        self._pipe = pipe
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._ended = self._closed = False
        self._changed = threading.Condition()
        _widen(pipe)
        self._thread = threading.Thread(target=self._read, name="read-ahead", daemon=True)
        self._thread.start()

    def next(self) -> bytes:
        """Wait for the next frame; empty where the pipe ended before a whole one."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._ended)
            frame = self._waiting.popleft() if self._waiting else b""
            self._bytes -= len(frame)
            self._changed.notify()
        return frame

    def close(self) -> None:
        """End the thread and forget what was not taken."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()
        self._waiting.clear()
        self._pipe.close()

    def _read(self) -> None:
        for frame in _frames(self._pipe):
            with self._changed:
                self._waiting.append(frame)
                self._bytes += len(frame)
                self._changed.notify()
                self._changed.wait_for(lambda: self._bytes < MOST_BYTES or self._closed)
                if self._closed:
                    break
        with self._changed:
            self._ended = True
            self._changed.notify()


def _frames(pipe: BinaryIO) -> Iterator[bytes]:
    """Yield whole frames until the pipe ends or breaks off."""
    while True:
        length = int.from_bytes(pipe.read(LENGTH_BYTES), "little")
        content = pipe.read(length) if 0 < length <= MAX_FRAME_BYTES else b""
        if not content or len(content) < length:
            return
        yield content


def _widen(pipe: BinaryIO) -> None:
    """Let the pipe hold more where the system can: each piece read costs a change of threads."""
    with suppress(AttributeError, OSError):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
