"""Profile files: TOML in, what each profile states in each version out; refused in one sentence."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import TypeVar

from milepost.authorities.profile_values import (
    READERS,
    Place,
    flag,
    sentence,
    table,
    text,
    text_or_nothing,
    texts,
)
from milepost.authorities.sources import sources
from milepost.domain.errors import DamagedInput, OversizedInput
from milepost.domain.profile import Fact, ProfileKind
from milepost.domain.ruling import Citation

LARGEST = 262_144
"""The most bytes a profile file may have."""

T = TypeVar("T")

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,59}")
_VERSION = re.compile(r"[\w][\w.-]{0,39}")
_PROFILE_KEYS = (
    *("name", "title", "kind", "applies_to", "summary", "extends", "source", "facts", "further", "version"),
)
_VERSION_KEYS = (
    *("version", "effective_from", "effective_until", "effective_verified", "effective_note"),
    *("extends", "facts", "further"),
)
_FACT_KEYS = ("value", "source", "section", "verified", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedVersion:
    """What one version of a profile states itself, nothing inherited, and what it inherits from."""

    version: str
    effective_from: date
    effective_until: date | None
    effective_verified: bool
    effective_note: str
    extends: tuple[str, ...]
    facts: Mapping[str, Fact[object]]
    further: Mapping[str, Fact[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedProfile:
    """A profile as its file states it; `versions` by first day, `file` for sentences about it."""

    name: str
    title: str
    kind: ProfileKind
    applies_to: str
    summary: str
    versions: tuple[StatedVersion, ...]
    file: str


@dataclass(frozen=True, slots=True)
class _Author:
    """Whose facts are being read: the profile, and the policy that speaks where no source is named."""

    profile: str
    policy: str


def read_profiles(content: bytes, file: str) -> tuple[StatedProfile, ...]:
    """Read the profiles of a TOML file: one, or several under `[[profile]]`.

    Raises:
        OversizedInput: it is larger than `LARGEST`.
        DamagedInput: it is no TOML.
        InputRefused: a key, date, number, state or source in it is wrong; the sentence names its place.
    """
    document = _document(content, file)
    several = document.get("profile")
    if several is None:
        return (_profile(document, Place(file, "")),)
    table(document, Place(file, ""), ("profile",))
    rows = several if isinstance(several, list) else [several]
    return tuple(_profile(row, Place(file, f"profile {place}")) for place, row in enumerate(rows, 1))


def _document(content: bytes, file: str) -> Mapping[str, object]:
    if len(content) > LARGEST:
        raise OversizedInput(
            f"it has {len(content)} bytes", where=file, fix=f"a profile has at most {LARGEST}"
        )
    try:
        return tomllib.loads(content.decode("utf-8-sig").replace("\r\n", "\n"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise DamagedInput(
            f"it is no TOML ({error})", where=file, fix="write it as docs/rules/README.md shows"
        ) from error


def _profile(stated: object, place: Place) -> StatedProfile:
    row = table(stated, place, _PROFILE_KEYS)
    name = text(row.get("name"), place / "name")
    if not _NAME.fullmatch(name):
        raise (place / "name").refused(f"{name} is no name", "use small letters, digits, dots and hyphens")
    author = _Author(name, text_or_nothing(row, "source", place))
    return StatedProfile(
        name=name,
        title=text(row.get("title"), place / "title"),
        kind=_kind(row.get("kind", ProfileKind.ORGANISATION), place / "kind"),
        applies_to=text(row.get("applies_to"), place / "applies_to"),
        summary=text_or_nothing(row, "summary", place),
        versions=_versions(row, author, place),
        file=place.file,
    )


def _kind(value: object, place: Place) -> ProfileKind:
    name = text(value, place)
    if name in set(ProfileKind):
        return ProfileKind(name)
    raise place.refused(f"{name} is no kind of profile", f"use one of {', '.join(ProfileKind)}")


def _versions(row: Mapping[str, object], author: _Author, place: Place) -> tuple[StatedVersion, ...]:
    stated = row.get("version")
    if not isinstance(stated, list) or not stated:
        raise (place / "version").refused("the profile has no version", "add a table [[version]]")
    shared = StatedVersion(
        version="",
        effective_from=date.min,
        effective_until=None,
        effective_verified=True,
        effective_note="",
        extends=texts(row.get("extends", []), place / "extends"),
        facts=_facts(row.get("facts", {}), author, place / "facts"),
        further=_further(row.get("further", {}), author, place / "further"),
    )
    found = [
        _version(entry, shared, author, place / f"version {number}") for number, entry in enumerate(stated, 1)
    ]
    ordered = sorted(found, key=lambda version: version.effective_from)
    _refuse_overlaps(ordered, place / "version")
    return tuple(ordered)


def _version(stated: object, shared: StatedVersion, author: _Author, place: Place) -> StatedVersion:
    row = table(stated, place, _VERSION_KEYS)
    name = text(row.get("version"), place / "version")
    if not _VERSION.fullmatch(name):
        raise (place / "version").refused(f"{name} is no version", "use letters, digits, dots and hyphens")
    until = row.get("effective_until")
    return StatedVersion(
        version=name,
        effective_from=_date(row.get("effective_from"), place / "effective_from"),
        effective_until=None if until is None else _date(until, place / "effective_until"),
        effective_verified=flag(row.get("effective_verified", True), place / "effective_verified"),
        effective_note=text_or_nothing(row, "effective_note", place),
        extends=texts(row["extends"], place / "extends") if "extends" in row else shared.extends,
        facts={**shared.facts, **_facts(row.get("facts", {}), author, place / "facts")},
        further={**shared.further, **_further(row.get("further", {}), author, place / "further")},
    )


def _date(value: object, place: Place) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise place.refused(f"{value} is no date", "write a day as 2026-01-31, without quotes")


def _refuse_overlaps(versions: Sequence[StatedVersion], place: Place) -> None:
    names = [version.version for version in versions]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise place.refused(f"version {repeated[0]} stands there twice", "give each version its own name")
    for version in versions:
        if version.effective_until is not None and version.effective_until < version.effective_from:
            raise place.refused(f"version {version.version} ends before it begins", "change one of its days")
    for earlier, later in pairwise(versions):
        until = earlier.effective_until
        if later.effective_from <= (until or earlier.effective_from):
            raise place.refused(
                f"versions {earlier.version} and {later.version} overlap",
                f"let {earlier.version} end before {later.effective_from:%Y-%m-%d}",
            )


def _facts(stated: object, author: _Author, place: Place) -> dict[str, Fact[object]]:
    rows = table(stated, place, tuple(READERS))
    return {
        key: _fact(row, READERS[key](_value(row), place / key), author, place / key)
        for key, row in rows.items()
    }


def _further(stated: object, author: _Author, place: Place) -> dict[str, Fact[str]]:
    if not isinstance(stated, dict):
        raise place.refused(f"{stated!r} is no table", "write a table of facts")
    return {
        str(key): _fact(row, sentence(_value(row), place / str(key)), author, place / str(key))
        for key, row in stated.items()
    }


def _value(row: object) -> object:
    return row.get("value") if isinstance(row, dict) else row


def _fact(row: object, value: T, author: _Author, place: Place) -> Fact[T]:
    given = table(row, place, _FACT_KEYS) if isinstance(row, dict) else {}
    ids = texts(given.get("source", []), place / "source")
    return Fact(
        value,
        flag(given.get("verified", not ids), place / "verified"),
        _citation(ids, text_or_nothing(given, "section", place), author, place),
        text_or_nothing(given, "note", place),
        author.profile,
        ids,
    )


def _citation(ids: Sequence[str], section: str, author: _Author, place: Place) -> Citation:
    if not ids and author.policy:
        return Citation(author.policy, section or f"profile {author.profile}")
    if not ids:
        raise place.refused("the fact has no source", 'name the policy once, as source = "…" at the top')
    known = sources()
    for name in ids:
        if name not in known:
            raise (place / "source").refused(f"{name} is no source", "use an id of authorities/sources.toml")
    documents = [known[name] for name in ids]
    places = section or "; ".join(document.at for document in documents)
    return Citation("; ".join(document.title for document in documents), places)
