"""Roles that somebody may assume."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from policies_app.models import Account, Role
from policies_app.operations import inline_policies, roles
from policies_app.operations.accounts import system_call
from tests.factories import ACCOUNT, Cast, document

BUILDER = f"arn:aws:iam::{ACCOUNT}:role/builder"
ACCOUNT_ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
SESSION = {"RoleArn": BUILDER, "RoleSessionName": "nightly"}


def trust(principal: dict[str, str], *actions: str, **condition: Any) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": list(actions or ("sts:AssumeRole",)), **condition}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def make_role(cast: Cast, name: str, *allowed: str, trust_policy: str | None = None) -> Role:
    role = roles.create_role(
        cast.system,
        role_name=name,
        assume_role_policy_document=trust_policy
        or trust(ACCOUNT_ROOT, "sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"),
    )
    if allowed:
        inline_policies.put_role_policy(
            cast.system, role_name=name, policy_name="Given", policy_document=document(*allowed)
        )
    return role


def elsewhere() -> Cast:
    """Another account."""
    away = Cast.__new__(Cast)
    away.account = Account.objects.create(pk="999999999999")
    away.system = system_call(away.account, "tests")
    return away


def refusal(perform: Callable[..., Any], **parameters: Any) -> tuple[str, str]:
    """The code and message of an error."""
    with pytest.raises(ClientError) as raised:
        perform(**parameters)
    return raised.value.response["Error"]["Code"], raised.value.response["Error"]["Message"]
