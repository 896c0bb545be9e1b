"""Packages that are damaged or built to do harm are refused, each for its own reason."""

import csv
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import gettempdir

import pytest

from milepost.authorities.fedramp.workbook import write_workbook
from milepost.authorities.sheets.package import PackageWriter
from milepost.domain.errors import (
    DamagedInput,
    EmptyInput,
    HostileInput,
    InputRefused,
    OversizedInput,
    UnknownFormat,
)
from milepost.workbooks.package import opened
from tests.authorities.poams import poam

PART = "xl/worksheets/sheet1.xml"


def _zipped(path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)


def _linked(path: Path) -> None:
    link = zipfile.ZipInfo(PART)
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as package:
        package.writestr(link, "target")


def _encrypted(path: Path) -> None:
    _zipped(path, {PART: b"<a/>"})
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    path.write_bytes(data)


def _cut_off(path: Path) -> None:
    _zipped(path, {PART: b"<a/>" * 100})
    path.write_bytes(path.read_bytes()[:60])


def _flipped(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as package:
        package.writestr(PART, "<worksheet/>")
    path.write_bytes(path.read_bytes().replace(b"<worksheet/>", b"<worksheat/>"))


CASES: list[tuple[str, Callable[[Path], object], type[InputRefused], str]] = [
    ("empty", lambda path: path.write_bytes(b""), EmptyInput, "empty"),
    ("csv", lambda path: path.write_bytes(b"POAM ID,Controls\r\n"), UnknownFormat, "no .xlsx workbook"),
    ("ole", lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 9), UnknownFormat, "OLE"),
    ("cut off", _cut_off, DamagedInput, "damaged or cut off"),
    ("bad checksum", _flipped, DamagedInput, "damaged or cut off"),
    ("encrypted", _encrypted, UnknownFormat, "encrypted"),
    ("parent", lambda path: _zipped(path, {"xl/../../a": b""}), HostileInput, "leads out"),
    ("absolute", lambda path: _zipped(path, {"/etc/a": b""}), HostileInput, "leads out"),
    ("backslash", lambda path: _zipped(path, {"xl\\a": b""}), HostileInput, "leads out"),
    ("drive", lambda path: _zipped(path, {"C:/a": b""}), HostileInput, "leads out"),
    ("link", _linked, HostileInput, "symbolic link"),
    ("bomb", lambda path: _zipped(path, {PART: bytes(1 << 23)}), HostileInput, "100 times"),
    ("nested", lambda path: _zipped(path, {"a.bin": b"PK\x03\x04rest"}), HostileInput, "archive in the"),
    ("entity", lambda path: _zipped(path, {PART: b'<!ENTITY a "b">'}), HostileInput, "entities"),
    ("doctype", lambda path: _zipped(path, {PART: b"<!DOCTYPE a>"}), HostileInput, "document type"),
    ("utf-16", lambda path: _zipped(path, {PART: "<!ENTITY a>".encode("utf-16")}), HostileInput, "entities"),
    ("members", lambda path: _zipped(path, {str(n): b"" for n in range(1_001)}), OversizedInput, "1,001"),
]


@pytest.mark.parametrize(("make", "error", "words"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_each_kind_is_refused_for_its_reason(
    tmp_path: Path, make: Callable[[Path], object], error: type[InputRefused], words: str
) -> None:
    """The error is of the right kind, names the file, and says how to go on."""
    path = tmp_path / "template.xlsx"
    make(path)
    with pytest.raises(error, match=words) as refused, opened(path):
        pass
    assert refused.value.where == "template.xlsx"
    assert refused.value.fix


def test_a_declaration_across_two_chunks_is_seen(tmp_path: Path) -> None:
    """The search does not stop at the border of what is read at once."""
    path = tmp_path / "template.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr(PART, b" " * ((1 << 18) - 4) + b'<!ENTITY a "b">')
    with pytest.raises(HostileInput, match="entities"), opened(path):
        pass


@pytest.mark.samples
def test_hostile_samples_are_refused_as_templates(samples: Path, tmp_path: Path) -> None:
    """Every sample that must be rejected is; none leaves a file behind, in its place or elsewhere."""
    folder, out = samples / "hostile", tmp_path / "out.xlsx"
    with (folder / "EXPECT.csv").open() as file:
        names = [row["file"] for row in csv.DictReader(file) if _must_be_refused(row)]
    assert len(names) >= 11
    for name in names:
        with pytest.raises(InputRefused):
            write_workbook(poam(), out, template=folder / name)
    assert list(tmp_path.iterdir()) == []
    assert list(Path(gettempdir()).glob("hostile_*")) == []


def _must_be_refused(row: dict[str, str]) -> bool:
    return row["file"].endswith((".xlsx", ".zip")) and row["must"] == "reject"


def test_members_are_copied_byte_for_byte(tmp_path: Path) -> None:
    """A copied member has the same compressed bytes; a new one is read back as it was given."""
    source, out = tmp_path / "source.xlsx", tmp_path / "out.xlsx"
    _zipped(source, {"xl/a.xml": b"<a>" + b"x" * 999 + b"</a>", "b.png": bytes(range(256))})
    with opened(source) as package, out.open("wb+") as file:
        writer = PackageWriter(file)
        for member in package.members:
            writer.copy(package, member)
        writer.add("new.xml", ["<new>", b"\xc3\xa9", "</new>"])
        writer.close()
        packed = package.packed("xl/a.xml")
    assert packed in out.read_bytes()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out) as new:
        assert new.testzip() is None
        assert all(new.read(name) == old.read(name) for name in old.namelist())
        assert new.read("new.xml").decode() == "<new>é</new>"


def test_template_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A template that cannot be read is refused by name, and nothing is written."""
    with pytest.raises(InputRefused, match=r"nowhere\.xlsx"):
        write_workbook(poam(), tmp_path / "out.xlsx", template=tmp_path / "nowhere.xlsx")
    assert not (tmp_path / "out.xlsx").exists()
