"""CVSS: vectors of four versions, their scores and bands, and the scores of an environment."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as some
from lxml import etree

from milepost.catalogs.cvss import environmental_score, read_vector
from milepost.catalogs.cvss_versions import MetricGroup, Version, group_of, metrics_of, score
from milepost.domain.errors import InputRefused
from milepost.domain.severity import Severity

HEARTBLEED = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"
OPENSHIFT = "CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N"
LOCAL = "AV:L/AC:H/Au:N/C:C/I:C/A:C"

PUBLISHED = [
    ("AV:N/AC:L/Au:N/C:N/I:N/A:C", Version.V2_0, "7.8", "High", Severity.HIGH),
    ("AV:N/AC:L/Au:N/C:C/I:C/A:C", Version.V2_0, "10.0", "High", Severity.HIGH),
    (LOCAL, Version.V2_0, "6.2", "Medium", Severity.MODERATE),
    ("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", Version.V3_0, "6.1", "Medium", Severity.MODERATE),
    ("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", Version.V3_1, "6.4", "Medium", Severity.MODERATE),
    ("CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", Version.V3_1, "3.1", "Low", Severity.LOW),
    ("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H", Version.V3_1, "9.9", "Critical", Severity.CRITICAL),
    (HEARTBLEED, Version.V3_1, "7.5", "High", Severity.HIGH),
    ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", Version.V3_1, "0.0", "None", Severity.INFO),
    (
        "CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
        Version.V4_0,
        "7.3",
        "High",
        Severity.HIGH,
    ),
    (OPENSHIFT, Version.V4_0, "8.3", "High", Severity.HIGH),
]


@pytest.mark.parametrize(("text", "version", "value", "band", "severity"), PUBLISHED)
def test_published_examples(text: str, version: Version, value: str, band: str, severity: Severity) -> None:
    """The examples of FIRST's guides score as FIRST scored them."""
    vector = read_vector(text)
    assert (vector.version, vector.text) == (version, text)
    assert (vector.base.value, vector.base.band, vector.base.severity) == (Decimal(value), band, severity)
    assert vector.base.version is version
    assert vector.base.citation.document


@pytest.mark.parametrize(
    "text",
    ["CVSS2#" + LOCAL, "CVSS:2.0/" + LOCAL, f"({LOCAL})", f"  {LOCAL}\n", f"(CVSS2#{LOCAL})"],
)
def test_tools_write_the_same_vector_in_several_ways(text: str) -> None:
    """Prefixes of version 2.0, brackets and blanks are no part of a vector."""
    assert read_vector(text) == read_vector(LOCAL)
    assert read_vector(text).text == LOCAL


def test_the_version_may_stand_beside_the_vector() -> None:
    """CycloneDX names the version in another field; a prefix still says more."""
    assert read_vector(HEARTBLEED.partition("/")[2], Version.V3_1) == read_vector(HEARTBLEED)
    assert read_vector(HEARTBLEED, Version.V2_0) == read_vector(HEARTBLEED)
    with pytest.raises(InputRefused, match=r"is no CVSS 2\.0 vector"):
        read_vector(HEARTBLEED.partition("/")[2])


def test_optional_metrics_do_not_change_the_base_score() -> None:
    """Temporal, environmental and supplemental metrics are kept, and the base score is without them."""
    for text, more in (
        (LOCAL, "/E:U/RL:OF/CDP:H/TD:L"),
        (HEARTBLEED, "/E:U/RL:O/MAV:P/CR:L"),
        (OPENSHIFT, "/E:U/MAC:H/CR:L/S:P/AU:Y/RE:M/U:Red"),
    ):
        full = read_vector(text + more)
        assert full.base == read_vector(text).base
        assert full.text == text + more


