"""What a profile file says arrives as it was written: every key, its standing and source, every default."""

from datetime import date

import pytest

from milepost.authorities.profile_reading import StatedProfile, read_profiles
from milepost.authorities.profile_values import MOST
from milepost.authorities.profiles import (
    all_profiles,
    profile_at,
    profile_names,
    profile_of,
    stated_profile,
)
from milepost.authorities.sources import sources
from milepost.authorities.tables import table
from milepost.domain.errors import InputRefused, WrongUse
from milepost.domain.profile import (
    Approvers,
    Fact,
    Profile,
    ProfileKind,
    RemediationDays,
    RequiredField,
    StatusName,
)
from milepost.domain.ruling import Citation

TODAY = date(2026, 11, 21)
POLICY = Citation("House policy", "profile house")

WHOLE = """
name = "house"
title = "The house"
kind = "overlay"
applies_to = "every system"
summary = "What the house asks for."
source = "House policy"

[facts]
clock_start = { value = "discovery", section = "chapter 2", note = "by telephone" }
accepted_on_plan = { value = true, verified = false }
severities = ["High", "Low"]
two_stage_severities = ["High"]
notice_days = [30, 7]
retention_years = { value = 6, source = ["S04", "S06"], section = "both" }
due_soon_days = { value = 30, source = ["S04", "S06"], verified = true }
statuses = [
    { label = "Open", state = "open" },
    { label = "Done", state = "closed", open = false, meaning = "it is fixed" },
]
remediation_days = [{ severity = "High", days = 0 }, { severity = "High", days = 9, when = "exposed" }]
required_fields = ["owner", { field = "evidence", states = ["closed"], when = "it is fixed" }]

[further]
meeting = "every Monday"
board = { value = ["one", "two"], section = "chapter 9", note = "n" }

[[version]]
version = "1"
effective_from = 2026-01-01
effective_verified = false
effective_note = "as far as anybody remembers"

[[version]]
version = "2"
effective_from = 2026-06-01
effective_until = 2027-05-31
[version.facts]
notice_days = []
[version.further]
meeting = "every Tuesday"
"""


def own(text: str, file: str = "house.toml") -> tuple[StatedProfile, ...]:
    """Read profiles from text."""
    return read_profiles(text.encode(), file)


def fact(
    value: object, *, verified: bool = True, citation: Citation = POLICY, note: str = ""
) -> Fact[object]:
    """Return a fact of the house without source ids."""
    return Fact(value, verified, citation, note, "house")


def test_everything_that_is_stated_arrives() -> None:
    """Each key of the file, with chapter, note and standing; what no key states is None."""
    read = own(WHOLE)
    assert profile_at("house@1", own=read) == Profile(
        name="house",
        title="The house",
        kind=ProfileKind.OVERLAY,
        applies_to="every system",
        version="1",
        effective_from=date(2026, 1, 1),
        effective_until=date(2026, 5, 31),
        effective_verified=False,
        effective_note="as far as anybody remembers",
        summary="What the house asks for.",
        lineage=frozenset({"house"}),
        clock_start=Fact(
            "discovery",
            verified=True,
            citation=Citation("House policy", "chapter 2"),
            note="by telephone",
            profile="house",
        ),
        accepted_on_plan=Fact(value=True, verified=False, citation=POLICY, profile="house"),
        severities=Fact(("High", "Low"), verified=True, citation=POLICY, profile="house"),
        two_stage_severities=Fact(("High",), verified=True, citation=POLICY, profile="house"),
        notice_days=Fact((30, 7), verified=True, citation=POLICY, profile="house"),
        retention_years=Fact(
            6, verified=False, citation=sourced("both"), profile="house", sources=("S04", "S06")
        ),
        due_soon_days=Fact(30, verified=True, citation=sourced(), profile="house", sources=("S04", "S06")),
        statuses=Fact(
            (StatusName("Open", "open"), StatusName("Done", "closed", open=False, meaning="it is fixed")),
            verified=True,
            citation=POLICY,
            profile="house",
        ),
        remediation_days=Fact(
            (RemediationDays("High", 0), RemediationDays("High", 9, "exposed")),
            verified=True,
            citation=POLICY,
            profile="house",
        ),
        required_fields=Fact(
            (RequiredField("owner"), RequiredField("evidence", ("closed",), "it is fixed")),
            verified=True,
            citation=POLICY,
            profile="house",
        ),
        further={
            "meeting": Fact("every Monday", verified=True, citation=POLICY, profile="house"),
            "board": Fact(
                "one; two",
                verified=True,
                citation=Citation("House policy", "chapter 9"),
                note="n",
                profile="house",
            ),
        },
    )


