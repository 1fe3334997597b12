"""What holds for every operation: it records its event, and it refuses whoever lacks its action.

`EXAMPLES` is the table that proves each operation guarded; one that is missing from it fails here.
"""

from contextlib import suppress
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from django.core import serializers

import policies_app.operations
from policies_app.engine.evaluator import decide
from policies_app.engine.request import Principal, PrincipalKind, Request
from policies_app.models import (
    AccessKey,
    Account,
    Attachment,
    ConsoleSession,
    Event,
    Group,
    Identity,
    InlinePolicy,
    InstanceProfile,
    Membership,
    PasswordPolicy,
    Policy,
    PolicyVersion,
    Role,
    ServiceLinkedRoleDeletion,
    User,
)
from policies_app.operations import authorization_messages, credentials, events
from policies_app.operations.calls import OPERATIONS, Call
from policies_app.operations.errors import AccessDenied, NoSuchEntity
from tests.company import DELETION, INLINE, JOB_ID, KEY_ID, OWN, SESSION_ID, SPARE
from tests.company import PASSWORD as OLD_PASSWORD
from tests.factories import TRUST, Cast, call_of, document

for module in iter_modules(policies_app.operations.__path__):
    import_module(f"policies_app.operations.{module.name}")

USER, GROUP, ROLE = {"user_name": "dana"}, {"group_name": "devs"}, {"role_name": "builder"}
TEXT = {"policy_document": document("s3:ListBucket")}
POLICIES = {"policy_input_list": [document("s3:Get*")]}
DANA = {"policy_source_arn": "arn:aws:iam::123456789012:user/dana"}
ANALYZED = TEXT | {"policy_type": "IDENTITY_POLICY"}
JOB = {"job_id": JOB_ID}
BOX, EMPTY_BOX = {"instance_profile_name": "box"}, {"instance_profile_name": "empty-box"}
TAGS = {"tags": [{"Key": "team", "Value": "blue"}]}
KEY = {"access_key_id": KEY_ID}
PASSWORD = {"password": "a-long-and-odd-one-7"}
NOBODY = Principal("arn:aws:iam::123456789012:user/nobody", "123456789012", PrincipalKind.USER)
REFUSAL = decide(Request(NOBODY, "iam:ListUsers", "*"), [])

