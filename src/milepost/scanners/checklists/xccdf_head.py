"""What stands in an XCCDF TestResult around its results: the target, its facts, its benchmark."""

from dataclasses import dataclass, field

from milepost.scanners.checklists.targets import Target
from milepost.scanners.checklists.xccdf_rules import space_of, text_of
from milepost.scanners.records import Element

_ASSET = ":asset:"
_HOST_NAMES = {"host_name", "hostname", "name"}
_ADDRESSES = {"ipv4", "ipv6", "ip", "ipaddress"}
# STIG Manager keeps what a checklist says of a site under these names; its asset is then host and site.
_CHECKLIST_HOST = "cklhostname"
_SITES = {"site", "cklwebdbsite"}
_INSTANCES = {"instance", "cklwebdbinstance"}


@dataclass
class Head:
    """The target of a TestResult, and how it names its benchmark."""

    names: list[str] = field(default_factory=list)
    fqdns: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    checklist_host: str = ""
    site: str = ""
    instance: str = ""
    benchmark_id: str = ""
    benchmark_file: str = ""
    asset_ids: list[str] = field(default_factory=list)

    def target(self) -> Target:
        """Return the asset as named."""
        return Target(
            host_name=self.checklist_host or "\n".join(dict.fromkeys(self.names)),
            fqdn="\n".join(dict.fromkeys(self.fqdns)),
            addresses="\n".join(dict.fromkeys(self.addresses)),
            site=self.site,
            instance=self.instance,
        )

    def read(self, result: Element) -> None:
        """Take what stands in the result at this moment; what was taken before stays."""
        space = space_of(result)
        self.names += _texts(result, f"{space}target")
        self.addresses += _texts(result, f"{space}target-address")
        for benchmark in result.iterchildren(f"{space}benchmark"):
            self.benchmark_id = benchmark.get("id", "") or self.benchmark_id
            self.benchmark_file = benchmark.get("href", "") or self.benchmark_file
        for reference in result.iterchildren(f"{space}target-id-ref"):
            self.asset_ids.append(reference.get("name", ""))
        for facts in result.iterchildren(f"{space}target-facts"):
            for fact in facts.iterchildren(f"{space}fact"):
                self._take(fact.get("name", ""), text_of(fact))

    def _take(self, name: str, value: str) -> None:
        word = name.rpartition(":")[2].lower()
        if _ASSET not in name or not value:
            return
        if word in _HOST_NAMES:
            self.names.append(value)
        elif word == "fqdn":
            self.fqdns.append(value)
        elif word in _ADDRESSES:
            self.addresses.append(value)
        elif word == _CHECKLIST_HOST:
            self.checklist_host = value
        elif word in _SITES:
            self.site = value
        elif word in _INSTANCES:
            self.instance = value


def _texts(element: Element, name: str) -> list[str]:
    return [text for text in map(text_of, element.iterchildren(name)) if text]
