"""FIPS 199: categories of information, and the high watermark of a system."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from milepost.domain.errors import InputRefused
from milepost.domain.impact_level import (
    ImpactLevel,
    InformationType,
    Objective,
    SecurityCategory,
    categorize,
    high_watermark,
)

NONE, LOW, MODERATE, HIGH = ImpactLevel
STATED = some.sampled_from([LOW, MODERATE, HIGH])
CATEGORIES = some.builds(SecurityCategory, some.sampled_from(ImpactLevel), STATED, STATED)
TYPES = some.lists(some.builds(InformationType, some.text(min_size=1), CATEGORIES), min_size=1, max_size=5)


@pytest.mark.parametrize(
    ("impacts", "watermark"),
    [
        ((LOW, LOW, LOW), LOW),
        ((MODERATE, LOW, LOW), MODERATE),
        ((LOW, MODERATE, LOW), MODERATE),
        ((LOW, LOW, MODERATE), MODERATE),
        ((LOW, MODERATE, HIGH), HIGH),
        ((NONE, LOW, LOW), LOW),
    ],
)
def test_watermark_is_the_highest(impacts: tuple[ImpactLevel, ...], watermark: ImpactLevel) -> None:
    """One objective is enough to set the level."""
    assert high_watermark(SecurityCategory(*impacts)) is watermark


def test_a_system_takes_the_highest_of_each_objective() -> None:
    """FIPS 199's own example: contract information and administrative information in one system."""
    contracts = InformationType("contracts", SecurityCategory(MODERATE, MODERATE, LOW))
    administration = InformationType("administration", SecurityCategory(LOW, LOW, LOW))
    found = categorize([administration, contracts])
    assert found.category == SecurityCategory(MODERATE, MODERATE, LOW)
    assert found.level is MODERATE
    assert found.reason == "Moderate by confidentiality of contracts; integrity of contracts"
    assert str(found.citation) == "FIPS 199, section 3, information systems; FIPS 200, section 3"


def test_every_type_that_sets_the_level_is_named() -> None:
    """Whoever wants a lower level sees which information would have to leave."""
    found = categorize(
        [
            InformationType("dispatch", SecurityCategory(LOW, MODERATE, HIGH)),
            InformationType("payroll", SecurityCategory(MODERATE, LOW, HIGH)),
        ]
    )
    assert (found.level, found.reason) == (HIGH, "High by availability of dispatch, payroll")


def test_public_information_leaves_a_system_at_low() -> None:
    """A type may have no confidentiality; a system has at least Low for each objective."""
    found = categorize([InformationType("notices", SecurityCategory(NONE, LOW, LOW))])
    assert found.category == SecurityCategory(LOW, LOW, LOW)
    assert found.reason == (
        "Low by confidentiality, for which Low is the least; integrity of notices; availability of notices"
    )


@pytest.mark.parametrize(
    ("impacts", "objective"), [((LOW, NONE, LOW), "integrity"), ((LOW, LOW, NONE), "availability")]
)
def test_only_confidentiality_may_not_apply(impacts: tuple[ImpactLevel, ...], objective: str) -> None:
    """FIPS 199 knows "Not Applicable" for confidentiality alone."""
    with pytest.raises(InputRefused) as refused:
        SecurityCategory(*impacts)
    assert str(refused.value) == (
        f"{objective} cannot be Not Applicable (FIPS 199, section 3, information types); "
        "say Low, Moderate or High."
    )


def test_a_system_without_information_has_no_category() -> None:
    """Nothing is taken for Low that nobody has looked at."""
    with pytest.raises(InputRefused) as refused:
        categorize([])
    assert str(refused.value) == (
        "a system without information types has no category; name at least one type that it holds."
    )


def test_ranks_ascend() -> None:
    """Worse is larger, in the words of FIPS 199."""
    assert list(ImpactLevel) == ["Not Applicable", "Low", "Moderate", "High"]
    assert [level.rank for level in ImpactLevel] == [0, 1, 2, 3]


@given(TYPES)
def test_system_is_no_better_than_any_type_and_no_worse_than_all(
    types: list[InformationType],
) -> None:
    """Each objective is at least every type's and is some type's, or Low; the order does not matter."""
    found = categorize(types)
    for objective in Objective:
        impacts = [each.category.of(objective).rank for each in types]
        assert found.category.of(objective).rank == max([LOW.rank, *impacts])
    assert found.level.rank == max(found.category.of(objective).rank for objective in Objective)
    assert categorize(types[::-1]).category == found.category
