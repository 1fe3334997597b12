"""AssumeRole: whom it lets in, and what a session of a role may."""

import json
import random
import string
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from policies_app.models import Event, Role
from policies_app.operations import attachments, events, inline_policies, policies, policy_versions, roles, sts, tags
from tests.api.assuming import ACCOUNT_ROOT, BUILDER, SESSION, elsewhere, make_role, refusal, trust
from tests.api.conftest import Client, Connect
from tests.factories import ACCOUNT, Cast, document


def test_a_session_has_what_aws_answers(dana: Client) -> None:
    answer = dana.assume_role(**SESSION)
    assert answer["AssumedRoleUser"] == {
        "AssumedRoleId": f"{Role.objects.get().unique_id}:nightly",
        "Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/builder/nightly",
    }
    credentials = answer["Credentials"]
    assert (credentials["AccessKeyId"][:4], len(credentials["SecretAccessKey"])) == ("ASIA", 40)
    assert abs(credentials["Expiration"] - datetime.now(UTC) - timedelta(hours=1)) < timedelta(seconds=10)
    assert "PackedPolicySize" not in answer


def test_a_session_may_what_its_role_may_and_is_recorded_as_itself(dana: Client, using: Connect) -> None:
    session = using(dana.assume_role(**SESSION))
    assert [user["UserName"] for user in session.list_users()["Users"]] == ["dana"]
    assert refusal(session.create_user, UserName="erin")[0] == "AccessDenied"
    event = Event.objects.get(operation="CreateUser", outcome="refused")
    assert event.principal == f"arn:aws:sts::{ACCOUNT}:assumed-role/builder/nightly"


def test_a_session_is_no_user_that_could_leave_out_its_name(dana: Client, using: Connect) -> None:
    session = using(dana.assume_role(**SESSION))
    assert refusal(session.get_user) == (
        "ValidationError",
        "Must specify userName when calling with non-User credentials",
    )


def test_the_boundary_of_a_role_caps_its_sessions(cast: Cast, dana: Client, using: Connect) -> None:
    arn = cast.policy("Cap", "iam:GetUser").arn
    attachments.put_role_permissions_boundary(cast.system, role_name="builder", permissions_boundary=arn)
    session = using(dana.assume_role(**SESSION))
    assert session.get_user(UserName="dana")["User"]
    assert "no permissions boundary allows the iam:ListUsers action" in refusal(session.list_users)[1]


def test_a_trust_policy_may_ask_that_sessions_are_named_after_their_users(cast: Cast, client: Connect) -> None:
    erin = cast.user("erin")
    named: dict[str, Any] = {"Condition": {"StringEquals": {"sts:RoleSessionName": "${aws:username}"}}}
    make_role(cast, "builder", trust_policy=trust({"AWS": erin.arn}, **named))
    connection = client("erin", "sts")
    assert refusal(connection.assume_role, **SESSION)[0] == "AccessDenied"
    assert connection.assume_role(RoleArn=BUILDER, RoleSessionName="erin")["Credentials"]


def test_neither_the_secret_nor_the_token_is_recorded(dana: Client) -> None:
    credentials = dana.assume_role(**SESSION)["Credentials"]
    record = str(list(Event.objects.values()))
    assert "AssumeRole" in record
    assert credentials["SecretAccessKey"] not in record
    assert credentials["SessionToken"] not in record


def test_who_is_not_allowed_by_a_policy_of_their_own_is_refused(cast: Cast, dana: Client, client: Connect) -> None:
    cast.user("erin")
    code, message = refusal(client("erin", "sts").assume_role, **SESSION)
    assert code == "AccessDenied"
    assert message.startswith(f"User: arn:aws:iam::{ACCOUNT}:user/erin is not authorized to perform: sts:AssumeRole on")
    assert Event.objects.get(operation="AssumeRole").outcome == "refused"


def test_a_trust_policy_that_names_the_user_is_enough(cast: Cast, client: Connect) -> None:
    erin = cast.user("erin")
    make_role(cast, "builder", trust_policy=trust({"AWS": erin.arn}))
    assert client("erin", "sts").assume_role(**SESSION)["Credentials"]


