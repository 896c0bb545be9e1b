"""A compliance check as a table of Nessus writes it: one text with name, result, rule and values.

The `.nessus` file has an element for each part; a table has `"name" : [RESULT]` and headed paragraphs.
"""

import re

from milepost.scanners.hosts.nessus_item import Item, Texts, read_check

RESULTS = frozenset({"PASSED", "FAILED", "WARNING", "ERROR"})

_OPENING = re.compile(r'\s*"([^"\n]{1,1000})"\s*:\s*\[(PASSED|FAILED|WARNING|ERROR)\]')
_HEADED = re.compile(
    r"^(Solution|See Also|Reference(?:s|\(s\)| Information)?|Policy Value|Actual Value)[ \t]*:[ \t]*",
    re.MULTILINE,
)
_PARTS = {
    "Solution": "compliance-solution",
    "See Also": "compliance-see-also",
    "Policy Value": "",
    "Actual Value": "compliance-actual-value",
}
_FAILED = "3"


def check_of(plugin: str, word: str, family: str, texts: tuple[str, ...]) -> Item | None:
    """Read the first of the texts that tells the result of a check; None if this is no check.

    `word` is the cell that rates the row; in the tables of Nessus it holds the result itself.
    """
    for text in texts:
        if (match := _OPENING.match(text)) is not None:
            return _read(match[1].strip(), match[2], text[match.end() :], plugin, family)
    result = word.strip().upper()
    if result not in RESULTS:
        return None
    return _read("", result, texts[0], plugin, family)


def _read(name: str, result: str, rest: str, plugin: str, family: str) -> Item:
    information, *headed = _HEADED.split(rest)
    parts: Texts = {
        "compliance-check-name": [name],
        "compliance-result": [result],
        "compliance-info": [information.strip()],
    }
    for heading, text in zip(headed[::2], headed[1::2], strict=True):
        parts.setdefault(_PARTS.get(heading, "compliance-reference"), []).append(text.strip())
    parts["compliance-reference"] = [
        ",".join("".join(text.split("\n")) for text in parts.get("compliance-reference", []))
    ]
    return read_check(parts, plugin, _FAILED, name, family)
