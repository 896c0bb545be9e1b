"""Which styles of a workbook show a number as a date (ECMA-376 part 1, 18.8.30 and 18.8.31)."""

import re

from lxml import etree

_BUILT_IN = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_ASIDE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_DAY_PARTS = re.compile(r"[dy]", re.IGNORECASE)


def date_styles(content: bytes, parser: etree.XMLParser) -> frozenset[int]:
    """Return the numbers of the cell styles whose format has a day or a year."""
    root = etree.fromstring(content, parser)
    formats = {each.get("numFmtId", ""): each.get("formatCode", "") for each in root.iter("{*}numFmt")}
    styles = next(root.iter("{*}cellXfs"), None)
    if styles is None:
        return frozenset()
    kinds = [each.get("numFmtId", "0") for each in styles.iter("{*}xf")]
    return frozenset(number for number, kind in enumerate(kinds) if _is_date(kind, formats))


def _is_date(kind: str, formats: dict[str, str]) -> bool:
    if kind in formats:
        return bool(_DAY_PARTS.search(_ASIDE.sub("", formats[kind])))
    return kind.isdigit() and int(kind) in _BUILT_IN
