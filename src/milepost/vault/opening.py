"""The vault behind an address: so far a folder."""

from pathlib import Path

from milepost.vault.folder import Folder
from milepost.vault.vault import INSTALLATION, Vault


def opened(address: str, *, most_bytes: int, organisation: str = INSTALLATION) -> Vault:
    """Return the vault of an organisation; it is made when the first file comes."""
    return Vault(Folder(Path(address)), most_bytes=most_bytes, organisation=organisation)
