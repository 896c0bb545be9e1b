"""What reports on web applications have in common: sites, places on them, and occurrences told apart.

A place is `METHOD path parameter` as far as every export of a tool names these; it never holds the values of
a query, a fragment or the id of a session, which change from scan to scan. Two records of a weakness at one
place are one occurrence. A site of which a report says nothing at all may have been down: it counts as seen,
never as tested.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from milepost.domain.finding import Asset, AssetKind, AssetReport, Facts, Finding
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.assets import site_asset, unnamed_asset
from milepost.scanners.gathering import Gathered, Gathering
from milepost.scanners.records import Element, Record
from milepost.scanners.scanner import Source
from milepost.scanners.text import masked, plain
from milepost.scanners.times import day_comes_first, iso_instant, numbered_instant

CVE = re.compile(r"CVE-\d{4}-\d{4,}", re.ASCII)

_BLANK = re.compile(r"\s")
_SESSION = re.compile(
    r";(?:jsessionid|phpsessid|sessionid|sid|cfid|cftoken)=[^;/]*|(?<=/)\([A-Z]\([A-Za-z0-9_-]{8,}\)\)/?",
    re.IGNORECASE,
)
_WEAKNESS = re.compile(r"(?:CWE-?)?0*([1-9]\d{0,5})", re.IGNORECASE | re.ASCII)
_ADDRESS = re.compile(r"https?://[^\s<>\"']+")
_REMEMBERED = 1 << 12


class Sites(Gathering):
    """The sites of a report as they add up; every occurrence on a site comes once."""

    def __init__(self, source: Source, severities: Mapping[str, Severity], scope: str, tool: str) -> None:
        """Start empty; `scope` is the tool's family, `tool` the detector with its version."""
        super().__init__(source, severities)
        self._file = source
        self._scope = scope
        self._tool = tool
        self._sites: dict[str, Gathered] = {}
        self._places: dict[tuple[int, str, str], int] = {}
        self._unproved: set[int] = set()
        self._merged = 0

    def site(self, address: str) -> Gathered:
        """Return what is gathered of the site of an address; one that names no site goes by the file."""
        held = self._sites.get(address)
        if held is None:
            held = self._sites[address] = self._begun(address)
        return held

    def found(
        self,
        site: Gathered,
        facts: Facts,
        locator: str,
        output: str = "",
        first_seen: datetime | None = None,
    ) -> None:
        """Add a finding; of two at one place the first stays, unless the other one is worse."""
        key = (id(site), facts.source_id, locator)
        known = self._places.setdefault(key, len(site.findings))
        if known == len(site.findings):
            site.found(facts, locator, output, first_seen=first_seen)
            return
        self._merged += 1
        held = site.findings[known]
        if facts is not held.facts or first_seen != held.first_seen:
            site.findings[known] = _worse(held, Finding(facts, locator, output, first_seen))

    def unproved(self, site: Gathered) -> None:
        """Note that the look at a site failed or was cut short: what is absent may still be there."""
        self._unproved.add(id(site))

    def parts(self) -> Iterator[AssetReport | Problem]:
        """Yield the problems, with what was merged, suppressed and silent in one each, then every site."""
        sites = list({id(site): site for site in self._sites.values()}.values())
        self._note_merged()
        self._note_suppressed(sites)
        self._note_silent(sites)
        yield from super().parts()

    def _begun(self, address: str) -> Gathered:
        asset = site_of(address)
        if asset is None:
            asset, problem = unnamed_asset(self._file, AssetKind.APPLICATION)
            if problem not in self.problems:
                self.problems.append(problem)
        site = self.on(asset)
        site.scope(self._scope, self._tool)
        return site

    def _note_merged(self) -> None:
        if self._merged:
            noun = "records repeat" if self._merged > 1 else "record repeats"
            what = f"{self._merged:,} {noun} a weakness at a place that another one names, and merged with it"
            self.problem("", what, "look into the report where only the query tells pages apart")

    def _note_suppressed(self, sites: list[Gathered]) -> None:
        suppressed = sum(not finding.facts.actionable for site in sites for finding in site.findings)
        if suppressed:
            noun = "findings are" if suppressed > 1 else "finding is"
            opened = "they open" if suppressed > 1 else "it opens"
            what = f"{suppressed:,} {noun} suppressed in the tool; {opened} no item"
            self.problem("", what, "request a deviation for each, or lift the suppression")

    def _note_silent(self, sites: list[Gathered]) -> None:
        silent = [site for site in sites if not site.findings and not site.scopes[0].assessed]
        for site in sites:
            if site in silent or id(site) in self._unproved:
                site.scopes[0].only_assessed = True
                site.scopes[0].assessed.clear()
        if silent:
            names = ", ".join(site.asset.name for site in silent[:3])
            what = f"the report says nothing of sites: {len(silent):,} ({names}); they may have been down"
            self.problem("", what, "they count as seen, not as tested; check that the scan reached them")


