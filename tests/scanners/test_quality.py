"""The quality scale: no reader is graded higher than what was shown of it, and the page says what is so."""

from dataclasses import replace
from pathlib import Path

import pytest

from milepost.domain.severity import Severity
from milepost.scanners import scanner_named
from milepost.scanners.about import UNKNOWN, About, Grade
from milepost.scanners.prose import built_in, documents, kind_of, lines, page, section, write
from milepost.scanners.quality import DEMANDS, Proof, lacking, proof_of, proofs, proved
from tests.proofs import by_scanner, fullest
from tests.same_again import changes

NAMES = [scanner.name for scanner in built_in()]
ROOT = Path(__file__).parents[2]
ABOUT = About("1", "id", "all", {"title": "title"}, {"high": Severity.HIGH}, ("The manual, chapter 1",))
GOLDEN = Proof(samples=3, same_again=True, ratio=3.0, megabytes=40)


@pytest.mark.parametrize("name", NAMES)
def test_no_reader_claims_more_than_is_proved(name: str) -> None:
    """Whatever its grade asks, and those before it, was shown."""
    about = scanner_named(name).about
    assert [demand.asked for demand in lacking(about, proof_of(name), about.grade)] == []


@pytest.mark.samples
def test_real_reports_are_counted_right() -> None:
    """The number in `proofs.toml` is how many counted reports the reader recognises."""
    found = {name: len(paths) for name, paths in by_scanner().items()}
    assert {name: proof.samples for name, proof in proofs().items() if proof.samples} == found


@pytest.mark.samples
@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_the_same_report_again_changes_nothing(name: str) -> None:
    """Neither an occurrence nor an item nor the standing of an asset, where `proofs.toml` says so."""
    paths = by_scanner().get(name, [])
    assert (not changes(fullest(paths), name) if paths else False) == proof_of(name).same_again


@pytest.mark.parametrize(
    ("proof", "grade"),
    [
        (Proof(), Grade.NONE),
        (Proof(samples=1, broken=("foreign",)), Grade.NONE),
        (Proof(samples=1, broken=("utc",)), Grade.BRONZE),
        (Proof(samples=2), Grade.BRONZE),
        (Proof(samples=3, broken=("hostile",)), Grade.BRONZE),
        (Proof(samples=3), Grade.SILVER),
        (replace(GOLDEN, same_again=False), Grade.SILVER),
        (replace(GOLDEN, broken=("about", "fields")), Grade.SILVER),
        (replace(GOLDEN, ratio=None), Grade.SILVER),
        (replace(GOLDEN, ratio=3.01), Grade.SILVER),
        (GOLDEN, Grade.GOLD),
    ],
)
def test_each_grade_asks_all_that_those_before_it_ask(proof: Proof, grade: Grade) -> None:
    """One thing that is missing keeps a reader below."""
    assert proved(ABOUT, proof) is grade


def test_gold_asks_for_a_table_of_fields_with_its_source() -> None:
    """A reader that says nothing of itself stays silver."""
    assert proved(replace(ABOUT, sources=()), GOLDEN) is Grade.SILVER
    assert proved(UNKNOWN, GOLDEN) is Grade.SILVER


def test_every_grade_but_the_lowest_asks_something() -> None:
    """And says what proves it."""
    assert {demand.grade for demand in DEMANDS} == set(Grade) - {Grade.NONE}
    assert all(demand.asked and demand.proved_by for demand in DEMANDS)


def test_the_page_is_written_from_the_readers(tmp_path: Path) -> None:
    """`make scanners` writes it; one that is out of date fails here."""
    write(tmp_path / "scanners.md")
    assert (tmp_path / "scanners.md").read_text(encoding="utf-8") == page()
    assert (ROOT / "docs" / "scanners.md").read_text(encoding="utf-8") == page(), "run make scanners"


def test_the_page_has_a_row_and_a_section_for_every_format() -> None:
    """With a link from one to the other."""
    text = page()
    for scanner in built_in():
        assert f"| `{scanner.name}` | [{scanner.title}](#" in text
        assert f"\n## {scanner.title}\n" in text


def test_what_is_known_of_a_format_is_the_same_everywhere() -> None:
    """The list, the document and the section agree on name, kind and grade."""
    listed = list(lines())
    assert listed[-1] == f"{len(documents())} formats"
    for scanner, document, line in zip(built_in(), documents(), listed, strict=False):
        assert (document["name"], document["kind"]) == (scanner.name, kind_of(scanner))
        assert line.startswith(scanner.name)
        assert document["grade"] == scanner.about.grade.value
        assert f"grade {scanner.about.grade}" in section(scanner)
    assert "checklists" in {kind_of(scanner) for scanner in built_in()}
