"""AWS Signature Version 4: what S3-compatible storage asks of every request.

Source: Amazon S3 API Reference, "Authenticating Requests: Using the Authorization Header".
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final
from urllib.parse import quote

ALGORITHM: Final = "AWS4-HMAC-SHA256"
EMPTY: Final = sha256(b"").hexdigest()
"""The hash of a body that is none."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who signs, for which region."""

    key: str
    secret: str
    region: str


@dataclass(frozen=True, slots=True)
class Request:
    """What is signed: method, path, query, all headers by their names in small letters, hash of the body."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body_sha256: str = EMPTY


def signed_headers(request: Request, credentials: Credentials, at: datetime) -> dict[str, str]:
    """Return the headers of a request with its time and signature among them."""
    stamp = f"{at:%Y%m%dT%H%M%SZ}"
    headers = {**request.headers, "x-amz-content-sha256": request.body_sha256, "x-amz-date": stamp}
    names = ";".join(sorted(headers))
    scope = f"{stamp[:8]}/{credentials.region}/s3/aws4_request"
    canonical = "\n".join(
        [
            request.method,
            quote(request.path, safe="/-_.~"),
            query_text(request.query),
            *(f"{name}:{headers[name].strip()}" for name in sorted(headers)),
            "",
            names,
            request.body_sha256,
        ]
    )
    text = "\n".join([ALGORITHM, stamp, scope, sha256(canonical.encode()).hexdigest()])
    signature = hmac.new(_key(credentials, stamp[:8]), text.encode(), sha256).hexdigest()
    said = f"Credential={credentials.key}/{scope}, SignedHeaders={names}, Signature={signature}"
    return {**headers, "authorization": f"{ALGORITHM} {said}"}


def query_text(query: Mapping[str, str]) -> str:
    """Return a query in the one form that is signed: sorted, everything but plain characters escaped."""
    return "&".join(f"{quote(name, safe='-_.~')}={quote(query[name], safe='-_.~')}" for name in sorted(query))


def _key(credentials: Credentials, day: str) -> bytes:
    key = f"AWS4{credentials.secret}".encode()
    for part in (day, credentials.region, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), sha256).digest()
    return key
