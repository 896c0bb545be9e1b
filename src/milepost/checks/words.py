"""What can be said of a text by counting: its words, its specific tokens, how alike two texts are."""

import re
from collections.abc import Iterable
from functools import lru_cache

_WORD = re.compile(r"[a-z0-9]+(?:['.-][a-z0-9]+)*")
SPECIFIC = re.compile(
    r"\b[A-Z]{2}-\d{1,2}\b|\b3\.\d{1,2}\.\d{1,2}\b|CVE-\d{4}-\d{4,}|\b(?:KB|CWE-|V-|SV-|RHSA-|GHSA-)\d|\b\d{4,6}\b"
    r"|\bv?\d+\.\d+(?:\.\d+)*\b|\b\d+(?:\.\d+)?\s?(?:%|days?|hours?|minutes?|bits?|characters?|hosts?|accounts?"
    r"|servers?|systems?|users?|[KMGT]B)\b|[\"“`'][^\"”`']{2,200}[\"”`']|\b\w+[_=/\\]\w+|\b\w+\.(?:\w+\.)+\w+\b"
    r"|\b\d{1,3}(?:\.\d{1,3}){3}\b|\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}/\d{1,2}/\d{2,4}\b"
    r"|\b\w+\.(?:docx?|pdf|xlsx?|conf|ya?ml|json|ini|cfg)\b|\b(?:TLS|SSL|SSH|SMB)\s?v?\d"
)
"""A token that ties a text to something that exists: control, CVE, plugin or rule id, version, number with
unit, date, quoted or code-like setting, host, document."""


def words(text: str) -> list[str]:
    """Return the words of a text in small letters, without punctuation."""
    return _WORD.findall(text.lower())


def normalised(text: str) -> str:
    """Return a text as its words with single blanks."""
    return " ".join(words(text))


@lru_cache(maxsize=4096)
def word_set(text: str) -> frozenset[str]:
    """Return the different words of a text."""
    return frozenset(words(text))


def alikeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of common words among all words of both (Jaccard): 0 nothing, 1 the same."""
    together = len(one | other)
    return len(one & other) / together if together else 0.0


def rarest_first(sets: Iterable[frozenset[str]]) -> dict[str, int]:
    """Return how many of the sets each word is in."""
    counts: dict[str, int] = {}
    for each in sets:
        for word in each:
            counts[word] = counts.get(word, 0) + 1
    return counts
