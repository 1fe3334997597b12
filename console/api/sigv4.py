"""Signature Version 4: who signed a request, and whether what arrived is what was signed. Pure: no Django, no database.

`read` finds the claim that a request makes, in its header or in its address; `check` holds it against the secret.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from urllib.parse import quote, unquote, unquote_to_bytes

from .errors import (
    IncompleteSignature,
    InvalidClientTokenId,
    MissingAuthenticationToken,
    RequestExpired,
    SignatureDoesNotMatch,
)

ALGORITHM = "AWS4-HMAC-SHA256"
LONGEST_PRESIGNED = timedelta(days=7)
EMPTY = sha256(b"").hexdigest()
TERMINATOR = "aws4_request"
PARTS = ("Credential", "Signature", "SignedHeaders")  # of an Authorization header, in the order of AWS's complaints
STAMP = re.compile(r"[0-9]{8}T[0-9]{6}Z")
KEY_ID = re.compile(r"[A-Z0-9]{16,128}")
REGION = re.compile(r"[a-z0-9-]{1,32}")

type Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Message:
    """A request as it arrived. `query` is the text behind the `?`, not decoded.

    Names of headers are in lower case; one that came several times has all its values, joined by commas.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """What a request says of its signature: when it was made, as `stamp` and as `time`, for what, and with which key.

    `expires` is set for an address that was signed beforehand.
    """

    key_id: str
    date: str
    region: str
    service: str
    signed_headers: tuple[str, ...]
    signature: str
    stamp: str
    time: datetime
    token: str | None
    expires: timedelta | None

    @property
    def scope(self) -> str:
        return f"{self.date}/{self.region}/{self.service}/{TERMINATOR}"


def read(message: Message) -> Claim:
    """The claim, or the error that AWS has for a request that makes none or half of one."""
    fields = _fields(message.query)
    if authorization := message.headers.get("authorization"):
        if any(name == "X-Amz-Algorithm" for name, _ in fields):
            raise IncompleteSignature("The request is signed both in its address and in its header.")
        return _from_header(message, authorization)
    if any(name == "X-Amz-Algorithm" for name, _ in fields):
        return _from_query(fields)
    raise MissingAuthenticationToken("Request is missing Authentication Token")


def _from_header(message: Message, authorization: str) -> Claim:
    algorithm, _, rest = authorization.partition(" ")
    if algorithm != ALGORITHM:
        raise IncompleteSignature(f"Unsupported AWS 'algorithm': '{algorithm[:64]}'.")
    parts: dict[str, str] = {}
    for part in rest.split(","):
        name, equals, value = part.strip().partition("=")
        if not equals or name in parts or name not in PARTS:
            raise IncompleteSignature(
                f"'{part.strip()[:128]}' not a valid key=value pair (missing equal-sign, doubled or unknown) in "
                "Authorization header."
            )
        parts[name] = value
    time = message.headers.get("x-amz-date")
    missing = [f"Authorization header requires '{name}' parameter." for name in PARTS if not parts.get(name)]
    if time is None:
        missing.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    if missing or time is None:
        raise IncompleteSignature(" ".join(missing))
    return _claim(
        parts["Credential"],
        parts["SignedHeaders"],
        parts["Signature"],
        time,
        message.headers.get("x-amz-security-token"),
        None,
    )


def _from_query(fields: Fields) -> Claim:
    found: dict[str, str] = {}
    for name, value in fields:
        if name.startswith("X-Amz-"):
            if name in found:
                raise IncompleteSignature(f"The parameter {name} is given more than once.")
            found[name] = unquote(value)
    needed = ("X-Amz-Credential", "X-Amz-SignedHeaders", "X-Amz-Signature", "X-Amz-Date", "X-Amz-Expires")
    for name in needed:
        if not found.get(name):
            raise IncompleteSignature(f"AWS query-string parameters must include '{name}'.")
    if found["X-Amz-Algorithm"] != ALGORITHM:
        raise IncompleteSignature(f"Unsupported AWS 'algorithm': '{found['X-Amz-Algorithm'][:64]}'.")
    if not re.fullmatch(r"[0-9]{1,6}", found["X-Amz-Expires"]):
        raise IncompleteSignature("X-Amz-Expires must be a number of seconds.")
    expires = timedelta(seconds=int(found["X-Amz-Expires"]))
    if expires > LONGEST_PRESIGNED:
        raise IncompleteSignature("X-Amz-Expires must be less than a week.")
    return _claim(
        found["X-Amz-Credential"],
        found["X-Amz-SignedHeaders"],
        found["X-Amz-Signature"],
        found["X-Amz-Date"],
        found.get("X-Amz-Security-Token"),
        expires,
    )


def _claim(
    credential: str, signed_headers: str, signature: str, time: str, token: str | None, expires: timedelta | None
) -> Claim:
    scope = credential.split("/")
    if len(scope) != 5:
        raise IncompleteSignature(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
            f"got '{credential[:128]}'"
        )
    try:
        moment = datetime.fromisoformat(time) if STAMP.fullmatch(time) else None
    except ValueError:
        moment = None
    if moment is None:
        raise IncompleteSignature(
            f"Date must be in ISO-8601 'basic format'. Got '{time[:32]}'. See http://en.wikipedia.org/wiki/ISO_8601"
        )
    key_id, date, region, service, terminator = scope
    if not KEY_ID.fullmatch(key_id):
        raise InvalidClientTokenId("The security token included in the request is invalid.")
    if terminator != TERMINATOR:
        raise SignatureDoesNotMatch(f"Credential should be scoped with a valid terminator: '{TERMINATOR}'.")
    if not REGION.fullmatch(region):
        raise SignatureDoesNotMatch("Credential should be scoped to a valid region.")
    return Claim(
        key_id, date, region, service, tuple(signed_headers.split(";")), signature, time, moment, token, expires
    )


