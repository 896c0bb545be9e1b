"""Damaged zip files, as a fuzzer found them: each is refused in a sentence, however it is packed."""

import zipfile
from pathlib import Path

import pytest

from milepost.domain.errors import DamagedInput
from milepost.workbooks.zipped import damage_named, opened_zip

_NAME_IN_UTF_8 = 0x800


def packed(path: Path, method: int) -> bytearray:
    """Write a zip file with one member and return its bytes."""
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("a", b"some content, " * 400)
    return bytearray(path.read_bytes())


def unpacked(path: Path) -> bytes:
    """Read the member as the product does."""
    with opened_zip(path, "a.zip") as archive, damage_named("a.zip"):
        return archive.read("a")


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_content_that_does_not_unpack_is_damage(tmp_path: Path, method: int) -> None:
    """Each way of packing complains in its own way."""
    path = tmp_path / "a.zip"
    content = packed(path, method)
    for place in range(40, len(content) // 3):
        content[place] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(DamagedInput, match="damaged or cut off"):
        unpacked(path)


def test_a_name_that_is_no_text_is_damage(tmp_path: Path) -> None:
    """The member's own head says that its name is UTF-8, and it is not."""
    path = tmp_path / "a.zip"
    content = packed(path, zipfile.ZIP_STORED)
    content[6:8] = _NAME_IN_UTF_8.to_bytes(2, "little")
    content[30] = 0xF1
    path.write_bytes(content)
    with pytest.raises(DamagedInput, match="damaged or cut off"):
        unpacked(path)
