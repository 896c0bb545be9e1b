"""How much of a scan may have gone without credentials before FedRAMP counts it as non-compliant."""

from typing import Final

from milepost.domain.ruling import Citation, Ruling

SHARE: Final = 0.1
"""From this share of hosts on, a scan is non-compliant."""
CITATION: Final = Citation(
    "FedRAMP CSP ConMon Performance Management Guide 3.0", "Tables 1 and 2, scan non-compliance"
)


def authentication(hosts: int, without: int) -> Ruling:
    """Rule on a scan of so many hosts, `without` credentials on some of them."""
    share = without / hosts if hosts else 0.0
    shown = f"{without} of {hosts} hosts ({share:.0%}) were scanned without credentials"
    if share < SHARE:
        return Ruling(allowed=True, reason=f"{shown}, less than {SHARE:.0%}", citation=CITATION)
    return Ruling(
        allowed=False,
        reason=f"{shown}; from {SHARE:.0%} on FedRAMP counts the submission as non-compliant",
        citation=CITATION,
        way_out="repair the scan account and scan these hosts again before you submit",
    )
