"""FedRAMP's vulnerability rules of 2026 (VDR and VER), which replace the provider's POA&M."""
