"""What a file is, by its first bytes: to be told to people, never to be run or shown by Milepost itself."""

import re
from typing import Final

HEAD: Final = 4096
"""How many bytes are looked at."""
UNKNOWN: Final = "application/octet-stream"
PLAIN: Final = "text/plain; charset=utf-8"
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_SIGNATURES: Final = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (257, b"ustar", "application/x-tar"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"MZ", "application/x-msdownload"),
    (0, b"\x7fELF", "application/x-executable"),
    (0, b"\xd4\xc3\xb2\xa1", "application/vnd.tcpdump.pcap"),
    (0, b"\x0a\x0d\x0d\x0a", "application/x-pcapng"),
)
_PACKAGES: Final = (
    (b"word/", f"{_OFFICE}.wordprocessingml.document"),
    (b"xl/", f"{_OFFICE}.spreadsheetml.sheet"),
    (b"ppt/", f"{_OFFICE}.presentationml.presentation"),
)
_TEXTUAL: Final = re.compile(r"[^\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]*")


def media_type(head: bytes) -> str:
    """Return the media type of a file by its first bytes.

    HTML, SVG and scripts are plain text here: no browser may take them for more than that.
    """
    if head.startswith(b"PK\x03\x04"):
        return _package(head)
    for place, signature, found in _SIGNATURES:
        if head.startswith(signature, place):
            return found
    return _text(head)


def _package(head: bytes) -> str:
    """Tell office documents from other packages by the names at the beginning."""
    if b"[Content_Types].xml" in head or b"_rels/" in head:
        return next((found for part, found in _PACKAGES if part in head), "application/zip")
    return "application/zip"


def _text(head: bytes) -> str:
    try:
        text = head[:HEAD].decode("utf-8")
    except UnicodeDecodeError as error:
        # The last character may have been cut in two.
        if error.start < len(head) - 3 or len(head) < HEAD:
            return UNKNOWN
        text = head[: error.start].decode("utf-8")
    return PLAIN if _TEXTUAL.fullmatch(text) else UNKNOWN
