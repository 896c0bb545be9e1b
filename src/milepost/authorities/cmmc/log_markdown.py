"""A tracking log as Markdown: a section for each item, new or written into the user's own log.

Text stays text: signs with a meaning in Markdown or HTML have a backslash before them (CommonMark 0.31,
2.4), which reading takes off again.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from milepost.authorities.cmmc.log_items import LogTexts, Section, item_of, merged
from milepost.authorities.forms.writing import counts
from milepost.authorities.intake.markdown import summary_in
from milepost.authorities.sheets.text import clean
from milepost.domain.errors import UnknownFormat
from milepost.domain.plan_item import PlanItem
from milepost.domain.problem import Problem

_HEADING = re.compile(r"#{1,6}\s+(.*)")
_FIELD = re.compile(r"\*\*([^*]+?):?\*\*:?\s*(.*)")
_RULE = re.compile(r"\s*-{3,}\s*")
_SIGNS = re.compile(r"[\\*<\[\]]")
_OPENING = re.compile(r"^(?=#|>|\+\s|\||~~~|```|-{2,}|={2,})")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_STEP = re.compile(r"\((\d+)\) (\[[ x]\]) (.*)")
_SYSTEM = "System"
_REMARKS = "Remarks"


def sections(text: str) -> list[Section]:
    """Return the items of a log: the sections with at least two fields of the log."""
    found: list[Section] = []
    heading = ""
    for number, line in enumerate(text.splitlines()):
        title = _HEADING.match(line)
        if title:
            found.append(_begun(_read(title[1]), number))
            heading = ""
        elif found:
            heading = _add(found[-1], heading, line)
            found[-1].end = found[-1].end if _is_gap(line) else number + 1
    return [section for section in found if section.is_item]


def _begun(title: str, number: int) -> Section:
    identifier, colon, words = title.partition(":")
    parts = (identifier.strip(), words.strip()) if colon else ("", title.strip())
    return Section(*parts, first=number + 1, end=number + 1)


def _add(section: Section, heading: str, line: str) -> str:
    """Put a line to its field; return the field that the next lines belong to."""
    found = _FIELD.fullmatch(line.rstrip())
    if found:
        heading = _read(found[1].strip())
        line = found[2]
    if _RULE.fullmatch(line):
        return heading
    if heading or line.strip():
        named = heading or _REMARKS
        before = section.fields.get(named, "")
        section.fields[named] = f"{before}\n{_read(line.rstrip())}" if before else _read(line.rstrip())
    return heading


def _is_gap(line: str) -> bool:
    return not line.strip() or bool(_RULE.fullmatch(line))


def _read(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)


def facts_of(text: str) -> dict[str, str]:
    """Return the system that a log names, and the counts of its summary."""
    named = re.search(r"^\*\*System:\*\*[ \t]*(.+?)[ \t]*$", text, re.MULTILINE)
    return summary_in(text) | ({"system": _read(named[1])} if named else {})


def new_log(texts: LogTexts) -> str:
    """Return a log: its head, the counts by status, a section for each item."""
    plan = texts.plan
    system = _one_line(plan.facts.get("system", "") or plan.name)
    rows = [f"| {_written(word)} | {count} |" for word, count in counts(texts.saying).items()]
    head = ["# Plan of Action and Milestones (POA&M) Tracking Log", f"**{_SYSTEM}:** {system}"]
    head += [
        f"**Date:** {texts.as_of:%Y-%m-%d}",
        "## 1. Summary",
        "\n".join(["| Count | Number |", "|---|---|", *rows]),
    ]
    items = [section_text(item, texts.of(item)) for item in plan.items]
    return "\n\n".join([*head, "## 2. POA&M Items", *items]) + "\n"


def section_text(item: PlanItem, texts: Mapping[str, str]) -> str:
    """Return the section of an item."""
    parts = [f"### {_one_line(item.id)}: {_one_line(item.title)}".rstrip()]
    parts += [_field(heading, text) for heading, text in texts.items()]
    return "\n\n".join(parts)


def _field(heading: str, text: str) -> str:
    lines = clean(text).strip().splitlines()
    is_steps = heading == "Milestones"
    lines = list(_steps(lines)) if is_steps else [_written(line) for line in lines]
    between = " " if len(lines) == 1 and not is_steps else "\n"
    return f"**{_one_line(heading)}:**{between}" + "\n".join(lines)


def _steps(lines: Sequence[str]) -> Iterator[str]:
    """Write numbered boxes as a list of tasks; a number that is not the place in the list stays."""
    for place, line in enumerate(lines, 1):
        step = _STEP.fullmatch(line)
        if step is None:
            yield line if line.lstrip().startswith("- [") else _written(line)
        elif int(step[1]) == place:
            yield f"- {step[2]} {_written(step[3])}"
        else:
            yield f"- ({step[1]}) {step[2]} {_written(step[3])}"


def _one_line(text: str) -> str:
    return _written(" ".join(clean(text).split()))


def _written(line: str) -> str:
    """Return a line with a backslash before the signs that would be markup."""
    return _OPENING.sub(r"\\", _SIGNS.sub(r"\\\g<0>", line.rstrip()))


def filled_log(base: str, name: str, texts: LogTexts) -> tuple[str, list[Problem]]:
    """Return a log with the plan's items in it; everything else, and each item that says the same, stays.

    Raises:
        UnknownFormat: the base has no item of a log.
    """
    former = sections(base)
    if not former:
        fix = "choose a log with a section for each item, or write without a base"
        raise UnknownFormat("the base holds no item of a tracking log", where=name, fix=fix)
    end = "\r\n" if "\r\n" in base else "\n"
    lines = base.splitlines(keepends=True)
    by_id = {item.id: item for item in texts.plan.items}
    problems = _summary_problems(base, name, texts)
    known = {section.identifier for section in former}
    added = [section_text(item, texts.of(item)) for item in texts.plan.items if item.id not in known]
    if added:
        text = "\n\n---\n\n" + "\n\n---\n\n".join(added) + "\n"
        lines.insert(former[-1].end, text.replace("\n", end))
    for section in reversed(former):
        item = by_id.get(section.identifier)
        if item is None:
            what = f"{section.identifier} is in the base and not in the plan; it stays as it was"
            problems.append(Problem(f"{name}, line {section.first}", what, "take it out, if it is to go"))
        elif text := _changed(section, item, texts):
            ending = end if section.end < len(lines) or base.endswith(("\n", "\r")) else ""
            lines[section.first - 1 : section.end] = [text.replace("\n", end) + ending]
    return "".join(lines), problems


def _changed(section: Section, item: PlanItem, texts: LogTexts) -> str:
    """Return the new section of an item; nothing where it says what it said."""
    before = item_of(section)
    now = merged(texts.of(item), section.fields)
    then = merged(texts.of(before), section.fields)
    same = now == then and (item.id, item.title) == (before.id, before.title)
    return "" if same else section_text(item, now)


def _summary_problems(base: str, name: str, texts: LogTexts) -> list[Problem]:
    found = counts(texts.saying)
    said = {key.removeprefix("summary:"): int(text) for key, text in summary_in(base).items()}
    actual = {word.casefold(): count for word, count in found.items()}
    return [
        Problem(name, f"the summary says {count} {word}, the items are {actual[word]}", "correct the summary")
        for word, count in said.items()
        if word in actual and actual[word] != count
    ]
