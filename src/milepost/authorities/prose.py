"""The rules as pages for a lawyer, from the same data: `python -m milepost.authorities.prose FOLDER`."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from milepost.authorities.profiles import all_profiles
from milepost.authorities.prose_profile import as_page
from milepost.authorities.prose_tables import tables_of
from milepost.authorities.prose_words import sections
from milepost.authorities.sources import sources
from milepost.domain.profile import Profile

_OPENING = """\
# The rules by authority

What each authority demands of a plan of action and milestones, as Milepost computes with it. These pages are
written from the profiles in `src/milepost/authorities/` by `make rules`; edit the profiles, not the pages.

- Every line names its source; the [sources](sources.md) say what was read and how near to the original.
- A line marked **unconfirmed** was not checked against its source. It is a default that you may edit, and it
  never makes an error.
- Days are calendar days.
- A profile has versions. An item keeps the version it was opened under until someone moves it.
- Where no source gives the first day of a version, its page says so and takes 2001-10-17, the day of OMB
  M-02-01, before which nobody had to keep such a plan: so the profile holds for every item.
- A profile takes over what the profiles it derives from say, unless it says otherwise itself; a line that it
  takes over says who states it.
- A system can answer to several profiles at once: the strictest holds, and says what it stands above.
"""
_BESIDES = """\
Beside the profiles stand the [lifecycle](lifecycle.md) of an item and the [rules of CMMC](cmmc.md) on points,
plans and closeout.
"""
_OWN = """\
## A profile of your own

Write a file of the same shape as the profiles that come with Milepost, name the policy that it rests on, and
derive it from one of them. What you do not state stays as it is there; a list that you state replaces the one
that was there, and a table of days has to name every severity that it named before.

```toml
name = "northwind"
title = "Northwind vulnerability policy"
applies_to = "all systems of Northwind"
extends = ["hhs"]
source = "Northwind vulnerability policy, edition 7"

[[version]]
version = "1"
effective_from = 2026-01-01

[version.facts]
review_days = 14
remediation_days = [
    { severity = "Critical", days = 7 },
    { severity = "High", days = 21 },
    { severity = "Moderate", days = 60 },
    { severity = "Low", days = 180 },
]
required_fields = ["description", "owner", { field = "evidence", states = ["closed_completed"] }]
approvers = [{ decision = "risk_acceptance", roles = ["ao"], second = ["ciso"] }]
risk_matrix = "nist_sp800_30r1_risk"
```

`milepost profile add northwind.toml --by NAME` takes it in; to change something, add a version to the file
and run it again. `milepost profile show northwind` shows every fact with its source.
"""


def pages() -> Mapping[str, str]:
    """Return every page by file name: an index, the sources, and one page a profile."""
    by_name = groupby(all_profiles(), key=lambda profile: profile.name)
    profiles = {name: tuple(versions) for name, versions in by_name}
    texts = {f"{name}.md": _page(name, versions) for name, versions in profiles.items()}
    return {"README.md": _index(profiles), "sources.md": _sources(), **texts}


def _page(name: str, versions: Sequence[Profile]) -> str:
    tables = tables_of(name)
    return f"{as_page(versions)}\n{tables}\n" if tables else as_page(versions)


def write(folder: Path) -> None:
    """Write every page into a folder; other files in it stay."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _index(profiles: Mapping[str, Sequence[Profile]]) -> str:
    return "\n".join([_OPENING, "## Profiles", "", *_profile_table(profiles), "", _BESIDES, _OWN])


def _profile_table(profiles: Mapping[str, Sequence[Profile]]) -> Iterator[str]:
    yield "| profile | for whom | versions | confirmed facts of its own |"
    yield "|---|---|---|---|"
    for name, versions in profiles.items():
        keys = ", ".join(version.version for version in versions)
        confirmed, stated = _counts(versions)
        title = versions[-1].title
        yield f"| [{title}]({name}.md) | {versions[-1].applies_to} | {keys} | {confirmed} of {stated} |"


def _counts(versions: Sequence[Profile]) -> tuple[int, int]:
    """Count the facts that a profile states itself: the confirmed ones, and all; each key once a version."""
    own = [
        said.fact.verified
        for profile in versions
        for section in sections(profile)
        for said in section.facts
        if said.fact.profile == profile.name
    ]
    return sum(own), len(own)


def _sources() -> str:
    lines = [
        "# Sources",
        "",
        "What the profiles rest on. `primary` was read itself; `primary-quoted`, `primary-partial` and",
        "`primary-derived` in parts, quotations or transcriptions; `implementation` is a program that",
        "follows it, `practice` what people do, `secondary` what others tell; `unverified` was not read.",
        "",
    ]
    for source in sources().values():
        lines += [f"## {source.id}", "", f"{source.title}.", ""]
        lines += [f"Read at: {source.at}. Standing: {source.kind}.", ""]
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Write the pages into the folder that is named; 2 for wrong use."""
    if len(arguments) != 1:
        sys.stderr.write("Usage: python -m milepost.authorities.prose FOLDER\n")
        return 2
    write(Path(arguments[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
