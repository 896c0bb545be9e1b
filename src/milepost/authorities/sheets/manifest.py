"""The three parts that name all others (workbook, relations, content types): sheets added, parts dropped."""

import re

from milepost.authorities.sheets.markup import decoded
from milepost.authorities.sheets.template import RELATIONS, WORKBOOK, Template
from milepost.authorities.sheets.text import attribute

CONTENT_TYPES = "[Content_Types].xml"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_PREFIX = re.compile(rf'xmlns:(\w+)="{re.escape(_RELATIONSHIPS)}"')
_RELATION_ID = re.compile(r'\bId="rId([0-9]+)"')


class Manifest:
    """The naming parts of a template as text; `changed` gives those that are no longer as they were."""

    def __init__(self, template: Template) -> None:
        """Read the parts."""
        self._sheets = template.sheets
        self._before = {WORKBOOK: template.workbook}
        for part in (RELATIONS, CONTENT_TYPES):
            self._before[part] = decoded(template.package.read(part), part)
        self._now = dict(self._before)

    def add_sheet(self, name: str, part: str) -> None:
        """Name a sheet more, after all others."""
        relations = self._now[RELATIONS]
        link = f"rId{max((int(number) for number in _RELATION_ID.findall(relations)), default=0) + 1}"
        number = max(sheet.number for sheet in self._sheets) + 1
        prefix = _PREFIX.search(self._now[WORKBOOK])
        declared = "" if prefix else f' xmlns:r="{_RELATIONSHIPS}"'
        space = prefix[1] if prefix else "r"
        entry = f'<sheet{declared} name="{attribute(name)}" sheetId="{number}" {space}:id="{link}"/>'
        target = f'<Relationship Id="{link}" Type="{_RELATIONSHIPS}/worksheet" Target="/{part}"/>'
        override = f'<Override PartName="/{part}" ContentType="{_SHEET_TYPE}"/>'
        self._insert(WORKBOOK, entry, "</sheets>")
        self._insert(RELATIONS, target, "</Relationships>")
        self._insert(CONTENT_TYPES, override, "</Types>")

    def drop_part(self, part: str) -> None:
        """Name a part no longer."""
        name = re.escape(part.rpartition("/")[2])
        self._cut(RELATIONS, rf'<Relationship\b[^>]*\bTarget="[^"]*{name}"[^>]*/>')
        self._cut(CONTENT_TYPES, rf'<Override\b[^>]*\bPartName="/{re.escape(part)}"[^>]*/>')

    def changed(self) -> dict[str, str]:
        """Return the parts that have changed."""
        return {part: text for part, text in self._now.items() if text != self._before[part]}

    def _insert(self, part: str, text: str, before: str) -> None:
        self._now[part] = self._now[part].replace(before, text + before)

    def _cut(self, part: str, pattern: str) -> None:
        self._now[part] = re.sub(pattern, "", self._now[part])
