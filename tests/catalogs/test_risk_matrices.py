"""The published risk tables are those of their sources, and an organisation can bring its own."""

import json
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from milepost.catalogs.risk_matrices import (
    DOD_LIKELIHOOD,
    DOD_RESIDUAL_RISK,
    NIST_LIKELIHOOD,
    NIST_RISK,
    built_in,
    named,
    read_matrix,
)
from milepost.domain.errors import InputRefused, RecordMissing
from milepost.domain.risk_matrix import RiskMatrix, determine
from milepost.domain.scale import Level

OWN = """
name = "own"
title = "Ours"
result = "risk"
document = "House rules"
section = "annex 1"
verified = true
rows = "likelihood"
columns = "impact"
levels = ["Low", "High"]

[cells]
"High" = ["Low", "High"]
"Low" = ["Low", "Low"]
"""
LETTERS = {"VL": Level.VERY_LOW, "L": Level.LOW, "M": Level.MODERATE, "H": Level.HIGH, "VH": Level.VERY_HIGH}
DOD = {
    "VH": "VL L M H VH",
    "H": "VL L M H VH",
    "M": "VL L M M H",
    "L": "VL L L L M",
    "VL": "VL VL L L L",
}


@pytest.mark.parametrize("name", [DOD_LIKELIHOOD, DOD_RESIDUAL_RISK])
def test_dod_tables(name: str) -> None:
    """Both steps of the DoD determination use the same table of the eMASS workbook's instructions."""
    matrix = named(name)
    for row, cells in DOD.items():
        found = [matrix.look_up(LETTERS[row], column).level for column in Level]
        assert found == [LETTERS[cell] for cell in cells.split()]
    assert matrix.verified


def test_dod_example() -> None:
    """Moderate severity, an adversary (High), High impact: likelihood Moderate, residual risk Moderate."""
    found = determine(named(DOD_LIKELIHOOD), named(DOD_RESIDUAL_RISK), Level.HIGH, Level.MODERATE, Level.HIGH)
    assert (found.likelihood.level, found.risk.level) == (Level.MODERATE, Level.MODERATE)
    assert found.risk.reason == "likelihood Moderate and impact High give residual risk Moderate"
    assert (
        found.likelihood.reason == "relevance of threat High and severity Moderate give likelihood Moderate"
    )


@pytest.mark.samples
def test_nist_tables_are_those_of_the_transcription(samples: Path) -> None:
    """Table I-2, table G-5 and the 2002 table agree with the collected data, cell by cell."""
    data = json.loads((samples / "agencies" / "risk_matrix_sp800-30r1.json").read_text(encoding="utf-8"))
    for row, cells in data["matrix"].items():
        for column, level in cells.items():
            assert named(NIST_RISK).look_up(Level(row), Level(column)).level == level
    likelihood = data["overall_likelihood_table_G5_rows_initiation_or_occurrence_columns_adverse_impact"]
    for row, levels in likelihood.items():
        for column, level in zip(Level, levels, strict=True):
            assert named(NIST_LIKELIHOOD).look_up(Level(row), column).level == level
    legacy = data["legacy_800_30_2002_threat_likelihood_by_threat_and_countermeasure_effectiveness"]
    for row, cells in legacy.items():
        for column, level in cells.items():
            assert named("nist_sp800_30_2002_threat").look_up(Level(row), Level(column)).level == level


@pytest.mark.parametrize(
    ("likelihood", "impact", "risk"),
    [
        (Level.VERY_LOW, Level.MODERATE, Level.VERY_LOW),
        (Level.VERY_LOW, Level.HIGH, Level.LOW),
        (Level.LOW, Level.VERY_HIGH, Level.MODERATE),
        (Level.LOW, Level.HIGH, Level.LOW),
        (Level.MODERATE, Level.HIGH, Level.MODERATE),
        (Level.MODERATE, Level.VERY_HIGH, Level.HIGH),
        (Level.HIGH, Level.VERY_LOW, Level.VERY_LOW),
        (Level.VERY_HIGH, Level.VERY_HIGH, Level.VERY_HIGH),
    ],
)
def test_nist_risk_is_looked_up(likelihood: Level, impact: Level, risk: Level) -> None:
    """Cells where a product would give something else: very likely with very low impact stays very low."""
    assert named(NIST_RISK).look_up(likelihood, impact).level is risk


def test_nist_and_dod_differ_in_one_cell() -> None:
    """Very Low likelihood with Moderate impact is Very Low for NIST and Low for DoD: two tables, not one."""
    nist, dod = named(NIST_RISK), named(DOD_RESIDUAL_RISK)
    differing = [
        cell for cell in product(Level, Level) if nist.look_up(*cell).level != dod.look_up(*cell).level
    ]
    assert differing == [(Level.VERY_LOW, Level.MODERATE)]


