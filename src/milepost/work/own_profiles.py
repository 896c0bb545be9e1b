"""The profiles that an organisation derives for itself: adding versions, reading those that are there."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Final

from milepost.authorities.profile_reading import LARGEST, StatedProfile, StatedVersion, read_profiles
from milepost.authorities.profiles import FOLDERS, all_profiles
from milepost.domain.errors import InputRefused, StateConflict, WrongUse
from milepost.domain.profile import Profile
from milepost.records.profiles import OwnProfile
from milepost.work.recording import recorded

_LONGEST_NAME: Final = 200


def own_profiles() -> tuple[StatedProfile, ...]:
    """Return the organisation's own profiles as the lists of `authorities.profiles` take them."""
    return tuple(
        _only(stated, row.version)
        for row in OwnProfile.objects.all()
        for stated in read_profiles(row.body.encode(), f"{row}")
    )


def known_profiles() -> tuple[Profile, ...]:
    """Return every version of every profile, the organisation's own included."""
    return all_profiles(own=own_profiles())


def add_profile(file: Path, *, person: str, as_of: date) -> tuple[str, ...]:
    """Add an own profile, or new versions of one, from a TOML file; return the keys that were new.

    A version that is there already may stand in the file again, word for word in what it states: items rest
    on it. The same file twice changes nothing.

    Raises:
        WrongUse: the person has no name, or one of more than 200 characters.
        InputRefused: the file, or something in it, cannot be taken; the sentence names the place.
        StateConflict: a version is there already and states something else, or begins in between.
    """
    if not 0 < len(person.strip()) <= _LONGEST_NAME:
        raise WrongUse(
            "nobody is named who adds the profile", fix=f"give a name of up to {_LONGEST_NAME} letters"
        )
    body, stated = _read(file)
    with recorded("add_profile", person=person, as_of=as_of) as told:
        present = own_profiles()
        kept = _versions(present, stated.name)
        new = [version for version in stated.versions if _is_new(version, kept, stated)]
        added = tuple(_only(stated, version.version) for version in new)
        all_profiles(own=(*present, *added))
        told.subjects.append(stated.name)
        told.nothing()
        if added:
            told.tell(versions=[version.version for version in new], sha256=sha256(body.encode()).hexdigest())
        for version in new:
            OwnProfile.objects.create(
                name=stated.name,
                version=version.version,
                effective_from=version.effective_from,
                body=body,
                added_on=as_of,
                added_by=person,
            )
    return tuple(f"{stated.name}@{version.version}" for version in new)


def _read(file: Path) -> tuple[str, StatedProfile]:
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as error:
        raise InputRefused(
            f"it cannot be read ({error.strerror})", where=file.name, fix="name a profile file"
        ) from error
    stated = read_profiles(content, file.name)
    if len(stated) != 1:
        raise InputRefused(
            f"it states {len(stated)} profiles", where=file.name, fix="put each profile into a file"
        )
    if stated[0].name in FOLDERS:
        raise InputRefused(
            f"{stated[0].name} comes with Milepost",
            where=f"{file.name}, name",
            fix=f'choose another name, and derive from it with extends = ["{stated[0].name}"]',
        )
    return content.decode("utf-8-sig"), stated[0]


def _is_new(version: StatedVersion, kept: Mapping[str, StatedVersion], stated: StatedProfile) -> bool:
    known = kept.get(version.version)
    if known is None:
        last = max((each.effective_from for each in kept.values()), default=None)
        if last is not None and version.effective_from <= last:
            raise StateConflict(
                f"version {version.version} does not begin after the last one of {last:%Y-%m-%d}",
                where=stated.name,
                fix="let it begin later; items keep the version they were opened under",
            )
        return True
    if known != version:
        raise StateConflict(
            f"version {version.version} is there already and states something else",
            where=stated.name,
            fix="give the change a version of its own",
        )
    return False


def _versions(present: tuple[StatedProfile, ...], name: str) -> dict[str, StatedVersion]:
    return {
        version.version: version for stated in present if stated.name == name for version in stated.versions
    }


def _only(stated: StatedProfile, version: str) -> StatedProfile:
    """Return a profile with one of its versions."""
    return replace(stated, versions=tuple(each for each in stated.versions if each.version == version))
