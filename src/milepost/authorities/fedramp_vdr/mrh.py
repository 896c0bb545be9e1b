"""FedRAMP's history of vulnerabilities (VER-TFR-MRH), in and out."""

from milepost.authorities.fedramp_vdr.document import VulnerabilityReport

FORMAT = VulnerabilityReport("mrh")
