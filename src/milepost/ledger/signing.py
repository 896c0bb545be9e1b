"""The key that signs checkpoints (Ed25519, RFC 8032): made once, readable by its owner alone."""

import base64
import os
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from milepost.domain.errors import DamagedInput, StateConflict

KEY_NAME: Final = "milepost"
_ED25519: Final = b"\x01"
_SEED: Final = 32


def key_id(public: bytes) -> bytes:
    """Return the four bytes by which a signature names its key (C2SP signed-note)."""
    return sha256(KEY_NAME.encode() + b"\n" + _ED25519 + public).digest()[:4]


def verifier_key(public: bytes) -> str:
    """Return a public key as verifiers take it: name, id, and the key in base64 (C2SP vkey)."""
    return f"{KEY_NAME}+{key_id(public).hex()}+{base64.b64encode(_ED25519 + public).decode()}"


def public_key() -> bytes:
    """Return the 32 bytes of the public key."""
    return _key().public_key().public_bytes_raw()


def sign(text: bytes) -> bytes:
    """Return the signature of a text; the same text gives the same signature."""
    return _key().sign(text)


def is_signed(text: bytes, signature: bytes, public: bytes) -> bool:
    """Tell whether a signature is that of a text by a key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text)
    except InvalidSignature:
        return False
    return True


def _key() -> Ed25519PrivateKey:
    return _key_in(Path(settings.LEDGER_KEY))


@cache
def _key_in(path: Path) -> Ed25519PrivateKey:
    seed = path.read_bytes() if path.is_file() else _made(path)
    if len(seed) != _SEED:
        fix = "bring it back from a backup"
        raise DamagedInput("this is no key of a ledger", where=str(path), fix=fix)
    return Ed25519PrivateKey.from_private_bytes(seed)


def _made(path: Path) -> bytes:
    """Make the key; when another process was faster, its key counts."""
    seed = os.urandom(_SEED)
    waiting = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    try:
        with os.fdopen(os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(seed)
            file.flush()
            os.fsync(file.fileno())
        os.link(waiting, path)
    except FileExistsError:
        return path.read_bytes()
    except OSError as error:
        what = f"the key of the ledger cannot be made ({error.strerror})"
        raise StateConflict(what, where=str(path), fix="name a folder of your own with --home") from error
    finally:
        waiting.unlink(missing_ok=True)
    return seed
