"""Measure Milepost on both databases and print the figures beside what was asked: a table, then JSON."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import check, due_dates, ledger, nessus, oscal, reading, register, start_up, trivy, workbook
from bench.figures import Figure, document, table
from bench.homes import Ground, warm_up
from tests import postgres

Case = Callable[[Ground], Iterable[Figure]]

ON_A_DATABASE: dict[str, Case] = {
    "nessus": nessus.measure,
    "trivy": trivy.measure,
    "workbook": workbook.measure,
    "register": register.measure,
    "due-dates": due_dates.measure,
    "ledger": ledger.measure,
}
WITHOUT: dict[str, Case] = {
    "template": workbook.measure_template,
    "start-up": start_up.measure,
    "check": check.measure,
    "oscal": oscal.measure,
    "reading": reading.measure,
}
DATABASES = ("sqlite", "postgresql")


def main() -> int:
    """Measure what is asked for; 0 if every figure is met, 1 if one is not."""
    asked = _arguments()
    wanted = asked.only or [*WITHOUT, *ON_A_DATABASE]
    warm_up()
    ground = Ground("-", scale=asked.scale, formats=tuple(asked.formats), keep=asked.keep)
    figures = [*_without(wanted, ground), *_on_databases(wanted, asked.database, asked.scale)]
    found = document(figures, scale=asked.scale)
    print(table(figures))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    else:
        print(json.dumps(found))
    return int(any(figure.met is False for figure in figures))


def _arguments() -> argparse.Namespace:
    names = [*WITHOUT, *ON_A_DATABASE]
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument(
        "--only", nargs="+", choices=names, metavar="NAME", help=f"some of {', '.join(names)}"
    )
    parser.add_argument(
        "--formats", nargs="+", default=[], metavar="NAME", help="of reading, only these formats"
    )
    parser.add_argument("--keep", action="store_true", help="write the figures of reading into proofs.toml")
    parser.add_argument("--database", choices=[*DATABASES, "both"], default="both")
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write the JSON there instead of printing it"
    )
    parser.add_argument(
        "--scale", type=float, default=1.0, help="a part of every size, to try the bench itself"
    )
    return parser.parse_args()


def _without(wanted: Iterable[str], ground: Ground) -> Iterator[Figure]:
    for name in wanted:
        if name in WITHOUT:
            yield from _measured(name, WITHOUT[name], ground)


def _on_databases(wanted: Iterable[str], database: str, scale: float) -> Iterator[Figure]:
    cases = {name: ON_A_DATABASE[name] for name in wanted if name in ON_A_DATABASE}
    for each in DATABASES if database == "both" else (database,):
        if not cases:
            return
        with _ground(each, scale) as ground:
            for name, case in cases.items():
                yield from _measured(name, case, ground)


@contextmanager
def _ground(database: str, scale: float) -> Iterator[Ground]:
    """Give the database; PostgreSQL as a shared server runs, with every commit safe on the disk."""
    if database == "sqlite":
        yield Ground(database, scale=scale)
        return
    with postgres.running(safe=True) as server:
        yield Ground(database, server, scale)


def _measured(name: str, case: Case, ground: Ground) -> Iterator[Figure]:
    for figure in case(ground):
        line = "  ".join(part for part in figure.line() if part)
        sys.stderr.write(f"{name}: {line}\n")
        yield figure


if __name__ == "__main__":
    sys.exit(main())
