"""A custom property put into a workbook or Word document that was just written, and read from any."""

import re
from html import unescape
from pathlib import Path
from typing import Final

from milepost.authorities.sheets.markup import decoded
from milepost.authorities.sheets.package import PackageWriter
from milepost.authorities.sheets.saving import saved
from milepost.authorities.sheets.text import escape
from milepost.domain.errors import OversizedInput
from milepost.workbooks.package import Package
from milepost.workbooks.zipped import opened_zip

_PART: Final = "docProps/custom.xml"
_RELATIONS: Final = "_rels/.rels"
_TYPES: Final = "[Content_Types].xml"
_FORMATS: Final = "http://schemas.openxmlformats.org/officeDocument/2006"
_LARGEST: Final = 1 << 20
_OVERRIDE: Final = (
    f'<Override PartName="/{_PART}" '
    'ContentType="application/vnd.openxmlformats-officedocument.custom-properties+xml"/>'
)
_RELATION: Final = (
    f'<Relationship Id="rIdLedger" Type="{_FORMATS}/relationships/custom-properties" Target="{_PART}"/>'
)
_TEXT: Final = re.compile(r"<vt:lpwstr>(.*?)</vt:lpwstr>", re.DOTALL)


def stamp(path: Path, name: str, value: str) -> None:
    """Put a custom property into a document that has none yet; every other part stays byte for byte."""
    with opened_zip(path, path.name) as archive, saved(path) as file:
        package = Package(path.name, archive, {info.filename: info for info in archive.infolist()})
        writer = PackageWriter(file)
        for member in package.members:
            if member not in {_RELATIONS, _TYPES}:
                writer.copy(package, member)
        writer.add(_PART, [_properties(name, value)])
        writer.add(_RELATIONS, [_with(package, _RELATIONS, _RELATION, "</Relationships>")])
        writer.add(_TYPES, [_with(package, _TYPES, _OVERRIDE, "</Types>")])
        writer.close()


def custom_texts(path: Path) -> list[str]:
    """Return the texts of a document's custom properties; none where it has none.

    Raises:
        InputRefused: it is no sound zip package.
    """
    with opened_zip(path, path.name) as archive:
        package = Package(path.name, archive, {info.filename: info for info in archive.infolist()})
        if _PART not in package.members:
            return []
        if package.members[_PART].file_size > _LARGEST:
            raise OversizedInput("its properties are larger than 1 MB", where=path.name)
        return [unescape(text) for text in _TEXT.findall(decoded(package.read(_PART), _PART))]


def _with(package: Package, part: str, entry: str, end: str) -> str:
    return decoded(package.read(part), part).replace(end, entry + end)


def _properties(name: str, value: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<Properties xmlns="{_FORMATS}/custom-properties" xmlns:vt="{_FORMATS}/docPropsVTypes">'
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="2" name="{escape(name)}">'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property></Properties>"
    )
