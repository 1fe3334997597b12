"""Requests below what boto3 lets through: signed by hand, sent to the application in this process."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from django.test import Client

from policies_app.operations import access_keys
from tests.factories import Cast

FORM = "application/x-www-form-urlencoded; charset=utf-8"
VERSIONS = {"iam": "2010-05-08", "sts": "2011-06-15"}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def xml(self) -> ET.Element:
        return ET.fromstring(self.body)

    def text(self, name: str) -> str:
        """Of the first element of that name, in whatever namespace."""
        return self.xml.findtext(f".//{{*}}{name}", "")

    @property
    def code(self) -> str:
        return self.text("Code")

    @property
    def message(self) -> str:
        return self.text("Message")


class Program:
    """What a user's program sends, with a new key."""

    def __init__(self, cast: Cast, user_name: str, service: str = "iam") -> None:
        new = access_keys.create_access_key(cast.system, user_name=user_name)
        self.credentials, self.service = Credentials(new.key.id, new.secret), service
        self.client = Client(raise_request_exception=False)

    def ask(self, action: str, **fields: Any) -> Answer:
        """`ask("ListUsers", MaxItems=1)`; names with dots are given as `**{"Tags.member.1.Key": "team"}`."""
        return self.send(urlencode({"Action": action, "Version": VERSIONS[self.service], **fields}).encode())

    def send(self, body: bytes = b"", *, method: str = "POST", address: str = "/", content_type: str = FORM) -> Answer:
        request = AWSRequest(method=method, url=f"http://testserver{address}", data=body)
        SigV4Auth(self.credentials, self.service, "us-east-1").add_auth(request)
        return send(self.client, body, method, address, dict(request.headers), content_type)


def send(
    client: Client,
    body: bytes = b"",
    method: str = "POST",
    address: str = "/",
    headers: dict[str, str] | None = None,
    content_type: str = FORM,
) -> Answer:
    response = client.generic(
        method, address, body, content_type=content_type, headers={"Host": "testserver"} | (headers or {})
    )
    return Answer(response.status_code, dict(response.headers), response.content)
