"""Profiles written by hand: derived from others, refused in one sentence where something is wrong."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from milepost.authorities.profile_reading import LARGEST, StatedProfile, read_profiles
from milepost.authorities.profiles import all_profiles, profile_at, profile_of
from milepost.domain.errors import DamagedInput, InputRefused, MilepostError, OversizedInput, WrongUse
from milepost.domain.profile import Approvers, ProfileKind, RequiredField

TODAY = date(2026, 11, 21)
HEAD = """
name = "northwind"
title = "Northwind policy"
applies_to = "all systems of Northwind"
source = "Northwind policy 7"
"""
VERSION = """
[[version]]
version = "1"
effective_from = 2026-01-01
"""


def read(text: str, file: str = "own.toml") -> tuple[StatedProfile, ...]:
    """Read profiles from text."""
    return read_profiles(text.encode(), file)


def test_an_own_profile_needs_no_code() -> None:
    """Days, fields, matrix, approvers and rhythm are changed in a file; the rest stays as HHS has it."""
    own = read(
        HEAD
        + 'extends = ["hhs"]'
        + VERSION
        + """
        [version.facts]
        review_days = 14
        risk_matrix = "northwind_matrix"
        remediation_days = [
            { severity = "Critical", days = 7 },
            { severity = "High", days = 21 },
            { severity = "Moderate", days = 60 },
            { severity = "Low", days = 180 },
        ]
        required_fields = ["owner", { field = "evidence", states = ["closed_completed"], when = "always" }]
        approvers = [{ decision = "risk_acceptance", roles = ["ao"], second = ["ciso"] }]
        """
    )
    profile = profile_of("northwind", on=TODAY, own=own)
    assert profile.kind is ProfileKind.ORGANISATION
    assert profile.remediation_days
    assert [row.days for row in profile.remediation_days.value] == [7, 21, 60, 180]
    assert str(profile.remediation_days.citation) == "Northwind policy 7, profile northwind"
    assert profile.remediation_days.verified
    assert profile.required_fields
    assert profile.required_fields.value == (
        RequiredField("owner"),
        RequiredField("evidence", ("closed_completed",), "always"),
    )
    assert profile.approvers
    assert profile.approvers.value == (Approvers("risk_acceptance", ("ao",), ("ciso",)),)
    assert profile.clock_start
    assert profile.clock_start.profile == "hhs"
    assert profile.lineage == {"northwind", "hhs", "nist-rmf", "omb-fisma"}


def test_the_first_parent_goes_before_the_second() -> None:
    """Of two profiles that both say something, the one named first is taken over."""
    for first, second, review in (("gsa", "govramp", 30), ("tx-ramp", "govramp", 90)):
        own = read(HEAD + f'extends = ["{first}", "{second}"]' + VERSION)
        profile = profile_of("northwind", on=TODAY, own=own)
        assert profile.review_days
        assert profile.review_days.value == review
        assert profile.extends[0].startswith(first)


def test_what_the_nearest_says_holds() -> None:
    """A version's own fact goes before the file's, and the file's before an inherited one."""
    own = read(
        HEAD
        + 'extends = ["govramp"]\n[facts]\nreview_days = 20\nretention_years = 9'
        + VERSION
        + "[version.facts]\nreview_days = 10"
    )
    profile = profile_of("northwind", on=TODAY, own=own)
    assert profile.review_days
    assert profile.retention_years
    assert (profile.review_days.value, profile.retention_years.value) == (10, 9)


def test_a_version_keeps_the_parents_of_its_first_day() -> None:
    """A profile of 2018 derives from the HHS of 2018 for ever; a pinned one from the pinned version."""
    earlier = VERSION.replace("2026-01-01", "2018-01-01")
    unpinned = read(HEAD + 'extends = ["hhs"]' + earlier)
    assert profile_of("northwind", on=TODAY, own=unpinned).extends == ("hhs@1",)
    pinned = read(HEAD + 'extends = ["hhs@2.0"]' + earlier)
    assert profile_of("northwind", on=TODAY, own=pinned).extends == ("hhs@2.0",)
    later = VERSION.replace('"1"', '"2"') + 'extends = ["va"]'
    own = read(HEAD + 'extends = ["hhs"]' + earlier + later)
    assert [profile_at(f"northwind@{name}", own=own).extends for name in ("1", "2")] == [
        ("hhs@1",),
        ("va@1",),
    ]


