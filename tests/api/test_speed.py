"""What a request costs, in queries: who signed, what bears on them, the row, and its tags."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from console.api.endpoint import answer
from policies_app.operations import access_keys
from tests.factories import Cast

type Ask = Callable[..., HttpResponse]


@pytest.fixture
def ask(cast: Cast) -> Ask:
    """Ask as an administrator, who has policies of their own, of a group, and a boundary."""
    cast.user("admin", "*")
    cast.group("admins", "admin")
    key = access_keys.create_access_key(cast.system, user_name="admin")
    credentials = Credentials(key.key.id, key.secret)

    def send(action: str, **parameters: object) -> HttpResponse:
        given = {"Action": action, "Version": "2010-05-08", **parameters}
        body = "&".join(f"{name}={value}" for name, value in given.items())
        signed = AWSRequest("POST", "http://127.0.0.1/", data=body, headers={"Host": "127.0.0.1"})
        SigV4Auth(credentials, "iam", "us-east-1").add_auth(signed)
        environ: dict[str, Any] = {
            f"HTTP_{name.upper().replace('-', '_')}": text for name, text in signed.headers.items()
        }
        environ |= {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body.encode())}
        setup_testing_defaults(environ)
        response = answer(WSGIRequest(environ))
        assert response.status_code == 200, response.content
        return response

    return send


@pytest.mark.parametrize(
    ("action", "parameters", "most"),
    [
        ("GetUser", {"UserName": "dana"}, 4),
        ("GetRole", {"RoleName": "builder"}, 4),
        ("GetGroup", {"GroupName": "devs"}, 4),
        ("GetUserPolicy", {"UserName": "dana", "PolicyName": "Given"}, 4),
        ("ListUsers", {"MaxItems": 100}, 3),
        ("ListAttachedUserPolicies", {"UserName": "dana"}, 4),
        ("ListAccessKeys", {"UserName": "dana"}, 4),
    ],
)
def test_a_read_takes_few_queries(cast: Cast, ask: Ask, action: str, parameters: dict[str, object], most: int) -> None:
    cast.user("dana", "s3:GetObject")
    cast.group("devs", "dana")
    cast.role("builder")
    ask(action, **parameters)  # compiles the documents
    with CaptureQueriesContext(connection) as queries:
        ask(action, **parameters)
    assert len(queries) <= most, [query["sql"] for query in queries.captured_queries]


def test_a_page_of_a_hundred_takes_as_many_queries_as_one_of_one(cast: Cast, ask: Ask) -> None:
    for number in range(100):
        cast.user(f"user{number}")
    counts = []
    for size in (1, 1, 100):
        with CaptureQueriesContext(connection) as queries:
            ask("ListUsers", MaxItems=size)
        counts.append(len(queries))
    assert counts[1] == counts[2]
