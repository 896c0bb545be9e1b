"""Text as tools write it, made fit to keep: HTML as plain text, secrets masked."""

import re
from functools import lru_cache
from html import unescape

_BREAK = re.compile(r"<(?:br|/?p|/?div|/?li|/?ul|/?ol|/?tr|/?pre|/?h[1-6])\b[^<>]*>", re.IGNORECASE)
_CELL = re.compile(r"</t[dh]\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<(?:/?[A-Za-z]|[?!])[^<>]*>")
_MANY_LINES = re.compile(r"(?<![ \t])[ \t]*\n(?:[ \t]*\n){2,}")
_ENTITY = re.compile(r"&(?:[A-Za-z]+|#\d+|#x[0-9A-Fa-f]+);")
_LONGEST_REMEMBERED = 1 << 13

_NAMES = (
    r"(?i)((?:pass(?:word|wd|phrase)|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key"
    r"|client[_-]?secret)[\"']?\s*[:=]\s*"
)
_SECRETS = (
    re.compile(
        r"(?i)((?:proxy-)?authorization\s*[:=]\s*(?:(?:basic|bearer|digest|negotiate|ntlm)\s+)?)[^\s,;\"']+"
    ),
    re.compile(rf"{_NAMES}\")[^\"\r\n]{{3,}}"),
    re.compile(rf"{_NAMES}')[^'\r\n]{{3,}}"),
    re.compile(rf"{_NAMES})[^\s\"'&;,<>\[][^\s\"'&;,<>]{{2,}}"),
    re.compile(
        r"(?i)((?:sess(?:ion)?[_.-]?(?:id)?[a-z0-9]{0,12}|(?<![a-z])sid|cftoken)\s*=\s*)[^\s;,&\"'<>\[]{8,}"
    ),
    re.compile(r"(?i)(://[^\s:/?#@]{1,256}:)[^\s:/?#@]{1,256}(?=@)"),
    re.compile(r"()(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])"),
    re.compile(r"()(?<![A-Za-z0-9])(?:gh[opsur]|glpat|xox[abp]|github_pat|sk_live)[_-][A-Za-z0-9_-]{16,}"),
    re.compile(r"()(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{35}"),
    re.compile(r"()(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"),
    re.compile(r"()-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
)
_COOKIES = re.compile(r"(?i)(cookie\s*:\s*)([^\r\n]+)")
_MASK = r"\1[masked]"
# Every secret that is known has one of these in it, which is found sooner than the secret.
_HINTS = (
    *("key", "pass", "sess", "sid", "token", "secret", "pwd", "://", "cookie", "authorization"),
    *("akia", "asia", "aiza", "eyj", "gho", "ghp", "ghr", "ghs", "ghu", "glpat", "github_pat"),
    *("sk_live", "xox"),
)


def plain(text: str) -> str:
    """Return what a reader of HTML would see, as text; text without markup stays as it is."""
    if "<" not in text and "&" not in text:
        return text.strip()
    return _remembered(text) if len(text) <= _LONGEST_REMEMBERED else _plain(text)


def masked(text: str) -> str:
    """Return a text with what looks like a password, key, token or cookie replaced by `[masked]`."""
    return _remembered_masked(text) if len(text) <= _LONGEST_REMEMBERED else _masked(text)


@lru_cache(maxsize=1 << 12)
def _remembered_masked(text: str) -> str:
    return _masked(text)


def _masked(text: str) -> str:
    if not any(map(text.lower().__contains__, _HINTS)):
        return text
    for secret in _SECRETS:
        text = secret.sub(_MASK, text)
    return _COOKIES.sub(_without_values, text)


def _without_values(cookies: re.Match[str]) -> str:
    """Mask cookies that have values; the mere name of one is no secret."""
    return f"{cookies[1]}[masked]" if "=" in cookies[2] else cookies[0]


@lru_cache(maxsize=1 << 12)
def _remembered(text: str) -> str:
    return _plain(text)


def _plain(text: str) -> str:
    shown = _without_comments(text)
    if _TAG.search(shown):
        shown = _TAG.sub("", _CELL.sub(" ", _BREAK.sub("\n", shown)))
    if _ENTITY.search(shown):
        shown = unescape(shown)
    return _MANY_LINES.sub("\n\n", shown.replace("\r\n", "\n").replace("\xa0", " ")).strip()


def _without_comments(text: str) -> str:
    """Take out whole comments, by searching forward only; what opens one without an end stays."""
    parts, position = [], 0
    while (start := text.find("<!--", position)) >= 0:
        end = text.find("-->", start + 4)
        if end < 0:
            break
        parts.append(text[position:start])
        position = end + 3
    return "".join(parts) + text[position:]