class Instants:
    """The times of a file in which day or month comes first; one that may be either is not read."""

    def __init__(self, sites: Sites, texts: Iterable[str]) -> None:
        """Find the order by all times of the file together."""
        self._day_first = day_comes_first(texts)
        self._sites = sites
        self._said = False

    def read(self, text: str) -> datetime | None:
        """Read a time; where nothing tells its order, that is a problem, said once."""
        if not text:
            return None
        instant = iso_instant(text) or self._numbered(text)
        if instant is None and not self._said:
            self._said = True
            what = f"the time “{text[:60]}” cannot be read: nothing shows whether day or month comes first"
            self._sites.problem("", what, "say when it was scanned with --scanned-on")
        return instant

    def _numbered(self, text: str) -> datetime | None:
        if self._day_first is not None:
            return numbered_instant(text, day_first=self._day_first)
        either = numbered_instant(text, day_first=True)
        return either if either == numbered_instant(text, day_first=False) else None


@lru_cache(maxsize=_REMEMBERED)
def site_of(address: str) -> Asset | None:
    """Return the site of an address, as `site_asset` does."""
    return site_asset(address)


def place(method: str, address: str, parameter: str = "") -> str:
    """Return where on a site something is: `GET /cart/search q`, whatever the values of the query."""
    path = path_of(address)
    if parameter:
        path = f"{path} {_word(parameter)}"
    return f"{_word(method).upper()} {path}" if method else path


def path_of(address: str) -> str:
    """Return the path of an address, or of a path, without query, fragment and the id of a session."""
    path = address.strip().partition("?")[0].partition("#")[0]
    before, scheme, rest = path.partition("://")
    if scheme and "/" not in before:
        path = f"/{rest.partition('/')[2]}"
    if ";" in path or "(" in path:
        path = _SESSION.sub("", path)
    if not path.startswith("/"):
        path = f"/{path}"
    return _word(path) if _BLANK.search(path) else path


def shown(text: str) -> str:
    """Return what a person may read of a tool's text: without markup, secrets masked."""
    return _shown(text) if len(text) <= _REMEMBERED else masked(plain(text))


@lru_cache(maxsize=_REMEMBERED)
def weaknesses(text: str) -> tuple[str, ...]:
    """Return the CWE ids of `16, 200`, `CWE-79` and their like; -1 and 0 mean none."""
    found = (_WEAKNESS.fullmatch(word) for word in re.split(r"[\s,;]+", text.strip()))
    return tuple(dict.fromkeys(f"CWE-{match[1]}" for match in found if match))


@lru_cache(maxsize=_REMEMBERED)
def addresses(text: str) -> tuple[str, ...]:
    """Return the addresses that a text with links names, each once."""
    return tuple(dict.fromkeys(_trimmed(found) for found in _ADDRESS.findall(text)))


def fields(element: Element) -> dict[str, str]:
    """Return the texts of an element's children by name; of several with one name the last counts."""
    if isinstance(element, Record):
        return element.fields()
    return {str(child.tag): (child.text or "").strip() for child in element}


@lru_cache(maxsize=_REMEMBERED)
def _shown(text: str) -> str:
    return masked(plain(text))


def _trimmed(address: str) -> str:
    """Take off what ends the sentence around an address, a bracket only where none is open in it."""
    bare = address.rstrip(".,;")
    return bare if "(" in bare else bare.rstrip(")")


def _word(text: str) -> str:
    return " ".join(text.split())


def _worse(held: Finding, other: Finding) -> Finding:
    """Choose what is to be acted on, then what is rated worse; it was first seen when either was."""
    instants = [each.first_seen for each in (held, other) if each.first_seen is not None]
    chosen = other if _weight(other) > _weight(held) else held
    return replace(chosen, first_seen=min(instants, default=None), coverage=held.coverage)


def _weight(finding: Finding) -> tuple[bool, int]:
    return finding.facts.actionable, finding.facts.severity.rank