def test_tables_of_three_levels() -> None:
    """SP 800-66: low likelihood with high impact is low; 2002: good countermeasures make any threat low."""
    assert named("nist_sp800_66r2_risk").look_up(Level.LOW, Level.HIGH).level is Level.LOW
    assert named("nist_sp800_66r2_risk").look_up(Level.HIGH, Level.HIGH).level is Level.HIGH
    legacy = named("nist_sp800_30_2002_threat")
    assert [legacy.look_up(row, Level.HIGH).level for row in legacy.rows.levels] == [Level.LOW] * 3
    assert legacy.look_up(Level.HIGH, Level.LOW).level is Level.HIGH


@given(some.data())
def test_no_table_goes_against_its_sides(data: some.DataObject) -> None:
    """In every table a worse row and column never give a better level (of what lowers, less is worse)."""
    matrix = data.draw(some.sampled_from(list(built_in().values())))
    (row, worse_row), (column, worse_column) = (
        sorted(
            data.draw(some.tuples(some.sampled_from(axis.levels), some.sampled_from(axis.levels))),
            key=lambda level: level.rank,
            reverse=axis.lowers,
        )
        for axis in (matrix.rows, matrix.columns)
    )
    assert matrix.look_up(row, column).level.rank <= matrix.look_up(worse_row, worse_column).level.rank


@pytest.mark.parametrize("matrix", built_in().values(), ids=lambda matrix: str(matrix.name))
def test_every_table_says_how_far_it_can_be_trusted(matrix: RiskMatrix) -> None:
    """Each names document and section; one that was not verified says what it rests on."""
    found = matrix.look_up(matrix.rows.levels[0], matrix.columns.levels[0])
    assert found.citation.document
    assert found.citation.section
    assert found.verified == matrix.verified
    assert matrix.verified or matrix.note


def test_what_was_not_verified_is_marked() -> None:
    """No NIST table of revision 1 was compared with the publication."""
    unverified = {name for name, matrix in built_in().items() if not matrix.verified}
    assert unverified == {NIST_RISK, NIST_LIKELIHOOD, "nist_sp800_66r2_risk"}
    assert list(built_in()) == sorted(built_in())


def test_an_unknown_name_is_refused() -> None:
    """The sentence lists the tables that there are."""
    with pytest.raises(RecordMissing) as missing:
        named("five by five")
    assert str(missing.value).startswith(
        "there is no risk table 'five by five'; take one of dod_likelihood, dod_residual_risk, nist_"
    )


def test_an_organisation_brings_its_own() -> None:
    """A file like those of Milepost is all it takes."""
    own = read_matrix(OWN.encode(), "own.toml")
    found = own.look_up(Level.HIGH, Level.LOW)
    assert (found.level, str(found.citation), found.verified) == (Level.LOW, "House rules, annex 1", True)
    assert (own.name, own.note) == ("own", "")
    noted = read_matrix(f'note = "agreed in 2026"\n{OWN}'.encode(), "own.toml")
    assert noted.note == "agreed in 2026"
    assert own.look_up(Level.HIGH, Level.HIGH).reason == "likelihood High and impact High give risk High"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('title = "Ours"', "", "own.toml: this is no risk table: "),
        ('title = "Ours"', 'titel = "Ours"', "own.toml: this is no risk table: "),
        ('"Low", "High"]\n\n', '"Low", "Severe"]\n\n', "own.toml: this is no risk table: "),
        ("[cells]", "[cells", "own.toml: this is no risk table: "),
        ('["Low", "Low"]', '["Low"]', "own.toml: row Low has 1 cells for 2 columns; write one for each."),
        ('["Low", "Low"]', '["Low", "Low", "Low"]', "own.toml: row Low has 3 cells for 2 columns"),
        ('"Low" = ["Low", "Low"]', "", "own.toml: row Low does not have one cell for every column; "),
        ('["Low", "Low"]', '["High", "Low"]', "own.toml: row Low goes against the order of impact; "),
        ("[cells]", "columns_lower = true\n[cells]", "own.toml: row High goes against the order of impact"),
    ],
)
def test_a_bad_table_is_refused_with_its_file(old: str, new: str, sentence: str) -> None:
    """What is missing, unknown or contradictory is named, and nothing is filled in."""
    assert old in OWN
    with pytest.raises(InputRefused) as refused:
        read_matrix(OWN.replace(old, new).encode(), "own.toml")
    assert str(refused.value).startswith(sentence)
    assert refused.value.fix


def test_bytes_that_are_no_text_are_refused() -> None:
    """Any file may be given."""
    with pytest.raises(InputRefused, match=r"^own\.toml: this is no risk table: "):
        read_matrix(b"\xff\xfe\x00", "own.toml")
