"""Requests signed by botocore, which speaks as AWS's own clients do, and what can be done to them on their way."""

import random
import re
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from console.api import sigv4
from console.api.errors import WireError
from console.api.sigv4 import Message

ROOT = "https://iam.example.org"
SECRETS = {"AKIARZPUZDIKEXAMPLE7": "f" * 40, "AKIARZPUZDIKEXAMPLE2": "g" * 40, "ASIARZPUZDIKEXAMPLE7": "h" * 40}
KEY, OTHER_KEY, SESSION_KEY = SECRETS
TOKEN = "a-token/of+some=length"
FORM = "application/x-www-form-urlencoded; charset=utf-8"
SKEW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it arrives, and when."""

    method: str = "POST"
    path: str = "/"
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def message(self) -> Message:
        return Message(self.method, self.path, self.query, self.headers, self.body)


def sign(  # all that a request consists of
    *,
    method: str = "POST",
    path: str = "/",
    query: str = "",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    key: str = KEY,
    token: str | None = None,
    region: str = "us-east-1",
    service: str = "iam",
    expires: int | None = None,
) -> Asked:
    """By header, or, with `expires`, in the address."""
    request = AWSRequest(method, ROOT + path + ("?" + query if query else ""), headers=dict(headers or {}), data=body)
    credentials = Credentials(key, SECRETS[key], token)
    if expires is None:
        SigV4Auth(credentials, service, region).add_auth(request)
    else:
        SigV4QueryAuth(credentials, service, region, expires).add_auth(request)
    parts = urlsplit(request.url)
    sent = {name.lower(): str(value) for name, value in request.headers.items()} | {"host": parts.netloc}
    return Asked(method, path, parts.query, sent, body)


def refusal(asked: Asked, *, service: str = "iam", skew: timedelta = SKEW) -> WireError | None:
    """What is answered to it, None when it is accepted. An unknown key is nobody's."""
    try:
        claim = sigv4.read(asked.message)
        sigv4.check(asked.message, claim, SECRETS.get(claim.key_id, ""), service=service, now=asked.now, skew=skew)
    except WireError as error:
        return error
    return None


def meaning(asked: Asked) -> tuple[Any, ...]:
    """What a request asks for and when it comes, however it is spelled: two with the same one are the same request."""
    claim = sigv4.read(asked.message)
    signed = {name: re.sub(" +", " ", asked.headers.get(name, "").strip(" \t")) for name in claim.signed_headers}
    path = sigv4.canonical_path(asked.path)  # AWS takes //a/./b for /a/b
    fields = sorted(parse_qsl(asked.query, keep_blank_values=True))
    return asked.method, path, fields, signed, asked.body, claim, asked.now


def originals() -> list[Asked]:
    """One of each way to sign, for a user's key and for a session's."""
    body = b"Action=CreateUser&UserName=dana&Path=%2Feng%2F&Version=2010-05-08"
    query = "Action=GetUser&UserName=dana%20d&Version=2010-05-08"
    form = {"Content-Type": FORM, "X-Amz-Meta": "one  two"}
    return [
        sign(body=body, headers=form),
        sign(body=body, headers=form, key=SESSION_KEY, token=TOKEN),
        sign(method="GET", query=query),
        sign(path="/policy/validation", headers={"Content-Type": "application/json"}, body=b'{"policyType": "X"}'),
        sign(method="GET", query=query, expires=60),
        sign(method="GET", query=query, key=SESSION_KEY, token=TOKEN, expires=3600),
    ]


Mutation = Callable[[random.Random, Asked], Asked]


def mutate(randomly: random.Random, asked: Asked) -> Asked:
    return randomly.choice(MUTATIONS)(randomly, asked)


def _method(randomly: random.Random, asked: Asked) -> Asked:
    return replace(asked, method=randomly.choice(["GET", "POST", "PUT", "post", "HEAD"]))


def _path(randomly: random.Random, asked: Asked) -> Asked:
    return replace(asked, path="/" + _text(randomly, asked.path[1:] or "x"))


def _query(randomly: random.Random, asked: Asked) -> Asked:
    return replace(asked, query=_text(randomly, asked.query or "Action=DeleteUser"))


def _field(randomly: random.Random, asked: Asked) -> Asked:
    """A field of the query dropped, doubled, given twice with another value, spelled otherwise, or moved."""
    fields = asked.query.split("&")
    at = randomly.randrange(len(fields))
    name, _, value = fields[at].partition("=")
    other = f"{name}={_text(randomly, value or 'x')}"
    changed = {
        "drop": [*fields[:at], *fields[at + 1 :]],
        "double": [*fields, fields[at]],
        "first": [other, *fields],
        "last": [*fields, other],
        "case": [*fields[:at], f"{name.swapcase()}={value}", *fields[at + 1 :]],
        "encode": [*fields[:at], f"{quote(name, safe='')}={quote(value, safe='')}", *fields[at + 1 :]],
        "signature": [*fields, "X-Amz-Signature=" + "0" * 64],
        "move": randomly.sample(fields, len(fields)),
    }
    return replace(asked, query="&".join(changed[randomly.choice(list(changed))]))


