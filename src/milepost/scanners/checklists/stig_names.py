"""How STIGs, their groups and rules are called in the formats, and what of it stays from release to release.

A group (`V-204393`) stays; its rule carries a revision (`SV-204393r603261_rule`) that changes. Groups that
were numbered anew in 2020, from V-200000 on, share the number with their rule; older rules have numbers of
their own (`SV-86483r3_rule` in `V-71859`). Both are so in all real checklists and results that the tests
know.
"""

import re
from functools import lru_cache

BENCHMARK_PREFIX = "xccdf_mil.disa.stig_benchmark_"
GROUP_PREFIX = "xccdf_mil.disa.stig_group_"
RULE_PREFIX = "xccdf_mil.disa.stig_rule_"
SAME_NUMBER_FROM = 200_000
MANUAL_BENCHMARKS = {
    "CAN_Ubuntu_18-04_STIG": "U_CAN_Ubuntu_18-04_STIG",
    "Mozilla_Firefox_RHEL": "Mozilla_Firefox",
    "Mozilla_Firefox_Windows": "Mozilla_Firefox",
    "MOZ_Firefox_Linux": "MOZ_Firefox_STIG",
    "MOZ_Firefox_Windows": "MOZ_Firefox_STIG",
    "Solaris_10_X86_STIG": "Solaris_10_X86",
}
"""The SCAP benchmarks of DISA that go by another id than the manual STIG; source: STIG Manager, SCAP maps."""

_GROUP = re.compile(r"V-\d{1,8}", re.ASCII)
_RULE = re.compile(r"(SV-(\d{1,8}))(?:r\d{1,10})?(?:_rule)?", re.ASCII)
_FILE = re.compile(r"(?:.*[/_#])?U_([A-Za-z0-9][\w.-]*?)_V\d{1,3}R\d{1,3}(_STIG)?(?=[_.-])", re.ASCII)


def group_number(text: str) -> str:
    """Return `V-204393` of `xccdf_mil.disa.stig_group_V-204393` or of the number itself; empty if none."""
    found = text.strip().removeprefix(GROUP_PREFIX)
    return found if _GROUP.fullmatch(found) else ""


@lru_cache(maxsize=1 << 13)
def group_of_rule(text: str) -> str:
    """Return the group that a rule's own id tells: `V-204393` of `SV-204393r603261_rule`; empty if none."""
    match = _RULE.fullmatch(text.strip().removeprefix(RULE_PREFIX))
    return f"V-{match[2]}" if match and int(match[2]) >= SAME_NUMBER_FROM else ""


@lru_cache(maxsize=1 << 13)
def rule_number(text: str) -> str:
    """Return a rule's id without revision: `SV-86483` of `…_rule_SV-86483r3_rule`; other ids stay whole."""
    match = _RULE.fullmatch(text.strip().removeprefix(RULE_PREFIX))
    return match[1] if match else text.strip()


def rule_name(text: str) -> str:
    """Return a rule's id as it is quoted, with its revision: `SV-204393r603261`."""
    return text.strip().removeprefix(RULE_PREFIX).removesuffix("_rule")


def stig_name(benchmark: str) -> str:
    """Return the id by which checklists know a STIG, whether the checklist's or the benchmark's is given."""
    name = benchmark.strip().removeprefix(BENCHMARK_PREFIX)
    return MANUAL_BENCHMARKS.get(name, name)


def stig_name_of_file(text: str) -> str:
    """Return the id of the STIG whose file DISA calls so: `U_RHEL_8_STIG_V1R9_Manual-xccdf.xml`."""
    match = _FILE.match(text.strip())
    return match[1] + (match[2] or "") if match else ""