@pytest.mark.parametrize(
    ("text", "modified", "value"),
    [
        (HEARTBLEED, {"MAV": "L"}, "6.2"),
        (HEARTBLEED, {"CR": "H"}, "9.3"),
        (HEARTBLEED, {"CR": "L"}, "5.7"),
        (HEARTBLEED, {"MC": "N"}, "0.0"),
        (HEARTBLEED, {"MAV": "X", "CR": "X"}, "7.5"),
        (HEARTBLEED, {}, "7.5"),
        (HEARTBLEED, {"RL": "O"}, "7.2"),
        (HEARTBLEED + "/E:U/RL:O/MAV:P", {"MAV": "L"}, "6.2"),
        (LOCAL, {"CDP": "H"}, "8.1"),
        (LOCAL, {"CDP": "H", "RL": "OF"}, "7.7"),
        (LOCAL, {"RL": "OF"}, "5.4"),
        (LOCAL, {"CDP": "ND"}, "6.2"),
        (LOCAL, {}, "6.2"),
        (LOCAL + "/TD:N/E:U", {"CDP": "H"}, "8.1"),
        ("AV:N/AC:L/Au:N/C:N/I:N/A:N", {"RL": "OF"}, "0.0"),
        (OPENSHIFT, {"CR": "H", "IR": "L", "AR": "L", "MAC": "H", "MVC": "H"}, "8.1"),
        (OPENSHIFT, {"MAC": "X"}, "8.3"),
        (OPENSHIFT + "/E:U", {"CR": "H", "IR": "L", "AR": "L", "MAC": "H"}, "8.1"),
    ],
)
def test_an_environment_scores_again(text: str, modified: Mapping[str, str], value: str) -> None:
    """By the equations of each version, from the base metrics and these metrics alone."""
    found = environmental_score(read_vector(text), modified)
    assert found.value == Decimal(value)
    assert found == score(read_vector(text).version, Decimal(value))


def test_versions_3_0_and_3_1_differ_for_a_changed_scope() -> None:
    """3.1 has another equation for the modified impact when the scope changes; both worked out by hand.

    Impact sub-score 0.915, exploitability 8.22 × 0.55 × 0.44 × 0.5 × 0.62 = 0.6167. Modified impact in 3.0:
    7.52 × 0.886 − 3.25 × 0.895^15 = 6.0472; in 3.1: 7.52 × 0.886 − 3.25 × 0.8704^13 = 6.1280.
    """
    metrics = "AV:L/AC:H/PR:H/UI:R/S:C/C:H/I:H/A:H"
    modified = {"MS": "C", "CR": "H", "IR": "H", "AR": "H"}
    scores = [
        environmental_score(read_vector(f"CVSS:{version}/{metrics}"), modified).value
        for version in (Version.V3_0, Version.V3_1)
    ]
    assert scores == [Decimal("7.2"), Decimal("7.3")]


@pytest.mark.parametrize(
    ("text", "metric", "usable"),
    [
        (LOCAL, "MAV", "CDP, TD, CR, IR, AR"),
        (LOCAL, "E", "CDP, TD, CR, IR, AR"),
        (HEARTBLEED, "AV", "CR, IR, AR, MAV, MAC, MPR, MUI, MS, MC, MI, MA"),
        (HEARTBLEED, "TD", "CR, IR, AR, MAV, MAC, MPR, MUI, MS, MC, MI, MA"),
        (HEARTBLEED, "RC", "CR, IR, AR, MAV, MAC, MPR, MUI, MS, MC, MI, MA"),
    ],
)
def test_only_environmental_metrics_adjust(text: str, metric: str, usable: str) -> None:
    """A base or temporal metric, or one of another version, is refused with those that may be used."""
    vector = read_vector(text)
    with pytest.raises(InputRefused) as refused:
        environmental_score(vector, {metric: "H"})
    assert str(refused.value) == (
        f"{metric} is no environmental metric of CVSS {vector.version}; use {usable}."
    )


@pytest.mark.parametrize("text", [HEARTBLEED, OPENSHIFT])
@pytest.mark.parametrize("value", ["Z", "ND", ""])
def test_a_value_that_a_metric_does_not_have_is_refused(text: str, value: str) -> None:
    """Nothing is scored that the version does not define, even if it means "not defined" elsewhere."""
    with pytest.raises(InputRefused, match=r"is no CVSS \d\.\d vector"):
        environmental_score(read_vector(text), {"MAV": value})


