"""The parts of a CycloneDX document that tell of vulnerabilities, as JSON names them; so is XML laid out."""

from functools import lru_cache

import msgspec

from milepost.domain.severity import Severity
from milepost.scanners.packages import SEVERITIES as PACKAGE_SEVERITIES
from milepost.scanners.software.occurrences import Text, said

SEVERITIES = PACKAGE_SEVERITIES | {"info": Severity.INFO, "none": Severity.INFO}

_PREFIXES = {"cvssv4": "CVSS:4.0/", "cvssv31": "CVSS:3.1/", "cvssv3": "CVSS:3.0/", "cvssv2": ""}
_RANKS = {"cvssv31": 0, "cvssv3": 1, "cvssv4": 2, "cvssv2": 3}


class Component(msgspec.Struct, rename={"bom_ref": "bom-ref"}):
    """A component; those within it are components of the document as well."""

    bom_ref: Text = None
    type: Text = None
    group: Text = None
    name: Text = None
    version: Text = None
    purl: Text = None
    components: list[msgspec.Raw] | None = None

    def package(self) -> str:
        """Return group and name."""
        return "/".join(filter(None, (said(self.group), said(self.name))))

    def place(self) -> str:
        """Return the package URL without version, else group and name."""
        return without_version(said(self.purl)) or self.package()

    def product(self) -> str:
        """Return how a statement names the component: its package URL, else its name."""
        return said(self.purl) or self.package()


class Named(msgspec.Struct):
    """A tool, person or organisation."""

    name: Text = None
    vendor: Text = None
    version: Text = None


class Tools(msgspec.Struct):
    """The tools of versions 1.5 and newer."""

    components: list[Named] | None = None
    services: list[Named] | None = None


class Metadata(msgspec.Struct):
    """What the document says of itself and of what it is about."""

    timestamp: Text = None
    component: Component | None = None
    tools: list[Named] | Tools | None = None
    authors: list[Named] | None = None
    supplier: Named | None = None

    def tool(self) -> Named:
        """Return the first tool that is named."""
        tools = self.tools
        if isinstance(tools, Tools):
            tools = [*(tools.components or []), *(tools.services or [])]
        return next((each for each in tools or [] if each.name), Named())

    def author(self) -> str:
        """Return who made the document: a person, the supplier, or else the tool."""
        people = [*(self.authors or []), self.supplier or Named(), self.tool()]
        return next((said(each.name) for each in people if each.name), "")


class Rating(msgspec.Struct):
    """One of several ratings of a vulnerability."""

    severity: Text = None
    score: Text = None
    method: Text = None
    vector: Text = None

    def text(self) -> str:
        """Return the vector with the prefix of its method, or the bare score; empty for other methods."""
        prefix = _PREFIXES.get(said(self.method).lower())
        vector = said(self.vector).strip("()")
        if prefix is None:
            return vector if vector.startswith("CVSS:") else ""
        return (
            said(self.score) if not vector else vector if vector.startswith("CVSS:") else f"{prefix}{vector}"
        )


class Reference(msgspec.Struct):
    """Another name of a vulnerability."""

    id: Text = None


class Advisory(msgspec.Struct):
    """A page about a vulnerability."""

    url: Text = None


class Analysis(msgspec.Struct, rename="camel"):
    """What the supplier or an analyst says of the vulnerability in this product."""

    state: Text = None
    justification: Text = None
    response: list[str] | None = None
    detail: Text = None
    first_issued: Text = None
    last_updated: Text = None


class Affected(msgspec.Struct):
    """A component that has the vulnerability."""

    ref: Text = None


class Vulnerability(msgspec.Struct):
    """A vulnerability with all that the document says of it."""

    id: Text = None
    references: list[Reference] | None = None
    ratings: list[Rating] | None = None
    cwes: list[Text] | None = None
    description: Text = None
    detail: Text = None
    recommendation: Text = None
    workaround: Text = None
    advisories: list[Advisory] | None = None
    published: Text = None
    updated: Text = None
    analysis: Analysis | None = None
    affects: list[Affected] | None = None

    def word(self) -> str:
        """Return the severity of the first rating that has one, in the document's own order."""
        for each in self.ratings or []:
            if each.severity:
                return said(each.severity)
        return ""

    def scores(self) -> tuple[str, ...]:
        """Return vectors and scores, those of CVSS 3 first."""
        ratings = self.ratings or []
        ranked = sorted(ratings, key=_rank) if len(ratings) > 1 else ratings
        return tuple(dict.fromkeys(filter(None, [each.text() for each in ranked])))

    def others(self) -> tuple[str, ...]:
        """Return the other names of the vulnerability."""
        return tuple(said(each.id) for each in self.references or [] if each.id)


def _rank(rating: Rating) -> int:
    return _RANKS.get(said(rating.method).lower(), len(_RANKS))


@lru_cache(maxsize=1 << 14)
def without_version(purl: str) -> str:
    """Return `pkg:maven/org.x/y` of `pkg:maven/org.x/y@1.0?type=jar`; empty for what is no package URL."""
    if not purl.startswith("pkg:"):
        return ""
    bare = purl.partition("?")[0].partition("#")[0]
    path, slash, name = bare.rpartition("/")
    return f"{path}{slash}{name.rpartition('@')[0] or name}"
