"""FedRAMP Rev 5: what may be adjusted, by which metrics, and what may stay."""

from collections.abc import Mapping

import pytest

from milepost.authorities.fedramp.environmental_score import adjusted_rating, may_use
from milepost.authorities.fedramp.risk_adjustment import (
    RatingChange,
    may_adjust_automatically,
    may_be_operational_requirement,
    may_request,
    needs_no_request,
)
from milepost.catalogs.cvss import read_vector
from milepost.catalogs.cvss_versions import Version
from milepost.domain.errors import InputRefused, NotAllowed
from milepost.domain.rating import Rating

HIGH, MODERATE, LOW, CRITICAL = Rating.HIGH, Rating.MODERATE, Rating.LOW, Rating.CRITICAL
FRAMEWORK = "FedRAMP Automated Vulnerability Risk Adjustment Framework"
HEARTBLEED = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"
SHELLSHOCK = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
V4 = "CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N"


@pytest.mark.parametrize(
    ("original", "adjusted", "steps"),
    [
        (HIGH, HIGH, 0),
        (CRITICAL, HIGH, 0),
        (HIGH, CRITICAL, 0),
        (HIGH, MODERATE, 1),
        (CRITICAL, MODERATE, 1),
        (HIGH, LOW, 2),
        (CRITICAL, LOW, 2),
        (MODERATE, LOW, 1),
        (LOW, MODERATE, -1),
        (LOW, CRITICAL, -2),
    ],
)
def test_critical_counts_as_high(original: Rating, adjusted: Rating, steps: int) -> None:
    """FedRAMP knows three levels; Critical is the highest of them."""
    assert RatingChange(original, adjusted).steps_down == steps


@pytest.mark.parametrize("rating", [Rating.NONE, Rating.VERY_HIGH, Rating.VERY_LOW])
def test_other_ratings_are_refused(rating: Rating) -> None:
    """Before anything is adjusted, somebody has to rate it in FedRAMP's words."""
    for change in ((rating, LOW), (LOW, rating)):
        with pytest.raises(InputRefused) as refused:
            RatingChange(*change)
        assert str(refused.value) == (
            f"'{rating}' is not a rating of FedRAMP; rate it High, Moderate or Low first."
        )
    with pytest.raises(InputRefused):
        may_be_operational_requirement(rating)


@pytest.mark.parametrize(
    ("original", "adjusted", "by_scanner", "allowed", "reason"),
    [
        (LOW, HIGH, True, True, "the scanner itself raised the rating: enter it as adjusted, Risk Adj"),
        (LOW, HIGH, False, False, "Low to High is a risk adjustment, which is requested"),
        (HIGH, MODERATE, True, False, "High to Moderate is a risk adjustment, which is requested"),
        (HIGH, MODERATE, False, False, "High to Moderate is a risk adjustment, which is requested"),
        (CRITICAL, HIGH, False, True, "the rating stays as it is"),
        (LOW, LOW, True, True, "the rating stays as it is"),
    ],
)
def test_only_a_scanner_raising_its_own_rating_needs_no_request(
    original: Rating, adjusted: Rating, *, by_scanner: bool, allowed: bool, reason: str
) -> None:
    """Any other change is a deviation to be requested at once."""
    ruling = needs_no_request(RatingChange(original, adjusted), by_scanner=by_scanner)
    assert ruling.allowed == allowed
    assert ruling.reason.startswith(reason)
    assert ruling.citation.document == "FedRAMP POA&M Template Completion Guide 2.2"
    assert ruling.citation.section == "table 2, columns T and U"
    assert ruling.way_out == (
        ""
        if allowed
        else "submit a deviation request at once; the original rating holds until it is approved"
    )


