"""What files are called, and what they are: names are shown safely, types follow from the content."""

import pytest

from milepost.vault.media_types import media_type
from milepost.vault.names import portable_name, shown_name


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\sam\\scan.csv", "scan.csv"),
        ("a\x00b\r\nSet-Cookie: x.txt", "abSet-Cookie: x.txt"),
        ("\u202efdp.exe", "fdp.exe"),
        ("\ufeff\u200b", "upload"),
        ("..", ".."),
        ("", "upload"),
        ("Größe.pdf", "Größe.pdf"),
    ],
)
def test_shown_names_hold_nothing_that_does_not_show(given: str, shown: str) -> None:
    """Folders, line ends and signs that turn text around are left out."""
    assert shown_name(given) == shown


@pytest.mark.parametrize(
    ("given", "portable"),
    [
        ("scan 1.csv", "scan 1.csv"),
        ("CON.txt", "_CON.txt"),
        ("nul", "_nul"),
        ("..", "file"),
        ("=cmd|calc.csv", "=cmd_calc.csv"),
        ("Größe.pdf", "Groe.pdf"),
        ("日本.pdf", "file.pdf"),
        ("x" * 300 + ".docx", "x" * 95 + ".docx"),
        ("trailing. . ", "trailing"),
    ],
)
def test_portable_names_are_taken_everywhere(given: str, portable: str) -> None:
    """Names in packages are ASCII, short, and none that Windows keeps for itself."""
    assert portable_name(given) == portable


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"%PDF-1.7", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"PK\x03\x04" + b"[Content_Types].xml ... word/document.xml", "wordprocessingml"),
        (b"PK\x03\x04" + b"[Content_Types].xml ... xl/workbook.xml", "spreadsheetml"),
        (b"PK\x03\x04" + b"anything", "application/zip"),
        (b"<html><script>alert(1)</script>", "text/plain"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", "text/plain"),
        ("Größe".encode() * 1000, "text/plain"),
        (b"\x00\x01\x02", "application/octet-stream"),
        (b"caf\xe9", "application/octet-stream"),
    ],
)
def test_content_says_what_a_file_is(head: bytes, found: str) -> None:
    """The type is that of the first bytes; what a browser could run counts as plain text."""
    assert found in media_type(head[:4096])
