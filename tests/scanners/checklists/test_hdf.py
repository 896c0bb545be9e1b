"""HDF / OHDF results, of InSpec and converted from other reports."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.domain.errors import MilepostError, UnknownFormat
from milepost.domain.finding import AssetKind, IdentifierKind, WeaknessKind
from milepost.domain.severity import Severity
from tests.samples import sample
from tests.scanners.reading import Reading, expected, named, read, read_text

FILES = (
    "RHEL7_overrides_hdf.json",
    "minimal_hdf.json",
    "nessus-hdf-10.0.0.1.json",
    "triple_overlay_profile_sample.json",
)
TESTED = ("Failed", "Passed", "Not Applicable")
UNTESTED = ("Not Reviewed", "Profile Error")


class Expected(msgspec.Struct):
    """The independent counts of a document, by the status of each control."""

    controls: int
    status: dict[str, int]
    by_impact_severity: dict[str, int]


@pytest.mark.samples
@pytest.mark.parametrize("name", FILES)
def test_real_documents_give_the_counts_that_were_made_apart(name: str) -> None:
    """Failed controls are findings; what passed or does not apply is assessed; the rest is not."""
    counts = msgspec.convert(expected("dod/expected_counts.json")[f"hdf/{name}"], Expected)
    reading = read(sample(f"dod/hdf/{name}"))
    (coverage,) = reading.only.coverage
    assert len(reading.findings) == counts.status["Failed"]
    assert len(coverage.assessed or ()) == sum(counts.status.get(word, 0) for word in TESTED)
    assert len(coverage.unassessed) == sum(counts.status.get(word, 0) for word in UNTESTED)
    assert len(coverage.assessed or ()) + len(coverage.unassessed) == counts.controls


@pytest.mark.samples
@pytest.mark.parametrize("name", FILES)
def test_real_documents_keep_the_severities_of_their_impacts(name: str) -> None:
    """Counted apart from the impact of each failed control."""
    counts = msgspec.convert(expected("dod/expected_counts.json")[f"hdf/{name}"], Expected)
    reading = read(sample(f"dod/hdf/{name}"))
    words = Counter(f"Failed/{finding.facts.native_severity}" for finding in reading.findings)
    assert words == {key: n for key, n in counts.by_impact_severity.items() if key.startswith("Failed/")}


@pytest.mark.samples
def test_a_failed_control_read_by_eye() -> None:
    """V-61635 of the overlays: tests of the innermost profile, named as the STIG names it."""
    reading = read(sample("dod/hdf/triple_overlay_profile_sample.json"))
    (finding,), (coverage,) = reading.findings, reading.only.coverage
    facts = finding.facts
    assert (facts.source, facts.source_id, facts.severity) == ("stig", "V-61635", Severity.MODERATE)
    assert facts.ccis == ("CCI-000133",)
    assert facts.references == ("SV-76125r1", "O121-C2-007700")
    assert finding.output.startswith("The oracle database audit_trail parameter is expected not to cmp")
    assert coverage.scope == "hdf:Oracle Database 12c Security Technical Implementation Guide"
    assert coverage.scanned_at == datetime(2020, 6, 1, 18, 50, 31, tzinfo=UTC)


@pytest.mark.samples
def test_plugins_of_nessus_keep_their_name_and_host() -> None:
    """Made by Heimdall: the plugin is what Nessus itself calls it; the host's names are passed through."""
    reading = read(sample("dod/hdf/nessus-hdf-10.0.0.1.json"))
    facts = next(f.facts for f in reading.findings if f.facts.source_id == "33850")
    assert (facts.source, facts.kind) == ("nessus", WeaknessKind.VULNERABILITY)
    assert (facts.family, facts.title) == ("General", "Unix Operating System Unsupported Version Detection")
    assert facts.description.startswith("According to its self-reported version number")
    assert named(reading.only, IdentifierKind.IP) == ["10.0.0.1"]
    assert reading.only.coverage[0].scanned_at == datetime(2022, 3, 22, 14, 54, 47, tzinfo=UTC)


Value = dict[str, object]


def control(identity: str = "V-1", *statuses: str, **more: object) -> Value:
    """Return a control with its tests."""
    results = [{"status": each, "code_desc": each, "start_time": "2026-03-15T10:00:00Z"} for each in statuses]
    return {"id": identity, "title": "Title", "impact": 0.5, "tags": {}, "results": results} | more


