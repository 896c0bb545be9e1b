"""The order of calculation that Excel keeps (`calcChain.xml`): entries without a formula must go."""

from collections.abc import Callable

from milepost.authorities.sheets.markup import attributes, element, whole_number

CALCULATION = "xl/calcChain.xml"
_ENTRY = element("c")


def thinned(text: str, stays: Callable[[int, str], bool]) -> str | None:
    """Return the chain with the cells that stay; None if none does, for an empty chain is not valid.

    `stays` is asked with the number of the sheet and the cell. An entry without a sheet belongs to that of
    the entry before (ECMA-376 part 1, 18.6.1), so the sheet is written to every entry.
    """
    sheet, kept, dropped = 0, [], False
    for found in _ENTRY.finditer(text):
        marks = attributes(found[1])
        sheet = whole_number(marks.get("i", ""), sheet)
        if stays(sheet, marks.get("r", "")):
            marks["i"] = str(sheet)
            kept.append("<c " + " ".join(f'{name}="{value}"' for name, value in marks.items()) + "/>")
        else:
            dropped = True
    if not dropped:
        return text
    if not kept:
        return None
    start = text.index("<c ")
    return f"{text[:start]}{''.join(kept)}</calcChain>"
