"""The names of files: as people gave them, as every file system takes them; never part of where bytes lie."""

import re
import unicodedata
from typing import Final

_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_AWKWARD: Final = re.compile(r"[^A-Za-z0-9._+=@ ()-]+")
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_SHOWN, _PORTABLE, _ENDING = 200, 100, 10


def shown_name(name: str | None) -> str:
    """Return a file name as people gave it, without folders and without characters that do not show."""
    return _plain(name or "")[:_SHOWN] or "upload"


def portable_name(name: str) -> str:
    """Return a name in ASCII that no file system and no list of hashes stumbles over; its ending stays."""
    letters = unicodedata.normalize("NFKD", _plain(name)).encode("ascii", "ignore").decode("ascii")
    written = _AWKWARD.sub("_", letters).rstrip(" .")
    stem, dot, ending = written.rpartition(".")
    if not dot or len(ending) > _ENDING:
        stem, dot, ending = written, "", ""
    cut = stem[: _PORTABLE - len(dot + ending)].strip(" .") or "file"
    return f"_{cut}{dot}{ending}" if _RESERVED.fullmatch(cut) else f"{cut}{dot}{ending}"


def _plain(name: str) -> str:
    return _UNSEEN.sub("", name.replace("\\", "/").rpartition("/")[2]).strip()
