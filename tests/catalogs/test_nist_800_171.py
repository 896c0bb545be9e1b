"""The catalog of SP 800-171 Rev. 2 against its publication: numbers, names, objectives and controls."""

import json
from pathlib import Path

import pytest

from milepost.catalogs import nist_800_171
from milepost.catalogs.nist_800_171 import FAMILIES, REQUIREMENTS


def test_counts() -> None:
    """The publication has 14 families, 110 requirements (31 basic) and, with SP 800-171A, 320 objectives."""
    assert len(FAMILIES) == 14
    assert len(REQUIREMENTS) == 110
    assert sum(each.kind == "basic" for each in REQUIREMENTS.values()) == 31
    assert sum(each.objectives for each in REQUIREMENTS.values()) == 320


def test_objectives_are_lettered() -> None:
    """The letters of a requirement run from a on; one with a single statement has [a]."""
    assert REQUIREMENTS["3.1.1"].letters == ("a", "b", "c", "d", "e", "f")
    assert REQUIREMENTS["3.13.11"].letters == ("a",)


@pytest.mark.parametrize(
    ("number", "family"), [("3.1.1", "AC"), ("3.14.7", "SI"), ("3.5.3e", "IA"), ("3.15.1", ""), ("3.0.1", "")]
)
def test_family_follows_from_the_number(number: str, family: str) -> None:
    """The second number of a requirement names its family; outside 1 to 14 there is none."""
    assert nist_800_171.family_of(number) == family


@pytest.mark.parametrize(
    ("control", "numbers"),
    [
        ("AC-2", ("3.1.1", "3.1.2")),
        ("SC-8(1)", ("3.13.8",)),
        ("PL-2", ("3.12.1", "3.12.2", "3.12.3", "3.12.4")),
        ("AC-99", ()),
        ("AC-2(99)", ()),
    ],
)
def test_controls_lead_to_requirements(control: str, numbers: tuple[str, ...]) -> None:
    """A control of SP 800-53 leads to the requirements whose line in Appendix D names it."""
    assert nist_800_171.naming_control(control) == numbers


def test_a_control_and_its_enhancement_are_two() -> None:
    """AC-17 stands on the two lines of 3.1.1 and 3.1.2, and each of its enhancements on a line of its own."""
    assert nist_800_171.naming_control("AC-17") == ("3.1.1", "3.1.2")
    assert nist_800_171.naming_control("AC-17(2)") == ("3.1.13",)
    assert nist_800_171.naming_control("IA-2(1)") == ("3.5.3",)


def test_no_control_stands_in_the_appendix_with_enhancements_alone() -> None:
    """So whoever writes only the control finds a line without looking at the enhancements."""
    named = {control for each in REQUIREMENTS.values() for control in each.controls}
    assert {control.partition("(")[0] for control in named} <= named


def test_first_edition_covers_every_requirement() -> None:
    """The practices of CMMC 1.0 that came from SP 800-171 are 110, one for each requirement."""
    path = Path(nist_800_171.__file__).with_name("nist_800_171_cmmc_1.json")
    practices = json.loads(path.read_text(encoding="utf-8"))["practices"]
    assert sorted(practices.values()) == sorted(REQUIREMENTS)
    assert nist_800_171.of_first_edition("AC", "016") == "3.1.3"
    assert nist_800_171.of_first_edition("AU", "044") == ""


@pytest.mark.samples
def test_catalog_is_that_of_the_publication(samples: Path) -> None:
    """Every number, family, kind, title, count of objectives and list of controls is the published one."""
    published = json.loads((samples / "cmmc/requirements_800_171r2.json").read_text(encoding="utf-8"))
    expected = {
        each["id"]: (
            each["family"],
            each["type"],
            each["title"],
            each["objective_count"],
            tuple(each["nist_800_53r4"]),
        )
        for each in published["requirements"]
    }
    ours = {e.number: (e.family, e.kind, e.title, e.objectives, e.controls) for e in REQUIREMENTS.values()}
    assert ours == expected
    assert list(ours) == list(expected)


@pytest.mark.samples
def test_objectives_are_those_of_800_171a(samples: Path) -> None:
    """The 320 objectives have exactly the identifiers of SP 800-171A."""
    published = json.loads((samples / "cmmc/assessment_objectives_800_171a.json").read_text(encoding="utf-8"))
    ours = [f"{each.number}[{letter}]" for each in REQUIREMENTS.values() for letter in each.letters]
    assert ours == [each["id"] for each in published["objectives"]]
