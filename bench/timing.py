"""Wall and processor seconds of this process."""

import time

Measured = dict[str, float]


class Stopwatch:
    """Runs from when it is made."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def read(self) -> Measured:
        """Return the seconds since then."""
        return {"wall": time.perf_counter() - self._wall, "cpu": time.process_time() - self._cpu}
