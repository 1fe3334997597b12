"""Who signed a request, as the server reads it: by the rules of `sigv4`, from what a client sends."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from django.http import HttpRequest
from django.test import RequestFactory

from console.api.authentication import authenticate
from console.api.errors import InvalidClientTokenId, WireError
from policies_app.models import AccessKey
from policies_app.operations import access_keys, encryption, role_sessions, sts, users
from policies_app.operations.access_keys import NewAccessKey
from policies_app.operations.sessions import Session
from tests.factories import ACCOUNT, Cast, call_of

HOST = "127.0.0.1"
BODY = b"Action=GetCallerIdentity&Version=2011-06-15"
FORM = "application/x-www-form-urlencoded; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs requests as one key, or as one session."""

    credentials: Credentials

    @classmethod
    def with_key(cls, new: NewAccessKey) -> "Signer":
        return cls(Credentials(new.key.id, new.secret))

    @classmethod
    def of(cls, session: Session) -> "Signer":
        return cls(Credentials(session.access_key_id, session.secret, session.token()))

    def request(
        self,
        *,
        body: bytes = BODY,
        service: str = "sts",
        region: str = "us-east-1",
        headers: Mapping[str, str] | None = None,
    ) -> HttpRequest:
        signed = AWSRequest("POST", f"http://{HOST}/", data=body, headers={"Content-Type": FORM, **(headers or {})})
        SigV4Auth(self.credentials, service, region).add_auth(signed)
        sent = {name: str(value) for name, value in signed.headers.items()} | {"Host": HOST}
        return RequestFactory().generic("POST", "/", body, FORM, headers=sent)

    def address(self, query: str) -> HttpRequest:
        signed = AWSRequest("GET", f"http://{HOST}/?{query}")
        SigV4QueryAuth(self.credentials, "sts", "us-east-1", 60).add_auth(signed)
        return RequestFactory().generic("GET", signed.url.removeprefix(f"http://{HOST}"), headers={"Host": HOST})


@pytest.fixture
def dana(cast: Cast) -> Signer:
    cast.user("dana")
    return Signer.with_key(access_keys.create_access_key(cast.system, user_name="dana"))


@pytest.fixture
def session(cast: Cast, dana: Signer) -> Session:
    """What GetSessionToken gives dana."""
    return sts.get_session_token(call_of(AccessKey.objects.get().user))


def refusal(request: HttpRequest, service: str = "sts") -> WireError:
    with pytest.raises(WireError) as error:
        authenticate(request, service)
    return error.value


def test_a_key_is_its_user(dana: Signer) -> None:
    call = authenticate(dana.request(), "sts")
    assert (call.principal.arn, call.account_id) == (f"arn:aws:iam::{ACCOUNT}:user/dana", ACCOUNT)


def test_the_request_brings_its_context(dana: Signer) -> None:
    context = authenticate(dana.request(region="eu-west-1", headers={"User-Agent": "probe/1"}), "sts").context
    expected = {
        "aws:username": "dana",
        "aws:userid": AccessKey.objects.get().user.unique_id,
        "aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:user/dana",
        "aws:PrincipalAccount": ACCOUNT,
        "aws:PrincipalType": "User",
        "aws:SourceIp": "127.0.0.1",
        "aws:SecureTransport": "false",
        "aws:UserAgent": "probe/1",
        "aws:RequestedRegion": "eu-west-1",
        "aws:ViaAWSService": "false",
    }
    assert expected.items() <= context.items()


def test_a_key_tells_nothing_of_a_device_or_a_token_but_a_session_does(dana: Signer, session: Session) -> None:
    of_key = authenticate(dana.request(), "sts").context
    of_session = authenticate(Signer.of(session).request(), "sts").context
    assert {"aws:MultiFactorAuthPresent", "aws:TokenIssueTime"}.isdisjoint(of_key)
    assert of_session["aws:MultiFactorAuthPresent"] == "false"
    assert str(of_session["aws:TokenIssueTime"]).endswith("Z")


@pytest.mark.parametrize("forwarded", ["203.0.113.9", "198.51.100.1, 203.0.113.9"])
def test_the_address_is_what_the_trusted_proxy_says(dana: Signer, settings: Any, forwarded: str) -> None:
    settings.TRUSTED_PROXIES = 1
    request = dana.request()
    request.META["HTTP_X_FORWARDED_FOR"] = forwarded
    assert authenticate(request, "sts").context["aws:SourceIp"] == "203.0.113.9"


def test_one_query_finds_a_key_with_its_user(dana: Signer, django_assert_num_queries: Any) -> None:
    request = dana.request()
    with django_assert_num_queries(1):
        authenticate(request, "sts")


def test_one_query_finds_the_user_of_a_session(session: Session, django_assert_num_queries: Any) -> None:
    request = Signer.of(session).request()
    with django_assert_num_queries(1):
        authenticate(request, "sts")


