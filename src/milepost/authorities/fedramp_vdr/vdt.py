"""FedRAMP's report of vulnerability details (VER-RPT-VDT), in and out."""

from milepost.authorities.fedramp_vdr.document import VulnerabilityReport

FORMAT = VulnerabilityReport("vdt")
