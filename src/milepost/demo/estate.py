"""The demonstration system's machines and images, and the days on which they were scanned."""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

DOMAIN = "harborpayments.example"
REGISTRY = f"registry.{DOMAIN}/harbor"
MONTHS = (1, 2, 3, 4)
DAYS_BEFORE = {1: 100, 2: 70, 3: 40, 4: 10}
"""How many days before the day of the demonstration each month's scans were made."""

REBUILT_IN = 3


class Server(NamedTuple):
    """A machine: its short name, its address, another one once it was rebuilt, what it runs."""

    name: str
    address: str
    system: str
    rebuilt_as: str = ""
    uuid: str = ""

    @property
    def fqdn(self) -> str:
        """The full name, which stays when the address changes."""
        return f"{self.name}.{DOMAIN}"

    def address_in(self, month: int) -> str:
        """Return the address in a month."""
        return self.rebuilt_as if self.rebuilt_as and month >= REBUILT_IN else self.address


class Image(NamedTuple):
    """A container image: its repository without tag, its base, and the scanners that look at it."""

    name: str
    family: str
    release: str
    scanners: tuple[str, ...]

    @property
    def repository(self) -> str:
        """The name without a tag."""
        return f"{REGISTRY}/{self.name}"


_UBUNTU = "Linux Kernel 5.15 on Ubuntu 22.04 (jammy)"
_WINDOWS = "Microsoft Windows Server 2022 Standard"

SERVERS = (
    Server("web-01", "10.20.1.11", _UBUNTU, rebuilt_as="10.20.1.31"),
    Server("web-02", "10.20.1.12", _UBUNTU, rebuilt_as="10.20.1.32"),
    Server("app-01", "10.20.2.21", _UBUNTU),
    Server("app-02", "10.20.2.22", _UBUNTU),
    Server("app-03", "10.20.2.23", _UBUNTU, rebuilt_as="10.20.1.11"),
    Server("db-01", "10.20.3.11", _UBUNTU, uuid="6f1d2a60-3c1e-4b52-9f0e-2a8f5d7c1101"),
    Server("db-02", "10.20.3.12", _UBUNTU, uuid="6f1d2a60-3c1e-4b52-9f0e-2a8f5d7c1102"),
    Server("cache-01", "10.20.3.31", "Linux Kernel 5.4 on Ubuntu 20.04 (focal)"),
    Server("log-01", "10.20.4.10", _UBUNTU),
    Server("bastion-01", "192.0.2.10", _UBUNTU),
    Server("win-01", "10.20.5.11", _WINDOWS, uuid="6f1d2a60-3c1e-4b52-9f0e-2a8f5d7c1201"),
    Server("win-02", "10.20.5.12", _WINDOWS, uuid="6f1d2a60-3c1e-4b52-9f0e-2a8f5d7c1202"),
)
IMAGES = (
    Image("gateway", "debian", "12.5", ("trivy",)),
    Image("reports", "debian", "12.5", ("trivy",)),
    Image("ledger", "ubuntu", "22.04", ("trivy", "grype")),
    Image("webhooks", "alpine", "3.19.1", ("grype",)),
)
NOT_SCANNED = frozenset({("log-01", 3)})
"""Hosts that were down for maintenance when a month's scan ran."""
WITHOUT_LOGIN = frozenset({("win-01", 3), ("win-02", 3)})
"""Hosts on which the scanner could not log in: the password of its account had expired."""
CHECKLIST_HOST = "web-01"
CHECKLIST_MONTHS = (2, 4)


def server_named(name: str) -> Server:
    """Return the server with this short name."""
    return next(server for server in SERVERS if server.name == name)


def scan_day(month: int, as_of: date) -> date:
    """Return the day of a month's scans."""
    return as_of - timedelta(days=DAYS_BEFORE[month])


def scan_time(month: int, as_of: date) -> datetime:
    """Return the instant at which a month's scans ended, in UTC; the same calendar day in America."""
    return datetime.combine(scan_day(month, as_of), time(15), tzinfo=UTC)


def tag(month: int, as_of: date) -> str:
    """Return the tag under which the images were released for a month."""
    return f"{scan_day(month, as_of):%Y.%m.%d}"
