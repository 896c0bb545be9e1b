"""Scales: what a native word reads as elsewhere, kept beside the word itself."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as some

from milepost.domain.errors import InputRefused
from milepost.domain.scale import (
    Category,
    Level,
    Scale,
    category_of,
    grade,
    level_at,
    level_of,
    read_level,
)
from milepost.domain.severity import Severity

CROSSWALK = [
    (Scale.NESSUS, "4", Severity.CRITICAL, Level.VERY_HIGH, Category.CAT_I),
    (Scale.NESSUS, "3", Severity.HIGH, Level.HIGH, Category.CAT_I),
    (Scale.NESSUS, "2", Severity.MODERATE, Level.MODERATE, Category.CAT_II),
    (Scale.NESSUS, "1", Severity.LOW, Level.LOW, Category.CAT_III),
    (Scale.NESSUS, "0", Severity.INFO, Level.VERY_LOW, None),
    (Scale.CATEGORIES, "CAT I", Severity.HIGH, Level.HIGH, Category.CAT_I),
    (Scale.CATEGORIES, "CAT II", Severity.MODERATE, Level.MODERATE, Category.CAT_II),
    (Scale.CATEGORIES, "CAT III", Severity.LOW, Level.LOW, Category.CAT_III),
    (Scale.CATEGORIES, "CAT IV", Severity.INFO, Level.VERY_LOW, None),
    (Scale.CATEGORIES, "I", Severity.HIGH, Level.HIGH, Category.CAT_I),
    (Scale.CATEGORIES, "Category-2", Severity.MODERATE, Level.MODERATE, Category.CAT_II),
    (Scale.CATEGORIES, "cat_3", Severity.LOW, Level.LOW, Category.CAT_III),
    (Scale.CATEGORIES, "1", Severity.HIGH, Level.HIGH, Category.CAT_I),
    (Scale.CATEGORIES, "4", Severity.INFO, Level.VERY_LOW, None),
    (Scale.WORDS, "Critical", Severity.CRITICAL, Level.VERY_HIGH, Category.CAT_I),
    (Scale.WORDS, "high", Severity.HIGH, Level.HIGH, Category.CAT_I),
    (Scale.WORDS, "moderate", Severity.MODERATE, Level.MODERATE, Category.CAT_II),
    (Scale.WORDS, " MEDIUM ", Severity.MODERATE, Level.MODERATE, Category.CAT_II),
    (Scale.WORDS, "low", Severity.LOW, Level.LOW, Category.CAT_III),
    (Scale.WORDS, "info", Severity.INFO, Level.VERY_LOW, None),
    (Scale.WORDS, "Informational", Severity.INFO, Level.VERY_LOW, None),
    (Scale.WORDS, "None", Severity.INFO, Level.VERY_LOW, None),
    (Scale.LEVELS, "Very High", Severity.CRITICAL, Level.VERY_HIGH, Category.CAT_I),
    (Scale.LEVELS, "very-high", Severity.CRITICAL, Level.VERY_HIGH, Category.CAT_I),
    (Scale.LEVELS, "High", Severity.HIGH, Level.HIGH, Category.CAT_I),
    (Scale.LEVELS, "Moderate", Severity.MODERATE, Level.MODERATE, Category.CAT_II),
    (Scale.LEVELS, "Medium", Severity.MODERATE, Level.MODERATE, Category.CAT_II),
    (Scale.LEVELS, "Low", Severity.LOW, Level.LOW, Category.CAT_III),
    (Scale.LEVELS, "VERY_LOW", Severity.INFO, Level.VERY_LOW, None),
]


@pytest.mark.parametrize(("scale", "native", "severity", "level", "category"), CROSSWALK)
def test_native_values_read_as_the_field_reads_them(
    scale: Scale, native: str, severity: Severity, level: Level, category: Category | None
) -> None:
    """Each word of each scale has its severity, level and category, and stays as it was written."""
    found = grade(native, scale)
    assert (found.native, found.scale) == (native, scale)
    assert (found.severity, found.level, found.category) == (severity, level, category)


@pytest.mark.parametrize(
    ("native", "scale"),
    [
        ("5", Scale.NESSUS),
        ("high", Scale.NESSUS),
        ("V", Scale.CATEGORIES),
        ("cat", Scale.CATEGORIES),
        ("0", Scale.CATEGORIES),
        ("1", Scale.WORDS),
        ("very high", Scale.WORDS),
        ("critical", Scale.LEVELS),
        ("", Scale.LEVELS),
    ],
)
def test_a_word_of_another_scale_is_unrated(native: str, scale: Scale) -> None:
    """What a scale does not know is not guessed, and the reason says who has to act."""
    found = grade(native, scale)
    assert (found.native, found.severity, found.level, found.category) == (
        native,
        Severity.UNRATED,
        None,
        None,
    )
    assert found.reason == f"'{native}' is not among the {scale}: someone has to rate it"


def test_a_grade_explains_itself() -> None:
    """The reason names the native word and all readings; the source is the one of the scale."""
    found = grade("CAT I", Scale.CATEGORIES)
    assert found.reason == "'CAT I' (STIG categories) is severity high, level High, CAT I"
    assert str(found.citation) == "DISA STIG, severity category codes"
    informational = grade("0", Scale.NESSUS)
    assert informational.reason == (
        "'0' (Nessus severities 0 to 4) is severity info, level Very Low, no category"
    )
    assert str(informational.citation) == "C-PAT (NSWC Crane) and scans2reports, Nessus severity to category"
    sources = {grade("high", scale).citation.section for scale in (Scale.WORDS, Scale.LEVELS)}
    assert sources == {"severity word to level in the export"}
    assert grade("high", Scale.WORDS).citation.document == "C-PAT (NSWC Crane) and scans2reports"
    assert grade("high", Scale.LEVELS).citation.document == "C-PAT (NSWC Crane) and scans2reports"


def test_scales_and_categories_are_spelled_as_people_know_them() -> None:
    """The words that stand in reasons and pages."""
    assert list(Category) == ["CAT I", "CAT II", "CAT III"]
    assert list(Scale) == ["severity words", "five levels", "STIG categories", "Nessus severities 0 to 4"]
    assert list(Level) == ["Very Low", "Low", "Moderate", "High", "Very High"]


def test_levels_and_categories_never_contradict_severities() -> None:
    """Going up in severity never goes down in level or category, and a level reads back as its severity."""
    order = [Severity.INFO, Severity.LOW, Severity.MODERATE, Severity.HIGH, Severity.CRITICAL]
    levels = [level_of(severity) for severity in order]
    assert levels == list(Level)
    assert [level.rank for level in Level] == [0, 1, 2, 3, 4]
    assert [category_of(severity) for severity in order] == [
        None,
        Category.CAT_III,
        Category.CAT_II,
        Category.CAT_I,
        Category.CAT_I,
    ]
    assert [grade(level, Scale.LEVELS).severity for level in Level] == order
    assert level_of(Severity.UNRATED) is None
    assert category_of(Severity.UNRATED) is None


@given(some.sampled_from(Level), some.sampled_from([str.upper, str.lower, str.title]))
def test_levels_are_read_however_they_are_spelled(level: Level, spelled: Callable[[str], str]) -> None:
    """Case, blanks, hyphens and underscores make no difference."""
    text = spelled(level)
    assert read_level(text) is read_level(text.replace(" ", "_")) is read_level(f"  {text}  ") is level
    assert read_level("medium") is Level.MODERATE


@pytest.mark.parametrize("text", ["", "critical", "veryhigh", "4"])
def test_what_is_no_level_is_refused(text: str) -> None:
    """The sentence names the levels."""
    with pytest.raises(InputRefused) as refused:
        read_level(text)
    assert str(refused.value) == (
        f"'{text}' is no level; write one of Very Low, Low, Moderate, High, Very High."
    )


@pytest.mark.parametrize(
    ("value", "level"),
    [
        (0, Level.VERY_LOW),
        (4, Level.VERY_LOW),
        (5, Level.LOW),
        (20, Level.LOW),
        (21, Level.MODERATE),
        (79, Level.MODERATE),
        (80, Level.HIGH),
        (95, Level.HIGH),
        (96, Level.VERY_HIGH),
        (100, Level.VERY_HIGH),
    ],
)
def test_semi_quantitative_values(value: int, level: Level) -> None:
    """Both ends of each range of SP 800-30, Table I-3."""
    assert level_at(value) is level


@pytest.mark.parametrize("value", [-1, 101])
def test_values_off_the_scale_are_refused(value: int) -> None:
    """Nothing lies below 0 or above 100."""
    with pytest.raises(InputRefused) as refused:
        level_at(value)
    assert str(refused.value) == f"{value} is not on the scale from 0 to 100; give a value of that scale."