def test_who_may_not_read_a_role_is_refused_alike_whether_it_is_there_or_not(cast: Cast, client: Connect) -> None:
    user = cast.user("erin", "sts:AssumeRole")
    away, connection = elsewhere(), client("erin", "sts")
    for owner in (cast, away):
        denying = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
        make_role(owner, "denying", trust_policy=json.dumps({"Version": "2012-10-17", "Statement": [denying]}))
        make_role(owner, "other", trust_policy=trust({"Service": "ec2.amazonaws.com"}))
        for name in ("denying", "other", "absent"):
            arn = f"arn:aws:iam::{owner.account.pk}:role/{name}"
            assert refusal(connection.assume_role, RoleArn=arn, RoleSessionName="nightly") == (
                "AccessDenied",
                f"User: {user.arn} is not authorized to perform: sts:AssumeRole on resource: {arn}",
            )
    assert (
        "trust policy"
        in Event.objects.filter(operation="AssumeRole", resource__endswith="/other").order_by("sequence").last().message
    )


def test_who_may_read_a_role_is_told_why_it_does_not_let_in(cast: Cast, client: Connect) -> None:
    cast.user("erin", "sts:AssumeRole", "iam:GetRole")
    make_role(cast, "builder", trust_policy=trust({"Service": "ec2.amazonaws.com"}))
    _, message = refusal(client("erin", "sts").assume_role, **SESSION)
    assert "because no role trust policy allows the sts:AssumeRole action. Encoded" in message


@pytest.mark.parametrize("arn", ["nothing-valid-in-here", "arn::b:::something/test-role", "arn:a:a::aaaaaaaaaa:"])
def test_what_is_no_arn_is_invalid(dana: Client, arn: str) -> None:
    assert refusal(dana.assume_role, **SESSION | {"RoleArn": arn}) == ("ValidationError", f"{arn} is invalid")


def test_the_external_id_that_a_trust_policy_asks_for_must_be_given(cast: Cast, client: Connect) -> None:
    erin = cast.user("erin")
    asks = {"Condition": {"StringEquals": {"sts:ExternalId": "seven"}}}
    make_role(cast, "builder", trust_policy=trust({"AWS": erin.arn}, **asks))
    connection = client("erin", "sts")
    assert refusal(connection.assume_role, **SESSION)[0] == "AccessDenied"
    assert refusal(connection.assume_role, **SESSION, ExternalId="eight")[0] == "AccessDenied"
    assert connection.assume_role(**SESSION, ExternalId="seven")["Credentials"]


def test_across_accounts_both_have_to_allow(cast: Cast, client: Connect, using: Connect) -> None:
    away = elsewhere()
    erin = cast.user("erin")
    make_role(away, "builder", trust_policy=trust({"AWS": erin.arn}))
    wanted = SESSION | {"RoleArn": "arn:aws:iam::999999999999:role/builder"}
    connection = client("erin", "sts")
    assert refusal(connection.assume_role, **wanted)[0] == "AccessDenied"
    cast.inline("erin", "Leave", "sts:AssumeRole")
    assert using(connection.assume_role(**wanted), "sts").get_caller_identity()["Account"] == "999999999999"
    successes = Event.objects.filter(operation="AssumeRole", outcome="success", principal=erin.arn)
    assert {event.account_id for event in successes} == {ACCOUNT, "999999999999"}


def test_a_session_policy_limits_what_the_role_may(dana: Client, using: Connect) -> None:
    answer = dana.assume_role(**SESSION, Policy=document("iam:GetUser", "iam:CreateUser"))
    session = using(answer)
    assert session.get_user(UserName="dana")["User"]["UserName"] == "dana"
    assert "no session policy allows the iam:ListUsers action" in refusal(session.list_users)[1]
    assert refusal(session.create_user, UserName="erin")[0] == "AccessDenied"
    assert 0 < answer["PackedPolicySize"] < 10


def test_a_managed_session_policy_limits_by_what_it_says_now(cast: Cast, dana: Client, using: Connect) -> None:
    cast.user("erin")
    arn = cast.policy("Limit", "iam:GetUser").arn
    session = using(dana.assume_role(**SESSION, PolicyArns=[{"arn": arn}]))
    assert refusal(session.list_users)[0] == "AccessDenied"
    policy_versions.create_policy_version(
        cast.system, policy_arn=arn, policy_document=document("iam:ListUsers"), set_as_default=True
    )
    assert len(session.list_users()["Users"]) == 2


