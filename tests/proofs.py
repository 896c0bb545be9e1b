"""What the real reports prove of each reader: `make proofs` writes it into src/milepost/scanners/proofs.toml.

The figures of the bench stay as they stand there: `./run bench --only reading --keep` writes those.
"""

import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from milepost.cli.asking import register_ready
from milepost.scanners.contract.judging import Judgement, judge, recognisers
from milepost.scanners.contract.specimen import head_at
from milepost.scanners.prose import built_in
from milepost.scanners.quality import Proof, proof_of
from tests.samples import sample

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "src" / "milepost" / "scanners" / "proofs.toml"
PLACES = 30

_COUNTED = {"scans": "scans/expected.json", "dod": "dod/expected_counts.json"}
_HEAD = """\
# What was shown of each reader; written by `make proofs` and `./run bench --only reading --keep`.
"""


def counted_reports() -> dict[str, Path]:
    """Return every real report that somebody counted apart, by its path below the real files."""
    found: dict[str, Path] = {}
    for folder, listed in _COUNTED.items():
        names = msgspec.json.decode(sample(listed).read_bytes(), type=dict[str, msgspec.Raw])
        found |= {f"{folder}/{name}": sample(f"{folder}/{name}") for name in names if "/" in name}
    return found


def takers(path: Path) -> tuple[str, ...]:
    """Return the names of all scanners that recognise a file."""
    return tuple(scanner.name for scanner in recognisers(head_at(path)))


@cache
def by_scanner() -> Mapping[str, list[Path]]:
    """Return the counted reports that each scanner recognises."""
    found: dict[str, list[Path]] = defaultdict(list)
    for path in counted_reports().values():
        for name in takers(path):
            found[name].append(path)
    return found


def judged(paths: Iterable[Path], name: str) -> list[Judgement]:
    """Hold the reports of one scanner against the contract, the first in a process of its own too."""
    return [judge(path, name, places=PLACES, isolated=not number) for number, path in enumerate(paths)]


def broken_clauses(judgements: Iterable[Judgement]) -> tuple[str, ...]:
    """Return the clauses that one of the reports breaks, by name."""
    return tuple(sorted({verdict.clause.name for each in judgements for verdict in each.broken()}))


def fullest(paths: Iterable[Path]) -> Path:
    """Return the longest report of at most a megabyte, else the shortest."""
    sizes = sorted((path.stat().st_size, path) for path in paths)
    return next((path for size, path in reversed(sizes) if size <= 1 << 20), sizes[0][1])


def write(proofs: Mapping[str, Proof]) -> None:
    """Write what was shown, in the order in which the readers stand."""
    lines = [_HEAD]
    for name, proof in proofs.items():
        told = {key: value for key, value in asdict(proof).items() if value not in (None, (), False)}
        lines += [f"[{name}]", *(f"{key} = {_value(value)}" for key, value in told.items()), ""]
    FILE.write_text("\n".join(lines), encoding="utf-8", newline="\n")


def names() -> list[str]:
    """Return the names of the readers that come with Milepost, in their order."""
    return [scanner.name for scanner in built_in()]


def main(only: list[str]) -> int:
    """Show again what can be shown of some readers, or of all; 1 if some reader is not proved at all."""
    reports = by_scanner()
    proofs = {name: proof_of(name) for name in names()}
    with TemporaryDirectory(prefix="milepost-proofs-") as home:
        os.environ["MILEPOST_HOME"] = home
        os.environ.pop("DATABASE_URL", None)
        register_ready()
        changes = import_module("tests.same_again").changes
        for name in only or proofs:
            paths = reports.get(name, [])
            broken = broken_clauses(judged(paths, name))
            again = bool(paths) and not changes(fullest(paths), name)
            proofs[name] = replace(proofs[name], samples=len(paths), broken=broken, same_again=again)
            sys.stdout.write(f"{name}: {proofs[name]}\n")
    write(proofs)
    return int(any(not proof.samples for proof in proofs.values()))


def _value(value: object) -> str:
    return msgspec.json.encode(value).decode()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
