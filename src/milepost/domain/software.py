"""How documents identify software: package URLs and CPE names, taken apart."""

from typing import NamedTuple

_CPE = "cpe:2.3:"
_CPE_URI = "cpe:/"


class Software(NamedTuple):
    """A piece of software by name and version; the version is empty where none is stated.

    `group` is what stands before the name: a distribution, an organisation, a registry with its path.
    """

    name: str
    version: str = ""
    group: str = ""


def software_of(identifier: str) -> Software | None:
    """Take a package URL or a CPE name apart; None for a name in plain words.

    Sources: package-url specification, “purl-spec”; NISTIR 7695, “URI binding”, “formatted string binding”.
    """
    if identifier.startswith("pkg:"):
        return _package_url(identifier)
    if identifier.startswith(_CPE):
        return _platform(identifier.removeprefix(_CPE).split(":"))
    if identifier.startswith(_CPE_URI):
        return _platform(_unescaped(identifier.removeprefix(_CPE_URI)).split(":"))
    return None


def _platform(parts: list[str]) -> Software | None:
    """Take part, vendor, product and version, as far as they are given."""
    _, vendor, product, version, *_ = (*(part.replace("\\", "") for part in parts), "", "", "", "")
    if not product:
        return None
    return Software(product.lower(), "" if version in {"*", "-"} else version, vendor.lower())


def _package_url(identifier: str) -> Software | None:
    body = identifier.removeprefix("pkg:").partition("#")[0].partition("?")[0]
    path, _, version = body.rpartition("@") if "@" in body.rpartition("/")[2] else (body, "", "")
    _, _, rest = path.strip("/").partition("/")
    group, _, name = _unescaped(rest).rpartition("/")
    return Software(name.lower(), _unescaped(version), group.lower()) if name else None


def _unescaped(text: str) -> str:
    """Undo the percent encoding of a package URL."""
    first, *others = text.split("%")
    whole = first.encode()
    for part in others:
        try:
            whole += bytes.fromhex(part[:2]) + part[2:].encode()
        except ValueError:
            whole += b"%" + part.encode()
    return whole.decode(errors="replace")
