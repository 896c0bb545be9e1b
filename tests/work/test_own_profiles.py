"""An organisation's own profiles: kept as written, version by version, never rewritten."""

from datetime import date
from pathlib import Path

import pytest

from milepost.authorities.profiles import profile_at, profile_of
from milepost.domain.errors import InputRefused, MilepostError, StateConflict, WrongUse
from milepost.records.profiles import OwnProfile
from milepost.work.own_profiles import add_profile, known_profiles, own_profiles

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)
HEAD = """
name = "northwind"
title = "Northwind policy"
applies_to = "all systems of Northwind"
extends = ["hhs"]
source = "Northwind policy 7"
"""
FIRST = """
[[version]]
version = "1"
effective_from = 2026-01-01
[version.facts]
review_days = 14
"""
SECOND = FIRST.replace('"1"', '"2"').replace("2026-01", "2026-06").replace("14", "7")


@pytest.fixture
def write(tmp_path: Path) -> Path:
    """Return the file that profiles are written into."""
    return tmp_path / "northwind.toml"


def add(file: Path, text: str) -> tuple[str, ...]:
    """Write a profile and add it."""
    file.write_text(text, encoding="utf-8")
    return add_profile(file, person="Ines", as_of=DAY)


def test_a_profile_is_added_with_who_and_when(write: Path) -> None:
    """The version is kept as it was written, with person and day, and stands in the list."""
    assert add(write, HEAD + FIRST) == ("northwind@1",)
    row = OwnProfile.objects.get()
    assert (str(row), row.effective_from, row.added_on, row.added_by) == (
        "northwind@1",
        date(2026, 1, 1),
        DAY,
        "Ines",
    )
    assert row.body == HEAD + FIRST
    assert "northwind@1" in [profile.key for profile in known_profiles()]
    profile = profile_of("northwind", on=DAY, own=own_profiles())
    assert profile.review_days
    assert profile.review_days.value == 14


def test_the_same_file_twice_changes_nothing(write: Path) -> None:
    """A version that is there and says the same is passed over."""
    add(write, HEAD + FIRST)
    assert add(write, HEAD + FIRST) == ()
    assert OwnProfile.objects.count() == 1


def test_a_new_version_leaves_the_old_one_as_it_was(write: Path) -> None:
    """An item keeps the version that it was opened under; the new one holds from its day on."""
    add(write, HEAD + FIRST)
    before = profile_at("northwind@1", own=own_profiles())
    assert add(write, HEAD + FIRST + SECOND) == ("northwind@2",)
    own = own_profiles()
    after = profile_at("northwind@1", own=own)
    assert after.review_days == before.review_days
    assert after.effective_until == date(2026, 5, 31)
    second = profile_of("northwind", on=date(2026, 6, 1), own=own)
    assert second.review_days
    assert (second.key, second.review_days.value) == ("northwind@2", 7)


def test_a_version_is_never_rewritten(write: Path) -> None:
    """The same version with another fact is refused, and what is kept stays."""
    add(write, HEAD + FIRST)
    with pytest.raises(StateConflict, match="version 1 is there already and states something else"):
        add(write, HEAD + FIRST.replace("14", "30"))
    assert OwnProfile.objects.get().body == HEAD + FIRST


def test_a_version_does_not_begin_before_the_last(write: Path) -> None:
    """A version that would cut into one that is there is refused."""
    add(write, HEAD + SECOND)
    with pytest.raises(StateConflict, match="does not begin after the last one of 2026-06-01"):
        add(write, HEAD + FIRST)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD.replace("northwind", "hhs") + FIRST, "hhs comes with Milepost"),
        (HEAD.replace('["hhs"]', '["nobody"]') + FIRST, "nobody is no profile"),
        (HEAD.replace('["hhs"]', '["northwind"]') + FIRST, "extends itself"),
        ("profile = []", "it states 0 profiles"),
        ("name =", "it is no TOML"),
    ],
)
def test_what_cannot_be_used_is_not_kept(write: Path, text: str, words: str) -> None:
    """A profile that could not be resolved is refused with the file's name, and nothing is written."""
    with pytest.raises(InputRefused, match=words) as refused:
        add(write, text)
    assert refused.value.where.startswith("northwind.toml")
    assert not OwnProfile.objects.exists()


def test_a_file_that_is_not_there_is_refused(write: Path) -> None:
    """A missing file is one sentence."""
    with pytest.raises(MilepostError, match="cannot be read"):
        add_profile(write, person="Ines", as_of=DAY)


@pytest.mark.parametrize("person", ["", "  ", "x" * 201])
def test_somebody_adds_it(write: Path, person: str) -> None:
    """Without a name, or with one that no page can show, nothing is added."""
    write.write_text(HEAD + FIRST, encoding="utf-8")
    with pytest.raises(WrongUse, match="nobody is named"):
        add_profile(write, person=person, as_of=DAY)


def test_one_bad_version_keeps_out_the_whole_file(write: Path) -> None:
    """A file is all or nothing: with a version that cannot be used, none is added."""
    bad = SECOND.replace("review_days = 7", "extends_nothing = 1")
    with pytest.raises(InputRefused, match="nobody knows this key"):
        add(write, HEAD + FIRST + bad)
    assert not OwnProfile.objects.exists()