def test_a_version_may_end_by_itself() -> None:
    """After a stated last day no version is in force, and the sentence says which there were."""
    own = read(HEAD + VERSION + "effective_until = 2026-03-31")
    assert profile_of("northwind", on=date(2026, 3, 31), own=own).effective_until == date(2026, 3, 31)
    with pytest.raises(WrongUse, match="no version of northwind is in force on 2026-04-01"):
        profile_of("northwind", on=date(2026, 4, 1), own=own)


def test_own_profiles_stand_in_the_list() -> None:
    """An own profile is listed with those that come with Milepost."""
    own = read(HEAD + VERSION)
    assert "northwind@1" in [profile.key for profile in all_profiles(own=own)]
    assert len(all_profiles(own=own)) == len(all_profiles()) + 1


def test_several_versions_may_come_from_several_files() -> None:
    """A later file adds a version; the earlier one ends the day before."""
    own = (*read(HEAD + VERSION), *read(HEAD + VERSION.replace('"1"', '"2"').replace("2026-01", "2026-06")))
    assert profile_of("northwind", on=date(2026, 5, 31), own=own).version == "1"
    assert profile_at("northwind@1", own=own).effective_until == date(2026, 5, 31)
    assert profile_of("northwind", on=date(2026, 6, 1), own=own).version == "2"


