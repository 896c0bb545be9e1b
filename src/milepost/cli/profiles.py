"""`milepost profile`: what each authority demands, and the profiles that an organisation derives."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from milepost.cli.asking import Asked, asked, register_ready

if TYPE_CHECKING:
    from milepost.domain.profile import Profile


@click.group()
def profile() -> None:
    """List, show and derive the profiles of authorities."""


@profile.command("list")
@asked
def list_profiles(asked_for: Asked) -> None:
    """List every profile with its versions and their first days."""
    register_ready()
    from milepost.work.own_profiles import known_profiles

    found = known_profiles()
    asked_for.answer(
        {"profiles": [_line(each) for each in found]},
        lambda: "\n".join(f"{each.key:<28} from {_first_day(each)}  {each.title}" for each in found),
    )


@profile.command("show")
@click.argument("name")
@click.option("--version", help="A version; without it, the one in force on the day.")
@asked
def show(asked_for: Asked, name: str, version: str | None) -> None:
    """Show every fact of the profile NAME with its source."""
    register_ready()
    from milepost.authorities.profiles import profile_at, profile_of
    from milepost.authorities.prose_profile import as_json, as_text
    from milepost.work.own_profiles import own_profiles

    own = own_profiles()
    key = f"{name}@{version}"
    found = profile_at(key, own=own) if version else profile_of(name, on=asked_for.as_of, own=own)
    asked_for.answer(as_json(found), lambda: as_text(found))


@profile.command("add")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--by", "person", required=True, help="Who adds it.")
@asked
def add(asked_for: Asked, file: Path, person: str) -> None:
    """Add your own profile, or new versions of it, from the TOML FILE."""
    register_ready()
    from milepost.work.own_profiles import add_profile

    added = add_profile(file, person=person, as_of=asked_for.as_of)
    asked_for.answer(
        {"added": list(added)},
        lambda: f"Added {', '.join(added)}." if added else "Nothing new: every version is there already.",
    )


def _line(found: "Profile") -> dict[str, object]:
    return {
        "key": found.key,
        "title": found.title,
        "kind": found.kind,
        "effective_from": found.effective_from,
        "effective_until": found.effective_until,
        "confirmed": found.effective_verified,
    }


def _first_day(found: "Profile") -> str:
    return f"{found.effective_from:%Y-%m-%d}{'' if found.effective_verified else ' (unconfirmed)'}"
