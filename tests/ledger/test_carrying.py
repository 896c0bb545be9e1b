"""Checkpoints go out with every document, in it or beside it, and can be held against the ledger."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from milepost.authorities.documents import format_named
from milepost.authorities.documents.contract import Writing
from milepost.domain.errors import DamagedInput, InputRefused, WrongUse
from milepost.ledger.checkpoint import checkpoint_in, checkpoint_of, signed_by
from milepost.ledger.signing import public_key, verifier_key
from milepost.records.systems import System
from milepost.work.close_item import Closing, close_item
from milepost.work.comment_item import comment_item
from milepost.work.conmon.package import ConmonOrder, write_package
from milepost.work.documents.register_plan import register_plan
from milepost.work.export_poam import export_poam
from milepost.work.history.carrying import PROPERTY, checkpoint_in_file, provide
from milepost.work.history.ledger import export_ledger, verify_ledger
from milepost.work.reporting.write_report import Wish, write_report
from tests.ledger.conftest import EVENTS, TODAY

SYSTEM = "Harbor"


def exported(out: Path, template: Path | None = None) -> Path:
    """Export the POA&M."""
    export_poam(SYSTEM, out, template=template, as_of=TODAY)
    return out


def test_a_checkpoint_has_the_published_shape(chain: str) -> None:
    """Origin, size, root, a line with the time, an empty line, the signature with the key's id."""
    text = checkpoint_of(chain)
    origin, size, _, time, empty, signature = text.rstrip("\n").split("\n")
    assert (origin, size, empty) == (f"milepost/{chain}", str(EVENTS), "")
    assert time == "time 2026-03-01T00:00:00.000000Z"
    assert signature.startswith("\u2014 milepost ")
    read = checkpoint_in(text, "here")
    assert signed_by(read, public_key())
    assert not signed_by(read, bytes(32))
    assert verifier_key(public_key()).split("+")[1] == read.key_id.hex()
    with pytest.raises(DamagedInput, match="no checkpoint"):
        checkpoint_in("nothing", "here")


def test_a_workbook_carries_it_and_stays_a_workbook(chain: str, tmp_path: Path) -> None:
    """As a custom property; the same register gives the same bytes, and exporting is no event."""
    first, second = exported(tmp_path / "a.xlsx"), exported(tmp_path / "b.xlsx")
    assert first.read_bytes() == second.read_bytes()
    assert checkpoint_in_file(first).size == EVENTS
    book = load_workbook(first)
    assert PROPERTY in book.custom_doc_props.names
    assert "Open POA&M Items" in book.sheetnames
    (verdict,) = verify_ledger(against=first)
    assert (verdict.chain, verdict.size, verdict.holds) == (chain, EVENTS, True)


@pytest.mark.usefixtures("chain")
def test_a_filled_document_stays_as_it_is(tmp_path: Path) -> None:
    """Nothing is added to what somebody else made: the checkpoint lies beside it, even beside an old one."""
    template = exported(tmp_path / "template.xlsx")
    comment_item("V-1", "later", person="Sam", as_of=TODAY)
    filled = exported(tmp_path / "filled.xlsx", template)
    place = provide(filled, SYSTEM, template)
    assert place == tmp_path / "filled.xlsx.checkpoint"
    assert checkpoint_in_file(place).size == EVENTS + 1
    assert verify_ledger(against=place)[0].holds
    assert provide(exported(tmp_path / "own.xlsx"), SYSTEM) is None


@pytest.mark.usefixtures("chain")
@pytest.mark.parametrize("name", ["closure.pdf", "closure.html"])
def test_a_report_carries_it(name: str, tmp_path: Path) -> None:
    """Printed, and in a PDF also where programs find it."""
    closing = Closing("V-1", "Sam", "Vera", "shot.png", "seen", method="test", fixed_on=TODAY)
    close_item(closing, as_of=TODAY)
    wish = Wish(kind="closure", system=SYSTEM, out=tmp_path / name, as_of=TODAY, item="V-1")
    written = write_report(wish)
    assert checkpoint_in_file(tmp_path / name).size == EVENTS + 1
    assert written.digest == write_report(wish).digest


@pytest.mark.usefixtures("chain")
@pytest.mark.parametrize("name", ["oscal-json", "oscal-xml", "oscal-yaml"])
def test_oscal_carries_it_as_a_property(name: str, tmp_path: Path) -> None:
    """In the metadata, in a namespace of our own."""
    target = format_named(name)
    out = tmp_path / f"plan{target.suffix}"
    target.write(register_plan(SYSTEM), out, Writing(as_of=TODAY))
    assert checkpoint_in_file(out).size == EVENTS
    assert provide(out, SYSTEM) is None


@pytest.mark.usefixtures("chain")
def test_a_package_carries_it_in_its_manifest(tmp_path: Path) -> None:
    """As the text that it is."""
    write_package(ConmonOrder(system=SYSTEM, month="2026-02", out=tmp_path / "february", as_of=TODAY))
    manifest = tmp_path / "february" / "manifest.json"
    assert json.loads(manifest.read_text())["ledger_checkpoint"].startswith("milepost/system-")
    assert verify_ledger(against=manifest)[0].holds


@pytest.mark.usefixtures("chain")
def test_a_table_has_it_beside(tmp_path: Path) -> None:
    """A document without a place for it gets a file of the same name."""
    out = tmp_path / "plan.csv"
    out.write_text("POAM ID\nV-1\n")
    assert provide(out, SYSTEM) == tmp_path / "plan.csv.checkpoint"


def test_what_has_none_is_refused(system: System, tmp_path: Path) -> None:
    """A file without a checkpoint, a missing one, and that of another system."""
    plain = tmp_path / "plain.txt"
    plain.write_text("milepost/system-1\n")
    with pytest.raises(InputRefused, match="no checkpoint"):
        verify_ledger(against=plain)
    with pytest.raises(InputRefused, match="cannot be read"):
        verify_ledger(against=tmp_path / "missing")
    plain.write_text(checkpoint_of("installation"))
    with pytest.raises(WrongUse, match="chain installation"):
        verify_ledger(system.name, plain)


def test_the_offline_verifier_needs_the_standard_library_alone(chain: str, tmp_path: Path) -> None:
    """It accepts what was exported, and names what was changed, cut off, or signed by another key."""
    folder = tmp_path / "ledger"
    export_ledger(folder)
    assert f"{chain}: {EVENTS} events, all as they were written." in offline(folder)
    events, old = folder / f"{chain}.events", tmp_path / "old"
    kept = events.read_bytes()
    old.write_text(checkpoint_of(chain))
    lines = kept.splitlines(keepends=True)
    events.write_bytes(b"".join(lines[:6]) + lines[6].replace(b"remark", b"remork") + b"".join(lines[7:]))
    assert f"BROKEN: {chain}.events: event 7 is not" in offline(folder)
    events.write_bytes(b"".join(lines[:-1]))
    (folder / f"{chain}.checkpoint").unlink()
    assert f"{EVENTS} is the first missing" in offline(folder, "--against", str(old))
    events.write_bytes(kept)
    assert f"{EVENTS} events, all" in offline(folder, "--against", str(old))
    other = verifier_key(bytes(range(32)))
    assert "not signed with this key" in offline(folder, "--against", str(old), "--key", other)
    assert len((folder / "verify.py").read_text().splitlines()) <= 150


def offline(folder: Path, *options: str) -> str:
    """Run the verifier in an isolated Python without any library; return what it says."""
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), str(folder), *options]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    return done.stdout + done.stderr