def test_facts_without_a_confirmed_source_stay_defaults() -> None:
    """A fact with source ids is unconfirmed unless the file says otherwise; the policy's own is confirmed."""
    text = (
        HEAD + VERSION + '[version.facts]\nreview_days = { value = 9, source = ["S08"] }\nplan_max_days = 5'
    )
    profile = profile_of("northwind", on=TODAY, own=read(text))
    assert profile.review_days
    assert profile.plan_max_days
    assert (profile.review_days.verified, profile.plan_max_days.verified) == (False, True)
    assert profile.review_days.sources == ("S08",)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        (HEAD + 'colour = "red"' + VERSION, "own.toml, colour", "nobody knows this key"),
        (HEAD + VERSION + 'since = "x"', "version 1.since", "nobody knows this key"),
        (HEAD + VERSION + "[version.facts]\nreview = 3", "version 1.facts.review", "nobody knows this key"),
        (HEAD + VERSION.replace("2026-01-01", '"soon"'), "effective_from", "soon is no date"),
        (HEAD + VERSION.replace("2026-01-01", "2026-01-01T10:00:00"), "effective_from", "is no date"),
        (HEAD + VERSION + "effective_until = 2025-12-31", "own.toml, version", "ends before it begins"),
        (HEAD + VERSION + VERSION.replace('"1"', '"2"'), "own.toml, version", "versions 1 and 2 overlap"),
        (
            HEAD
            + VERSION
            + "effective_until = 2026-03-01"
            + VERSION.replace('"1"', '"2"').replace("-01-", "-02-"),
            "own.toml, version",
            "versions 1 and 2 overlap",
        ),
        (
            HEAD + VERSION + VERSION.replace("-01-", "-02-"),
            "own.toml, version",
            "version 1 stands there twice",
        ),
        (HEAD + VERSION + "[version.facts]\nreview_days = -1", "facts.review_days", "-1 is negative"),
        (HEAD + VERSION + "[version.facts]\nreview_days = 40000", "review_days", "beyond a hundred years"),
        (HEAD + VERSION + "[version.facts]\nreview_days = true", "review_days", "True is no whole number"),
        (HEAD + VERSION + "[version.facts]\nreview_days = 1.5", "review_days", "1.5 is no whole number"),
        (
            HEAD + VERSION + '[version.facts]\naccepted_on_plan = "yes"',
            "accepted_on_plan",
            "neither true nor",
        ),
        (
            HEAD + VERSION + '[version.facts]\nremediation_days = [{ severity = "High", days = -3 }]',
            "remediation_days.days",
            "-3 is negative",
        ),
        (
            HEAD + VERSION + '[version.facts]\nremediation_days = [{ severity = "High", day = 3 }]',
            "remediation_days.day",
            "nobody knows this key",
        ),
        (
            HEAD
            + VERSION
            + '[version.facts]\nremediation_days = [{severity="High",days=3},{severity="High",days=4}]',
            "remediation_days",
            "High stands there twice",
        ),
        (HEAD + VERSION + "[version.facts]\nremediation_days = 30", "remediation_days", "30 is no list"),
        (
            HEAD + VERSION + '[version.facts]\nstatuses = [{ label = "Open", state = "ajar" }]',
            "statuses.state",
            "ajar is no state of the lifecycle",
        ),
        (
            HEAD + VERSION + '[version.facts]\nrequired_fields = [{ field = "x", states = ["ajar"] }]',
            "required_fields.states",
            "ajar is no state of the lifecycle",
        ),
        (
            HEAD
            + VERSION
            + '[version.facts]\nstatuses = [{label="A",state="open"},{label="A",state="open"}]',
            "statuses",
            "A (open) stands there twice",
        ),
        (HEAD + VERSION + '[version.facts]\nclock_start = ""', "clock_start", "is no text"),
        (HEAD + VERSION + '[version.facts]\nclock_start = "a\\u001bb"', "clock_start", "cannot be printed"),
        (
            HEAD + VERSION + '[version.further]\nx = { value = "y", note = 3 }',
            "further.x.note",
            "3 is no text",
        ),
        (HEAD + VERSION + "further = 3", "version 1.further", "3 is no table"),
        (
            HEAD + VERSION + '[version.facts]\nreview_days = { value = 3, source = ["S99"] }',
            "source",
            "S99 is no",
        ),
        (
            HEAD.replace("source =", "summary =") + VERSION + "[version.facts]\nreview_days = 3",
            "review_days",
            "no source",
        ),
        (HEAD.replace("northwind", "North Wind") + VERSION, "own.toml, name", "North Wind is no name"),
        (HEAD + VERSION.replace('"1"', '"1 @ 2"'), "version 1.version", "1 @ 2 is no version"),
        (HEAD + 'kind = "thing"' + VERSION, "own.toml, kind", "thing is no kind of profile"),
        (HEAD, "own.toml, version", "the profile has no version"),
        (HEAD.replace('title = "Northwind policy"', "") + VERSION, "own.toml, title", "None is no text"),
        ("profile = [3]", "own.toml, profile 1", "3 is no table"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, place: str, words: str) -> None:
    """A refused profile says file and key, what is wrong there, and how to write it."""
    with pytest.raises(InputRefused) as refused:
        read(text)
    assert refused.value.where.startswith("own.toml")
    assert place in refused.value.where
    assert words in refused.value.what
    assert refused.value.fix


@pytest.mark.parametrize(
    ("extends", "words"),
    [
        ("nobody", "nobody is no profile that Milepost knows"),
        ("hhs@7", "hhs has no version 7"),
        ("fedramp-vdr", "no version of fedramp-vdr is in force on 2026-01-01"),
        ("northwind", "it extends itself (northwind extends northwind)"),
    ],
)
def test_parents_have_to_exist(extends: str, words: str) -> None:
    """A parent that is unknown, not yet in force or the profile itself is refused, with the file."""
    own = read(HEAD + f'extends = ["{extends}"]' + VERSION)
    with pytest.raises(InputRefused) as refused:
        profile_of("northwind", on=TODAY, own=own)
    assert refused.value.where == "own.toml, extends"
    assert refused.value.fix
    assert words in refused.value.what


