"""The rules as pages: written from the same data, complete, and marked where nobody confirmed a line."""

import re
from pathlib import Path

import pytest

from milepost.authorities import prose
from milepost.authorities.profile_reading import read_profiles
from milepost.authorities.profiles import FOLDERS, all_profiles, profile_at
from milepost.authorities.prose_profile import as_json, as_page, as_text
from milepost.authorities.prose_words import sections
from milepost.authorities.sources import sources

RULES = Path(__file__).parents[2] / "docs" / "rules"
PAGES = prose.pages()


def test_the_pages_are_what_the_data_says() -> None:
    """Each page in docs/rules equals what is written from the profiles today; `make rules` writes them."""
    differing = [name for name, text in PAGES.items() if (RULES / name).read_text(encoding="utf-8") != text]
    assert differing == []


def test_every_profile_has_its_page() -> None:
    """There is one page a profile, an index that links to each, and a page of sources."""
    assert set(PAGES) == {"README.md", "sources.md", *(f"{name}.md" for name in FOLDERS)}
    for name in FOLDERS:
        assert f"({name}.md)" in PAGES["README.md"]


@pytest.mark.parametrize("profile", all_profiles(), ids=lambda profile: profile.key)
def test_every_fact_stands_on_its_page(profile: object) -> None:
    """What a profile states itself is on its page, sentence by sentence, with source and standing."""
    profile = next(each for each in all_profiles() if each is profile)
    page = PAGES[f"{profile.name}.md"]
    for said in (said for section in sections(profile) for said in section.facts):
        if said.fact.profile != profile.name and said.key in profile.further:
            continue
        for sentence in said.sentences:
            lines = [line for line in page.splitlines() if line.startswith(f"- {sentence.rstrip('.')}")]
            assert lines, sentence
            assert any(
                line.endswith("**unconfirmed**") is not said.fact.verified
                and all(f"[{source}](" in line for source in said.fact.sources)
                for line in lines
            ), lines
        assert said.fact.note.rstrip(".") in page
    assert f"| {profile.version} | {profile.effective_from:%Y-%m-%d} |" in page
    assert profile.effective_note in page
    assert profile.summary in page


def test_every_line_names_its_source() -> None:
    """Each rule on a page ends with its sources in parentheses, and with its mark where it is unconfirmed."""
    ending = re.compile(r" \(.*\[\w[\w-]*\]\(sources\.md#[\w-]+\).*\)( \*\*unconfirmed\*\*)?$")
    rules = {
        (name, line) for name in FOLDERS for line in PAGES[f"{name}.md"].splitlines() if line.startswith("- ")
    }
    assert len(rules) > 400
    assert [rule for rule in rules if not ending.search(rule[1])] == []


def test_every_link_leads_somewhere() -> None:
    """Links go to pages that are written and to sources that are listed."""
    for name, text in PAGES.items():
        for page, source in re.findall(r"\]\(([\w.-]+\.md)(?:#([\w-]+))?\)", text):
            assert page in PAGES or (RULES / page).is_file(), (name, page)
            assert not source or f"## {source.upper()}" in PAGES[page].upper()
    assert all(f"## {source}\n" in PAGES["sources.md"] for source in sources())


def test_plain_words_of_hhs() -> None:
    """A page reads as sentences: days, what they run from, what stands on the plan."""
    page = PAGES["hhs.md"]
    assert "- Critical: 15 days. ([S08](sources.md#s08))" in page
    assert "- Days run from positive identification. ([S08](sources.md#s08))" in page
    assert "- Approved false positives do not stand on the plan. ([S08](sources.md#s08))" in page
    assert "| 1 | 2001-10-17 | 2019-06-05 | [nist-rmf@800-53r5](nist-rmf.md) | **unconfirmed**: " in page


def test_the_example_of_an_own_profile_is_one() -> None:
    """The profile in the index can be taken in as it stands."""
    example = re.search(r"```toml\n(.*?)```", PAGES["README.md"], re.DOTALL)
    assert example
    own = read_profiles(example[1].encode(), "README.md")
    assert profile_at("northwind@1", own=own).extends == ("hhs@2.0",)


def test_pages_are_written_by_a_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command writes every page and leaves other files; without a folder it says how it is used."""
    (tmp_path / "lifecycle.md").write_text("kept", encoding="utf-8")
    assert prose.main([str(tmp_path)]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {*PAGES, "lifecycle.md"}
    assert (tmp_path / "hhs.md").read_text(encoding="utf-8") == PAGES["hhs.md"]
    assert prose.main([]) == 2
    assert "Usage" in capsys.readouterr().err


def test_lines_for_a_terminal() -> None:
    """On the terminal each fact has its source, who states it, and "unconfirmed default" where it is one."""
    text = as_text(profile_at("gsa@rev8"))
    assert "  High: 30 days.\n" in text
    assert "[unconfirmed default]" in text
    assert "by omb-fisma)" in text
    assert "In force from 2001-10-17 [unconfirmed default]." in text
    assert "until 2019-06-05" in as_text(profile_at("hhs@1"))
    assert "[unconfirmed default]" not in as_text(profile_at("cmmc-l2@32cfr170"))


def test_document_for_programs() -> None:
    """As JSON a fact has value, standing, document, section, sources, profile and note."""
    document = as_json(profile_at("hhs@2.0"))
    facts = document["facts"]
    assert isinstance(facts, dict)
    assert facts["remediation_days"]["value"][0] == {"severity": "Critical", "days": 15, "when": ""}
    assert facts["remediation_days"]["standing"] == "confirmed"
    assert facts["statuses"]["standing"] == "unconfirmed default"
    assert facts["scheduled_date_frozen"]["profile"] == "omb-fisma"
    assert facts["severities"]["value"] == ["Critical", "High", "Moderate", "Low"]


def test_an_own_profile_has_a_page_too() -> None:
    """A profile without sources of the list names its policy."""
    own = read_profiles(
        b'name="own"\ntitle="Own"\napplies_to="all"\nsource="Policy 7"\n'
        b'[[version]]\nversion="1"\neffective_from=2026-01-01\n[version.facts]\nreview_days=5\n',
        "own.toml",
    )
    page = as_page([profile_at("own@1", own=own)])
    assert "- Items are reviewed at least every 5 days. (Policy 7, profile own)" in page
