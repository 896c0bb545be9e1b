"""The vault in storage that speaks S3: the same promises as in a folder, kept over signed requests."""

import hmac
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl, quote, urlsplit

import pytest

from milepost.domain.errors import EvidenceLost, StorageFailed, WrongUse
from milepost.vault.opening import opened
from milepost.vault.signing import EMPTY, Credentials, Request, signed_headers
from milepost.vault.vault import Condition, Vault

AS_PRINTED = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
AMAZON = Credentials("AKIAIOSFODNN7EXAMPLE", AS_PRINTED, "us-east-1")
NOW = datetime(2013, 5, 24, tzinfo=UTC)
HOST = {"host": "examplebucket.s3.amazonaws.com"}
STORAGE_CLASS = {"date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"}
WELCOME = sha256(b"Welcome to Amazon S3.").hexdigest()


@pytest.mark.parametrize(
    ("request_", "signature"),
    [
        (
            Request("GET", "/test.txt", {}, HOST | {"range": "bytes=0-9"}),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            Request("PUT", "/test$file.text", {}, HOST | STORAGE_CLASS, WELCOME),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
        (
            Request("GET", "/", {"prefix": "J", "max-keys": "2"}, HOST),
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ],
)
def test_signatures_are_those_that_amazon_gives(request_: Request, signature: str) -> None:
    """The examples of Amazon's own reference come out with the signatures printed there."""
    assert signed_headers(request_, AMAZON, NOW)["authorization"].endswith(f"Signature={signature}")


class Service(BaseHTTPRequestHandler):
    """A small S3: one bucket in memory; refuses what is not signed so, or is not what it hashes to."""

    objects: dict[str, bytes]
    status = 0

    def do_PUT(self) -> None:
        """Keep an object, or copy one onto itself."""
        body = self.rfile.read(int(self.headers["content-length"]))
        if not self.trusted(body):
            return
        if "x-amz-copy-source" not in self.headers:
            self.objects[urlsplit(self.path).path.removeprefix("/evidence/")] = body
        self.answer(200)

    def do_GET(self) -> None:
        """Give an object, or two names of a list at a time."""
        if not self.trusted(b""):
            return
        parts = urlsplit(self.path)
        if parts.path == "/evidence":
            self.answer(200, self.listed(dict(parse_qsl(parts.query))))
            return
        found = self.objects.get(parts.path.removeprefix("/evidence/"))
        if found is None:
            self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        else:
            self.answer(200, found)

    def do_DELETE(self) -> None:
        """Forget an object."""
        if self.trusted(b""):
            self.objects.pop(urlsplit(self.path).path.removeprefix("/evidence/"), None)
            self.answer(204)

    def listed(self, asked: dict[str, str]) -> bytes:
        """Return two names, and where to go on."""
        names = sorted(name for name in self.objects if name.startswith(asked["prefix"]))
        start = int(asked.get("continuation-token", "+ 0").removeprefix("+ "))
        found = "".join(
            f"<Contents><Key>{name}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>"
            for name in names[start : start + 2]
        )
        more = start + 2 < len(names)
        token = f"<NextContinuationToken>+ {start + 2}</NextContinuationToken>" if more else ""
        return f"<ListBucketResult>{found}{token}</ListBucketResult>".encode()

    def trusted(self, body: bytes) -> bool:
        """Check signature and hash; refuse otherwise, and whenever the test says so."""
        good = self.signature() == self.headers["authorization"].rpartition("Signature=")[2]
        if self.status:
            self.answer(self.status, b"<Error><Code>SlowDown</Code></Error>")
        elif not good or sha256(body).hexdigest() != self.headers["x-amz-content-sha256"]:
            self.answer(403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>")
        return good and not self.status

    def signature(self) -> str:
        """Work the signature out as the reference says, from what arrived."""
        parts = urlsplit(self.path)
        query = sorted(parse_qsl(parts.query, keep_blank_values=True))
        said = dict(part.strip().split("=", 1) for part in self.headers["authorization"][16:].split(","))
        _, day, region, service, _ = said["Credential"].split("/")
        canonical = [self.command, parts.path]
        canonical.append("&".join(f"{quote(name, safe='')}={quote(each, safe='')}" for name, each in query))
        canonical += [f"{name}:{self.headers[name].strip()}" for name in said["SignedHeaders"].split(";")]
        canonical += ["", said["SignedHeaders"], self.headers["x-amz-content-sha256"]]
        text = "\n".join(
            [
                "AWS4-HMAC-SHA256",
                self.headers["x-amz-date"],
                f"{day}/{region}/{service}/aws4_request",
                sha256("\n".join(canonical).encode()).hexdigest(),
            ]
        )
        key = f"AWS4{AS_PRINTED}".encode()
        for part in (day, region, service, "aws4_request", text):
            key = hmac.new(key, part.encode(), sha256).digest()
        return key.hex()

    def answer(self, status: int, body: bytes = b"") -> None:
        """Send an answer."""
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@pytest.fixture
def service() -> Iterator[tuple[type[Service], str]]:
    """Give a service of the test's own, and its address."""
    handler = type("Served", (Service,), {"objects": {}})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        secret = quote(AS_PRINTED, safe="")
        yield handler, f"s3+http://AKIA:{secret}@127.0.0.1:{server.server_port}/evidence?region=eu-1"
        server.shutdown()
        thread.join()


def vault_at(address: str) -> Vault:
    """Open the vault of an organisation at an address."""
    return opened(address, most_bytes=1 << 20, clock=lambda: datetime.now(UTC), organisation="first")


def test_bytes_go_to_the_bucket_and_come_back(service: tuple[type[Service], str]) -> None:
    """Put, read, listed over several answers, renewed, removed: as in a folder."""
    handler, address = service
    vault = vault_at(address)
    names = [vault.put([b"evidence ", str(number).encode()], "x").sha256 for number in range(5)]
    assert sorted(handler.objects) == sorted(f"first/{name[:2]}/{name}" for name in names)
    assert vault.put([b"evidence 0"], "again").sha256 == names[0]
    with vault.read(names[3]) as file:
        assert file.read() == b"evidence 3"
    assert sorted(vault.kept_before(datetime.now(UTC))) == sorted(names)
    assert list(vault.kept_before(datetime(2025, 1, 1, tzinfo=UTC))) == []
    vault.remove(names[3])
    assert not vault.has(names[3])
    assert vault.condition(names[3]) is Condition.MISSING
    assert vault.clear(datetime.now(UTC) + timedelta(days=1)) == 0


def test_changed_objects_are_refused(service: tuple[type[Service], str]) -> None:
    """An object that somebody changed in the bucket is found and not given out; the same file heals it."""
    handler, address = service
    vault = vault_at(address)
    name = vault.put([b"good"], "x").sha256
    handler.objects[f"first/{name[:2]}/{name}"] = b"baad"
    assert vault.condition(name) is Condition.DAMAGED
    with pytest.raises(EvidenceLost, match="not what was put there"):
        vault.read(name)
    vault.put([b"good"], "x")
    assert vault.condition(name) is Condition.SOUND


def test_wrong_key_and_failing_service_are_told(service: tuple[type[Service], str]) -> None:
    """A refused signature, a service that fails and one that is gone: one sentence each, nothing kept."""
    handler, address = service
    stranger = vault_at(address.replace("bPxRfi", "wrong"))
    with pytest.raises(StorageFailed, match="403 SignatureDoesNotMatch"):
        stranger.put([b"x"], "x")
    handler.status = 503
    with pytest.raises(StorageFailed, match="503 SlowDown"):
        vault_at(address).put([b"x"], "x")
    assert vault_at(address).condition(EMPTY) is Condition.UNREADABLE
    with pytest.raises(StorageFailed):
        vault_at("s3+http://a:b@127.0.0.1:1/evidence").put([b"x"], "x")
    assert handler.objects == {}


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("s3+https://host/bucket", "not whole"),
        ("s3+https://key:secret@host", "not whole"),
        ("s3+http://key:secret@storage.example/bucket", "unencrypted"),
    ],
)
def test_addresses_are_checked(address: str, told: str) -> None:
    """An address without bucket or key, and one that would send evidence in the clear, are refused."""
    with pytest.raises(WrongUse, match=told):
        vault_at(address)