def test_a_remediation_level_needs_a_version_that_has_one() -> None:
    """CVSS 4.0 has none."""
    with pytest.raises(InputRefused, match=r"RL is no environmental metric of CVSS 4\.0"):
        environmental_score(read_vector(OPENSHIFT), {"RL": "O"})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "'' is no CVSS vector"),
        ("7.5", "'7.5' is no CVSS vector"),
        ("CVSS:3.1/", "'CVSS:3.1/' is no CVSS vector"),
        (HEARTBLEED + "/", f"'{HEARTBLEED}/' is no CVSS vector"),
        (HEARTBLEED + "/AV:N", f"'{HEARTBLEED}/AV:N' states a metric twice"),
        ("CVSS:5.0/AV:N/AC:L", "'CVSS:5.0/AV:N/AC:L' is no CVSS 2.0 vector (Unknown metric"),
        ("CVSS:3.1/AV:N/AC:L", "'CVSS:3.1/AV:N/AC:L' is no CVSS 3.1 vector (Missing mandatory"),
        (LOCAL.replace("AV:L", "AV:P"), "is no CVSS 2.0 vector (Unknown value"),
        (LOCAL.replace("Au:N", "AU:N"), "is no CVSS 2.0 vector (Unknown metric"),
        (OPENSHIFT.replace("4.0", "3.1"), "is no CVSS 3.1 vector"),
        (OPENSHIFT.replace("AV:N", "AV:X"), "is no CVSS 4.0 vector"),
        ("AV:" + "N" * 300, "'AV:" + "N" * 37 + "…' is too long for a CVSS vector"),
    ],
)
def test_a_bad_vector_is_refused_in_a_sentence(text: str, sentence: str) -> None:
    """The sentence quotes what was given and tells what to do."""
    with pytest.raises(InputRefused) as refused:
        read_vector(text)
    assert sentence in refused.value.what
    assert refused.value.fix == ("copy the whole vector, like CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")


def test_the_refusal_quotes_the_library() -> None:
    """One sentence: the vector, its version, what is wrong with it, and the way out."""
    with pytest.raises(InputRefused) as refused:
        read_vector("AV:L/AC:H/Au:N/C:C/I:C")
    assert str(refused.value) == (
        "'AV:L/AC:H/Au:N/C:C/I:C' is no CVSS 2.0 vector (Missing mandatory metrics \"A\"); "
        "copy the whole vector, like CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H."
    )


def test_a_vector_may_have_300_characters() -> None:
    """Up to there the text is read, beyond it is not looked at."""
    with pytest.raises(InputRefused, match="is no CVSS vector"):
        read_vector("N" * 300)
    with pytest.raises(InputRefused, match="is too long for a CVSS vector"):
        read_vector("N" * 301)


def test_vectors_may_have_every_metric() -> None:
    """A vector of 4.0 with all 32 metrics stated is not too long."""
    groups = (MetricGroup.ENVIRONMENTAL, MetricGroup.TEMPORAL, MetricGroup.SUPPLEMENTAL)
    more = "".join(f"/{metric}:X" for group in groups for metric in metrics_of(Version.V4_0, group))
    assert read_vector(OPENSHIFT + more).base.value == Decimal("8.3")


@given(
    some.sampled_from(["", "CVSS2#", "CVSS:3.0/", "CVSS:3.1/", "CVSS:4.0/"]),
    some.lists(
        some.tuples(
            some.sampled_from(sorted({m for v in Version for g in MetricGroup for m in metrics_of(v, g)})),
            some.sampled_from(["N", "L", "H", "X", "ND", "P", "C", "U", "A", "R", "M", "OF", "", "S"]),
        )
    )
    | some.text(),
)
def test_any_text_is_read_or_refused(prefix: str, parts: list[tuple[str, str]] | str) -> None:
    """Whatever stands there, the answer is a vector with a score or a refusal."""
    body = parts if isinstance(parts, str) else "/".join(":".join(part) for part in parts)
    with suppress(InputRefused):
        assert 0 <= read_vector(prefix + body).base.value <= 10


VALUES_3 = {"AV": "NALP", "AC": "LH", "PR": "NLH", "UI": "NR", "S": "UC", "C": "NLH", "I": "NLH", "A": "NLH"}
VECTORS_3 = some.tuples(*(some.sampled_from(values) for values in VALUES_3.values())).map(
    lambda values: "CVSS:3.1/" + "/".join(map(":".join, zip(VALUES_3, values, strict=True)))
)


@example("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H")
@given(VECTORS_3)
def test_an_environment_that_says_nothing_keeps_the_base_score(text: str) -> None:
    """Not even the other equation that 3.1 has for a changed scope counts then."""
    vector = read_vector(text)
    assert environmental_score(vector, {"MAV": "X", "CR": "X"}) == vector.base