def test_a_session_keeps_the_limit_of_a_policy_that_was_deleted(cast: Cast, dana: Client, using: Connect) -> None:
    arn = cast.policy("Limit", "iam:*").arn
    session = using(dana.assume_role(**SESSION, PolicyArns=[{"arn": arn}]))
    assert session.list_users()["Users"]
    policies.delete_policy(cast.system, policy_arn=arn)
    assert refusal(session.list_users)[0] == "AccessDenied"


def test_a_session_policy_that_cannot_be_read_or_is_too_large_is_refused(dana: Client) -> None:
    assert refusal(dana.assume_role, **SESSION, Policy="{")[0] == "MalformedPolicyDocument"
    code, message = refusal(dana.assume_role, **SESSION, Policy=" " * 2049)
    assert (code, message[-40:]) == ("ValidationError", "t have length less than or equal to 2048")
    missing = f"arn:aws:iam::{ACCOUNT}:policy/Absent"
    assert refusal(dana.assume_role, **SESSION, PolicyArns=[{"arn": missing}]) == (
        "ValidationError",
        f"Policy {missing} does not exist or is not attachable.",
    )


def test_tags_that_are_too_many_to_travel_are_refused(dana: Client) -> None:
    letters = random.Random(7)
    long = [{"Key": f"k{n}", "Value": "".join(letters.choices(string.ascii_letters, k=256))} for n in range(50)]
    code, message = refusal(dana.assume_role, **SESSION, Tags=long)
    assert code == "PackedPolicyTooLarge"
    assert message.startswith("Packed size of session tags consumes")


