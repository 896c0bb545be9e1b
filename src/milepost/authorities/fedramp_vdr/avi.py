"""FedRAMP's report of accepted vulnerabilities (VER-RPT-AVI), in and out."""

from milepost.authorities.fedramp_vdr.document import VulnerabilityReport

FORMAT = VulnerabilityReport("avi")
