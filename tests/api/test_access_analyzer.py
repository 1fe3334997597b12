"""Access Analyzer over the wire: a real boto3 client, and what is no JSON."""

import json
from collections.abc import Mapping
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from django.db import OperationalError
from django.http import HttpRequest
from pytest_django.live_server_helper import LiveServer

from console.api import access_analyzer
from policies_app.models import Event
from policies_app.operations import access_keys
from tests.api.conftest import Client, Connect, error_of
from tests.factories import TRUST, Cast, document

TYPO = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObjekt", "Resource": "*"}]}'


@pytest.fixture
def analyzer(cast: Cast, client: Connect) -> Client:
    cast.user("auditor", "access-analyzer:*")
    return client("auditor", "accessanalyzer")


def test_a_finding_is_told_as_aws_tells_it(analyzer: Client) -> None:
    answer = analyzer.validate_policy(policyDocument=TYPO, policyType="IDENTITY_POLICY")
    finding = answer["findings"][0]
    assert (finding["findingType"], finding["issueCode"]) == ("ERROR", "INVALID_ACTION")
    assert finding["learnMoreLink"].startswith("https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-")
    (location,) = finding["locations"]
    assert location["path"] == [{"value": "Statement"}, {"index": 0}, {"value": "Action"}]
    start, end = location["span"]["start"], location["span"]["end"]
    assert TYPO[start["offset"] : end["offset"]] == '"s3:GetObjekt"'
    assert (start["line"], start["column"]) == (1, start["offset"])


def test_a_finding_about_a_name_points_at_the_name(analyzer: Client) -> None:
    text = TYPO.replace('"Resource"', '"Resourse"')
    answer = analyzer.validate_policy(policyDocument=text, policyType="IDENTITY_POLICY")
    paths = [location["path"] for finding in answer["findings"] for location in finding["locations"]]
    assert [{"value": "Statement"}, {"index": 0}, {"key": "Resourse"}] in paths


def test_the_paginator_reads_every_finding(analyzer: Client) -> None:
    asked = {
        "policyDocument": document("s3:GetObjekt", "s3:PutObjekt", "s3:ListObjekt"),
        "policyType": "IDENTITY_POLICY",
    }
    pages = analyzer.get_paginator("validate_policy").paginate(**asked, PaginationConfig={"PageSize": 1})
    whole = analyzer.validate_policy(**asked)["findings"]
    assert [finding for page in pages for finding in page["findings"]] == whole


def test_the_three_checks_pass_and_fail(analyzer: Client) -> None:
    text = document("s3:Get*", Sid="Reads")
    new = analyzer.check_no_new_access(
        newPolicyDocument=text, existingPolicyDocument=text, policyType="IDENTITY_POLICY"
    )
    assert (new["result"], new["reasons"]) == ("PASS", [])
    granted = analyzer.check_access_not_granted(
        policyDocument=text, access=[{"actions": ["s3:GetObject"]}], policyType="IDENTITY_POLICY"
    )
    assert (granted["result"], granted["reasons"][0]["statementId"]) == ("FAIL", "Reads")
    public = analyzer.check_no_public_access(policyDocument=TRUST, resourceType="AWS::IAM::AssumeRolePolicyDocument")
    assert public["result"] == "PASS"


def test_errors_have_the_codes_and_statuses_of_aws(analyzer: Client) -> None:
    validate, public = analyzer.validate_policy, analyzer.check_no_public_access
    assert error_of(validate, policyDocument=TYPO, policyType="NONE")[:2] == ("ValidationException", 400)
    assert error_of(validate, policyType="IDENTITY_POLICY")[:2] == ("ValidationException", 400)
    assert error_of(public, policyDocument="{", resourceType="AWS::S3::Bucket")[:2] == (
        "InvalidParameterException",
        400,
    )
    anybody = TRUST.replace('"Effect"', '"Condition": {"Bool": {"aws:ViaAWSService": "true"}}, "Effect"')
    anybody = anybody.replace("arn:aws:iam::123456789012:root", "*")
    assert error_of(public, policyDocument=anybody, resourceType="AWS::IAM::AssumeRolePolicyDocument")[:2] == (
        "UnprocessableEntityException",
        422,
    )


def test_what_is_missing_is_named(analyzer: Client) -> None:
    with pytest.raises(ClientError) as error:
        analyzer.validate_policy()
    assert error.value.response["reason"] == "fieldValidationFailed"
    assert {field["name"] for field in error.value.response["fieldList"]} == {"policyDocument", "policyType"}


