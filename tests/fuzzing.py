"""Feed readers what nobody would write: `./run fuzz [--minutes N] [--scanner NAME] [--seed N] [--rounds N]`.

Each round takes a small made-up report or, where they are there, a real one, spoils it in a few random ways,
and has it recognised and read. Whatever leaves a reader but Milepost's own errors is kept as a file that
shows it again. Rounds follow from the seed and the reports alone: the same seed gives the same rounds.
"""

import argparse
import hashlib
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory, gettempdir
from types import FrameType
from typing import NamedTuple

import msgspec

from milepost.domain.errors import MilepostError
from milepost.scanners.contract.foreign import foreign_files
from milepost.scanners.contract.variants import places, replaced, shrunk
from milepost.scanners.opening import open_report, read_report

SECONDS = 10
MEMORY = 2 << 30
LARGEST = 300 << 10

_VALUES: tuple[object, ...] = (
    None,
    True,
    0,
    -1,
    1e308,
    10**40,
    "",
    "☃",
    "9" * 5_000,
    "CVE-2024-",
    "2026-13-45T99:99:99Z",
    "<b>&amp;</b>",
    "\x7f\u202e\ufeff",
    [],
    {},
    [[[]]],
    [None],
    {"": {"": ""}},
)
_TOKENS = (
    b"null",
    b'"',
    b"'",
    b"<",
    b">",
    b"/>",
    b"]]>",
    b"<![CDATA[",
    b"<!--",
    b"&#0;",
    b"&a;",
    b"<!DOCTYPE a [<!ENTITY a 'b'>]>",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b";",
    b":",
    b"\\u0000",
    b"\\ud800",
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\r",
    b"\n",
    b"\t",
    b"-",
    b"1e999",
    b"NaN",
    b"9" * 5_000,
    b"[" * 3_000,
    b"<a>" * 3_000,
    b'{"a":' * 3_000,
)
_ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "utf-7", "utf-8-sig")

Spoil = Callable[[bytes, Random], bytes]


class Seed(NamedTuple):
    """A report to begin with."""

    name: str
    data: bytes


class Failure(NamedTuple):
    """A spoiled report that broke its reader: which round, what it was made of, what came out."""

    round: int
    seed: str
    error: str
    data: bytes

    @property
    def file_name(self) -> str:
        """Return a name that is the same for the same bytes."""
        return f"{self.seed.replace('/', '_')[:60]}-{hashlib.sha256(self.data).hexdigest()[:12]}"


class TooSlow(BaseException):
    """A report took longer than `SECONDS`; no reader can catch it."""


def main(arguments: Sequence[str]) -> int:
    """Run rounds until the time is over or so many are done; 1 if something broke."""
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0, help="how long (default 1)")
    parser.add_argument("--rounds", type=int, default=0, help="how many rounds at most")
    parser.add_argument("--scanner", default="", help="only what this scanner reads")
    parser.add_argument("--seed", default="1", help="another seed, other rounds (default 1)")
    parser.add_argument("--first", type=int, default=0, help="the round to begin with")
    parser.add_argument(
        "--out", type=Path, default=Path(gettempdir()) / "milepost-fuzz", help="where failures are kept"
    )
    asked = parser.parse_args(arguments)
    seeds = list(_of_scanner([*made(), *real()], asked.scanner))
    if not seeds:
        sys.stderr.write(f"There is no report to begin with for “{asked.scanner}”.\n")
        return 2
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    end = time.monotonic() + asked.minutes * 60
    rounds, failures = 0, 0
    for number in range(asked.first, asked.first + asked.rounds if asked.rounds else sys.maxsize):
        if time.monotonic() >= end:
            break
        failure = run(seeds, asked.seed, number)
        rounds += 1
        if failure is not None:
            failures += 1
            _keep(failure, asked.out)
    sys.stdout.write(f"{rounds} rounds over {len(seeds)} reports, {failures} broke a reader\n")
    return int(failures > 0)


def run(seeds: Sequence[Seed], seed: str, number: int) -> Failure | None:
    """Do one round; return what broke, if anything did."""
    chance = Random(f"{seed} {number}")  # noqa: S311 - chance for tests, the same every time
    chosen = chance.choice(seeds)
    data = spoiled(chosen.data, chance)
    error = outcome(data)
    return Failure(number, chosen.name, error, data) if error else None


def spoiled(data: bytes, chance: Random) -> bytes:
    """Spoil a report in one way or a few."""
    for _ in range(chance.choice((1, 1, 1, 2, 3, 5))):
        data = chance.choice(_SPOILS)(data, chance)
    return data


