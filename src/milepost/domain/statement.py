"""What a supplier or analyst states of a vulnerability in a product (VEX): it annotates, it finds nothing."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from milepost.domain.identity import alias_name


class StatementStatus(StrEnum):
    """How a product is affected, in the words that OpenVEX, CSAF and CycloneDX have in common."""

    NOT_AFFECTED = "not_affected"
    AFFECTED = "affected"
    FIXED = "fixed"
    UNDER_INVESTIGATION = "under_investigation"
    FALSE_POSITIVE = "false_positive"


@dataclass(unsafe_hash=True, slots=True)
class Statement:
    """One statement about one vulnerability in one product; never changed, as little as facts are.

    `names` are all ids of the vulnerability, the document's own first (`CVE-2024-1`, `GHSA-…`). `product` is
    the product as the document identifies it (a purl, a CPE, a plain name; empty for all that it is about);
    `component` the part in it that holds the vulnerability, where the document tells them apart. `status` is
    the common word, `native_status` the document's own. `justification` is the label for "not affected"
    (`vulnerable_code_not_present`), `text` what the author says in words, `action` what is to be done.
    `document` and `author` name who said it where, `stated_at` when (UTC). Of several statements about the
    same thing the latest holds.
    """

    names: tuple[str, ...]
    status: StatementStatus
    product: str = ""
    component: str = ""
    native_status: str = ""
    justification: str = ""
    text: str = ""
    action: str = ""
    document: str = ""
    author: str = ""
    stated_at: datetime | None = None

    @property
    def weakness_names(self) -> tuple[str, ...]:
        """The ids as weaknesses of the register are named: `cve:CVE-2024-1`."""
        return tuple(dict.fromkeys(alias_name(name) for name in self.names))
