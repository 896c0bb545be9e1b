"""One profile for readers: as a page of Markdown, as lines for a terminal, as a JSON document."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, is_dataclass

from milepost.authorities.prose_words import UNCONFIRMED, Said, Section, capitalised, sections, words
from milepost.authorities.sources import sources
from milepost.domain.profile import Fact, Profile

DEFAULT = "unconfirmed default"
"""How a fact is marked on the terminal whose source nobody has read: to be edited, never an error."""


def as_text(profile: Profile) -> str:
    """Return a profile as lines for a terminal: every fact with its source and standing."""
    return "\n".join(_lines(profile))


def as_json(profile: Profile) -> dict[str, object]:
    """Return a profile as a JSON document: every fact with value, standing, source and who states it."""
    return {
        "profile": profile.name,
        "version": profile.version,
        "title": profile.title,
        "kind": profile.kind,
        "applies_to": profile.applies_to,
        "summary": profile.summary,
        "effective_from": profile.effective_from,
        "effective_until": profile.effective_until,
        "effective_verified": profile.effective_verified,
        "effective_note": profile.effective_note,
        "extends": list(profile.extends),
        "facts": {
            said.key: _fact_as_json(said.fact) for section in sections(profile) for said in section.facts
        },
    }


def as_page(versions: Sequence[Profile]) -> str:
    """Return the page of a profile: what it is, its versions, and what each of them says, newest first."""
    newest = versions[-1]
    parts = [f"# {newest.title} (`{newest.name}`)", newest.summary, f"Applies to {newest.applies_to}."]
    parts += ["## Versions", "\n".join(_version_table(versions))]
    for profile in reversed(versions):
        if len(versions) > 1:
            parts.append(f"## Version {profile.version}")
        level = "##" if len(versions) == 1 else "###"
        parts += [part for section in sections(profile) for part in _section_page(profile, section, level)]
    return "\n\n".join(parts) + "\n"


def source_link(source: str) -> str:
    """Return the link to a source on the page that lists them."""
    return f"[{source}](sources.md#{source.lower()})"


def _lines(profile: Profile) -> Iterator[str]:
    yield f"{profile.title} ({profile.key})"
    if profile.summary:
        yield profile.summary
    yield f"Applies to {profile.applies_to}."
    until = f" until {profile.effective_until:%Y-%m-%d}" if profile.effective_until else ""
    standing = "" if profile.effective_verified else f" [{DEFAULT}]"
    yield f"In force from {profile.effective_from:%Y-%m-%d}{until}{standing}."
    if profile.effective_note:
        yield profile.effective_note
    if profile.extends:
        yield f"Derives from {', '.join(profile.extends)}."
    for section in sections(profile):
        yield f"\n{section.title}"
        for said in section.facts:
            yield from _fact_lines(profile, said)


def _fact_lines(profile: Profile, said: Said) -> Iterator[str]:
    for sentence in said.sentences:
        yield f"  {_full_stop(sentence)}"
    fact = said.fact
    by = f", by {fact.profile}" if fact.profile != profile.name else ""
    standing = "" if fact.verified else f" [{DEFAULT}]"
    yield f"    ({fact.citation.document}{_stated_section(fact)}{by}){standing}"
    if fact.note:
        yield f"    {fact.note}"


def _version_table(versions: Sequence[Profile]) -> Iterator[str]:
    yield "| version | in force from | until | derives from | why this day |"
    yield "|---|---|---|---|---|"
    for profile in versions:
        until = f"{profile.effective_until:%Y-%m-%d}" if profile.effective_until else "today"
        parents = ", ".join(_profile_link(key) for key in profile.extends) or "nothing"
        standing = "" if profile.effective_verified else f"**{UNCONFIRMED}**: "
        yield (
            f"| {profile.version} | {profile.effective_from:%Y-%m-%d} | {until} | {parents}"
            f" | {standing}{profile.effective_note} |"
        )


def _profile_link(key: str) -> str:
    return f"[{key}]({key.partition('@')[0]}.md)"


def _section_page(profile: Profile, section: Section, level: str) -> Iterator[str]:
    """Yield a section; of the further facts that are taken over only where they stand."""
    own = [said for said in section.facts if said.key not in profile.further or _states(profile, said)]
    others = sorted({said.fact.profile for said in section.facts if said not in own})
    yield f"{level} {section.title}"
    if own:
        yield "\n".join(line for said in own for line in _fact_page(profile, said))
    if others:
        links = ", ".join(f"[{name}]({name}.md)" for name in others)
        yield f"The further facts of {links} hold as well, where this profile does not say otherwise."


def _states(profile: Profile, said: Said) -> bool:
    return said.fact.profile == profile.name


def _fact_page(profile: Profile, said: Said) -> Iterator[str]:
    """Yield a fact as list entries: each sentence with source and standing, and the note below them."""
    source = _source(profile, said.fact)
    for sentence in said.sentences:
        yield f"- {_full_stop(sentence)} {source}"
    if said.fact.note:
        about = "" if len(said.sentences) == 1 else f"{capitalised(words(said.key))}: "
        yield f"  - {about}{_full_stop(said.fact.note)}"


def _source(profile: Profile, fact: Fact[object]) -> str:
    links = ", ".join(source_link(source) for source in fact.sources) or fact.citation.document
    by = f"; stated by {_profile_link(fact.profile)}" if fact.profile != profile.name else ""
    return f"({links}{_stated_section(fact)}{by}){'' if fact.verified else f' **{UNCONFIRMED}**'}"


def _stated_section(fact: Fact[object]) -> str:
    """Return the section where a fact names one; where its sources were read stands on their own page."""
    places = "; ".join(sources()[source].at for source in fact.sources)
    return f", {fact.citation.section}" if fact.citation.section != places else ""


def _full_stop(sentence: str) -> str:
    return sentence if sentence.endswith((".", "?")) else f"{sentence}."


def _fact_as_json(fact: Fact[object]) -> dict[str, object]:
    return {
        "value": _value_as_json(fact.value),
        "verified": fact.verified,
        "standing": "confirmed" if fact.verified else DEFAULT,
        "document": fact.citation.document,
        "section": fact.citation.section,
        "sources": list(fact.sources),
        "profile": fact.profile,
        "note": fact.note,
    }


def _value_as_json(value: object) -> object:
    if isinstance(value, tuple):
        return [_value_as_json(entry) for entry in value]
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return value