@given(VECTORS_3, some.sampled_from(["MC", "MI", "MA"]))
def test_taking_an_impact_away_never_raises_the_score(text: str, metric: str) -> None:
    """An adjustment that removes one impact of three scores at most the base score, of unchanged scope."""
    vector = read_vector(text.replace("S:C", "S:U"))
    assert environmental_score(vector, {metric: "N"}).value <= vector.base.value


@pytest.mark.samples
def test_scores_are_those_of_the_scanners(samples: Path) -> None:
    """Every vector in real Nessus, Trivy and Grype reports scores as the report says."""
    stated = [*_nessus(samples), *_trivy_and_grype(samples)]
    assert {read_vector(text).version for text, _ in stated} == {Version.V2_0, Version.V3_0, Version.V3_1}
    assert len(stated) > 300
    assert [(text, value) for text, value in stated if read_vector(text).base.value != Decimal(value)] == []


def _nessus(samples: Path) -> Iterator[tuple[str, str]]:
    for file in sorted((samples / "dod" / "nessus").glob("*.nessus")):
        for item in etree.parse(file).iter("ReportItem"):
            for name in ("cvss", "cvss3"):
                text, value = item.findtext(f"{name}_vector"), item.findtext(f"{name}_base_score")
                if text and value:
                    yield text, value


def _trivy_and_grype(samples: Path) -> Iterator[tuple[str, str]]:
    for folder in ("trivy", "grype", "series_trivy", "series_grype"):
        for file in sorted((samples / "scans" / folder).rglob("*.json")):
            text = file.read_text(encoding="utf-8")
            for version in ("V2", "V3"):
                pair = rf'"{version}Vector": ?"([^"]+)"(?:,[^{{}}]*)?,\s*"{version}Score": ?([\d.]+)'
                yield from re.findall(pair, text)
            yield from re.findall(r'"vector": ?"([^"]+)",\s*"metrics": ?{\s*"baseScore": ?([\d.]+)', text)


def test_groups_are_those_of_each_version() -> None:
    """The same letters may belong elsewhere in another version."""
    assert group_of(Version.V3_1, "S") is MetricGroup.BASE
    assert group_of(Version.V4_0, "S") is MetricGroup.SUPPLEMENTAL
    assert group_of(Version.V4_0, "E") is group_of(Version.V2_0, "E") is MetricGroup.TEMPORAL
    assert group_of(Version.V2_0, "TD") is MetricGroup.ENVIRONMENTAL
    assert group_of(Version.V3_0, "TD") is None


@pytest.mark.parametrize(
    ("version", "value", "band", "severity"),
    [
        ("2.0", "0.0", "Low", Severity.LOW),
        ("2.0", "3.9", "Low", Severity.LOW),
        ("2.0", "4.0", "Medium", Severity.MODERATE),
        ("2.0", "6.9", "Medium", Severity.MODERATE),
        ("2.0", "7.0", "High", Severity.HIGH),
        ("2.0", "10.0", "High", Severity.HIGH),
        *(
            (version, value, band, severity)
            for version in ("3.0", "3.1", "4.0")
            for value, band, severity in (
                ("0.0", "None", Severity.INFO),
                ("0.1", "Low", Severity.LOW),
                ("3.9", "Low", Severity.LOW),
                ("4.0", "Medium", Severity.MODERATE),
                ("6.9", "Medium", Severity.MODERATE),
                ("7.0", "High", Severity.HIGH),
                ("8.9", "High", Severity.HIGH),
                ("9.0", "Critical", Severity.CRITICAL),
                ("10.0", "Critical", Severity.CRITICAL),
            )
        ),
    ],
)
def test_bands(version: str, value: str, band: str, severity: Severity) -> None:
    """Both ends of each band; NVD's bands for 2.0 know neither None nor Critical."""
    found = score(Version(version), Decimal(value))
    assert (found.band, found.severity, found.value) == (band, severity, Decimal(value))
    source = "NVD, Vulnerability Metrics" if version == "2.0" else f"FIRST, CVSS v{version} specification"
    assert found.citation.document == source


@pytest.mark.parametrize("value", ["-0.1", "10.1", "7.45", "NaN", "sNaN", "Infinity"])
def test_a_number_that_is_no_score_is_refused(value: str) -> None:
    """A score lies between 0.0 and 10.0 and has one decimal."""
    with pytest.raises(InputRefused) as refused:
        score(Version.V3_1, Decimal(value))
    assert str(refused.value) == f"{value} is no CVSS score; give 0.0 to 10.0 with one decimal."
