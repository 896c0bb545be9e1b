"""The glossary of a Qualys report: what each QID is, told once at the end of the file."""

from collections.abc import Iterator

from milepost.scanners.hosts.qualys import Knowledge, scores
from milepost.scanners.scanner import Source
from milepost.scanners.text import plain
from milepost.scanners.xml import Element, IllFormed, elements, part

_GLOSSARY, _ENTRY, _HOST = "GLOSSARY", "VULN_DETAILS", "HOST"


def glossary(source: Source) -> dict[str, Knowledge]:
    """Read the glossary of a file, by QID; empty where it has none.

    Raises:
        InputRefused: as `elements`.
    """
    try:
        return _by_qid(part(source, _GLOSSARY, _ENTRY))
    except IllFormed:
        # Another encoding, or text that looks like the glossary: read it all.
        return _by_qid(each for each in elements(source, _HOST, _ENTRY) if each.tag == _ENTRY)


def _by_qid(entries: Iterator[Element]) -> dict[str, Knowledge]:
    return {qid: entry for qid, entry in map(_read, entries) if qid}


def explained(entry: Element) -> Knowledge:
    """Read what an entry of the glossary explains."""
    texts = {child.tag: child.text or "" for child in entry if isinstance(child.tag, str)}
    bases = (entry.findtext("CVSS3_SCORE/CVSS3_BASE") or "", entry.findtext("CVSS_SCORE/CVSS_BASE") or "")
    return Knowledge(
        title=plain(texts.get("TITLE", "")),
        level=texts.get("SEVERITY", ""),
        category=texts.get("CATEGORY", ""),
        threat=texts.get("THREAT", ""),
        impact=texts.get("IMPACT", ""),
        solution=texts.get("SOLUTION", ""),
        cves=_ids(entry, "CVE_ID_LIST/CVE_ID/ID"),
        cvss=scores(*bases),
        references=(
            *_ids(entry, "VENDOR_REFERENCE_LIST/VENDOR_REFERENCE/ID"),
            *_ids(entry, "VENDOR_REFERENCE_LIST/VENDOR_REFERENCE/URL"),
            *(f"BID:{number}" for number in _ids(entry, "BUGTRAQ_ID_LIST/BUGTRAQ_ID/ID")),
        ),
        exploited=entry.find("CORRELATION") is not None,
    )


def _read(entry: Element) -> tuple[str, Knowledge]:
    return (entry.findtext("QID") or "").strip(), explained(entry)


def _ids(entry: Element, path: str) -> tuple[str, ...]:
    found = ((element.text or "").strip() for element in entry.iterfind(path))
    return tuple(dict.fromkeys(filter(None, found)))