def outcome(data: bytes) -> str:
    """Have a report recognised and read; return what came out of it that may not, or nothing."""
    with TemporaryDirectory(prefix="milepost-fuzz-") as name:
        path = Path(name) / "report"
        path.write_bytes(data)
        try:
            with _in_time():
                scanner, source = open_report(path)
                for _ in read_report(source, scanner):
                    pass
        except MilepostError:
            return ""
        except TooSlow:
            return f"TooSlow: more than {SECONDS} seconds"
        except Exception as error:  # noqa: BLE001 - any other exception is what is looked for
            return f"{type(error).__name__}: {error}"
    return ""


def made() -> Iterator[Seed]:
    """Yield the tiny reports that come with the contract."""
    for file in foreign_files():
        yield Seed(file.title, file.text.encode())


def real() -> Iterator[Seed]:
    """Yield the real reports, where they are there, that are not too long."""
    beside = Path(__file__).parents[2] / "shared" / "data"
    data = Path(os.environ.get("MILEPOST_SAMPLES") or beside)
    for path in sorted([*data.glob("scans/*/*"), *data.glob("dod/*/*"), *data.glob("hostile/*/*")]):
        if path.is_file() and 0 < path.stat().st_size <= LARGEST:
            yield Seed(path.relative_to(data).as_posix(), path.read_bytes())


def _of_scanner(seeds: Sequence[Seed], name: str) -> Iterator[Seed]:
    for seed in seeds:
        if not name or _reader(seed.data) == name:
            yield seed


def _reader(data: bytes) -> str:
    """Return who takes a report, as `open_report` finds out."""
    with TemporaryDirectory(prefix="milepost-fuzz-") as name:
        path = Path(name) / "report"
        path.write_bytes(data)
        try:
            return open_report(path)[0].name
        except MilepostError:
            return ""


def _flip(data: bytes, chance: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        if changed:
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _cut(data: bytes, chance: Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _take_out(data: bytes, chance: Random) -> bytes:
    start, end = _slice(data, chance)
    return data[:start] + data[end:]


def _double(data: bytes, chance: Random) -> bytes:
    start, end = _slice(data, chance)
    return data[:end] + data[start:end] * chance.randint(1, 3) + data[end:]


def _swap(data: bytes, chance: Random) -> bytes:
    (a, b), (c, d) = sorted((_slice(data, chance), _slice(data, chance)))
    if b > c:
        return data
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def _put_in(data: bytes, chance: Random) -> bytes:
    place = chance.randrange(len(data) + 1)
    return data[:place] + chance.choice(_TOKENS) + data[place:]


def _encode(data: bytes, chance: Random) -> bytes:
    return data.decode(errors="replace").encode(chance.choice(_ENCODINGS), errors="replace")


def _retype(data: bytes, chance: Random) -> bytes:
    """Put other values into a JSON document; double a record of any other text."""
    try:
        document = shrunk(msgspec.json.decode(data))
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError, RecursionError):
        return _spoil_value(data, chance)
    for _ in range(chance.randint(1, 4)):
        place = chance.choice(list(places(document)))
        document = replaced(document, place, chance.choice(_VALUES))
    try:
        return msgspec.json.encode(document)
    except (OverflowError, ValueError):
        return data


def _spoil_value(data: bytes, chance: Random) -> bytes:
    """Put something else between two marks of a text: quotes, commas, brackets."""
    marks = [place for place, byte in enumerate(data[: 1 << 16]) if byte in b"\"',;<>|\n\t"]
    if len(marks) < 2:
        return data
    at = chance.randrange(len(marks) - 1)
    value = chance.choice(_VALUES)
    return data[: marks[at] + 1] + str(value).encode(errors="replace") + data[marks[at + 1] :]


def _slice(data: bytes, chance: Random) -> tuple[int, int]:
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + chance.choice((1, 4, 40, 400, 4_000)))


_SPOILS: tuple[Spoil, ...] = (
    _flip,
    _cut,
    _take_out,
    _double,
    _swap,
    _put_in,
    _put_in,
    _encode,
    _retype,
    _retype,
    _retype,
    _spoil_value,
    _spoil_value,
)


@contextmanager
def _in_time() -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _keep(failure: Failure, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / failure.file_name
    path.write_bytes(failure.data)
    sys.stdout.write(
        f"round {failure.round}, {failure.seed}: {failure.error[:200]}\n  milepost read {path}\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
