"""Files that wait in the home between upload and decision, under names of Milepost's own making."""

import os
import re
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

import msgspec

from milepost.domain.errors import RecordMissing
from milepost.domain.item import SourceKind
from milepost.scanners.sheets.surveyed import Survey
from milepost.settings import variables
from milepost.vault.names import shown_name
from milepost.web.clock import now
from milepost.work.import_report import ImportReport
from milepost.work.importing.import_bundle import BundleReport

if TYPE_CHECKING:
    from django.core.files import File

KEPT: Final = timedelta(hours=24)
"""How long an upload waits for a decision."""

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{32}")


class Addressed(Protocol):
    """What waits for a decision in one system."""

    @property
    def system_id(self) -> int:
        """The system whose pages lead to it."""


_Kind = TypeVar("_Kind", bound=Addressed)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked for with an upload, over what the file says."""

    scanned_on: date | None = None
    asset: str = ""
    source_kind: SourceKind = SourceKind.SCAN
    detector: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What was asked for with a file, and what the preview found."""

    system_id: int
    file_name: str
    wishes: Wishes
    previewed_at: datetime
    report: ImportReport


@dataclass(frozen=True, slots=True)
class WaitingTable:
    """A table whose columns somebody has to name, and what was asked for with it."""

    system_id: int
    file_name: str
    wishes: Wishes
    survey: Survey


@dataclass(frozen=True, slots=True)
class Received:
    """An uploaded file: the token that leads to it, and the name by which people know it."""

    token: str
    name: str


@dataclass(frozen=True, slots=True)
class WaitingBundle:
    """What was asked for with files that came together, and what the preview found."""

    system_id: int
    name: str
    files: tuple[Received, ...]
    wishes: Wishes
    previewed_at: datetime
    report: BundleReport


def received(files: "Iterable[File[bytes]]") -> list[Received]:
    """Keep uploaded files, readable by their owner alone."""
    return [Received(receive(file.chunks()), shown_name(file.name)) for file in files]


def receive(content: Iterable[bytes]) -> str:
    """Keep an uploaded file, readable by its owner alone; return the token that leads to it."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    sweep()
    token = secrets.token_urlsafe(24)
    _write(file_of(token), content)
    return token


def file_of(token: str) -> Path:
    """Return where the file of a token waits.

    Raises:
        RecordMissing: this is no token.
    """
    if not _TOKEN.fullmatch(token):
        raise _gone()
    return _folder() / f"{token}.scan"


def remember(token: str, waiting: Addressed) -> None:
    """Keep what was asked for and found beside the file, in place of what was kept before."""
    file_of(token).with_suffix(".json").unlink(missing_ok=True)
    _write(file_of(token).with_suffix(".json"), [msgspec.json.encode(waiting)])


def recall(token: str, system_id: int, kind: type[_Kind]) -> _Kind:
    """Return what waits under a token for a decision in a system.

    Raises:
        RecordMissing: nothing waits there any more.
    """
    path = file_of(token)
    try:
        waiting = msgspec.json.decode(path.with_suffix(".json").read_bytes(), type=kind)
    except (FileNotFoundError, msgspec.ValidationError) as error:
        raise _gone() from error
    if waiting.system_id != system_id or not path.exists():
        raise _gone()
    return waiting


def discard(*tokens: str) -> None:
    """Remove files and what was kept beside them."""
    for token in tokens:
        path = file_of(token)
        path.unlink(missing_ok=True)
        path.with_suffix(".json").unlink(missing_ok=True)


def sweep() -> None:
    """Remove what nobody decided about in time."""
    oldest = (now() - KEPT).timestamp()
    for path in _folder().glob("*"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < oldest:
                path.unlink()


def _folder() -> Path:
    return variables.home() / "uploads"


def _write(path: Path, chunks: Iterable[bytes]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for chunk in chunks:
            file.write(chunk)


def _gone() -> RecordMissing:
    return RecordMissing("this upload is not waiting any more", fix="upload the file again")