def test_who_is_allowed_nothing_is_told_so_and_it_is_recorded(cast: Cast, client: Connect) -> None:
    cast.user("nobody")
    asked = {"policyDocument": TYPO, "policyType": "IDENTITY_POLICY"}
    assert error_of(client("nobody", "accessanalyzer").validate_policy, **asked)[:2] == ("AccessDeniedException", 403)
    event = Event.objects.latest("sequence")
    assert (event.operation, event.outcome, event.resource) == ("ValidatePolicy", "refused", "*")
    assert "GetObjekt" not in str(event.parameters)


def test_a_key_signed_for_another_service_is_not_taken(cast: Cast, live_server: LiveServer) -> None:
    cast.user("auditor", "access-analyzer:*")
    assert send_signed(cast, live_server, b"{}", service="iam")[:2] == (403, "InvalidSignatureException")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'"x"', b"[" * 100_000, b'{"policyDocument": 1}', b"{}"])
@pytest.mark.parametrize("path", ["/policy/validation", "/policy/check-access-not-granted"])
def test_what_is_no_request_is_an_error_in_json(cast: Cast, live_server: LiveServer, path: str, body: bytes) -> None:
    cast.user("auditor", "access-analyzer:*")
    status, code, content = send_signed(cast, live_server, body, path=path)
    assert (status, code) == (400, "ValidationException")
    assert set(content) <= {"message", "reason", "fieldList"}


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OperationalError("gone"), (503, "ServiceUnavailable")),
        (RuntimeError("secret"), (500, "InternalServerException")),
    ],
)
def test_a_fault_of_ours_is_told_as_one_and_tells_nothing(
    cast: Cast, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch, error: Exception, told: tuple[int, str]
) -> None:
    def fail(request: HttpRequest, service: str) -> None:
        raise error

    cast.user("auditor", "access-analyzer:*")
    monkeypatch.setattr(access_analyzer, "authenticate", fail)
    status, code, content = send_signed(cast, live_server, TYPO.encode())
    assert (status, code) == told
    assert str(error) not in content["message"]


def test_without_a_signature_nothing_is_read(live_server: LiveServer, db: None) -> None:
    unsigned = send(live_server, "POST", "/policy/validation", b"{}", {})
    assert unsigned[:2] == (403, "MissingAuthenticationTokenException")


@pytest.mark.parametrize(
    ("asked", "parameters"),
    [
        ("list_analyzers", {}),
        ("create_analyzer", {"analyzerName": "a", "type": "ACCOUNT"}),
        ("get_archive_rule", {"analyzerName": "a", "ruleName": "r"}),
        ("get_generated_policy", {"jobId": "j"}),
    ],
)
def test_what_is_not_built_is_named_in_json(analyzer: Client, asked: str, parameters: dict[str, Any]) -> None:
    with pytest.raises(ClientError) as error:
        getattr(analyzer, asked)(**parameters)
    name = analyzer.meta.method_to_api_mapping[asked]
    assert error.value.response["Error"] == {
        "Code": "UnknownOperationException",
        "Message": f"The operation {name} is not available here.",
    }
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


@pytest.mark.parametrize(("method", "path"), [("GET", "/policy/validation"), ("POST", "/"), ("GET", "/users/")])
def test_what_nobody_knows_is_refused_to_who_signed_only(
    cast: Cast, live_server: LiveServer, method: str, path: str
) -> None:
    cast.user("auditor")
    assert send_signed(cast, live_server, b"", path, method=method)[:2] == (404, "UnknownOperationException")
    forged = {"Authorization": "AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/access-analyzer/aws4_request"}
    assert send(live_server, method, path, b"", forged)[:2] == (403, "IncompleteSignatureException")


def send_signed(
    cast: Cast,
    server: LiveServer,
    body: bytes,
    path: str = "/policy/validation",
    service: str = "access-analyzer",
    method: str = "POST",
) -> tuple[int, str, Any]:
    key = access_keys.create_access_key(cast.system, user_name="auditor")
    signed = AWSRequest(method, server.url + path, data=body, headers={"Content-Type": "application/json"})
    SigV4Auth(Credentials(key.key.id, key.secret), service, "us-east-1").add_auth(signed)
    return send(server, method, path, body, dict(signed.headers))


def send(server: LiveServer, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str, Any]:
    """The status, the kind of error, and the answer."""
    connection = HTTPConnection(urlsplit(server.url).netloc)
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    answer = response.status, response.headers["x-amzn-ErrorType"], json.loads(response.read())
    connection.close()
    return answer