def _header(randomly: random.Random, asked: Asked) -> Asked:
    """A header changed, dropped, doubled (as servers join them), emptied, or renamed."""
    headers = dict(asked.headers)
    name = randomly.choice(sorted(headers))
    match randomly.choice(["change", "drop", "double", "other", "empty", "rename", "extra"]):
        case "change":
            headers[name] = _text(randomly, headers[name])
        case "drop":
            del headers[name]
        case "double":
            headers[name] = f"{headers[name]},{headers[name]}"
        case "other":
            headers[name] = f"{_text(randomly, headers[name])},{headers[name]}"
        case "empty":
            headers[name] = ""
        case "rename":
            headers[name.replace("-", "_") + "x"] = headers.pop(name)
        case "extra":
            headers[f"x-amz-{randomly.choice(['target', 'security-token', 'date', 'content-sha256'])}"] = (
                "UNSIGNED-PAYLOAD"
            )
    return replace(asked, headers=headers)


def _body(randomly: random.Random, asked: Asked) -> Asked:
    return replace(asked, body=_text(randomly, asked.body.decode() or "Action=DeleteUser").encode())


def _claim(randomly: random.Random, asked: Asked) -> Asked:
    """A part of the claim: the key, the scope, the list of signed headers or the signature, in header or address."""
    text = asked.headers.get("authorization") or asked.query
    slash = "/" if "authorization" in asked.headers else "%2F"
    at = text.index("Credential=")
    scope = re.split(r"[,&]", text[at:])[0].removeprefix("Credential=").split(slash)
    signature = text.partition("Signature=")[2][:64]
    swap = randomly.choice(
        [
            (scope[0], randomly.choice([OTHER_KEY, SESSION_KEY, KEY, "AKIARZPUZDIKEXAMPLE3"])),
            (f"{slash}{scope[1]}{slash}", f"{slash}{int(scope[1]) + randomly.choice([-1, 1, 100])}{slash}"),
            (f"{slash}{scope[2]}{slash}", f"{slash}{randomly.choice(['eu-west-1', 'US-EAST-1', ''])}{slash}"),
            (f"{slash}{scope[3]}{slash}", f"{slash}{randomly.choice(['sts', 'IAM', 's3'])}{slash}"),
            (scope[4], randomly.choice(["aws4_requesT", "aws4", "aws4_request/"])),
            (
                "SignedHeaders=host",
                randomly.choice(["SignedHeaders=", "SignedHeaders=Host", "SignedHeaders=host;host"]),
            ),
            ("x-amz-date", randomly.choice(["X-Amz-Date", "", "x-amz-date;x-amz-date"])),
            (
                signature,
                randomly.choice([signature.upper(), signature[:-1], signature[::-1], _text(randomly, signature)]),
            ),
            ("AWS4-HMAC-SHA256", randomly.choice(["AWS4-HMAC-SHA1", "aws4-hmac-sha256", "AWS4-ECDSA-P256-SHA256"])),
            ("X-Amz-Expires=", "X-Amz-Expires=9"),
        ]
    )
    changed = text.replace(*swap)
    if "authorization" in asked.headers:
        return replace(asked, headers={**asked.headers, "authorization": changed})
    return replace(asked, query=changed)


def _time(randomly: random.Random, asked: Asked) -> Asked:
    """It arrives too late or too early, or says that it was signed at another time."""
    minutes = randomly.choice([-16, 16, 600, -600, 100_000])
    if "authorization" not in asked.headers and minutes == 16:  # an address may be signed for as long
        minutes = 61
    if randomly.random() < 0.5:
        return replace(asked, now=asked.now + timedelta(minutes=minutes))
    found = re.search(r"20\d{6}T\d{6}Z", str(asked.headers) + asked.query)
    assert found
    then = datetime.fromisoformat(found[0]) + timedelta(seconds=randomly.choice([-1, 1, 30, 86400]))
    stamp = then.strftime("%Y%m%dT%H%M%SZ")
    headers = {name: value.replace(found[0], stamp) for name, value in asked.headers.items()}
    return replace(asked, headers=headers, query=asked.query.replace(found[0], stamp))


MUTATIONS: Sequence[Mutation] = (_method, _path, _query, _field, _header, _body, _claim, _time)


def _text(randomly: random.Random, text: str) -> str:
    """One character changed, dropped, doubled, added, encoded, or in the other case."""
    at = randomly.randrange(len(text)) if text else 0
    one = text[at : at + 1]
    new = randomly.choice(
        [
            randomly.choice(string.printable[:94]),
            "",
            one * 2,
            one + randomly.choice("&=+%;/ \t\n\xa0ሴ"),
            "".join(f"%{byte:02X}" for byte in one.encode()),
            one.swapcase(),
        ]
    )
    return text[:at] + new + text[at + 1 :]
