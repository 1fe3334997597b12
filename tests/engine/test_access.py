"""Whether a document grants what it should not, told without a request."""

import json
from typing import Any

import pytest

from policies_app.engine.analyzer.access import granted, new_access
from policies_app.engine.document import Layer, Policy
from policies_app.engine.parser import parse

BOB, CAROL = "arn:aws:s3:::bob/*", "arn:aws:s3:::carol/*"


def policy(*statements: dict[str, Any], kind: Layer = Layer.IDENTITY) -> Policy:
    parsed = parse(json.dumps({"Version": "2012-10-17", "Statement": statements}), kind)
    assert parsed.policy is not None
    return parsed.policy


def allow(action: str | list[str], resource: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    return allow(action, resource, **more) | {"Effect": "Deny"}


def but(action: str) -> dict[str, Any]:
    return {"Effect": "Allow", "NotAction": action, "Resource": "*"}


INSECURE: dict[str, Any] = {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}


@pytest.mark.parametrize(
    ("statements", "action", "resource", "expected"),
    [
        ([allow("s3:Get*")], "s3:GetObject", "*", [0]),
        ([allow("s3:Get*")], "S3:PUTOBJECT", "*", []),
        ([allow("s3:*"), deny("s3:Put*")], "s3:PutObject", "*", []),
        ([allow("s3:*"), deny("s3:Put*", BOB)], "s3:PutObject", "*", [0]),
        ([allow("s3:*"), deny("s3:Put*", BOB)], "s3:PutObject", "arn:aws:s3:::bob/notes", []),
        ([allow("s3:*"), deny("s3:*", **INSECURE)], "s3:GetObject", "*", [0]),
        ([allow("s3:*", "arn:aws:s3:::${aws:username}/*")], "s3:GetObject", BOB, [0]),
        ([allow("s3:*", BOB), allow("s3:*", CAROL)], "*", CAROL, [1]),
        ([but("iam:*")], "iam:PassRole", "*", []),
        ([but("iam:*")], "*", "*", [0]),
        ([allow("inhouse:*")], "inhouse:Deploy", "*", [0]),
        ([allow("inhouse:Deploy")], "inhouse:*", "*", [0]),
        ([allow("inhouse:Deploy")], "inhouse:Build", "*", []),
    ],
)
def test_what_is_granted_is_told_by_statement(
    statements: list[dict[str, Any]], action: str, resource: str, expected: list[int]
) -> None:
    found = granted(policy(*statements), policy(allow(action, resource)))
    assert [reason.statement.index for reason in found] == expected


def test_a_trust_policy_grants_the_role_itself() -> None:
    trust = policy({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}, kind=Layer.TRUST)
    assert list(granted(trust, policy(allow("sts:AssumeRole"))))
    assert not list(granted(trust, policy(allow("sts:TagSession"))))


@pytest.mark.parametrize(
    ("existing", "new", "expected"),
    [
        ([allow("s3:*")], [allow("s3:Get*")], []),
        ([allow("s3:Get*")], [allow("s3:GetObject", BOB), allow("s3:PutObject")], [(1, False)]),
        ([allow("s3:Get*", BOB)], [allow("s3:Get*")], [(0, False)]),
        ([allow("s3:*"), deny("s3:Put*")], [allow("s3:*")], [(1, True)]),
        ([allow("s3:*", **INSECURE)], [allow("s3:*")], [(0, False)]),
        ([allow("s3:*")], [allow("s3:*"), deny("s3:Put*")], []),
    ],
)
def test_new_access_is_what_the_old_document_does_not_grant(
    existing: list[dict[str, Any]], new: list[dict[str, Any]], expected: list[tuple[int, bool]]
) -> None:
    found = new_access(policy(*existing), policy(*new))
    assert [(reason.statement.index, reason.lifted) for reason in found] == expected
