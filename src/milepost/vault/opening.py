"""The vault behind an address: a folder, or a bucket of storage that speaks S3."""

from pathlib import Path
from typing import TYPE_CHECKING

from milepost.vault.folder import Folder
from milepost.vault.s3 import SCHEMES, Bucket, Clock, place_of
from milepost.vault.vault import INSTALLATION, Vault

if TYPE_CHECKING:
    from milepost.vault.storage import Storage


def opened(address: str, *, most_bytes: int, clock: Clock, organisation: str = INSTALLATION) -> Vault:
    """Return the vault of an organisation; a folder is made when the first file comes.

    Raises:
        WrongUse: the address is none.
    """
    scheme, separator, _ = address.partition("://")
    storage: Storage = (
        Bucket(place_of(address), clock) if separator and scheme in SCHEMES else Folder(Path(address))
    )
    return Vault(storage, most_bytes=most_bytes, organisation=organisation)
