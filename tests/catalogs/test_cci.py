"""DISA's CCI list: from a CCI to controls and assessment procedures, in both revisions of NIST SP 800-53."""

import json

import pytest

from milepost.authorities.finding_controls import controls_named
from milepost.catalogs.cci import Revision, control_of, correlated, correlation
from milepost.catalogs.nessus_families import controls_of_plugin
from milepost.domain.finding import Facts, WeaknessKind
from milepost.domain.severity import Severity
from tests.samples import sample
from tests.scanners.reading import read


def facts(source: str = "stig", **more: object) -> Facts:
    """Return facts of a weakness."""
    return Facts(source, "1", "A weakness", Severity.HIGH, **more)  # type: ignore[arg-type] # named by the test


@pytest.mark.parametrize(
    ("cci", "revision", "controls", "procedure"),
    [
        ("CCI-000003", Revision.REV4, ("AC-1",), "AC-1.7"),
        ("CCI-000003", Revision.REV5, ("AC-1",), "AC-01c.01"),
        ("CCI-002364", Revision.REV4, ("AC-12(1)",), "AC-12(1).3"),
        ("CCI-000197", Revision.REV5, ("IA-5(1)",), "IA-05(01)(c)"),
    ],
)
def test_a_cci_stands_for_controls_in_each_revision(
    cci: str, revision: Revision, controls: tuple[str, ...], procedure: str
) -> None:
    """With the procedure by which it is assessed, in the form of that revision."""
    found = correlation(cci, revision)
    assert found is not None
    assert found.controls == controls
    assert cci == "CCI-002364" or found.procedure == procedure


def test_the_control_may_differ_between_revisions() -> None:
    """CCI-002364 moved from AC-12(1) to AC-12(2) (dod.md, 4.7)."""
    assert correlated(["CCI-002364"], Revision.REV4).controls == ("AC-12(1)",)
    assert correlated(["CCI-002364"], Revision.REV5).controls == ("AC-12(2)",)


def test_a_cci_of_one_revision_falls_back_and_says_so() -> None:
    """The CCIs for passwords have no control in revision 5; what nobody knows is named."""
    found = correlated(["CCI-000192", "CCI-000366", "CCI-999999", "nonsense"])
    assert found.controls == ("IA-5(1)", "CM-6")
    assert (found.older, found.unknown) == (("CCI-000192",), ("CCI-999999", "nonsense"))


@pytest.mark.parametrize(
    ("index", "control"),
    [
        ("AC-2 (1) a", "AC-2(1)"),
        ("AC-1 a 1 (a)", "AC-1"),
        ("IA-13 (01)", "IA-13(1)"),
        ("SC-7 (21)", "SC-7(21)"),
    ],
)
def test_a_part_belongs_to_its_control(index: str, control: str) -> None:
    """Enhancements are controls, letters and numbers below them are not."""
    assert control_of(index) == control


@pytest.mark.samples
@pytest.mark.parametrize("revision", list(Revision))
def test_the_list_says_of_every_cci_what_disa_says(revision: Revision) -> None:
    """Counted and compared with a map that was made from the official list by others."""
    known = json.loads(sample("dod/reference/cci_to_nist.json").read_text())["cci"]
    for cci, row in known.items():
        found = correlation(cci, revision)
        wanted = tuple(dict.fromkeys(each["control"] for each in row.get(f"rev{revision}", [])))
        assert (found.controls if found else ()) == wanted
        assert (found.procedure if found else "") == (row.get(f"ap_rev{revision}", "") if wanted else "")


@pytest.mark.samples
def test_open_rules_of_real_checklists_concern_the_controls_counted_independently() -> None:
    """Of every checklist whose controls were counted, in both revisions."""
    counted = json.loads(sample("dod/expected_counts.json").read_text())
    compared = 0
    for name, expected in counted.items():
        if not name.startswith(("ckl/", "cklb/")) or len(expected.get("stigs", [])) != 1:
            continue
        stig = expected["stigs"][0]
        ccis = {cci for finding in read(sample(f"dod/{name}")).findings for cci in finding.facts.ccis}
        for revision in Revision if "open_controls_rev4" in stig else ():
            found = [correlation(cci, revision) for cci in ccis]
            controls = {control for each in found if each for control in each.controls}
            assert sorted(controls) == sorted(stig[f"open_controls_rev{revision}"]), name
            compared += 1
    assert compared >= 4


def test_a_nessus_plugin_concerns_the_controls_of_its_family() -> None:
    """A plugin with a mapping of its own comes before its family; other families have none."""
    assert controls_of_plugin("1", "Red Hat Local Security Checks") == ("SI-2", "RA-5")
    assert controls_of_plugin("10863", "General") == ("SC-12",)
    assert controls_of_plugin("1", "General") == ()


def test_the_report_itself_comes_before_every_mapping() -> None:
    """Then its CCIs, then the family of a Nessus plugin; else nobody names any."""
    ccis = ("CCI-000366",)
    own = controls_named(facts(controls=("AC-2",), ccis=ccis))
    assert own is not None
    assert own.controls == ("AC-2",)
    by_cci = controls_named(facts(ccis=ccis, kind=WeaknessKind.CONFIGURATION))
    assert by_cci is not None
    assert (by_cci.controls, by_cci.procedures) == (("CM-6",), ("CM-06b.",))
    by_family = controls_named(facts("nessus", family="Debian Local Security Checks"))
    assert by_family is not None
    assert by_family.controls == ("SI-2", "RA-5")
    assert controls_named(facts("nessus", family="General")) is None
    assert controls_named(facts(ccis=("CCI-999999",))) is None