def sourced(section: str = "") -> Citation:
    """Return the citation of two sources: both titles, and where both were read unless a section is named."""
    both = [sources()[name] for name in ("S04", "S06")]
    return Citation("; ".join(each.title for each in both), section or "; ".join(each.at for each in both))


def test_a_version_changes_what_it_states_and_keeps_the_rest() -> None:
    """Its own facts go before those of the file, and its last day is the one that it states."""
    second = profile_at("house@2", own=own(WHOLE))
    assert (second.effective_verified, second.effective_note) == (True, "")
    assert (second.effective_from, second.effective_until) == (date(2026, 6, 1), date(2027, 5, 31))
    assert second.notice_days
    assert second.notice_days.value == ()
    assert second.further["meeting"].value == "every Tuesday"
    assert second.further["board"].value == "one; two"
    assert second.clock_start
    assert second.clock_start.value == "discovery"


def test_what_is_not_stated_has_its_default() -> None:
    """An organisation's profile without summary or facts, whose version has no last day."""
    text = (
        'name = "a"\ntitle = "A"\napplies_to = "all"\n[[version]]\nversion = "1"\neffective_from = 2026-01-01'
    )
    bare = Profile(
        name="a",
        title="A",
        kind=ProfileKind.ORGANISATION,
        applies_to="all",
        version="1",
        effective_from=date(2026, 1, 1),
        lineage=frozenset({"a"}),
    )
    assert profile_of("a", on=TODAY, own=own(text)) == bare
    (stated,) = own(text, "a.toml")
    assert (stated.file, stated.summary) == ("a.toml", "")


def test_the_latest_file_speaks_for_the_profile() -> None:
    """Of two files with versions of one profile the one with the later version gives title and the rest."""
    later = WHOLE.partition("[facts]")[0].replace('title = "The house"', 'title = "The new house"')
    later = later.replace("overlay", "base").replace("every system", "one system").replace("What", "All")
    later += '[[version]]\nversion = "3"\neffective_from = 2028-01-01'
    parts = (*own(later, "new.toml"), *own(WHOLE, "old.toml"))
    joined = stated_profile("house", parts)
    assert (joined.name, joined.title, joined.kind) == ("house", "The new house", ProfileKind.BASE)
    assert (joined.applies_to, joined.summary) == ("one system", "All the house asks for.")
    assert joined.file == "new.toml"
    assert [version.version for version in joined.versions] == ["1", "2", "3"]
    assert profile_at("house@2", own=parts).effective_until == date(2027, 5, 31)
    assert profile_names(parts).count("house") == 1


@pytest.mark.parametrize(
    ("key", "value", "taken"),
    [
        ("review_days", "0", 0),
        ("review_days", str(MOST), MOST),
        ("clock_start", '"one\\ntwo"', "one\ntwo"),
        ("clock_start", '" "', None),
        ("clock_start", "[]", None),
        ("severities", '["High", ""]', None),
        ("severities", '"High"', None),
        ("notice_days", "[30, -1]", None),
        ("review_days", str(MOST + 1), None),
        ("accepted_on_plan", "1", None),
        ("approvers", '[{ decision = "x", roles = "ao" }]', None),
        ("approvers", '[{ decision = "x", roles = [], second = 3 }]', None),
        ("approvers", '[{ decision = "x", roles = ["ao"] }]', (Approvers("x", ("ao",)),)),
        ("required_fields", '[{ field = "x", when = "y" }]', (RequiredField("x", (), "y"),)),
        ("approvers", "3", None),
        ("approvers", '[{ roles = ["ao"] }]', None),
        ("approvers", '[{ decision = "x", roles = [3] }]', None),
        ("required_fields", "[3]", None),
        ("required_fields", "3", None),
        ("required_fields", '[""]', None),
        ("required_fields", '[{ states = ["open"] }]', None),
        ("required_fields", '[{ field = "x", states = 3 }]', None),
        ("required_fields", '[{ field = "x", when = 3 }]', None),
        ("notice_days", "3", None),
        ("statuses", "3", None),
        ("statuses", "[3]", None),
        ("statuses", '[{ label = "A", state = 3 }]', None),
        ("statuses", '[{ label = "A", state = "open", meaning = 3 }]', None),
        ("remediation_days", "[3]", None),
        ("clock_start", '"a\\u001bb"', None),
        ("statuses", '[{ label = "A", state = "open", open = "no" }]', None),
        ("statuses", '[{ state = "open" }]', None),
        ("remediation_days", '[{ severity = "High" }]', None),
        ("remediation_days", "[{ days = 3 }]", None),
        ("remediation_days", '[{ severity = "High", days = 3, when = 4 }]', None),
    ],
)
def test_a_value_is_taken_as_it_is_or_refused_at_its_key(key: str, value: str, taken: object) -> None:
    """Numbers from 0 to a hundred years, texts that say something, lists as lists, answers as answers."""
    text = WHOLE.partition("[facts]")[0] + f"[facts]\n{key} = {value}\n" + WHOLE[WHOLE.index("[[version]]") :]
    if taken is not None:
        assert getattr(profile_at("house@1", own=own(text)), key).value == taken
        return
    with pytest.raises(InputRefused) as refused:
        own(text)
    assert f"house.toml, facts.{key}" in refused.value.where
    assert refused.value.fix


