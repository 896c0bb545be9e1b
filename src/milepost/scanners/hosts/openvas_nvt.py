"""What an OpenVAS report says of a test (`nvt`): texts, scores, references, in the ways of its versions."""

from milepost.scanners.hosts.openvas import Test, cves_in, paragraphs
from milepost.scanners.records import Element

_NONE = {"", "NOCVE", "NOBID", "NOXREF", "NOTAG"}
_KINDS = {"cve", "cve_id", "url", "cisa"}


def read_test(nvt: Element, oid: str) -> Test:
    """Read an `nvt`, at any level of detail."""
    tags = _tags(_said(nvt, "tags"))
    found = nvt.iterfind("refs/ref")
    references = [(each.get("type", "").lower(), each.get("id", "").strip()) for each in found]
    named = " ".join([_said(nvt, "cve"), *(text for kind, text in references if kind in {"cve", "cve_id"})])
    return Test(
        oid=oid,
        title=_said(nvt, "name"),
        family=_said(nvt, "family"),
        description=paragraphs(
            *(tags.get(name, "") for name in ("summary", "insight", "impact", "affected"))
        ),
        solution=paragraphs(_said(nvt, "solution") or tags.get("solution", "")),
        cves=cves_in(named),
        cvss=_scores(nvt, tags),
        references=_distinct([*_references(references), *_old_references(nvt)]),
        exploited=any(kind == "cisa" for kind, _ in references),
    )


def _tags(text: str) -> dict[str, str]:
    """Split `summary=…|insight=…`; a bar inside a text belongs to it where no name follows."""
    tags: dict[str, str] = {}
    last = ""
    for piece in text.split("|"):
        name, equals, value = piece.partition("=")
        if equals and name.strip().replace("_", "").isalpha():
            last = name.strip()
            tags[last] = value
        elif last:
            tags[last] += f"|{piece}"
    return tags


def _scores(nvt: Element, tags: dict[str, str]) -> tuple[str, ...]:
    """Return vectors, newest first; without any, the base score."""
    given = [(each.findtext("value") or "").strip() for each in nvt.iterfind("severities/severity")]
    given.append(tags.get("cvss_base_vector", "").strip())
    vectors = sorted(given, key=lambda each: not each.startswith("CVSS"))
    return _distinct(vectors) or _distinct([_said(nvt, "cvss_base")])


def _references(references: list[tuple[str, str]]) -> list[str]:
    addresses = [text for kind, text in references if kind == "url"]
    return [*addresses, *(f"{kind.upper()}:{text}" for kind, text in references if kind not in _KINDS)]


def _old_references(nvt: Element) -> list[str]:
    """Return the references of reports before GVM 10, each kind in an element of its own."""
    found = [each.strip().removeprefix("URL:") for each in _said(nvt, "xref").split(",")]
    found += [f"BID:{number.strip()}" for number in _said(nvt, "bid").split(",") if number.strip()]
    found += [each.get("id", "") for each in nvt.iterfind("cert/cert_ref")]
    return found


def _said(nvt: Element, name: str) -> str:
    text = (nvt.findtext(name) or "").strip()
    return "" if text in _NONE else text


def _distinct(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, values)))
