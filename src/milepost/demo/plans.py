"""What the people of the demonstration system plan, close and report, as data.

Days count backwards from the day of the demonstration: 97 is 97 days before it, -9 is nine days after it.
Weaknesses are named by their source ids.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from milepost.domain.item import ResourceKind

INES = "Ines Moreau"
"""The ISSO: keeps the plan, asks for deviations."""
SAM = "Sam Okafor"
"""The engineer: plans and fixes."""
DANA = "Dana Ruiz"
"""Leads the teams that build the images."""
VERA = "Vera Lindqvist"
"""The verifier: re-tests and closes; never works on a fix."""
OMAR = "Omar Haddad"
"""The authorizing official: decides requests."""


class Step(NamedTuple):
    """A milestone and the day on which it is due; `after` is the number of the one it depends on."""

    text: str
    due: int
    after: int | None = None


class Need(NamedTuple):
    """What a remediation takes: an amount in US dollars, hours of people, or words."""

    kind: ResourceKind
    text: str
    amount: Decimal | None = None
    hours: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """How one weakness, or several that go together, will be dealt with; `fields` are further decisions."""

    day: int
    weaknesses: tuple[str, ...]
    responsible: str
    remediation: str
    steps: tuple[Step, ...] = ()
    needs: tuple[Need, ...] = ()
    fields: dict[str, str] = field(default_factory=dict)


class Closing(NamedTuple):
    """A fix that Vera verified, with its evidence."""

    day: int
    weakness: str
    evidence: str
    remark: str


FIRST_MONTH = (
    Plan(
        97,
        ("156860",),
        SAM,
        "Replace the settlement connector by its release 5.0, in which the vendor moves to Log4j 2. Until then "
        "take the classes that run code out of the old library and let the connector reach the bank only.",
        (
            Step("Take JMSAppender, SocketServer and the chainsaw classes out of log4j-1.2.17.jar", 90),
            Step("Vendor delivers connector 5.0 for testing", 45),
            Step("Connector 5.0 runs in production", 5, after=2),
        ),
        (
            Need(ResourceKind.FUNDING, "upgrade of the connector's licence", amount=Decimal(18000)),
            Need(ResourceKind.PEOPLE, "integration and regression test", hours=Decimal(60)),
        ),
        {
            "vendor_dependency": "yes",
            "vendor_product": "Meridian Settlement Connector 4.2",
            "supporting_parties": "Meridian Financial Systems, product support",
            "likelihood": "Low",
            "impact": "High",
            "compensating_controls": "The host accepts traffic from two application servers only and cannot open "
            "connections to the internet; the classes that run code are removed.",
        },
    ),
    Plan(
        95,
        ("57608",),
        SAM,
        "Require SMB signing by group policy once the backup appliance, which cannot sign, is replaced.",
        (
            Step("Replace the backup appliance", -20),
            Step("Switch the group policy from “enabled” to “required”", -30, after=1),
        ),
        (Need(ResourceKind.FUNDING, "backup appliance", amount=Decimal(9400)),),
        {"controls": "RA-5, SC-8", "likelihood": "Low", "impact": "Moderate"},
    ),
    Plan(
        95,
        ("70658", "71049", "153953", "10114"),
        SAM,
        "Roll out one hardened SSH and firewall baseline with the configuration tool: modern ciphers, codes and key "
        "exchanges only, ICMP types 13 and 14 dropped. Test on the bastion first, then servers in two groups.",
        (
            Step("Baseline agreed and tested on the bastion", 60),
            Step("Baseline on database servers", -10, after=1),
            Step("Baseline on web and application servers", -40, after=2),
        ),
        (Need(ResourceKind.PEOPLE, "platform team", hours=Decimal(24)),),
        {"controls": "RA-5, CM-6, SC-13"},
    ),
    Plan(
        94,
        ("CVE-2023-2976", "CVE-2020-8908"),
        DANA,
        "Move the ledger service to Guava 33. The report exporter uses two removed functions and has to be rewritten.",
        (
            Step("Exporter rewritten without the removed functions", 20),
            Step("Guava 33 in the ledger release", 12, after=1),
        ),
        (Need(ResourceKind.PEOPLE, "ledger team", hours=Decimal(32)),),
    ),
)

SECOND_MONTH = (
    Plan(
        66,
        ("51192", "57582"),
        SAM,
        "Issue certificates from the internal authority by ACME and renew them every 60 days without anybody's help.",
        (
            Step("ACME service of the internal authority reachable from the data network", 30),
            Step("Certificates on cache-01 and log-01", -12, after=1),
        ),
        (Need(ResourceKind.TECHNOLOGY, "ACME responder in front of the internal certificate authority"),),
        {"controls": "RA-5, SC-17"},
    ),
    Plan(
        65,
        ("187315",),
        SAM,
        "Install the distribution's OpenSSH with strict key exchange on all servers.",
        (Step("New OpenSSH on the application and database servers", -14),),
    ),
    Plan(
        64,
        ("142960",),
        SAM,
        "Send Strict-Transport-Security from the load balancer, first for a day, then for a year.",
        (Step("Header for a day, without complaints", 25), Step("Header for a year", -6, after=1)),
    ),
    Plan(
        63,
        ("132101",),
        SAM,
        "Set the registry values by group policy and restart in the maintenance window.",
        (Step("Values set and both servers restarted", -11),),
    ),
    Plan(
        62,
        ("CVE-2023-45288", "CVE-2024-34064", "CVE-2024-4067", "CVE-2024-43796"),
        DANA,
        "Raise the package in the next monthly release and let the build refuse versions below the fixed one.",
        (Step("Fixed versions in the release of next month", -16),),
    ),
    Plan(
        61,
        ("V-206350", "V-206397", "V-206414"),
        SAM,
        "Set the values of the web server standard and let the configuration tool hold them.",
        (Step("Values set on web-01 and web-02", -15),),
        (),
        {"controls": "CM-6, AC-12, SC-23"},
    ),
)

THIRD_MONTH = (
    Plan(
        37,
        ("33850",),
        SAM,
        "Build cache-02 on a supported release, move sessions and queues, and retire cache-01.",
        (
            Step("cache-02 built from the hardened machine image", 25),
            Step("Sessions and queues moved to cache-02", 12, after=1),
            Step("cache-01 retired", 10, after=2),
        ),
        (
            Need(
                ResourceKind.PEOPLE,
                "platform team, two evenings in the maintenance window",
                hours=Decimal(40),
            ),
            Need(ResourceKind.TECHNOLOGY, "one virtual machine more for four weeks"),
        ),
        {
            "likelihood": "Moderate",
            "impact": "High",
            "compensating_controls": "cache-01 accepts connections from three application servers only.",
        },
    ),
    Plan(
        36,
        ("CVE-2025-22869",),
        DANA,
        "Raise golang.org/x/crypto to 0.35.0; the bastion tunnel of the gateway needs a new handshake test.",
        (Step("Gateway release with golang.org/x/crypto 0.35.0", 12),),
    ),
    Plan(
        35,
        ("45411", "CVE-2024-37891", "CVE-2023-42366"),
        SAM,
        "Correct it with the next monthly release.",
        (Step("Corrected in the release of next month", -18),),
    ),
)

FOURTH_MONTH = (
    Plan(
        9,
        ("CVE-2025-24813",),
        DANA,
        "Emergency release of the ledger with Tomcat 10.1.35. Partial PUT is refused at the load balancer since the day "
        "of the scan.",
        (
            Step("Partial PUT refused at the load balancer", 9),
            Step("Emergency release in production", -2, after=1),
        ),
        (),
        {"likelihood": "High", "impact": "High"},
    ),
    Plan(
        8,
        ("CVE-2025-30204", "CVE-2024-38819", "CVE-2024-1135"),
        DANA,
        "Raise the package in the release of this month.",
        (Step("Fixed versions in the release of this month", -15),),
    ),
)

CLOSED_AFTER_SECOND_SCAN = (
    Closing(
        70, "42873", "CHG-1041, monthly scan", "3DES taken out of the cipher order; the new scan shows none."
    ),
    Closing(
        70, "41028", "CHG-1043, monthly scan", "The SNMP agent is stopped and masked; port 161 is closed."
    ),
    Closing(
        70, "CVE-2024-24790", "Release notes gateway", "Built with Go 1.21.11; the new image was scanned."
    ),
    Closing(
        70, "CVE-2024-2961", "Release notes gateway, reports", "New base image; both images were scanned."
    ),
    Closing(70, "CVE-2023-50447", "Release notes reports", "Pillow 10.2.0; the new image was scanned."),
    Closing(
        70, "CVE-2022-42003", "Release notes ledger", "jackson-databind 2.13.4.2, seen by both scanners."
    ),
    Closing(70, "CVE-2024-37890", "Release notes webhooks", "ws 8.17.1; the new image was scanned."),
    Closing(
        68, "104743", "CHG-1044, handshake test", "TLS 1.0 is off on both listeners; handshakes were refused."
    ),
    Closing(68, "11213", "CHG-1045, answer to TRACE", "TRACE is answered with 405."),
)

CLOSED_AFTER_THIRD_SCAN = (
    Closing(40, "183391", "CHG-1070, package list", "Apache HTTP Server 2.4.58 on both web servers."),
    Closing(
        40, "CVE-2024-34156", "Release notes gateway", "Built with Go 1.22.7; the new image was scanned."
    ),
    Closing(
        40, "CVE-2024-45337", "Release notes gateway", "golang.org/x/crypto 0.31.0; the image was scanned."
    ),
    Closing(40, "CVE-2024-6345", "Release notes reports", "setuptools 70.0.0; the new image was scanned."),
    Closing(40, "CVE-2022-1471", "Release notes ledger", "snakeyaml 2.0, seen by both scanners."),
    Closing(40, "CVE-2024-45296", "Release notes webhooks", "path-to-regexp 0.1.10; the image was scanned."),
    Closing(38, "71049", "CHG-1072, sshd_config of db-01, db-02", "Weak codes are gone from the offer."),
    Closing(38, "88098", "CHG-1073, answer headers", "The ETag header holds size and time only."),
    Closing(38, "CVE-2024-35195", "Release notes reports", "requests 2.32.0; the new image was scanned."),
    Closing(38, "CVE-2023-45857", "Release notes webhooks", "axios 1.6.0; the new image was scanned."),
)

CLOSED_AFTER_FOURTH_SCAN = (
    Closing(10, "CVE-2024-4068", "Release notes webhooks", "braces 3.0.3; the new image was scanned."),
    Closing(9, "V-206390", "CHG-1102, kernel command line", "FIPS mode is on; the rule was checked again."),
)