def test_a_circle_of_profiles_is_refused() -> None:
    """Two profiles that derive from each other are refused, and the circle is shown."""
    one = read(HEAD + 'extends = ["southwind"]' + VERSION)
    other = read(HEAD.replace("northwind", "southwind") + 'extends = ["northwind"]' + VERSION)
    with pytest.raises(InputRefused, match="northwind extends southwind extends northwind"):
        profile_of("northwind", on=TODAY, own=(*one, *other))


def test_no_severity_loses_its_days_in_silence() -> None:
    """A table of days that leaves out what the parent has days for is refused, and names what is missing."""
    facts = '[version.facts]\nremediation_days = [{ severity = "Critical", days = 7 }]'
    own = read(HEAD + 'extends = ["hhs"]' + VERSION + facts)
    with pytest.raises(InputRefused, match="no days for High, Moderate, Low, for which hhs has some"):
        profile_of("northwind", on=TODAY, own=own)
    free = read(HEAD + 'extends = ["emass"]' + VERSION + facts)
    assert profile_of("northwind", on=TODAY, own=free).remediation_days


def test_what_is_no_profile_file_is_refused() -> None:
    """No TOML, no text and too large a file are refused by name."""
    with pytest.raises(DamagedInput, match=r"own\.toml: it is no TOML"):
        read("name = ")
    with pytest.raises(DamagedInput, match=r"own\.toml: it is no TOML"):
        read_profiles(b"\xff\xfe", "own.toml")
    with pytest.raises(DamagedInput, match=r"own\.toml: it is no TOML"):
        read("x = " + "[" * 5000)
    with pytest.raises(OversizedInput, match=r"own\.toml"):
        read_profiles(b" " * (LARGEST + 1), "own.toml")
    assert read_profiles((HEAD + VERSION).encode().ljust(LARGEST), "own.toml")


def test_files_of_windows_are_read() -> None:
    """A byte order mark and Windows line ends change nothing."""
    text = HEAD + VERSION
    assert read_profiles(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(), "own.toml") == read(text)


_JUNK = some.recursive(
    some.one_of(
        some.integers(-9, 99999), some.booleans(), some.text("ab \x1b", max_size=3), some.just("2026-01-01")
    ),
    lambda inner: some.one_of(
        some.lists(inner, max_size=3),
        some.dictionaries(
            some.sampled_from(["severity", "days", "label", "state", "field", "value", "x"]), inner
        ),
    ),
    max_leaves=6,
)


def toml(entry: object) -> str:
    """Write a value as TOML."""
    if isinstance(entry, bool):
        return str(entry).lower()
    if isinstance(entry, str):
        return '"' + entry.replace("\x1b", "\\u001b") + '"'
    if isinstance(entry, list):
        return f"[{', '.join(toml(each) for each in entry)}]"
    if isinstance(entry, dict):
        return "{" + ", ".join(f"{key} = {toml(each)}" for key, each in entry.items()) + "}"
    return str(entry)


@given(
    some.sampled_from(
        ["remediation_days", "statuses", "required_fields", "approvers", "review_days", "severities"]
    ),
    _JUNK,
)
def test_any_value_is_read_or_refused_in_a_sentence(key: str, junk: object) -> None:
    """Whatever stands under a key: the profile is read and can be used, or refused with place and fix."""
    text = HEAD + VERSION + f"[version.facts]\n{key} = {toml(junk)}"
    refused = refusal(lambda: profile_of("northwind", on=TODAY, own=read(text)))
    assert refused is None or (refused.where.startswith("own.toml") and refused.fix)


@given(some.binary(max_size=80))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    """Bytes of any kind never end in a traceback."""
    refused = refusal(lambda: read_profiles(content, "own.toml"))
    assert refused is None or refused.where.startswith("own.toml")


def refusal(deed: Callable[[], object]) -> MilepostError | None:
    """Return how a deed is refused; None where it succeeds."""
    try:
        deed()
    except MilepostError as refused:
        return refused
    return None