@pytest.mark.parametrize(
    ("old", "new", "where", "what", "fix"),
    [
        ('"overlay"', '"agency plan"', "house.toml, kind", "agency plan", "organisation"),
        ('state = "closed"', 'state = "shut"', "facts.statuses.state", "shut", "closed_completed"),
        ('"house"', '"House"', "house.toml, name", "House", "small letters"),
        ('version = "1"', 'version = "-1"', "version 1.version", "-1", "letters"),
        ('"S04", "S06"], section', '"S04", "X"], section', "facts.retention_years.source", "X", "sources"),
        ("2026-01-01", '"today"', "version 1.effective_from", "today", "2026-01-31"),
        ("2027-05-31", '"never"', "version 2.effective_until", "never", "2026-01-31"),
        ("2027-05-31", "2026-05-31", "house.toml, version", "version 2 ends", "days"),
        ('version = "2"', 'version = "1"', "house.toml, version", "version 1 stands", "name"),
        ("2026-06-01", "2026-01-01", "house.toml, version", "1 and 2 overlap", "end before 2026-01-01"),
        (
            "effective_verified = false",
            'effective_verified = "no"',
            "effective_verified",
            "no",
            "true or false",
        ),
        ('note = "n"', "note = 4", "further.board.note", "4", "quotes"),
        ('["one", "two"]', '["one", 2]', "further.board", "2", "quotes"),
        ("verified = false }", "verified = 0 }", "facts.accepted_on_plan.verified", "0", "true or false"),
        ('note = "by telephone"', 'by = "telephone"', "facts.clock_start.by", "key", "note"),
        ('source = "House policy"', "source = 7", "house.toml, source", "7", "quotes"),
        ("[further]", '[further]\nx = { value = "", note = "n" }', "further.x", "''", "quotes"),
        ("[facts]", "extends = 3\n[facts]", "house.toml, extends", "3", "list"),
        ("[facts]", "facts = 3\n[other]", "house.toml", "", ""),
    ],
)
def test_a_mistake_is_named_with_place_and_way_out(
    old: str, new: str, where: str, what: str, fix: str
) -> None:
    """One change to a sound file: the sentence names the key, what stands there, and what to write."""
    assert old in WHOLE
    with pytest.raises(InputRefused) as refused:
        own(WHOLE.replace(old, new, 1))
    assert where in refused.value.where
    assert what in refused.value.what
    assert fix in refused.value.fix
    assert refused.value.fix


def test_a_name_or_version_has_a_length() -> None:
    """Sixty characters of a name, forty of a version, no more."""
    for old, longest in (('"house"', "h" * 60), ('version = "1"', "1" * 40)):
        sound = old.replace("house", longest).replace("1", longest)
        assert own(WHOLE.replace(old, sound, 1))
        with pytest.raises(InputRefused):
            own(WHOLE.replace(old, sound.replace(longest, longest + longest[0]), 1))