def test_tags_need_their_permission_in_both_policies(cast: Cast, dana: Client) -> None:
    make_role(cast, "plain", trust_policy=trust(ACCOUNT_ROOT))
    wanted = {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/plain", "RoleSessionName": "nightly"}
    assert dana.assume_role(**wanted)["Credentials"]
    code, message = refusal(dana.assume_role, **wanted, Tags=[{"Key": "team", "Value": "blue"}])
    assert (code, "sts:TagSession" in message) == ("AccessDenied", True)


def test_tags_of_the_session_win_over_those_of_the_role(cast: Cast, dana: Client, using: Connect) -> None:
    tags.tag_role(cast.system, role_name="builder", tags=[{"Key": "Team", "Value": "red"}])
    blue: dict[str, Any] = {"Condition": {"StringEquals": {"aws:PrincipalTag/team": "blue"}}}
    inline_policies.put_role_policy(
        cast.system, role_name="builder", policy_name="Blue", policy_document=document("iam:ListRoles", **blue)
    )
    assert refusal(using(dana.assume_role(**SESSION)).list_roles)[0] == "AccessDenied"
    session = using(dana.assume_role(**SESSION, Tags=[{"Key": "team", "Value": "blue"}]))
    assert session.list_roles()["Roles"]


def test_tags_are_checked_as_aws_does(dana: Client) -> None:
    team = {"Key": "team", "Value": "blue"}
    assert refusal(dana.assume_role, **SESSION, Tags=[team, {"Key": "Team", "Value": "red"}]) == (
        "InvalidParameterValue",
        "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    )
    assert refusal(dana.assume_role, **SESSION, Tags=[team], TransitiveTagKeys=["other"]) == (
        "InvalidParameterValue",
        "The specified transitive tag key must be included in the requested tags.",
    )


def test_transitive_tags_go_through_a_chain_and_cannot_be_overridden(cast: Cast, dana: Client, using: Connect) -> None:
    make_role(cast, "next", "iam:ListUsers")
    inline_policies.put_role_policy(
        cast.system,
        role_name="builder",
        policy_name="Chain",
        policy_document=document("sts:AssumeRole", "sts:TagSession"),
    )
    red: dict[str, Any] = {"Condition": {"StringNotEquals": {"aws:PrincipalTag/team": "blue"}}}
    inline_policies.put_role_policy(
        cast.system, role_name="next", policy_name="Blue", policy_document=document("*", effect="Deny", **red)
    )
    first = dana.assume_role(**SESSION, Tags=[{"Key": "team", "Value": "blue"}], TransitiveTagKeys=["Team"])
    wanted = {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/next", "RoleSessionName": "later"}
    code, message = refusal(using(first, "sts").assume_role, **wanted, Tags=[{"Key": "TEAM", "Value": "red"}])
    assert (code, "conflicts with a transitive tag key" in message) == ("InvalidParameterValue", True)
    assert using(using(first, "sts").assume_role(**wanted)).list_users()["Users"]


def test_a_chain_is_limited_to_an_hour_and_a_session_to_what_its_role_takes(
    cast: Cast, dana: Client, using: Connect
) -> None:
    assert refusal(dana.assume_role, **SESSION, DurationSeconds=3601) == (
        "ValidationError",
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    )
    roles.update_role(cast.system, role_name="builder", max_session_duration=7200)
    inline_policies.put_role_policy(
        cast.system, role_name="builder", policy_name="Chain", policy_document=document("sts:AssumeRole")
    )
    session = using(dana.assume_role(**SESSION, DurationSeconds=7200), "sts")
    assert refusal(session.assume_role, **SESSION, DurationSeconds=3601) == (
        "ValidationError",
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
    )


def test_a_source_identity_needs_its_permission_and_lasts(cast: Cast, dana: Client, using: Connect) -> None:
    inline_policies.put_role_policy(
        cast.system,
        role_name="builder",
        policy_name="Chain",
        policy_document=document("sts:AssumeRole", "sts:SetSourceIdentity"),
    )
    first = dana.assume_role(**SESSION, SourceIdentity="dana.d")
    again = using(first, "sts").assume_role(**SESSION)
    assert (first["SourceIdentity"], again["SourceIdentity"]) == ("dana.d", "dana.d")
    make_role(cast, "plain", trust_policy=trust(ACCOUNT_ROOT))
    plain = SESSION | {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/plain"}
    assert "sts:SetSourceIdentity" in refusal(dana.assume_role, **plain, SourceIdentity="dana.d")[1]


def test_a_session_ends_with_its_role_even_if_there_is_another_of_its_name(
    cast: Cast, dana: Client, using: Connect
) -> None:
    session = using(dana.assume_role(**SESSION), "sts")
    inline_policies.delete_role_policy(cast.system, role_name="builder", policy_name="Given")
    roles.delete_role(cast.system, role_name="builder")
    make_role(cast, "builder", "iam:*")
    assert refusal(session.get_caller_identity) == (
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
    )


def test_a_change_of_trust_ends_no_session_but_a_change_of_policy_holds_at_once(
    cast: Cast, dana: Client, using: Connect
) -> None:
    session = using(dana.assume_role(**SESSION))
    roles.update_assume_role_policy(
        cast.system, role_name="builder", policy_document=trust({"Service": "ec2.amazonaws.com"})
    )
    assert session.list_users()["Users"]
    inline_policies.delete_role_policy(cast.system, role_name="builder", policy_name="Given")
    assert refusal(session.list_users)[0] == "AccessDenied"


def test_sessions_before_a_moment_can_be_revoked(cast: Cast, dana: Client, using: Connect) -> None:
    session = using(dana.assume_role(**SESSION))
    later = (datetime.now(UTC) + timedelta(seconds=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    older: dict[str, Any] = {"Condition": {"DateLessThan": {"aws:TokenIssueTime": later}}}
    inline_policies.put_role_policy(
        cast.system, role_name="builder", policy_name="Revoke", policy_document=document("*", effect="Deny", **older)
    )
    assert "explicit deny" in refusal(session.list_users)[1]


def test_an_expired_session_is_refused(dana: Client, using: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    began = datetime.now(UTC) - timedelta(hours=2)
    with monkeypatch.context() as patched:
        patched.setattr(sts, "timezone", SimpleNamespace(now=lambda: began))
        answer = dana.assume_role(**SESSION)
    assert refusal(using(answer).list_users) == (
        "ExpiredToken",
        "The security token included in the request is expired",
    )


def test_a_role_tells_when_and_where_it_was_last_used(dana: Client, using: Connect) -> None:
    using(dana.assume_role(**SESSION)).list_users()
    assert Role.objects.get().last_used is None
    events.reads.flush()
    role = Role.objects.get()
    assert role.last_used is not None
    assert role.last_used_region == "eu-west-1"
