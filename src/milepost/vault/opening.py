"""The vault behind an address: so far a folder."""

from pathlib import Path

from milepost.vault.folder import Folder
from milepost.vault.vault import Vault


def opened(address: str, *, most_bytes: int) -> Vault:
    """Return the vault of this installation; it is made when the first file comes."""
    return Vault(Folder(Path(address)), most_bytes=most_bytes)
