"""Rows to test with, made through the operations that make them in life."""

import json
from typing import Any

from policies_app.models import Account, Policy, Role, User
from policies_app.operations import attachments, groups, inline_policies, policies, roles, users
from policies_app.operations.accounts import system_call
from policies_app.operations.calls import Call

ACCOUNT = "123456789012"


def document(*actions: str, effect: str = "Allow", resource: str | list[str] = "*", **statement: Any) -> str:
    """The text of a policy with one statement."""
    body = {"Effect": effect, "Action": list(actions), "Resource": resource, **statement}
    return json.dumps({"Version": "2012-10-17", "Statement": [body]}, indent=2)


TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
        ],
    }
)


class Cast:
    """An account and who acts in it. `system` may manage identities; everybody else may do nothing at first."""

    def __init__(self) -> None:
        self.account = Account.objects.create(pk=ACCOUNT)
        self.system = system_call(self.account, "tests")

    def user(self, name: str, *actions: str, effect: str = "Allow", resource: str | list[str] = "*") -> User:
        """A user, with an inline policy on the actions if there are any."""
        user = users.create_user(self.system, user_name=name)
        if actions:
            self.inline(name, "Given", *actions, effect=effect, resource=resource)
        return user

    def inline(self, user_name: str, policy_name: str, *actions: str, **statement: Any) -> None:
        """`statement` is what else `document` takes."""
        text = document(*actions, **statement)
        inline_policies.put_user_policy(self.system, user_name=user_name, policy_name=policy_name, policy_document=text)

    def group(self, name: str, *members: str) -> None:
        groups.create_group(self.system, group_name=name)
        for member in members:
            groups.add_user_to_group(self.system, group_name=name, user_name=member)

    def role(self, name: str) -> Role:
        return roles.create_role(self.system, role_name=name, assume_role_policy_document=TRUST)

    def policy(self, name: str, *actions: str, text: str | None = None) -> Policy:
        text = text or document(*actions or ("s3:GetObject",))
        return policies.create_policy(self.system, policy_name=name, policy_document=text)

    def attach(self, user_name: str, policy: Policy) -> None:
        attachments.attach_user_policy(self.system, user_name=user_name, policy_arn=policy.arn)


def call_of(user: User) -> Call:
    return Call.by_user(user)
