"""Where a SARIF result is: its file below the root of the code, and what stands there (section 3.28)."""

import re
from functools import lru_cache

import msgspec

from milepost.domain.finding import Asset, AssetKind
from milepost.domain.problem import Problem
from milepost.scanners.assets import code_asset, image_asset, image_of, unnamed_asset
from milepost.scanners.gathering import Known
from milepost.scanners.scanner import Source
from milepost.scanners.source_code.places import mark_of, path_of
from milepost.scanners.source_code.values import integer, mapping, objects, text, texts

_LEVELS_OF_BASES = 8
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_IMAGE = re.compile(r"(.+?)@sha256:[0-9a-f]{64}:/")
_CREDENTIALS = re.compile(r"(?<=://)[^/@]*@")
_STEADY = re.compile(r"hash|fingerprint|guid|sha|id(?:/v\d+)?$", re.IGNORECASE)
_MOVING = re.compile(r"column|file|line(?!hash)", re.IGNORECASE)
_LONGEST = 24
_ARTIFACTS = msgspec.json.Decoder(list[object] | None)


class Places:
    """The places of one run: paths below its roots, addresses of its artifacts."""

    def __init__(self, bases: object, invocations: object, artifacts: msgspec.Raw) -> None:
        """Read `originalUriBaseIds`, the working directories and, when first asked for, `artifacts`."""
        self._bases = mapping(bases)
        self._artifacts = artifacts
        self._listed: list[object] | None = None
        self._paths: Known[str] = Known()
        folders = [mapping(each.get("workingDirectory")) for each in objects(invocations)]
        roots = [text(each.get("uri")) for each in (*map(mapping, self._bases.values()), *folders)]
        found = {f"{path_of(root).rstrip('/')}/" for root in roots if root[:5].lower() == "file:"}
        self._roots = sorted(found - {"/"}, key=len, reverse=True)

    def path(self, location: object) -> str:
        """Return the path that an artifact location means (section 3.4), below the root of the code."""
        place = mapping(location)
        said = place.get("uri"), place.get("uriBaseId"), place.get("index")
        known = self._paths.get(said)
        return self._paths.keep(said, self._path(place)) if known is None else known

    def _path(self, place: dict[str, object]) -> str:
        uri, base = text(place.get("uri")), text(place.get("uriBaseId"))
        index = integer(place.get("index"))
        if not uri and index is not None:
            place = self._artifact(index)
            uri, base = text(place.get("uri")), text(place.get("uriBaseId"))
        path = path_of(uri)
        if _SCHEME.match(uri) is None and not path.startswith("/"):
            return self._below(base, path)
        for root in self._roots:
            if path.startswith(root):
                return path[len(root) :]
        return path

    def _below(self, base: str, path: str) -> str:
        """Set the relative addresses of the bases before a path; an absolute one is where code was built."""
        for _ in range(_LEVELS_OF_BASES):
            described = mapping(self._bases.get(base))
            uri = path_of(text(described.get("uri")))
            if not uri or _SCHEME.match(text(described.get("uri"))) or uri.startswith("/"):
                break
            path, base = f"{uri.rstrip('/')}/{path}", text(described.get("uriBaseId"))
        return path

    def _artifact(self, index: int) -> dict[str, object]:
        if self._listed is None:
            try:
                self._listed = _ARTIFACTS.decode(self._artifacts) or []
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                self._listed = []
        if 0 <= index < len(self._listed):
            return mapping(mapping(self._listed[index]).get("location"))
        return {}


def fingerprint_of(fingerprints: object, partial: object) -> str:
    """Return what the tool says stays the same (sections 3.27.16, 3.27.17); empty if it says nothing usable.

    Of several names the first that is no file's, line's or column's counts, so that a version added beside it
    changes nothing; a text with blanks in it (a message, a name) and a withheld one is no fingerprint.
    """
    for given in (fingerprints, partial):
        if not given:
            continue
        told = ((key, text(value)) for key, value in mapping(given).items())
        sound = {key: value for key, value in told if _is_sound(value)}
        names = sorted(sound) if given is fingerprints else _steady(sound)
        if names:
            found = sound[names[0]]
            return found if len(found) <= _LONGEST else mark_of(found)
    return ""


def symbol_of(locations: object) -> str:
    """Return the function, type or resource that a result is in."""
    for each in objects(locations):
        named = text(each.get("fullyQualifiedName")) or text(each.get("name"))
        if named:
            return named
    return ""


def asset_of(
    source: Source, properties: object, repositories: object, symbol: str
) -> tuple[Asset, Problem | None]:
    """Return what was scanned: the image that Trivy or Grype name, the repository, else the file's name."""
    told = mapping(properties)
    image = next(iter((*texts(told.get("imageName")), *texts(told.get("repoTags")))), "")
    if not image and (match := _IMAGE.match(symbol)):
        image = match[1]
    if image:
        return image_asset(image_of(image)), None
    for repository in objects(repositories):
        address = repository_of(text(repository.get("repositoryUri")))
        if address:
            return code_asset(address), None
    return unnamed_asset(source, AssetKind.CODE)


def repository_of(address: str) -> str:
    """Return a repository's address as a person would open it: without credentials, `.git` and last slash."""
    if address.startswith("git@"):
        address = f"https://{address[4:].replace(':', '/', 1)}"
    return _CREDENTIALS.sub("", address.strip()).rstrip("/").removesuffix(".git")


def _is_sound(value: str) -> bool:
    return value.split() == [value]


@lru_cache(maxsize=1 << 8)
def _is_steady(name: str) -> bool:
    return bool(_STEADY.search(name)) and not _MOVING.search(name)


def _steady(names: dict[str, str]) -> list[str]:
    steady = [name for name in names if _is_steady(name)]
    if len(steady) < 2:  # noqa: PLR2004 - nothing to sort
        return steady
    return sorted(steady, key=lambda name: ("primarylocation" not in name.lower(), name))