@pytest.mark.parametrize(
    ("original", "adjusted"), [(HIGH, MODERATE), (CRITICAL, MODERATE), (MODERATE, LOW), (LOW, HIGH)]
)
def test_one_level_may_be_requested(original: Rating, adjusted: Rating) -> None:
    """Nothing speaks against asking."""
    ruling = may_request(RatingChange(original, adjusted))
    assert (ruling.allowed, ruling.way_out) == (True, "")
    assert ruling.reason == f"{original} to {adjusted} may be requested"
    assert ruling.citation.document == "FedRAMP POA&M Template Completion Guide 2.2"


@pytest.mark.parametrize("original", [HIGH, CRITICAL])
def test_high_to_low_is_a_warning_that_needs_a_note(original: Rating) -> None:
    """With a note it may be asked, and the answer is foreseeable; without one it may not."""
    change = RatingChange(original, LOW)
    warned = may_request(change, note="the service is switched off")
    assert warned.allowed
    assert warned.reason == "from High to Low is heavily scrutinised, and in most cases not accepted"
    assert warned.way_out == "expect questions, or request Moderate"
    refused = may_request(change, note="  ")
    assert not refused.allowed
    assert refused == may_request(change)
    assert refused.reason == (
        "from High to Low is heavily scrutinised, and there is no note on why it is right here"
    )
    assert refused.way_out == "write that note, or request Moderate"
    source = "FedRAMP RFC-0003 Review Initiation Checks, check 5I"
    assert str(warned.citation) == str(refused.citation) == source


def test_automatic_adjustments_go_down_one_level() -> None:
    """Two levels take a request, even where the method is approved."""
    ruling = may_adjust_automatically(
        RatingChange(CRITICAL, LOW), assessor_approved=True, official_approved=True
    )
    assert (ruling.allowed, ruling.way_out) == (False, "submit a deviation request")
    assert ruling.reason == "Critical to Low is more than the one level that is automatic"
    assert str(ruling.citation) == f"{FRAMEWORK}, automatic adjustments, one level"
    one = may_adjust_automatically(
        RatingChange(CRITICAL, MODERATE), assessor_approved=True, official_approved=True
    )
    assert (one.allowed, one.way_out) == (True, "")
    assert one.reason == "Critical to Moderate is within one level, by an approved method"
    assert one.citation == ruling.citation


@pytest.mark.parametrize(("assessor", "official"), [(True, False), (False, True), (False, False)])
def test_the_automatic_method_is_approved_by_both(*, assessor: bool, official: bool) -> None:
    """Assessor and authorizing official."""
    ruling = may_adjust_automatically(
        RatingChange(HIGH, MODERATE), assessor_approved=assessor, official_approved=official
    )
    assert not ruling.allowed
    assert ruling.reason == (
        "the automatic method is not approved by both the assessor and the authorizing official"
    )
    assert ruling.way_out == "have both approve it, or submit a deviation request"
    assert str(ruling.citation) == f"{FRAMEWORK}, approval"


@pytest.mark.parametrize(
    ("rating", "allowed"), [(CRITICAL, False), (HIGH, False), (MODERATE, True), (LOW, True)]
)
def test_a_high_weakness_never_stays_as_an_operational_requirement(rating: Rating, *, allowed: bool) -> None:
    """It has to be mitigated to a lower rating first."""
    ruling = may_be_operational_requirement(rating)
    assert ruling.allowed == allowed
    assert str(ruling.citation) == (
        "FedRAMP Rev5 playbook, POA&M, operational requirements; RFC-0003, check 5I"
    )
    if allowed:
        assert ruling.reason == f"{rating} may be an operational requirement, reassessed periodically"
        assert ruling.way_out == ""
    else:
        assert ruling.reason == "a High weakness is never an operational requirement"
        assert ruling.way_out == "mitigate it and have a lower rating approved first"


