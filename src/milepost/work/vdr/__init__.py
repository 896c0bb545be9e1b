"""What a provider does under FedRAMP's vulnerability rules of 2026: report, and move over from the POA&M."""