def profile(*controls: Value, name: str = "baseline", **more: object) -> Value:
    """Return a profile."""
    return {"name": name, "title": "Baseline", "version": "1.0", "sha256": "", "controls": controls} | more


def document(*profiles: Value, target: str | None = "web1", **more: object) -> str:
    """Return a document."""
    platform = {"name": "ubuntu", "release": "22.04", "target_id": target}
    whole = {"platform": platform, "version": "5.0", "statistics": {}, "profiles": profiles} | more
    return msgspec.json.encode(whole).decode()


def looked(reading: Reading) -> tuple[int, int, int]:
    """Return how many controls failed, were assessed, were not."""
    (coverage,) = reading.only.coverage
    return len(reading.findings), len(coverage.assessed or ()), len(coverage.unassessed)


@pytest.mark.parametrize(
    ("statuses", "impact", "outcome"),
    [
        (("failed",), 0.5, (1, 1, 0)),
        (("passed", "failed"), 0.5, (1, 1, 0)),
        (("passed", "skipped"), 0.5, (0, 1, 0)),
        (("skipped",), 0.5, (0, 0, 1)),
        (("failed", "error"), 0.5, (0, 0, 1)),
        ((), 0.5, (0, 0, 1)),
        (("failed",), 0, (0, 1, 0)),
        ((), 0.0, (0, 1, 0)),
        (("failed",), None, (1, 1, 0)),
    ],
)
def test_a_control_s_status_follows_from_all_its_tests(
    tmp_path: Path, statuses: tuple[str, ...], impact: float | None, outcome: tuple[int, int, int]
) -> None:
    """Not applicable, error, failed, passed, not reviewed, in this order."""
    text = document(profile(control("V-1", *statuses, impact=impact)))
    assert looked(read_text(tmp_path, text)) == outcome


@pytest.mark.parametrize(
    ("impact", "severity"),
    [
        (0.05, Severity.INFO),
        (0.1, Severity.LOW),
        (0.39, Severity.LOW),
        (0.4, Severity.MODERATE),
        (0.7, Severity.HIGH),
        (0.9, Severity.CRITICAL),
        ("high", Severity.HIGH),
        ("0.5", Severity.MODERATE),
        ("odd", Severity.UNRATED),
    ],
)
def test_the_severity_follows_from_the_impact(tmp_path: Path, impact: object, severity: Severity) -> None:
    """At the borders, and as text."""
    text = document(profile(control("V-1", "failed", impact=impact)))
    assert [finding.facts.severity for finding in read_text(tmp_path, text).findings] == [severity]


def test_an_overridden_severity_counts_with_its_reason(tmp_path: Path) -> None:
    """The word of the impact stays beside it."""
    tags = {"severityoverride": "high", "severityjustification": "internet-facing"}
    facts = read_text(tmp_path, document(profile(control("V-1", "failed", tags=tags)))).findings[0].facts
    assert (facts.severity, facts.native_severity, facts.severity_reason) == (
        Severity.HIGH,
        "medium",
        "internet-facing",
    )


@pytest.mark.parametrize(
    ("identity", "tags", "named_as"),
    [
        ("V-71849", {}, ("stig", "V-71849")),
        ("SV-257777", {}, ("stig", "V-257777")),
        ("rhel-1", {"gid": "V-257777"}, ("stig", "V-257777")),
        ("rhel-1", {"rid": "SV-257777r1_rule"}, ("stig", "V-257777")),
        ("CVE-2024-1234", {}, ("cve", "CVE-2024-1234")),
        ("1.1.1", {}, ("hdf", "baseline:1.1.1")),
    ],
)
def test_a_control_goes_by_its_group_or_by_profile_and_id(
    tmp_path: Path, identity: str, tags: Value, named_as: tuple[str, str]
) -> None:
    """Numbers like 1.1.1 mean something else in every profile."""
    facts = read_text(tmp_path, document(profile(control(identity, "failed", tags=tags)))).findings[0].facts
    assert (facts.source, facts.source_id) == named_as


def test_controls_and_ccis_of_the_tags_are_taken(tmp_path: Path) -> None:
    """The controls where there are no CCIs, in one spelling; what Heimdall writes for “none” is none."""
    nist = {"nist": ["AC-2 (1) a", "AU-09", "Rev_5", "UM-1"]}
    for tags, controls in ((nist, ("AC-2(1)", "AU-9")), (nist | {"cci": "CCI-000366"}, ())):
        facts = read_text(tmp_path, document(profile(control("V-1", "failed", tags=tags)))).findings[0].facts
        assert facts.controls == controls


