"""Text as tools write it, made fit to keep: HTML as plain text, secrets masked."""

import re
from functools import lru_cache
from html import unescape

_BREAK = re.compile(r"<(?:br|/?p|/?div|/?li|/?ul|/?ol|/?tr|/?pre|/?h[1-6])\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<(?:/?[A-Za-z][^<>]*|!--.*?--|!\[CDATA\[|\?[^<>]*)>", re.DOTALL)
_MANY_LINES = re.compile(r"[ \t]*\n(?:[ \t]*\n){2,}")
_ENTITY = re.compile(r"&(?:[A-Za-z]+|#\d+|#x[0-9A-Fa-f]+);")

_SECRETS = (
    re.compile(
        r"(?i)((?:proxy-)?authorization\s*[:=]\s*(?:(?:basic|bearer|digest|negotiate|ntlm)\s+)?)[^\s,;\"']+"
    ),
    re.compile(r"(?i)((?:set-)?cookie\s*:\s*)[^\r\n]+"),
    re.compile(
        r"(?i)((?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|client[_-]?secret)"
        r"[\"']?\s*[:=]\s*[\"']?)[^\s\"'&;,<>]{3,}"
    ),
    re.compile(r"()(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])"),
    re.compile(r"()(?<![A-Za-z0-9])(?:ghp|gho|ghs|ghu|glpat|xox[abp])[_-][A-Za-z0-9_-]{16,}"),
    re.compile(r"()(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"),
    re.compile(r"()-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
)
_MASK = r"\1[masked]"


@lru_cache(maxsize=1 << 12)
def plain(text: str) -> str:
    """Return what a reader of HTML would see, as text; text without markup stays as it is."""
    if "<" not in text and "&" not in text:
        return text.strip()
    shown = _TAG.sub("", _BREAK.sub("\n", text)) if _TAG.search(text) else text
    if _ENTITY.search(shown):
        shown = unescape(shown)
    return _MANY_LINES.sub("\n\n", shown.replace("\r\n", "\n").replace("\xa0", " ")).strip()


def masked(text: str) -> str:
    """Return a text with what looks like a password, key, token or cookie replaced by `[masked]`."""
    for secret in _SECRETS:
        text = secret.sub(_MASK, text)
    return text
