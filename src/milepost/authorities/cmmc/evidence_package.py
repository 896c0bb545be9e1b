"""An evidence package made from a folder: every artifact hashed, the list of them, and the list's own hash.

Source: CMMC Hashing Guide; 32 CFR 170.17(c)(4) and 170.18(c)(4): names, hash values and the algorithm go to
CMMC eMASS, the artifacts stay with the organization for six years from the CMMC Status Date.
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from milepost.authorities.cmmc.artifact_log import (
    ALGORITHM,
    ARTIFACTS_LOG,
    LOG_HASH,
    Entry,
    is_list,
    log_bytes,
)
from milepost.authorities.sheets.saving import saved
from milepost.domain.errors import EmptyInput, InputRefused, WrongUse
from milepost.domain.problem import Problem

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Package:
    """A written package: its entries, the hash of the list, the two files, and what was left out or odd."""

    entries: tuple[Entry, ...]
    digest: str
    log: Path
    log_hash: Path
    problems: tuple[Problem, ...] = ()


def write_package(folder: Path, out: Path | None = None, *, root: str = "") -> Package:
    r"""Hash the artifacts of a folder and write the two files into `out` (default: the folder itself).

    `root` is the folder's path as the list is to name it, such as `C:\Assess\2026-03-02 Evidence`; its own
    separator is used. Earlier lists in the folder are no artifacts.

    Raises:
        WrongUse: the folder does not exist.
        InputRefused: an artifact cannot be read, or its path is too long for the list.
        EmptyInput: there is no artifact.
    """
    if not folder.is_dir():
        raise WrongUse("there is no such folder", where=str(folder), fix="name the folder of the artifacts")
    target = out or folder
    named = root.rstrip("\\/") or str(folder.resolve())
    separator = "\\" if "\\" in named else os.sep
    problems: list[Problem] = []
    entries = tuple(
        Entry(ALGORITHM, digest_of(path), separator.join((named, *path.relative_to(folder).parts)))
        for path in artifacts(folder, problems)
    )
    if not entries:
        raise EmptyInput("the folder holds no artifact", where=str(folder), fix="put the artifacts into it")
    problems += _not_ascii(entries)
    content = log_bytes(entries)
    digest = hashlib.sha256(content).hexdigest().upper()
    log_hash = log_bytes([Entry(ALGORITHM, digest, separator.join((named, ARTIFACTS_LOG)))])
    with saved(target / ARTIFACTS_LOG) as listed, saved(target / LOG_HASH) as hashed:
        listed.write(content)
        hashed.write(log_hash)
    return Package(entries, digest, target / ARTIFACTS_LOG, target / LOG_HASH, tuple(problems))


def artifacts(folder: Path, problems: list[Problem]) -> Iterator[Path]:
    """Yield the files of a folder, hidden ones included: by name, those of a folder before its subfolders.

    Links are not followed, lists of hashes are left out; both are noted.

    Raises:
        InputRefused: a folder cannot be read.
    """
    try:
        found = sorted(folder.iterdir(), key=lambda path: path.name)
    except OSError as error:
        what = f"the folder cannot be read ({error.strerror})"
        raise InputRefused(what, where=str(folder), fix="check that you may read it") from error
    folders = []
    for path in found:
        if path.is_symlink():
            what = "a link is no artifact and was left out"
            problems.append(Problem(str(path), what, "put the file itself into the folder"))
        elif path.is_dir():
            folders.append(path)
        elif is_list(path.name):
            what = "a list of hashes is no artifact and was left out"
            problems.append(Problem(str(path), what, "nothing, if it is of an earlier run"))
        elif path.is_file():
            yield path
    for each in folders:
        yield from artifacts(each, problems)


def digest_of(path: Path, algorithm: str = ALGORITHM) -> str:
    """Return the hash of a file in upper case, read piece by piece.

    Raises:
        InputRefused: it cannot be read.
    """
    running = hashlib.new(algorithm.lower(), usedforsecurity=False)
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                running.update(chunk)
    except OSError as error:
        what = f"the artifact cannot be read ({error.strerror})"
        raise InputRefused(what, where=str(path), fix="check that you may read it") from error
    return running.hexdigest().upper()


def _not_ascii(entries: tuple[Entry, ...]) -> Iterator[Problem]:
    what = "the list is in ASCII: each character beyond it stands there as a question mark"
    fix = "rename the artifact, so that its name can be told from others"
    return (Problem(entry.path, what, fix) for entry in entries if not entry.path.isascii())
