"""Verify an exported ledger without Milepost: python3 verify.py [FOLDER] [--against FILE] [--key KEY].

FOLDER holds CHAIN.events (for each event its SHA-256, a blank, its bytes), CHAIN.checkpoint and ledger.key.
--against: a checkpoint that you kept. --key: the public key as you got it otherwise. Python 3.10 will do.
"""

import argparse
import base64
import json
import re
import sys
from collections.abc import Iterator
from hashlib import sha256, sha512
from pathlib import Path

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
SHAPE = re.compile(
    r"milepost/(\S+)\n(\d+)\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*\n\u2014 (\S+) ([A-Za-z0-9+/]{91}=)"
)
Point = tuple[int, int, int, int]


class Broken(Exception):
    """What does not hold, in a sentence."""


def add(p: Point, q: Point) -> Point:
    """Add two points of the curve of Ed25519, each as X, Y, Z, T (RFC 8032, 5.1.4)."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar: int, point: Point) -> Point:
    """Add a point to itself."""
    found = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            found = add(found, point)
        point, scalar = add(point, point), scalar >> 1
    return found


def point(data: bytes) -> Point | None:
    """Return the point that 32 bytes stand for (RFC 8032, 5.1.3), or None."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")) or (0, 0, 0, 0)


def signed(key: bytes, text: bytes, signature: bytes) -> bool:
    """Tell whether a signature is that of a text (RFC 8032, 5.1.7)."""
    public, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if public is None or r is None or s >= ORDER:
        return False
    digest = int.from_bytes(sha512(signature[:32] + key + text).digest(), "little") % ORDER
    one, other = times(s, BASE), add(r, times(digest, public))
    return (one[0] * other[2] - other[0] * one[2]) % P == 0 == (one[1] * other[2] - other[1] * one[2]) % P


def checkpoint(path: Path, key: bytes) -> tuple[str, int, bytes]:
    """Read a checkpoint whose signature holds: chain, size, root."""
    found = SHAPE.search(path.read_text(encoding="utf-8").replace("\r\n", "\n"))
    if not found:
        raise Broken(f"{path.name}: no checkpoint stands in it")
    text, signature = found[0].partition("\n\n")[0] + "\n", base64.b64decode(found[5])
    if not signed(key, text.encode(), signature[4:]):
        raise Broken(f"{path.name}: the checkpoint was not signed with this key")
    return found[1], int(found[2]), base64.b64decode(found[3])


def events(path: Path) -> Iterator[bytes]:
    """Yield the bytes of each event, each bound to those before it."""
    last = bytes(32)
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            told, _, body = line.rstrip(b"\n").partition(b" ")
            last = sha256(last + body).digest()
            if last.hex().encode() != told:
                raise Broken(f"{path.name}: event {number} is not the one that was written")
            said = json.loads(body)
            if (said["chain"], said["seq"]) != (path.stem, number):
                raise Broken(f"{path.name}: event {number} stands in the wrong place")
            yield body


def root(peaks: list[bytes]) -> bytes:
    """Return the root over the roots of full subtrees (RFC 6962, 2.1)."""
    node = peaks[-1] if peaks else sha256(b"").digest()
    for peak in reversed(peaks[:-1]):
        node = sha256(b"\x01" + peak + node).digest()
    return node


def verify(folder: Path, chain: str, wanted: list[tuple[str, int, bytes]]) -> int:
    """Verify a chain against checkpoints (name, size, root) of it; return how many events it has."""
    peaks: list[bytes] = []
    size, roots = 0, {0: root([])}
    for body in events(folder / f"{chain}.events"):
        node, full = sha256(b"\x00" + body).digest(), size
        while full & 1:
            node, full = sha256(b"\x01" + peaks.pop() + node).digest(), full >> 1
        peaks.append(node)
        size += 1
        roots.update({size: root(peaks)} if any(size == each[1] for each in wanted) else {})
    if not wanted:
        raise Broken(f"{chain}: no checkpoint stands beside it")
    for name, known, expected in wanted:
        if known > size:
            raise Broken(f"{name} knew {known} events, {size} are left: {size + 1} is the first missing")
        if roots[known] != expected:
            raise Broken(f"{chain}: the first {known} events are not those that {name} stands for")
    return size


def main() -> None:
    """Verify every chain of a folder; the status is 1 if anything does not hold."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    asked.add_argument("--against", type=Path, action="append", default=[])
    asked.add_argument("--key")
    given = asked.parse_args()
    try:
        line = given.key or (given.folder / "ledger.key").read_text(encoding="ascii")
        key = base64.b64decode(line.strip().split("+", 2)[2])[1:]
        kept = [*given.against, *sorted(given.folder.glob("*.checkpoint"))]
        marks = [(path.name, *checkpoint(path, key)) for path in kept]
        for chain in sorted({path.stem for path in given.folder.glob("*.events")} | {m[1] for m in marks}):
            size = verify(given.folder, chain, [(name, *rest) for name, of, *rest in marks if of == chain])
            sys.stdout.write(f"{chain}: {size} events, all as they were written.\n")
    except (Broken, OSError, ValueError, KeyError, IndexError) as reason:
        sys.exit(f"BROKEN: {reason}")


if __name__ == "__main__":
    main()