def test_one_query_finds_the_role_of_a_session(cast: Cast, dana: Signer, django_assert_num_queries: Any) -> None:
    cast.inline("dana", "Assume", "sts:AssumeRole")
    cast.role("builder")
    call = authenticate(dana.request(), "sts")
    role_arn = f"arn:aws:iam::{ACCOUNT}:role/builder"
    session = role_sessions.assume_role(call, role_arn=role_arn, role_session_name="nightly").session
    with django_assert_num_queries(1):
        call = authenticate(Signer.of(session).request(service="iam"), "iam")
    assert call.principal.arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/builder/nightly"
    assert call.context["aws:PrincipalArn"] == role_arn
    assert call.context["aws:PrincipalType"] == "AssumedRole"
    assert "aws:username" not in call.context


def test_an_address_can_be_signed_for_somebody_else_to_open(dana: Signer, session: Session) -> None:
    for signer in (dana, Signer.of(session)):
        request = signer.address("Action=GetCallerIdentity&Version=2011-06-15")
        assert authenticate(request, "sts").principal.arn == f"arn:aws:iam::{ACCOUNT}:user/dana"


def test_an_unknown_key_is_invalid(cast: Cast) -> None:
    error = refusal(Signer(Credentials("AKIARZPUZDIKEXAMPLE7", "x" * 40)).request())
    assert (error.code, error.status) == ("InvalidClientTokenId", 403)
    assert error.message == "The security token included in the request is invalid."


def test_a_wrong_secret_does_not_match(dana: Signer) -> None:
    wrong = Signer(Credentials(dana.credentials.access_key, "x" * 40))
    assert refusal(wrong.request()).code == "SignatureDoesNotMatch"


def test_a_key_signs_for_one_service_at_a_time(dana: Signer) -> None:
    assert refusal(dana.request(service="sts"), "iam").code == "SignatureDoesNotMatch"


def test_a_secret_in_the_row_of_another_key_signs_nothing(
    cast: Cast, dana: Signer, caplog: pytest.LogCaptureFixture
) -> None:
    cast.user("erin")
    other = access_keys.create_access_key(cast.system, user_name="erin")
    AccessKey.objects.filter(pk=dana.credentials.access_key).update(
        secret=AccessKey.objects.get(pk=other.key.id).secret
    )
    swapped = Signer(Credentials(dana.credentials.access_key, other.secret))
    with caplog.at_level(logging.ERROR):
        assert refusal(swapped.request()).code == "InvalidClientTokenId"
    assert "Nobody can sign with the access key" in caplog.text
    assert other.secret not in caplog.text


def test_a_session_needs_its_token_and_the_token_its_own_key(dana: Signer, session: Session) -> None:
    bare = Signer(Credentials(session.access_key_id, session.secret))
    assert refusal(bare.request()).code == "InvalidClientTokenId"
    borrowed = Signer(Credentials(dana.credentials.access_key, dana.credentials.secret_key, session.token()))
    assert refusal(borrowed.request()).code == "InvalidClientTokenId"


@pytest.mark.parametrize("token", ["", "x", "gAAAA", "\N{BULLET}"])
def test_a_token_that_is_not_ours_is_invalid(session: Session, token: str) -> None:
    request = Signer.of(session).request()
    request.META["HTTP_X_AMZ_SECURITY_TOKEN"] = token
    with pytest.raises(InvalidClientTokenId):
        authenticate(request, "sts")


def test_a_token_that_was_changed_is_invalid(session: Session) -> None:
    token = session.token()
    for at in range(0, len(token), 37):
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        signer = Signer(Credentials(session.access_key_id, session.secret, changed))
        assert refusal(signer.request()).code == "InvalidClientTokenId"


def test_an_encoded_message_is_no_token(cast: Cast, session: Session) -> None:
    forged = encryption.seal("refusal", b"x")
    signer = Signer(Credentials(session.access_key_id, session.secret, forged))
    assert refusal(signer.request()).code == "InvalidClientTokenId"


def test_neither_a_session_nor_a_key_shows_its_secret_when_printed(dana: Signer, session: Session) -> None:
    assert session.secret not in repr(session)
    assert dana.credentials.secret_key not in repr(AccessKey.objects.get())


def test_who_was_deleted_signs_nothing(cast: Cast, dana: Signer) -> None:
    AccessKey.objects.all().delete()
    users.delete_user(cast.system, user_name="dana")
    assert refusal(dana.request()).code == "InvalidClientTokenId"


def test_a_request_signed_by_nobody_misses_its_token(db: None) -> None:
    error = refusal(RequestFactory().post("/", BODY, FORM))
    assert (error.code, error.status) == ("MissingAuthenticationToken", 403)
