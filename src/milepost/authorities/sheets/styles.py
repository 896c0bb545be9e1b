"""The look of cells in new workbooks: a small table of styles, written as `styles.xml`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

DATE_FORMAT = 14
"""The built-in number format m/d/yy (`mm-dd-yy` in ECMA-376 part 1, 18.8.30): follows the reader's locale."""
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


class Style(NamedTuple):
    """How a cell looks; colours are ARGB, empty for none."""

    bold: bool = False
    italic: bool = False
    size: int = 10
    colour: str = "FF000000"
    fill: str = ""
    border: bool = False
    centred: bool = False
    wrapped: bool = True
    number_format: int = 0
    quoted: bool = False


@dataclass(slots=True)
class StyleTable:
    """Gives each style its number, in the order in which they are asked for."""

    _numbers: dict[Style, int]

    @classmethod
    def started(cls) -> "StyleTable":
        """Begin with the plain style as number 0, as the format wants."""
        return cls({Style(wrapped=False): 0})

    def number(self, style: Style) -> int:
        """Return the style's number in `cellXfs`."""
        return self._numbers.setdefault(style, len(self._numbers))

    def pair(self, style: Style) -> tuple[int, int]:
        """Return the numbers of the style and of the same for text that looks like a formula."""
        return self.number(style), self.number(style._replace(quoted=True))

    def xml(self, band: str) -> Iterator[str]:
        """Stream the part `styles.xml`; `band` colours every second row by conditional format 0."""
        styles = list(self._numbers)
        fonts = _distinct(_font(style) for style in styles)
        fills = _distinct(['<patternFill patternType="none"/>', '<patternFill patternType="gray125"/>'])
        for style in styles:
            fills.setdefault(_fill(style.fill), len(fills))
        yield f'<styleSheet xmlns="{_MAIN}">'
        yield _table("fonts", [f"<font>{font}</font>" for font in fonts])
        yield _table("fills", [f"<fill>{fill}</fill>" for fill in fills])
        yield _table("borders", ["<border/>", _BORDER])
        yield _table("cellStyleXfs", ['<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'])
        yield _table("cellXfs", [_format(style, fonts, fills) for style in styles])
        yield '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
        yield f'<dxfs count="1"><dxf><fill>{_fill(band)}</fill></dxf></dxfs></styleSheet>'


_EDGE = 'style="thin"><color rgb="FFD8D8D8"/></'
_BORDER = "<border>{}</border>".format(
    "".join(f"<{side} {_EDGE}{side}>" for side in ("left", "right", "top", "bottom"))
)


def _distinct(names: "Iterator[str] | list[str]") -> dict[str, int]:
    table: dict[str, int] = {}
    for name in names:
        table.setdefault(name, len(table))
    return table


def _table(tag: str, entries: list[str]) -> str:
    return f'<{tag} count="{len(entries)}">{"".join(entries)}</{tag}>'


def _font(style: Style) -> str:
    marks = ("<b/>" if style.bold else "") + ("<i/>" if style.italic else "")
    return f'{marks}<sz val="{style.size}"/><color rgb="{style.colour}"/><name val="Arial"/>'


def _fill(colour: str) -> str:
    if not colour:
        return '<patternFill patternType="none"/>'
    colours = f'<fgColor rgb="{colour}"/><bgColor rgb="{colour}"/>'
    return f'<patternFill patternType="solid">{colours}</patternFill>'


def _format(style: Style, fonts: dict[str, int], fills: dict[str, int]) -> str:
    quote = ' quotePrefix="1"' if style.quoted else ""
    alignment = 'vertical="top" wrapText="1"' if style.wrapped else 'vertical="top"'
    if style.centred:
        alignment = f'horizontal="center" {alignment}'
    return (
        f'<xf numFmtId="{style.number_format}" fontId="{fonts[_font(style)]}" '
        f'fillId="{fills[_fill(style.fill)]}" borderId="{int(style.border)}" xfId="0" applyNumberFormat="1" '
        f'applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"{quote}><alignment {alignment}/></xf>'
    )