def check(message: Message, claim: Claim, secret: str, *, service: str, now: datetime, skew: timedelta) -> None:
    """Raise what AWS answers unless the signature is that of exactly this message, for this service, at this time."""
    if claim.service != service:
        raise SignatureDoesNotMatch(f"Credential should be scoped to correct service: '{service}'. ")
    if claim.date != claim.stamp[:8]:
        raise SignatureDoesNotMatch(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            f"'{claim.date[:16]}' != '{claim.stamp[:8]}', from '{claim.stamp}'."
        )
    _refuse_unsigned(message, claim)
    _refuse_other_times(claim, now, skew)
    key = signing_key(secret, claim.date, claim.region, claim.service)
    expected = hmac.digest(key, string_to_sign(message, claim).encode(), sha256).hex()
    if not hmac.compare_digest(expected.encode(), claim.signature.encode(errors="replace")):
        raise SignatureDoesNotMatch(
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
            "Access Key and signing method. Consult the service documentation for details."
        )


def _refuse_unsigned(message: Message, claim: Claim) -> None:
    """What decides how a request is read must be among what was signed."""
    signed = set(claim.signed_headers)
    # Not Content-Type: whatever a body is said to be, it is read as the one form that the path takes.
    needed = {"host", *(name for name in message.headers if name.startswith("x-amz-"))}
    if unsigned := sorted(needed - signed):
        name = "Host' or ':authority" if unsigned[0] == "host" else unsigned[0]
        raise SignatureDoesNotMatch(f"'{name}' must be a 'SignedHeader' in the AWS Authorization.")
    if absent := sorted(signed - set(message.headers)):
        raise SignatureDoesNotMatch(f"The signed header '{absent[0][:64]}' is not in the request.")
    if list(claim.signed_headers) != sorted(signed):
        raise SignatureDoesNotMatch("SignedHeaders must be in lower case, sorted, and each named once.")


def _refuse_other_times(claim: Claim, now: datetime, skew: timedelta) -> None:
    if claim.time > now + skew:
        raise SignatureDoesNotMatch(
            f"Signature not yet current: {claim.stamp} is still later than {_basic(now + skew)} "
            f"({_basic(now)} + {_minutes(skew)}.)"
        )
    if claim.expires is not None:
        if claim.time + claim.expires < now:
            raise RequestExpired("Request has expired.")
    elif claim.time < now - skew:
        raise SignatureDoesNotMatch(
            f"Signature expired: {claim.stamp} is now earlier than {_basic(now - skew)} "
            f"({_basic(now)} - {_minutes(skew)}.)"
        )


def _basic(time: datetime) -> str:
    return time.strftime("%Y%m%dT%H%M%SZ")


def _minutes(span: timedelta) -> str:
    return f"{int(span.total_seconds() // 60)} min"


def string_to_sign(message: Message, claim: Claim) -> str:
    digest = sha256(canonical_request(message, claim).encode(errors="surrogateescape")).hexdigest()
    return f"{ALGORITHM}\n{claim.stamp}\n{claim.scope}\n{digest}"


def canonical_request(message: Message, claim: Claim) -> str:
    headers = "".join(f"{name}:{_squeezed(message.headers[name])}\n" for name in claim.signed_headers)
    return "\n".join(
        (
            message.method,
            canonical_path(message.path),
            canonical_query(message.query, presigned=claim.expires is not None),
            headers,
            ";".join(claim.signed_headers),
            sha256(message.body).hexdigest() if message.body else EMPTY,
        )
    )


def canonical_path(path: str) -> str:
    """Each segment encoded once more, `.` and `..` and repeated slashes resolved, as for every service but S3."""
    if path == "/":
        return path
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in {"", "."}:
            kept.append(segment)
    tail = "/" if kept and path.endswith("/") else ""
    return quote("/" + "/".join(kept) + tail, safe="/-_.~", errors="surrogateescape")


def canonical_query(query: str, *, presigned: bool) -> str:
    """Only where the signature stands in it is that field left out."""
    left_out = "X-Amz-Signature" if presigned else None
    return "&".join(f"{name}={value}" for name, value in sorted(_fields(query)) if name != left_out)


def _fields(query: str) -> list[tuple[str, str]]:
    """Names and values in the one spelling that is signed, so that a name spelled otherwise is not overlooked."""
    pairs = (part.partition("=") for part in query.split("&") if part)
    return [(_encoded(name), _encoded(value)) for name, _, value in pairs]


def _encoded(text: str) -> str:
    """A `+` is the space that a reader of forms takes it for, so it never passes for a signed `%2B`."""
    return quote(unquote_to_bytes(text.replace("+", " ")), safe="-_.~")


def _squeezed(value: str) -> str:
    """Spaces only: no other white space passes for one."""
    value = value.strip(" \t")
    return re.sub("  +", " ", value) if "  " in value else value


@lru_cache(maxsize=4096)
def signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, TERMINATOR):
        key = hmac.digest(key, part.encode(), sha256)
    return key
