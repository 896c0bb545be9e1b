"""The intelligence community: CNSSI-1254 data elements and the body-of-evidence exchange."""
