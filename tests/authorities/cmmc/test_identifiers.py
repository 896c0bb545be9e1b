"""Which requirement is meant: names of all three levels and of CMMC 1.0, ranges, and what does not exist."""

import pytest

from milepost.authorities.cmmc.identifiers import identify
from milepost.authorities.cmmc.requirements import REQUIREMENTS
from milepost.authorities.cmmc.rules import Level
from milepost.domain.errors import InputRefused


def named(text: str) -> list[str]:
    """Return what a text names, as NIST writes it."""
    return [str(each) for each in identify(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AC.L2-3.1.1", ["3.1.1"]),
        ("AC.L1-3.1.1", ["3.1.1"]),
        ("AC.L1-b.1.i", ["3.1.1"]),
        ("PE.L1-b.1.ix", ["3.10.3", "3.10.4", "3.10.5"]),
        ("PE.L1-b.1.ix[c]", ["3.10.4[a]"]),
        ("PE.L1-b.1.ix[f]", ["3.10.5[c]"]),
        ("AC.L1-b.1.i[a]", ["3.1.1[a]"]),
        ("AC.L1-b.1.i - AC.L1-b.1.iii", ["3.1.1", "3.1.2", "3.1.20"]),
        ("AC.1.001", ["3.1.1"]),
        ("AC.2.016", ["3.1.3"]),
        ("SC.3.177", ["3.13.11"]),
        ("AC.1.001[a]", ["3.1.1[a]"]),
        ("RA.L3-3.11.1e", ["3.11.1e"]),
        ("3.1.3e[ODP1]", ["3.1.3e[ODP1]"]),
        ("3.1.20-3.2.2", ["3.1.20", "3.1.21", "3.1.22", "3.2.1", "3.2.2"]),
        ("3.1.1[b]-[d]", ["3.1.1[b]", "3.1.1[c]", "3.1.1[d]"]),
        ("3.1.1, 3.1.1, AC.L2-3.1.1", ["3.1.1"]),
        ("3.14.1e-3.14.6e", ["3.14.1e", "3.14.3e", "3.14.6e"]),
        ("3.1.1-3.1.1", ["3.1.1"]),
    ],
)
def test_what_is_meant(text: str, expected: list[str]) -> None:
    """Every way to name a requirement leads to its NIST number, each once and in order."""
    assert named(text) == expected


def test_everything_in_one_range() -> None:
    """The range over the whole publication names all 110."""
    assert named("3.1.1 through 3.14.7") == list(REQUIREMENTS[Level.TWO])


@pytest.mark.parametrize("level", list(Level))
def test_official_names_come_back(level: Level) -> None:
    """The official name of each requirement, and of each objective, leads back to its parts."""
    for each in REQUIREMENTS[level].values():
        assert named(each.identifier) == list(each.parts)
        for objective in each.objectives:
            assert named(objective) == [objective]


@pytest.mark.parametrize(
    ("text", "what", "way_out"),
    [
        ("AC-2", "AC-2 is a control of SP 800-53", "3.1.1, 3.1.2"),
        ("AC-99", "AC-99 is a control of SP 800-53", "no requirement follows"),
        ("AU.2.044", "AU.2.044, a practice of CMMC 1.0", "3.1.1"),
        ("3.1.1e", "3.1.1e is no requirement", "3.1.1[e]"),
        ("3.1.99e", "3.1.99e is no requirement", "look the number up"),
        ("3.1.23", "3.1.23 is no requirement", "SP 800-171 Rev. 2"),
        ("3.15.1", "3.15.1 is no requirement", "end at 3.14"),
        ("3.1.1[g]", "no objective [g]", "a, b, c, d, e, f"),
        ("IA.L2-3.1.1", "3.1.1 does not belong to IA", "AC.L2-3.1.1"),
        ("AC.L1-b.1.ix", "b.1.ix does not belong to AC", "PE.L1-b.1.ix"),
        ("b.1.xvi", "b.1.xvi is no requirement of Level 1", "b.1.xv"),
        ("PE.L1-b.1.ix[g]", "no objective [g]", "6"),
        ("AC.L3-3.1.2", "in no level", "RA.L3-3.11.1e"),
        ("AC.L2-3.1.2e", "in no level", "RA.L3-3.11.1e"),
        ("3.3.9-3.3.1", "backwards", "earlier"),
        ("3.1.1-3.1.2e", "no range", "one level"),
        ("3.1.1[a]-3.1.2[b]", "no range", "one level"),
        ("3.1.1[a]-3.1.3", "no range", "one level"),
        ("3.1.1-3.1.3[a]", "no range", "one level"),
        ("3.1.2-3.1.1", "from 3.1.2 to 3.1.1 runs backwards", "earlier"),
    ],
)
def test_what_does_not_exist_is_refused(text: str, what: str, way_out: str) -> None:
    """An identifier of no level is refused with what was meant instead."""
    with pytest.raises(InputRefused) as refused:
        identify(text, where="row 7")
    assert what in refused.value.what
    assert way_out in refused.value.fix
    assert refused.value.where == "row 7"