@pytest.mark.parametrize(
    ("asked", "what", "fix"),
    [
        ("nobody@1", "nobody", "house"),
        ("house@3", "version 3", "1, 2"),
        ("house", "without a name", "1, 2"),
        ("hhs@9", "version 9", "2.0"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(asked: str, what: str, fix: str) -> None:
    """A profile or version that nobody has is answered with those that can be had."""
    with pytest.raises(WrongUse, match=what) as refused:
        profile_at(asked, own=own(WHOLE))
    assert fix in refused.value.fix


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2027, 6, 1)])
def test_a_day_without_a_version_is_refused_with_the_days(day: date) -> None:
    """Before the first version and after the last day of the last, with every first day."""
    with pytest.raises(WrongUse, match=f"house is in force on {day}") as refused:
        profile_of("house", on=day, own=own(WHOLE))
    assert "1 from 2026-01-01, 2 from 2026-06-01" in refused.value.fix


def test_the_first_and_last_days_of_a_version_are_its_own() -> None:
    """The second begins on its first day, and holds on the last that it states."""
    read = own(WHOLE)
    held = [profile_of("house", on=day, own=read).version for day in (date(2026, 5, 31), date(2026, 6, 1))]
    assert held == ["1", "2"]
    assert profile_of("house", on=date(2027, 5, 31), own=read).version == "2"


def test_lost_days_are_named_with_the_table() -> None:
    """The refusal names the file, the version, what is missing and who has days for it."""
    text = WHOLE.replace('source = "House policy"', 'source = "House policy"\nextends = ["fedramp-rev5"]')
    with pytest.raises(InputRefused, match="Moderate, Low, for which fedramp-rev5") as refused:
        profile_at("house@2", own=own(text))
    assert refused.value.where == "house.toml, remediation_days of version 2"
    assert refused.value.fix


def test_further_knowledge_is_inherited_and_replaced() -> None:
    """What a parent knows beyond the rules is known here too, and the nearer parent speaks first."""
    names = {name: profile_of(name, on=TODAY).further for name in ("hhs", "gsa")}
    head = WHOLE.partition("[facts]")[0]
    text = head + 'extends = ["hhs", "gsa"]\n[[version]]\nversion = "1"\neffective_from = 2026-01-01'
    found = profile_of("house", on=TODAY, own=own(text)).further
    assert found == {**names["gsa"], **names["hhs"]}
    assert found


def test_own_profiles_derive_from_one_another() -> None:
    """Asked for by day, by version or in the list, a profile has what another of the organisation states."""
    head = WHOLE.partition("[facts]")[0].replace('"house"', '"annex"')
    annex = own(head + 'extends = ["house@2"]\n[[version]]\nversion = "1"\neffective_from = 2026-01-01')
    read = (*own(WHOLE), *annex)
    listed = next(each for each in all_profiles(own=read) if each.key == "annex@1")
    for found in (profile_of("annex", on=TODAY, own=read), profile_at("annex@1", own=read), listed):
        assert found.extends == ("house@2",)
        assert found.lineage == {"annex", "house"}
        assert found.clock_start == profile_at("house@2", own=read).clock_start


def test_several_profiles_of_a_file_are_told_apart_by_number() -> None:
    """A mistake in the second names the second; a key beside the tables is refused."""
    one = '[[profile]]\nname = "{}"\ntitle = "A"\napplies_to = "all"\n'
    version = '[[profile.version]]\nversion = "1"\neffective_from = 2026-01-01\n'
    both = one.format("a") + version + one.format("b") + version
    assert [stated.name for stated in own(both)] == ["a", "b"]
    with pytest.raises(InputRefused) as refused:
        own(both.replace('"b"', '"B"'))
    assert refused.value.where == "house.toml, profile 2.name"
    with pytest.raises(InputRefused, match="nobody knows") as beside:
        own('title = "x"\n' + both)
    assert beside.value.where == "house.toml, title"
    assert "profile" in beside.value.fix
    (single,) = own(both.replace("[[profile]]", "[profile]", 1).partition("[[profile]]")[0])
    assert single.name == "a"


def test_every_source_has_its_parts() -> None:
    """Each document of the list has its id, a title, a place, and one of the known standings."""
    kinds = {
        *("primary", "primary-quoted", "primary-partial", "primary-derived"),
        *("implementation", "practice", "secondary", "unverified"),
    }
    for name, source in sources().items():
        assert source.id == name
        assert source.title
        assert source.at
        assert source.kind in kinds
    assert sources()["S04"].title.startswith("OMB M-17-09")
    assert sources()["S04"].kind == "primary"


def test_a_table_beside_the_rules_is_read_in_its_shape() -> None:
    """The same data file gives the same values, in the types that the rules work with."""
    read = table("milepost.authorities.cisa", "bod_26_04.toml", dict[str, object])
    assert read["document"] == "CISA BOD 26-04"