@pytest.mark.parametrize(
    ("version", "metrics", "by_hand", "refusal"),
    [
        (Version.V3_1, {"MAV": "L", "CR": "L"}, False, ""),
        (Version.V3_1, {"MAV": "L", "RL": "O"}, True, ""),
        (Version.V3_1, {}, False, ""),
        (Version.V2_0, {"CDP": "H", "CR": "L"}, False, ""),
        (Version.V4_0, {"MSI": "S"}, True, ""),
        (Version.V3_1, {"RL": "O"}, False, "the Remediation Level may be used in a deviation request only"),
        (Version.V2_0, {"TD": "L"}, True, "Target Distribution may not be used"),
        (Version.V2_0, {"CDP": "H", "TD": "L"}, False, "Target Distribution may not be used"),
        (Version.V3_1, {"RL": "O", "E": "U"}, True, "E is a temporal metric of CVSS 3.1"),
        (Version.V3_1, {"RC": "U"}, True, "RC is a temporal metric of CVSS 3.1"),
        (Version.V3_1, {"AV": "L"}, True, "AV is a base metric of CVSS 3.1"),
        (Version.V4_0, {"E": "U"}, True, "E is a temporal metric of CVSS 4.0"),
        (Version.V4_0, {"AU": "N"}, True, "AU is a supplemental metric of CVSS 4.0"),
        (Version.V2_0, {"MAV": "L"}, True, "MAV is no metric of CVSS 2.0"),
        (Version.V4_0, {"RL": "O"}, True, "RL is no metric of CVSS 4.0"),
    ],
)
def test_adjustments_rest_on_environmental_metrics(
    version: Version, metrics: Mapping[str, str], refusal: str, *, by_hand: bool
) -> None:
    """No temporal metric but the Remediation Level in a request; no Target Distribution, ever."""
    ruling = may_use(version, metrics, by_hand=by_hand)
    assert ruling.allowed == (not refusal)
    assert ruling.reason == (refusal or f"these are metrics of CVSS {version} that an adjustment may use")
    assert ruling.way_out == ("leave it out: use environmental metrics" if refusal else "")
    of_the_form = by_hand and not refusal
    assert str(ruling.citation) == (
        "FedRAMP Deviation Request form, columns X to AM" if of_the_form else f"{FRAMEWORK}, CVSS metrics"
    )


@pytest.mark.parametrize(
    ("text", "metrics", "rating", "reason"),
    [
        (SHELLSHOCK, {}, HIGH, "CVSS 3.1 9.8 (Critical), from 9.8 (Critical)"),
        (HEARTBLEED, {"CR": "H"}, HIGH, "CVSS 3.1 9.3 (Critical), from 7.5 (High)"),
        (HEARTBLEED, {"MAV": "L"}, MODERATE, "CVSS 3.1 6.2 (Medium), from 7.5 (High)"),
        (HEARTBLEED, {"MC": "N"}, Rating.NONE, "CVSS 3.1 0.0 (None), from 7.5 (High)"),
        (
            V4,
            {"CR": "H", "IR": "L", "AR": "L", "MAC": "H"},
            HIGH,
            "CVSS 4.0 8.1 (High), from 8.3 (High)",
        ),
    ],
)
def test_the_adjusted_rating_follows_from_the_environment(
    text: str, metrics: Mapping[str, str], rating: Rating, reason: str
) -> None:
    """The score of the environment gives the rating, and both scores stand in the reason."""
    rated = adjusted_rating(read_vector(text), metrics, by_hand=False)
    assert (rated.rating, rated.reason) == (rating, reason)
    assert str(rated.citation) == f"{FRAMEWORK}, CVSS metrics"


def test_the_remediation_level_counts_by_hand_only() -> None:
    """An official fix lowers a manually requested score, never an automatic one."""
    vector = read_vector(HEARTBLEED)
    assert adjusted_rating(vector, {"RL": "O"}, by_hand=True).reason == (
        "CVSS 3.1 7.2 (High), from 7.5 (High)"
    )
    with pytest.raises(NotAllowed) as refused:
        adjusted_rating(vector, {"RL": "O"}, by_hand=False)
    assert str(refused.value) == (
        f"the Remediation Level may be used in a deviation request only ({FRAMEWORK}, CVSS metrics); "
        "leave it out: use environmental metrics."
    )
