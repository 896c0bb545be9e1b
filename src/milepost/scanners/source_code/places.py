"""Where in code a finding is: the file and what stands there, never a line number, which moves."""

import hashlib
import re
from collections.abc import Hashable
from functools import lru_cache

from milepost.scanners.gathering import Gathering

_DRIVE = re.compile(r"[A-Za-z]:/")
_CWE = re.compile(r"cwe[-_ :/]*0*([1-9]\d{0,5})(?!\d)", re.IGNORECASE | re.ASCII)
_ESCAPED = re.compile(rb"%([0-9A-Fa-f]{2})")
_WITHHELD = {"requires login", ""}
_LONGEST_WITHHELD = 14


@lru_cache(maxsize=1 << 13)
def path_of(text: str) -> str:
    """Return a path with forward slashes, without `./` before it and without the scheme of a file address."""
    path = text.strip().replace("\\", "/")
    if path[:5].lower() == "file:":
        path = "/" + _unescaped(path[5:]).lstrip("/")
        path = path[1:] if _DRIVE.match(path[1:3] + "/") and path[2:3] == ":" else path
    while path.startswith("./"):
        path = path[2:].lstrip("/")
    return path


@lru_cache(maxsize=1 << 13)
def tail_of(path: str) -> str:
    """Return of an absolute path its last folder and name: where the code was checked out changes."""
    if path.startswith("/") or _DRIVE.match(path):
        return "/".join(path.split("/")[-2:]).lstrip("/")
    return path


@lru_cache(maxsize=1 << 13)
def mark_of(snippet: str) -> str:
    """Return a short mark of a piece of code that stays when it is moved or indented; empty for none."""
    words = " ".join(snippet.split())
    if len(words) <= _LONGEST_WITHHELD and words.lower() in _WITHHELD:
        return ""
    return hashlib.sha256(words.encode(errors="replace")).hexdigest()[:12]


@lru_cache(maxsize=1 << 12)
def cwes_of(*texts: str) -> tuple[str, ...]:
    """Return the weaknesses that texts like `CWE-79: Cross-site …` or `external/cwe/cwe-079` name."""
    return tuple(dict.fromkeys(f"CWE-{number}" for text in texts for number in _CWE.findall(text)))


def _unescaped(address: str) -> str:
    """Return an address with its percent-encoded bytes as text (RFC 3986, section 2.1)."""
    plain = _ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), address.encode(errors="replace"))
    return plain.decode(errors="replace")


class Occurrences:
    """Every occurrence of a report once: the second in one place is numbered, a mere repetition left out."""

    def __init__(self) -> None:
        """Start without any."""
        self.suppressed = 0
        self.merged = 0
        self._met: dict[Hashable, dict[Hashable, Hashable]] = {}

    def locator(self, key: Hashable, place: str, spot: Hashable) -> str | None:
        """Return the place of an occurrence, with `#2` for the next one in the same place.

        `key` names the asset and the weakness; `spot` is what tells two occurrences in one place apart
        within this report (line, column). None for what was met at this very spot before.
        """
        met = self._met.get((key, place))
        if met is None:
            self._met[key, place] = {spot: None}
            return place
        if spot in met:
            return None
        met[spot] = None
        return f"{place} #{len(met)}".lstrip()

    def is_new(self, key: Hashable, content: Hashable) -> bool:
        """Tell whether an occurrence is met for the first time; one that says something else is counted."""
        met = self._met.setdefault(key, {})
        if not met:
            met[key] = content
            return True
        if met[key] != content:
            self.merged += 1
        return False

    def remark(self, gathering: Gathering) -> None:
        """Say of the report as a whole what was suppressed in the tool and what was merged."""
        if self.suppressed:
            what = f"{self.suppressed} findings are suppressed in the tool; they open no item"
            gathering.problem("", what, "request a deviation for each, or lift the suppression")
        if self.merged:
            what = f"{self.merged} records repeat an occurrence in other words and were merged into it"
            gathering.problem("", what, "compare the report with what was read of it")