EXAMPLES: dict[str, dict[str, Any]] = {
    "AddRoleToInstanceProfile": EMPTY_BOX | ROLE,
    "AddUserToGroup": {"group_name": "devs", "user_name": "erin"},
    "AssumeRole": {"role_arn": "arn:aws:iam::123456789012:role/builder", "role_session_name": "nightly"},
    "AttachGroupPolicy": GROUP | {"policy_arn": SPARE},
    "AttachRolePolicy": ROLE | {"policy_arn": SPARE},
    "AttachUserPolicy": USER | {"policy_arn": SPARE},
    "ChangePassword": {"old_password": OLD_PASSWORD, "new_password": "a-long-and-odd-one-7"},
    "CreateAccessKey": {"user_name": "erin"},
    "CheckAccessNotGranted": ANALYZED | {"access": [{"actions": ["s3:GetObject"]}]},
    "CheckNoNewAccess": {
        "new_policy_document": document("s3:ListBucket"),
        "existing_policy_document": document("s3:ListBucket"),
        "policy_type": "IDENTITY_POLICY",
    },
    "CheckNoPublicAccess": {"policy_document": TRUST, "resource_type": "AWS::IAM::AssumeRolePolicyDocument"},
    "CreateAccountAlias": {"account_alias": "another"},
    "CreateGroup": {"group_name": "ops"},
    "CreateInstanceProfile": {"instance_profile_name": "crate"},
    "CreateLoginProfile": {"user_name": "erin"} | PASSWORD,
    "CreatePolicy": {"policy_name": "Fresh"} | TEXT,
    "CreatePolicyVersion": {"policy_arn": OWN} | TEXT,
    "CreateRole": {"role_name": "runner", "assume_role_policy_document": TRUST},
    "CreateServiceLinkedRole": {"aws_service_name": "voiceconnector.chime.amazonaws.com"},
    "CreateUser": {"user_name": "fred"},
    "DecodeAuthorizationMessage": {"encoded_message": authorization_messages.encode(REFUSAL)},
    "DeleteAccessKey": USER | KEY,
    "DeleteAccountAlias": {"account_alias": "the-company"},
    "DeleteAccountPasswordPolicy": {},
    "DeleteGroup": {"group_name": "empty"},
    "DeleteGroupPolicy": GROUP | INLINE,
    "DeleteInstanceProfile": EMPTY_BOX,
    "DeleteLoginProfile": USER,
    "DeletePolicy": {"policy_arn": SPARE},
    "DeletePolicyVersion": {"policy_arn": OWN, "version_id": "v2"},
    "DeleteRole": {"role_name": "idle"},
    "DeleteRolePermissionsBoundary": ROLE,
    "DeleteRolePolicy": ROLE | INLINE,
    "DeleteServiceLinkedRole": {"role_name": "AWSServiceRoleForECS"},
    "DeleteUser": {"user_name": "erin"},
    "DeleteUserPermissionsBoundary": USER,
    "DeleteUserPolicy": USER | INLINE,
    "DetachGroupPolicy": GROUP | {"policy_arn": OWN},
    "DetachRolePolicy": ROLE | {"policy_arn": OWN},
    "DetachUserPolicy": USER | {"policy_arn": OWN},
    "GetAccessKeyInfo": KEY,
    "GetAccessKeyLastUsed": KEY,
    "GenerateCredentialReport": {},
    "GenerateServiceLastAccessedDetails": {"arn": DANA["policy_source_arn"]},
    "GetAccountAuthorizationDetails": {},
    "GetAccountPasswordPolicy": {},
    "GetAccountSummary": {},
    "GetCallerIdentity": {},
    "GetContextKeysForCustomPolicy": POLICIES,
    "GetContextKeysForPrincipalPolicy": DANA,
    "GetCredentialReport": {},
    "GetGroup": GROUP,
    "GetGroupPolicy": GROUP | INLINE,
    "GetInstanceProfile": BOX,
    "GetLoginProfile": USER,
    "GetPolicy": {"policy_arn": OWN},
    "GetPolicyVersion": {"policy_arn": OWN, "version_id": "v1"},
    "GetRole": ROLE,
    "GetRolePolicy": ROLE | INLINE,
    "GetServiceLinkedRoleDeletionStatus": {"deletion_task_id": DELETION},
    "GetSessionToken": {},
    "GetServiceLastAccessedDetails": JOB,
    "GetServiceLastAccessedDetailsWithEntities": JOB | {"service_namespace": "s3"},
    "GetUser": USER,
    "GetUserPolicy": USER | INLINE,
    "ListAccessKeys": USER,
    "ListAccountAliases": {},
    "ListAttachedGroupPolicies": GROUP,
    "ListAttachedRolePolicies": ROLE,
    "ListAttachedUserPolicies": USER,
    "ListConsoleSessions": USER,
    "ListEntitiesForPolicy": {"policy_arn": OWN},
    "ListGroupPolicies": GROUP,
    "ListGroups": {},
    "ListGroupsForUser": USER,
    "ListInstanceProfileTags": BOX,
    "ListInstanceProfiles": {},
    "ListInstanceProfilesForRole": ROLE,
    "ListMFADeviceTags": {"serial_number": "arn:aws:iam::123456789012:mfa/phone"},
    "ListMFADevices": USER,
    "ListOpenIDConnectProviders": {},
    "ListPolicies": {},
    "ListPoliciesGrantingServiceAccess": {"arn": DANA["policy_source_arn"], "service_namespaces": ["s3"]},
    "ListPolicyTags": {"policy_arn": OWN},
    "ListPolicyVersions": {"policy_arn": OWN},
    "ListRolePolicies": ROLE,
    "ListRoleTags": ROLE,
    "ListRoles": {},
    "ListSAMLProviders": {},
    "ListSSHPublicKeys": USER,
    "ListServerCertificates": {},
    "ListServiceSpecificCredentials": USER,
    "ListSigningCertificates": USER,
    "ListUserPolicies": USER,
    "ListUserTags": USER,
    "ListUsers": {},
    "ListVirtualMFADevices": {},
    "LookupEvents": {},
    "PutGroupPolicy": GROUP | INLINE | TEXT,
    "PutRolePermissionsBoundary": ROLE | {"permissions_boundary": SPARE},
    "PutRolePolicy": ROLE | INLINE | TEXT,
    "PutUserPermissionsBoundary": USER | {"permissions_boundary": SPARE},
    "PutUserPolicy": USER | INLINE | TEXT,
    "RemoveRoleFromInstanceProfile": BOX | ROLE,
    "RemoveUserFromGroup": GROUP | USER,
    "RevokeConsoleSession": USER | {"session_id": SESSION_ID},
    "RevokeConsoleSessions": USER,
    "SetDefaultPolicyVersion": {"policy_arn": OWN, "version_id": "v2"},
    "SimulateCustomPolicy": POLICIES | {"action_names": ["s3:GetObject"]},
    "SimulatePrincipalPolicy": DANA | {"action_names": ["s3:GetObject"]},
    "TagInstanceProfile": BOX | TAGS,
    "TagPolicy": {"policy_arn": OWN} | TAGS,
    "TagRole": ROLE | TAGS,
    "TagUser": USER | TAGS,
    "UntagInstanceProfile": BOX | {"tag_keys": ["team"]},
    "UntagPolicy": {"policy_arn": OWN, "tag_keys": ["team"]},
    "UntagRole": ROLE | {"tag_keys": ["team"]},
    "UntagUser": USER | {"tag_keys": ["team"]},
    "UpdateAccessKey": USER | KEY | {"status": "Inactive"},
    "UpdateAccountPasswordPolicy": {"minimum_password_length": 12},
    "UpdateAssumeRolePolicy": ROLE | {"policy_document": TRUST.replace("root", "user/dana")},
    "UpdateGroup": GROUP | {"new_group_name": "developers"},
    "UpdateLoginProfile": USER | PASSWORD,
    "UpdateRole": ROLE | {"description": "Builds things."},
    "UpdateRoleDescription": ROLE | {"description": "Builds things."},
    "UpdateUser": USER | {"new_path": "/eng/"},
    "ValidatePolicy": ANALYZED,
}
# For users: who asks learns who they are, and takes credentials that can do no more than theirs.
FOR_EVERYBODY = {"GetCallerIdentity", "GetSessionToken"}
GUARDED = sorted(EXAMPLES.keys() - FOR_EVERYBODY)
# What IAM has no action for is asked for as what comes to the same.
ASKED = {
    "ListConsoleSessions": "iam:GetLoginProfile",
    "RevokeConsoleSession": "iam:UpdateLoginProfile",
    "RevokeConsoleSessions": "iam:UpdateLoginProfile",
}
# What an operation includes: it is asked for as well.
INCLUDED = {"AddRoleToInstanceProfile": "iam:PassRole"}
# Allowed, and then told that there is no such thing, because there can be none.
NEVER_FOUND = {"ListMFADeviceTags"}
STORED = (
    AccessKey,
    Account,
    ConsoleSession,
    User,
    Group,
    Role,
    InstanceProfile,
    PasswordPolicy,
    Policy,
    PolicyVersion,
    InlinePolicy,
    Attachment,
    Membership,
    Identity,
    ServiceLinkedRoleDeletion,
)


