"""The criteria that rules state are those by which they judge: words, tokens, alikeness, controls."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.checks import controls
from milepost.checks.dates import federal_holidays
from milepost.checks.words import SPECIFIC, alikeness, normalised, word_set

WORDS = st.frozensets(st.text("abc", min_size=1, max_size=3), max_size=6)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "AC-2 is missing",
            "CVE-2024-1234",
            "plugin 104743",
            "OpenSSL 1.0.2",
            "30 days",
            '"PermitRootLogin"',
        ),
        *(
            "max_connections",
            "web1.example.org",
            "10.0.0.1",
            "2026-03-01",
            "see policy.docx",
            "TLS 1.0",
            "3.5.3",
        ),
    ],
)
def test_specific_tokens(text: str) -> None:
    """What ties a text to something that exists is found."""
    assert SPECIFIC.search(text)


@pytest.mark.parametrize(
    "text", ["Access controls are weak", "Patching needs attention", "Users have too much"]
)
def test_general_words_are_not_specific(text: str) -> None:
    """Words that would fit any system are not."""
    assert not SPECIFIC.search(text)


def test_words_without_capitals_and_punctuation() -> None:
    """Only the words count."""
    assert normalised("Old TLS, on lb01!") == normalised("old tls on LB01")


@given(WORDS, WORDS)
def test_alikeness_is_a_share(one: frozenset[str], other: frozenset[str]) -> None:
    """It lies between 0 and 1, is the same both ways, and 1 only for the same words."""
    share = alikeness(one, other)
    assert 0 <= share <= 1
    assert share == alikeness(other, one)
    assert (share == 1) == (one == other and bool(one))


def test_alikeness_by_hand() -> None:
    """Two of four words in common are a half."""
    assert alikeness(word_set("old tls here"), word_set("old tls there")) == 0.5


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("AC-2", "AC-2"),
        ("ac-2", "AC-2"),
        ("AC-02 (01)", "AC-2(1)"),
        ("AC-2.1", "AC-2(1)"),
        ("AC-2EN1", "AC-2(1)"),
        ("AC-2 (1)", "AC-2(1)"),
        ("AC.L2-3.1.1", "3.1.1"),
        ("3.13.11", "3.13.11"),
        ("03.01.01", "3.1.1"),
        ("Access Control", ""),
    ],
)
def test_controls_in_many_spellings(written: str, label: str) -> None:
    """One control, however it is written."""
    assert controls.named(written) == label


def test_the_catalog_has_every_control() -> None:
    """SP 800-53 Rev. 5 has 1,189 controls and enhancements, the withdrawn ones counted."""
    assert len(controls.catalog()) == 1189
    assert controls.catalog()["AC-2"].title == "Account Management"
    assert controls.catalog()["AC-2(10)"].withdrawn


def test_federal_holidays() -> None:
    """2026: the fourth of July is a Saturday and observed on Friday; Thanksgiving is 26 November."""
    days = federal_holidays(2026)
    assert {date(2026, 7, 3), date(2026, 11, 26), date(2026, 5, 25), date(2026, 1, 19)} <= days
    assert date(2026, 7, 6) not in days