def test_an_overlay_s_impact_and_texts_count_and_the_innermost_s_tests(tmp_path: Path) -> None:
    """Whatever the order of the profiles."""
    outer = profile(control("V-1", impact=0.9, title="Ours"), control("V-2", impact=0), name="overlay")
    inner = profile(control("V-1", "failed"), control("V-2", "failed"), parent_profile="overlay")
    for profiles in ((outer, inner), (inner, outer)):
        reading = read_text(tmp_path, document(*profiles))
        assert looked(reading) == (1, 2, 0)
        assert (reading.findings[0].facts.title, reading.findings[0].facts.severity) == (
            "Ours",
            Severity.CRITICAL,
        )
        assert reading.only.coverage[0].scope == "hdf:baseline"


def test_profiles_that_wrap_each_other_end(tmp_path: Path) -> None:
    """A circle is no reason to hang."""
    one = profile(control("V-1", "failed"), name="a", parent_profile="b")
    two = profile(control("V-1", "failed"), name="b", parent_profile="a")
    assert read_text(tmp_path, document(one, two)).identities() == {("stig", "V-1", "")}


def test_profiles_beside_each_other_have_looks_of_their_own(tmp_path: Path) -> None:
    """The same number in both is two weaknesses."""
    reading = read_text(
        tmp_path, document(profile(control("1.1", "failed")), profile(control("1.1", "failed"), name="other"))
    )
    assert [coverage.scope for coverage in reading.only.coverage] == ["hdf:baseline", "hdf:other"]
    assert len(reading.identities()) == 2


@pytest.mark.parametrize(
    ("waiver", "actionable", "outcome"),
    [
        ({"justification": "legacy", "run": True, "skipped_due_to_waiver": False}, False, (1, 1, 0)),
        ({"justification": "legacy", "expiration_date": "2026-03-14"}, True, (1, 1, 0)),
        ({"justification": "legacy", "expiration_date": "2026-03-15"}, False, (1, 1, 0)),
        ({}, True, (1, 1, 0)),
    ],
)
def test_a_waived_failure_needs_no_action_while_the_waiver_lasts(
    tmp_path: Path, waiver: Value, *, actionable: bool, outcome: tuple[int, int, int]
) -> None:
    """It stays a finding; one problem says how many; a waiver that had run out waives nothing."""
    reading = read_text(tmp_path, document(profile(control("V-1", "failed", waiver_data=waiver))))
    facts = reading.findings[0].facts
    assert (facts.actionable, looked(reading)) == (actionable, outcome)
    assert bool(facts.vendor_status) != actionable
    assert bool(reading.problems) != actionable


def test_a_control_that_a_waiver_kept_from_being_tested_is_not_assessed(tmp_path: Path) -> None:
    """Nothing is known of it, which is said."""
    waiver = {"justification": "legacy", "skipped_due_to_waiver": True}
    reading = read_text(tmp_path, document(profile(control("V-1", "skipped", waiver_data=waiver))))
    assert looked(reading) == (0, 0, 1)
    assert "1 controls were not tested" in reading.problems[0].what


@pytest.mark.parametrize(("word", "outcome"), [("passed", (0, 1, 0)), ("failed", (1, 1, 0)), ("", (0, 0, 1))])
def test_an_attestation_answers_for_what_no_tool_tested(
    tmp_path: Path, word: str, outcome: tuple[int, int, int]
) -> None:
    """And for nothing else."""
    attested = control("V-1", "skipped", attestation_data={"status": word, "explanation": "seen"})
    assert looked(read_text(tmp_path, document(profile(attested)))) == outcome
    tested = control("V-1", "failed", attestation_data={"status": "passed"})
    assert looked(read_text(tmp_path, document(profile(tested)))) == (1, 1, 0)