def caller(company: Cast, *statements: tuple[str, str]) -> Call:
    """Somebody with one inline policy for each (effect, action)."""
    user = company.user("caller")
    credentials.create_login_profile(company.system, user_name="caller", password=OLD_PASSWORD)
    for number, (effect, action) in enumerate(statements):
        company.inline("caller", f"P{number}", action, effect=effect)
    user.refresh_from_db()
    return call_of(user)


def stored() -> str:
    return "".join(serializers.serialize("json", model._default_manager.order_by("pk")) for model in STORED)


def recorded(action: str) -> list[str]:
    """The outcomes recorded for the caller's attempts."""
    events.reads.flush()
    mine = Event.objects.filter(operation=action, principal__endswith="/caller")
    return list(mine.values_list("outcome", flat=True))


def asked(action: str) -> str:
    return ASKED.get(action, OPERATIONS[action].action)


def test_every_operation_is_in_the_table() -> None:
    assert set(EXAMPLES) == set(OPERATIONS)


@pytest.mark.parametrize("action", EXAMPLES)
def test_its_action_alone_allows_it_and_it_is_recorded(company: Cast, action: str) -> None:
    call = caller(company, *(("Allow", needed) for needed in (asked(action), INCLUDED.get(action)) if needed))
    with suppress(*([NoSuchEntity] if action in NEVER_FOUND else [])):
        OPERATIONS[action].perform(call, **EXAMPLES[action])
    assert recorded(action) == ["failed" if action in NEVER_FOUND else "success"]


@pytest.mark.parametrize("action", INCLUDED)
def test_without_what_it_includes_it_changes_nothing(company: Cast, action: str) -> None:
    call, before = caller(company, ("Allow", asked(action))), stored()
    with pytest.raises(AccessDenied) as refusal:
        OPERATIONS[action].perform(call, **EXAMPLES[action])
    assert refusal.value.decision.request.action == INCLUDED[action]
    assert stored() == before
    assert recorded(action) == ["refused"]


@pytest.mark.parametrize("action", GUARDED)
def test_without_its_action_it_changes_nothing_and_the_refusal_is_recorded(company: Cast, action: str) -> None:
    call, before = caller(company), stored()
    with pytest.raises(AccessDenied) as refusal:
        OPERATIONS[action].perform(call, **EXAMPLES[action])
    assert refusal.value.decision.request.action == asked(action)
    assert stored() == before
    assert recorded(action) == ["refused"]


@pytest.mark.parametrize("action", GUARDED)
def test_a_deny_on_its_action_wins_over_an_allow_on_everything(company: Cast, action: str) -> None:
    call, before = caller(company, ("Allow", "*"), ("Deny", asked(action))), stored()
    with pytest.raises(AccessDenied) as refusal:
        OPERATIONS[action].perform(call, **EXAMPLES[action])
    assert refusal.value.decision.outcome == "explicitDeny"
    assert stored() == before
    assert recorded(action) == ["refused"]


@pytest.mark.parametrize("action", sorted(name for name, entry in OPERATIONS.items() if not entry.reads))
def test_no_secret_or_document_is_in_the_record(company: Cast, action: str) -> None:
    OPERATIONS[action].perform(caller(company, ("Allow", "*")), **EXAMPLES[action])
    record = str(list(Event.objects.values()))
    assert "odd-one" not in record
    assert "s3:ListBucket" not in record
