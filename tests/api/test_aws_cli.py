"""aws-cli itself against the server: alice may see her own permissions, and nothing of bob's."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from policies_app.models import Event
from policies_app.operations import access_keys, attachments, events, inline_policies
from policies_app.policy_templates import POLICY_TEMPLATES
from tests.factories import Cast, document

AWS = Path(sys.executable).with_name("aws")

type Aws = Callable[..., Any]


class Refused(Exception):
    pass


@pytest.fixture
def aws(transactional_db: None, cast: Cast, live_server: LiveServer, tmp_path: Path) -> Callable[[str], Aws]:
    """`aws("alice")("list-users")` runs `aws iam list-users` with a key of alice's."""

    def by(user_name: str) -> Aws:
        new = access_keys.create_access_key(cast.system, user_name=user_name)
        environment = os.environ | {
            "AWS_ENDPOINT_URL": live_server.url,
            "AWS_ACCESS_KEY_ID": new.key.id,
            "AWS_SECRET_ACCESS_KEY": new.secret,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_MAX_ATTEMPTS": "1",
            "AWS_PAGER": "",
            "AWS_CONFIG_FILE": str(tmp_path / "none"),
            "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
        }

        def run(*arguments: str, service: str = "iam") -> Any:
            command = [str(AWS), service, *arguments, "--output", "json"]
            done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
            if done.returncode:
                raise Refused(done.stderr.strip())
            return json.loads(done.stdout) if done.stdout else None

        return run

    return by


@pytest.fixture
def alice_and_bob(cast: Cast) -> None:
    """alice has policies of all three kinds and may see them; bob has some too."""
    cast.user("alice")
    cast.user("bob", "chime:ListUsers")
    cast.group("readers", "alice")
    reports = cast.policy("ReadReports")
    attachments.attach_group_policy(cast.system, group_name="readers", policy_arn=reports.arn)
    inline_policies.put_group_policy(
        cast.system, group_name="readers", policy_name="ReadLogs", policy_document=document("logs:Get*")
    )
    cast.attach("alice", cast.policy("ViewOwnPermissions", text=POLICY_TEMPLATES["view_own_permissions"].text))
    cast.inline("alice", "ReadMail", "ses:Get*")


def test_alice_sees_her_own_permissions_and_nothing_of_bobs(
    aws: Callable[[str], Aws], alice_and_bob: None, cast: Cast
) -> None:
    alice = aws("alice")
    assert alice("get-caller-identity", service="sts")["Arn"] == "arn:aws:iam::123456789012:user/alice"
    attached = alice("list-attached-user-policies", "--user-name", "alice")["AttachedPolicies"]
    assert [policy["PolicyName"] for policy in attached] == ["ViewOwnPermissions"]
    assert alice("list-user-policies", "--user-name", "alice") == {"PolicyNames": ["ReadMail"]}
    mail = alice("get-user-policy", "--user-name", "alice", "--policy-name", "ReadMail")
    assert mail["PolicyDocument"] == json.loads(document("ses:Get*"))
    assert [group["GroupName"] for group in alice("list-groups-for-user", "--user-name", "alice")["Groups"]] == [
        "readers"
    ]
    of_group = ("--group-name", "readers")
    through = alice("list-attached-group-policies", *of_group)["AttachedPolicies"]
    assert [policy["PolicyName"] for policy in through] == ["ReadReports"]
    version = alice("get-policy-version", "--policy-arn", through[0]["PolicyArn"], "--version-id", "v1")
    assert version["PolicyVersion"]["Document"]["Statement"][0]["Action"] == ["s3:GetObject"]
    logs = alice("get-group-policy", *of_group, "--policy-name", "ReadLogs")
    assert logs["PolicyDocument"] == json.loads(document("logs:Get*"))
    for command in ("list-user-policies", "list-attached-user-policies", "list-groups-for-user"):
        with pytest.raises(
            Refused, match=r"An error occurred \(AccessDenied\) when calling the \w+ operation: User: ar"
        ):
            alice(command, "--user-name", "bob")
    events.reads.flush()
    assert Event.objects.filter(principal__endswith="/alice", outcome=Event.Outcome.REFUSED).count() == 3
