"""The manifest of a package: every file with its SHA-256, and what is missing."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from milepost.domain.errors import DamagedInput, InputRefused

MANIFEST: Final = "manifest.json"
SUMS: Final = "SHA256SUMS"
_CHUNK = 1 << 20
_LARGEST = 16 << 20


class PackagedFile(NamedTuple):
    """A file of the package: what it is, its name, size in bytes and SHA-256."""

    kind: str
    title: str
    name: str
    size: int
    sha256: str


class MissingPart(NamedTuple):
    """What the package lacks, why, and what to do about it."""

    part: str
    why: str
    fix: str


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def packaged(folder: Path, kind: str, title: str, name: str) -> PackagedFile:
    """Return the entry of a file that has been written."""
    path = folder / name
    return PackagedFile(kind, title, name, path.stat().st_size, digest_of(path))


def write_manifest(
    folder: Path,
    about: Mapping[str, object],
    files: Sequence[PackagedFile],
    missing: Iterable[MissingPart],
) -> None:
    """Write the manifest, and the hashes of all files and of itself as `sha256sum -c` reads them."""
    document = {
        **about,
        "files": [each._asdict() for each in files],
        "missing": [each._asdict() for each in missing],
    }
    text = json.dumps(document, default=str, ensure_ascii=False, indent=2) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    sums = {each.name: each.sha256 for each in files} | {MANIFEST: digest_of(folder / MANIFEST)}
    lines = [f"{digest}  {name}\n" for name, digest in sorted(sums.items())]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def entries_of(folder: Path) -> list[PackagedFile]:
    """Return the files that the manifest of a package names; none where it has no manifest.

    Raises:
        InputRefused: the manifest is none, or names a file outside the folder.
    """
    path = folder / MANIFEST
    if not path.is_file() or path.stat().st_size > _LARGEST:
        return []
    try:
        found = [PackagedFile(**each) for each in json.loads(path.read_text(encoding="utf-8"))["files"]]
    except (ValueError, KeyError, TypeError) as cause:
        what = "this is no manifest of a monthly package"
        raise DamagedInput(what, where=str(path), fix="give the package as it was sent") from cause
    for each in found:
        if each.name != Path(each.name).name:
            what = f"the manifest names {each.name!r}, which is outside the package"
            raise InputRefused(what, where=str(path), fix="get the package from a source you trust")
    return found
