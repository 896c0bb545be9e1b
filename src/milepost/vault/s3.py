"""Bytes in storage that speaks S3: Amazon's, MinIO, Ceph; one object a file, no library."""

import errno
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import ip_address
from tempfile import TemporaryFile
from typing import IO, Final
from urllib.parse import parse_qs, quote, unquote, urlsplit

from milepost.domain.errors import WrongUse
from milepost.vault.signing import EMPTY, Credentials, Request, query_text, signed_headers
from milepost.vault.storage import Stored

SCHEMES: Final = frozenset({"s3+https", "s3+http"})
Clock = Callable[[], datetime]
_SECONDS: Final = 60
_CHUNK: Final = 1 << 18
_SUCCESS: Final = range(200, 300)
_MISSING: Final = 404
_OBJECT: Final = re.compile(r"<Contents>(.*?)</Contents>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a bucket is, by its address, and who asks."""

    secure: bool
    host: str
    port: int | None
    bucket: str
    credentials: Credentials

    @property
    def named(self) -> str:
        """Return the host as a request names it."""
        return self.host if self.port is None else f"{self.host}:{self.port}"


def place_of(address: str) -> Place:
    """Read `s3+https://key:secret@host:port/bucket?region=us-east-1`.

    Raises:
        WrongUse: a part is missing, or evidence would travel in the clear.
    """
    parts = urlsplit(address)
    bucket, key, secret = parts.path.strip("/"), unquote(parts.username or ""), unquote(parts.password or "")
    if not (parts.hostname and bucket and key and secret) or "/" in bucket:
        raise WrongUse(
            "the address of the storage is not whole",
            where="MILEPOST_VAULT",
            fix="write s3+https://key:secret@host/bucket?region=us-east-1",
        )
    secure = parts.scheme == "s3+https"
    if not secure and not _is_this_machine(parts.hostname):
        raise WrongUse("evidence would travel unencrypted", where="MILEPOST_VAULT", fix="use s3+https")
    region = parse_qs(parts.query).get("region", ["us-east-1"])[0]
    return Place(secure, parts.hostname, parts.port, bucket, Credentials(key, secret, region))


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Bucket:
    """A storage in a bucket; whether old versions stay, and for how long, is the bucket's own setting."""

    def __init__(self, place: Place, clock: Clock) -> None:
        """Take where it is, and what tells the time that requests are signed with."""
        self._place = place
        self._clock = clock

    @contextmanager
    def waiting(self, folder: str) -> Iterator[IO[bytes]]:
        """Give a file of this machine that has no name, and is gone whatever happens."""
        del folder
        with TemporaryFile() as file:
            yield file

    def keep(self, file: IO[bytes], key: str) -> None:
        """Send a file; the service checks that what arrives has the hash that is its name."""
        size = file.seek(0, 2)
        file.seek(0)
        headers = {"content-length": str(size)}
        self._asked("PUT", key, headers=headers, body=file, sha256=key.rpartition("/")[2]).close()

    def renew(self, key: str) -> None:
        """Copy an object onto itself, so that it counts as put there just now."""
        source = quote(f"/{self._place.bucket}/{key}")
        headers = {"x-amz-copy-source": source, "x-amz-metadata-directive": "REPLACE", "content-length": "0"}
        self._asked("PUT", key, headers=headers).close()

    def open(self, key: str) -> IO[bytes]:
        """Open an object; its bytes come as they are read."""
        return self._asked("GET", key)

    def stored(self, folder: str) -> Iterator[Stored]:
        """Yield every object below a folder, a thousand for each request."""
        query = {"list-type": "2", "prefix": f"{folder}/"}
        while query:
            with self._asked("GET", "", query=query) as answer:
                text = answer.read().decode()
            for found in _OBJECT.findall(text):
                since = datetime.fromisoformat(_element(found, "LastModified"))
                yield Stored(_element(found, "Key"), since.timestamp())
            more = _element(text, "NextContinuationToken")
            query = {**query, "continuation-token": more} if more else {}

    def remove(self, key: str) -> None:
        """Remove an object; a locked one stays, and the service says so."""
        self._asked("DELETE", key).close()

    def clear(self, folder: str, before: float) -> int:
        """Return 0: files that wait for being sent have no name, and end with the process."""
        del folder, before
        return 0

    def _asked(
        self,
        method: str,
        key: str,
        *,
        query: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        body: IO[bytes] | None = None,
        sha256: str = EMPTY,
    ) -> HTTPResponse:
        """Send a request and return its answer, once that is a good one."""
        place, asked = self._place, query or {}
        path = f"/{place.bucket}/{key}" if key else f"/{place.bucket}"
        given = {"host": place.named, **(headers or {})}
        signed = signed_headers(Request(method, path, asked, given, sha256), place.credentials, self._clock())
        scheme = HTTPSConnection if place.secure else HTTPConnection
        connection = scheme(place.host, place.port, timeout=_SECONDS, blocksize=_CHUNK)
        try:
            address = f"{quote(path)}?{query_text(asked)}" if asked else quote(path)
            connection.request(method, address, body, {**signed, "connection": "close"})
            answer = connection.getresponse()
        except HTTPException as error:
            connection.close()
            raise OSError(errno.EIO, f"the storage gave no answer: {type(error).__name__}") from error
        except OSError:
            connection.close()
            raise
        return _good(answer, key)


def _good(answer: HTTPResponse, key: str) -> HTTPResponse:
    if answer.status in _SUCCESS:
        return answer
    code = _element(answer.read(_CHUNK).decode(errors="replace"), "Code")
    answer.close()
    if answer.status == _MISSING and code in {"NoSuchKey", ""}:
        raise FileNotFoundError(errno.ENOENT, "no such object", key)
    raise OSError(errno.EIO, f"the storage answered {answer.status} {code or answer.reason}")


def _element(text: str, name: str) -> str:
    found = re.search(rf"<{name}>([^<]*)</{name}>", text)
    return unescape(found[1]) if found else ""
