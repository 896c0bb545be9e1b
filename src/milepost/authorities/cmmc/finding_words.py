"""What the words and signs for a result mean: MET, NOT MET, partly, planned, N/A and their many spellings."""

import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

from milepost.authorities.cmmc.operational_plan import Origin
from milepost.authorities.cmmc.results import Finding, Part


class Meaning(NamedTuple):
    """A result in our terms: `finding` None if nothing was assessed, `origin` if it belongs elsewhere."""

    finding: Finding | None
    part: Part = Part.UNSAID
    origin: Origin | None = None


_MET, _NOT_MET, _OUT = (Meaning(finding) for finding in Finding)
_PARTLY = Meaning(Finding.NOT_MET, Part.PARTLY)
_NOT_AT_ALL = Meaning(Finding.NOT_MET, Part.NOT_AT_ALL)
_UNASSESSED = Meaning(None)
_WORDS: tuple[tuple[Meaning, str], ...] = (
    (_MET, "met|implemented|fully implemented|fully met|yes|y|true|pass|passed|compliant|satisfied"),
    (_MET, "fully satisfied|inherited|fully inherited|implemented and inherited|in place"),
    (_NOT_MET, "not met|notmet|unmet|not implemented|no|n|false|fail|failed|noncompliant|non compliant"),
    (_NOT_MET, "not compliant|planned|planned to be implemented|in progress|not started|open|on poa m"),
    (_NOT_MET, "on the poa m|poa m|poam|on poam|other than satisfied|not satisfied|unsatisfied|gap"),
    (_NOT_MET, "deficient|remediated|to do"),
    (_PARTLY, "partial|partially|partially implemented|partially met|partially satisfied|partly"),
    (_PARTLY, "partially compliant|partly implemented|partly met|partial credit|not fips|no fips"),
    (_PARTLY, "not fips validated|not validated|employed not fips validated|remote and privileged"),
    (_PARTLY, "encryption employed not fips validated|remote and privileged only|not met 3"),
    (_PARTLY, "not met partial|not met partially"),
    (_NOT_AT_ALL, "none|not met 5|no mfa|no encryption|not employed|not at all|not met none"),
    (_OUT, "n a|na|not applicable|notapplicable|n a not applicable"),
    (_UNASSESSED, "not assessed|not reviewed|not tested|tbd|pending|unknown|not evaluated|unassessed"),
    (Meaning(Finding.MET, origin=Origin.TEMPORARY), "temporary deficiency|operational plan of action"),
    (Meaning(Finding.MET, origin=Origin.TEMPORARY), "operational plan"),
    (Meaning(Finding.MET, origin=Origin.ENDURING), "enduring exception"),
)
_MEANINGS = {word: meaning for meaning, words in _WORDS for word in words.split("|")}
_SIGNS: dict[str, Meaning] = {
    **dict.fromkeys("✅✔☑🟢", _MET),
    **dict.fromkeys("❌✗✘🔴🚫📋", _NOT_MET),
    **dict.fromkeys("🔶🟡🟠", _PARTLY),
}
_SPLIT = re.compile(r"\s*(?:[(\[:;,.\n]|\s-\s|--)\s*")
_LEGEND = re.compile(r"^[>\s*-]*([^\w\s|>*#-]+)\s*\*{0,2}([A-Za-z][A-Za-z /&]+?)[*:]", re.MULTILINE)


def meaning_of(value: object, legend: Mapping[str, Meaning] | None = None) -> Meaning | None:
    """Return what a result means; None where the word is not known.

    `legend` gives the meaning of signs that the document itself explains; it goes before ours.
    """
    if isinstance(value, bool):
        return _MET if value else _NOT_MET
    if value is None or not str(value).strip():
        return _UNASSESSED
    text = str(value).strip()
    for part in (text, _SPLIT.split(text)[0]):
        if found := _MEANINGS.get(_folded(part)):
            return found
    if "/" in text:
        meanings = {meaning_of(part, legend) for part in text.split("/")}
        return meanings.pop() if len(meanings) == 1 else None
    return None if _folded(text) else _sign(text, legend or {})


def legend_of(text: str) -> dict[str, Meaning]:
    """Return the signs that a document explains itself, as in `⬜ **Not Applicable**`."""
    lines = _LEGEND.findall(text)
    found = ((_plain_sign(sign), _MEANINGS.get(_folded(words))) for sign, words in lines)
    return {sign: meaning for sign, meaning in found if sign and meaning}


def _sign(text: str, legend: Mapping[str, Meaning]) -> Meaning | None:
    sign = _plain_sign(text)
    if sign in legend:
        return legend[sign]
    return _UNASSESSED if set(sign) <= set("-–—?.") else _SIGNS.get(sign)


def _plain_sign(text: str) -> str:
    return "".join(each for each in text if unicodedata.category(each) not in {"Mn", "Cf", "Zs"})


def _folded(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", unicodedata.normalize("NFKC", text).lower()).strip()