def test_what_was_made_from_a_checklist_meets_it(tmp_path: Path) -> None:
    """The profile is named like the STIG; the asset is passed through."""
    asset = {"hostname": "Web1", "hostip": "10.0.0.1", "hostfqdn": "web1.example.org", "webordatabase": False}
    made = document(
        profile(control("V-1", "failed"), name="RHEL_9_STIG", title="RHEL 9"),
        target=None,
        passthrough={"checklist": {"asset": asset, "stigs": []}},
    )
    reading = read_text(tmp_path, made)
    assert [i.value for i in reading.only.asset.identifiers] == ["web1.example.org", "web1", "10.0.0.1"]
    assert reading.only.coverage[0].scope == "stig:RHEL_9_STIG"


@pytest.mark.parametrize(
    ("target", "platform", "kind", "value"),
    [
        ("af9cc1ad-9583-5403-8a69-79a34daa9792", "ubuntu", AssetKind.HOST, "uuid"),
        ("10.0.0.1", "ubuntu", AssetKind.HOST, "ip"),
        ("web1.example.org", "ubuntu", AssetKind.HOST, "fqdn"),
        ("123456789012", "aws", AssetKind.RESOURCE, "resource"),
        ("registry/team/app:1", "Heimdall Tools", AssetKind.RESOURCE, "resource"),
    ],
)
def test_a_target_is_what_its_id_looks_like(
    tmp_path: Path, target: str, platform: str, kind: AssetKind, value: str
) -> None:
    """A node's id, an address, a name, an account, anything else."""
    text = document(
        profile(control("V-1", "failed")), platform={"name": platform, "release": "1", "target_id": target}
    )
    asset = read_text(tmp_path, text).only.asset
    assert (asset.kind, [str(each.kind) for each in asset.identifiers]) == (kind, [value])


def test_a_list_of_documents_is_read(tmp_path: Path) -> None:
    """One asset each."""
    whole = ",".join(document(profile(control("V-1", "failed")), target=name) for name in ("a", "b"))
    assert [report.asset.name for report in read_text(tmp_path, f"[{whole}]").reports] == ["a", "b"]


def test_a_broken_control_loses_no_other(tmp_path: Path) -> None:
    """It is a problem with its path; so is one without an id."""
    broken = [control("V-1", "failed") | {"results": "none"}, control(" ", "failed")]
    reading = read_text(tmp_path, document(profile(*broken, control("V-3", "failed"))))
    assert reading.identities() == {("stig", "V-3", "")}
    assert [problem.where for problem in reading.problems] == [
        "report, profiles[0].controls[0].results",
        "report, profiles[0].controls[1]",
    ]


def test_next_month_s_run_keeps_every_identity(tmp_path: Path) -> None:
    """Another version, title, impact, order and time: the same occurrences on the same asset."""
    first = document(profile(control("V-1", "failed"), control("1.1", "failed")))
    changed = profile(control("1.1", "failed", impact=0.9, title="New"), control("V-1", "failed", impact=0.1))
    second = document(changed | {"version": "2.0", "title": "Other"}, version="6.0")
    readings = [read_text(tmp_path, text) for text in (first, second)]
    assert readings[0].identities() == readings[1].identities()
    assert len({(r.only.asset.identifiers, r.only.coverage[0].scope) for r in readings}) == 1


@pytest.mark.parametrize(
    "text",
    ['{"profiles": [{"name": "x"}]}', '{"controls": [], "platform": {}, "version": "1"}', '{"profiles": 1}'],
)
def test_look_alikes_are_not_taken(tmp_path: Path, text: str) -> None:
    """Profiles of something else, and InSpec's short form, which says too little."""
    with pytest.raises(UnknownFormat):
        read_text(tmp_path, text)


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
FIELDS = (
    "title",
    "impact",
    "tags",
    "results",
    "waiver_data",
    "attestation_data",
    "descriptions",
    "desc",
    "id",
)


@given(
    field=st.sampled_from(FIELDS),
    value=ODD,
    above=st.sampled_from(["platform", "passthrough", "version", ""]),
)
def test_odd_values_anywhere_are_read_or_named(
    tmp_path_factory: pytest.TempPathFactory, field: str, value: object, above: str
) -> None:
    """No error but the product's own; the control beside a broken one stays."""
    odd = control("V-1", "failed") | {field: value}
    whole = msgspec.json.decode(document(profile(odd, control("V-2", "failed"))), type=dict[str, object])
    text = msgspec.json.encode(whole | ({above: value} if above else {})).decode()
    try:
        reading = read_text(tmp_path_factory.mktemp("hdf"), text)
    except MilepostError:
        assert above
    else:
        assert ("stig", "V-2", "") in reading.identities()
