"""The fuzzer: the same seed does the same, what breaks a reader is found and kept, readers withstand it."""

import resource
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from random import Random

import openpyxl
import pytest

from milepost.domain.errors import DamagedInput
from milepost.scanners.scanner import Head, Part, Source
from tests import fuzzing
from tests.fuzzing import Seed, made, outcome, run, spoiled

SEEDS = tuple(made())


class Careless:
    """A reader that divides by what it finds."""

    name = "careless"

    def recognises(self, head: Head) -> bool:
        """Take everything."""
        return bool(head.text)

    def read(self, source: Source) -> Iterator[Part]:
        """Count on a number, refuse what is empty."""
        text = source.path.read_bytes()
        if not text.strip():
            raise DamagedInput("nothing", where=source.name)
        yield from range(1 // int(text))  # type: ignore[misc] # what it yields is no matter


def test_the_same_seed_does_the_same() -> None:
    """And another one something else."""
    once, again, other = (
        [spoiled(SEEDS[number].data, Random(f"{seed} {number}")) for number in range(20)]  # noqa: S311 - see fuzzing
        for seed in ("1", "1", "2")
    )
    assert once == again
    assert once != other


def test_readers_withstand_what_is_done_to_tiny_reports() -> None:
    """No exception but the product's own, in a few hundred rounds."""
    failures = [failure for number in range(300) if (failure := run(SEEDS, "test", number))]
    assert failures == []


def test_what_breaks_a_reader_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the kind of error; the product's own is a proper answer."""

    def opened(path: Path) -> tuple[Careless, Source]:
        return Careless(), Source(path, path.name, path.stat().st_size)

    monkeypatch.setattr(fuzzing, "open_report", opened)
    assert outcome(b"1") == ""
    assert outcome(b" ") == ""
    assert outcome(b"0").startswith("ZeroDivisionError")
    assert outcome(b"x").startswith("ValueError")
    monkeypatch.setattr(fuzzing, "made", lambda: iter([Seed("a number", b"0")]))
    monkeypatch.setattr(fuzzing, "real", lambda: iter([]))
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)
    assert fuzzing.main(["--rounds", "5", "--out", str(tmp_path)]) == 1
    kept = list(tmp_path.iterdir())
    assert kept
    assert all(outcome(path.read_bytes()) for path in kept)
    assert all(path.name.startswith("a number-") for path in kept)


def test_a_scanner_without_a_report_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    """The message names it."""
    assert fuzzing.main(["--scanner", "nonsense"]) == 2
    assert "nonsense" in capsys.readouterr().err


def test_a_workbook_without_some_of_its_bytes_is_refused() -> None:
    """Found by the fuzzer: its directory leads to a place before the beginning."""
    made_up = BytesIO()
    openpyxl.Workbook().save(made_up)
    data = made_up.getvalue()
    assert [outcome(data[:40] + data[40 + gap :]) for gap in (1, 100, 400)] == ["", "", ""]
