"""Whether an evidence package is still what its two lists say, wherever it lies now."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from milepost.authorities.cmmc.artifact_log import (
    ARTIFACTS_LOG,
    LOG_HASH,
    NOT_APPROVED,
    Entry,
    is_list,
    parts_of,
    read_log,
    variants,
)
from milepost.authorities.cmmc.evidence_package import artifacts, digest_of
from milepost.authorities.cmmc.reading import contents
from milepost.domain.errors import WrongUse
from milepost.domain.problem import Problem
from milepost.domain.ruling import Citation, Ruling

GUIDE = Citation("CMMC Hashing Guide", "artifact hash log and hash of the log")
_RETAINED = "find the artifact as it was assessed; it is to be kept for six years (32 CFR 170.17(c)(4))"


class Outcome(StrEnum):
    """What became of an artifact."""

    SAME = "same"
    CHANGED = "changed"
    MISSING = "missing"
    UNLISTED = "not listed"
    AMBIGUOUS = "more than one file could be meant"


class Checked(NamedTuple):
    """An artifact: its path below the folder, and what became of it."""

    path: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class PackageCheck:
    """A package checked: `root` is the folder as listed, `seal` whether the list is the one hashed."""

    checked: tuple[Checked, ...]
    root: str
    seal: Ruling
    problems: tuple[Problem, ...]

    @property
    def ruling(self) -> Ruling:
        """Whether the package holds: the seal, every listed artifact unchanged, none beside."""
        bad = Counter(each.outcome for each in self.checked if each.outcome is not Outcome.SAME)
        if not self.seal.allowed:
            return self.seal
        if bad:
            said = ", ".join(f"{count} {outcome.value}" for outcome, count in bad.items())
            return Ruling(allowed=False, reason=f"artifacts: {said}", citation=GUIDE, way_out=_RETAINED)
        reason = f"all {len(self.checked)} artifacts are as they were hashed"
        return Ruling(allowed=True, reason=reason, citation=GUIDE)


def check_package(folder: Path, log: Path | None = None, log_hash: Path | None = None) -> PackageCheck:
    """Check the artifacts of a folder against the two lists (default: those in the folder).

    Raises:
        WrongUse: the folder does not exist.
        InputRefused: a list or an artifact cannot be read.
    """
    if not folder.is_dir():
        raise WrongUse("there is no such folder", where=str(folder), fix="name the folder of the artifacts")
    listed = log or folder / ARTIFACTS_LOG
    sealed = log_hash or listed.with_name(LOG_HASH)
    content = contents(listed)
    read = read_log(content, listed.name)
    problems = list(_doubtful(read))
    entries = tuple(entry for entry in read if not is_list(entry.path)) or read
    found = {path.relative_to(folder).parts: path for path in artifacts(folder, [])}
    depth, matched = _matched(entries, found)
    checked = [
        _compare(entry, depth, matches, found) for entry, matches in zip(entries, matched, strict=True)
    ]
    named = {match for matches in matched for match in matches}
    checked += [Checked("/".join(parts), Outcome.UNLISTED) for parts in found if parts not in named]
    root = "/".join(parts_of(entries[0].path)[:depth])
    return PackageCheck(tuple(checked), root, _seal(content, sealed), tuple(problems))


def _doubtful(entries: Sequence[Entry]) -> Iterator[Problem]:
    for algorithm in sorted({entry.algorithm for entry in entries} & NOT_APPROVED):
        what = f"{algorithm} is no algorithm that NIST approves for this"
        yield Problem(ARTIFACTS_LOG, what, "hash the artifacts again with SHA256")
    for entry in filter(lambda each: is_list(each.path), entries):
        what = "a list of hashes is listed as an artifact; it was passed over"
        yield Problem(entry.path, what, "write the lists into another folder before hashing")
    twice = [path for path, count in Counter(entry.path for entry in entries).items() if count > 1]
    for path in twice:
        yield Problem(path, "it is listed more than once", "hash the artifacts again")


def _matched(
    entries: Sequence[Entry], found: Mapping[tuple[str, ...], Path]
) -> tuple[int, list[list[tuple[str, ...]]]]:
    """Return how many parts of the paths stand above the folder, and the files that each then names."""
    split = [parts_of(entry.path) for entry in entries]
    deepest = min(map(len, split))
    by_name: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for parts in found:
        by_name.setdefault(_folded(parts), []).append(parts)
    attempts = [
        (depth, [_files(parts[depth:], found, by_name) for parts in split]) for depth in range(deepest)
    ]
    return max(attempts, key=lambda attempt: (sum(map(bool, attempt[1])), -attempt[0]))


def _files(
    parts: tuple[str, ...],
    found: Mapping[tuple[str, ...], Path],
    by_name: Mapping[tuple[str, ...], list[tuple[str, ...]]],
) -> list[tuple[str, ...]]:
    """Return the files that a path can mean: by name, whatever its capitals, by the signs left of it."""
    if parts in found:
        return [parts]
    same = by_name.get(_folded(parts), [])
    if same or "?" not in "".join(parts):
        return same
    pattern = re.compile("/".join(re.escape(part).replace(r"\?", "[^/]") for part in parts))
    return [each for each in found if pattern.fullmatch("/".join(each))]


def _folded(parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.casefold() for part in parts)


def _compare(
    entry: Entry, depth: int, matches: list[tuple[str, ...]], found: Mapping[tuple[str, ...], Path]
) -> Checked:
    if not matches:
        return Checked("/".join(parts_of(entry.path)[depth:]), Outcome.MISSING)
    same = [match for match in matches if digest_of(found[match], entry.algorithm) == entry.digest]
    if len(matches) > 1 and len(same) != 1:
        return Checked("/".join(matches[0]), Outcome.AMBIGUOUS)
    return Checked("/".join((same or matches)[0]), Outcome.SAME if same else Outcome.CHANGED)


def _seal(content: bytes, sealed: Path) -> Ruling:
    """Judge whether the list of artifacts is the one whose hash was recorded."""
    if not sealed.is_file():
        reason = f"there is no {LOG_HASH}, so nothing proves that the list is the first one"
        return Ruling(allowed=False, reason=reason, citation=GUIDE, way_out="give it with --log-hash")
    entry = read_log(contents(sealed), sealed.name)[0]
    if _digest(content, entry) == entry.digest:
        return Ruling(allowed=True, reason="the list is the one that was hashed", citation=GUIDE)
    if any(_digest(variant, entry) == entry.digest for variant in variants(content)):
        reason = "the list is the one that was hashed; its line endings or byte order mark were changed since"
        return Ruling(allowed=True, reason=reason, citation=GUIDE)
    reason = "the list of artifacts is not the one whose hash was recorded"
    return Ruling(allowed=False, reason=reason, citation=GUIDE, way_out="find the list as it was delivered")


def _digest(content: bytes, entry: Entry) -> str:
    return hashlib.new(entry.algorithm.lower(), content, usedforsecurity=False).hexdigest().upper()
