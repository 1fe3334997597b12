from typing import Any

from console.api.registry import Action, Output, boundary_of, encoded
from policies_app.models import Group, Identity, InstanceProfile, Policy, Role, User
from policies_app.operations.authorization_details import AuthorizationDetails, get_account_authorization_details

from . import policies


def _user(user: User) -> dict[str, Any]:
    return {
        "Path": user.path,
        "UserName": user.name,
        "UserId": user.unique_id,
        "Arn": user.arn,
        "CreateDate": user.created,
        "UserPolicyList": _inline(user),
        "GroupList": [group.name for group in user.groups.all()],
        "AttachedManagedPolicies": _attached(user),
        "PermissionsBoundary": boundary_of(user),
        "Tags": _tags(user),
    }


def _group(group: Group) -> dict[str, Any]:
    return {
        "Path": group.path,
        "GroupName": group.name,
        "GroupId": group.unique_id,
        "Arn": group.arn,
        "CreateDate": group.created,
        "GroupPolicyList": _inline(group),
        "AttachedManagedPolicies": _attached(group),
    }


def _role(role: Role) -> dict[str, Any]:
    return _plain_role(role) | {
        "InstanceProfileList": [_instance_profile(profile, role) for profile in role.instance_profiles.all()],
        "RolePolicyList": _inline(role),
        "AttachedManagedPolicies": _attached(role),
        "PermissionsBoundary": boundary_of(role),
        "Tags": _tags(role),
        "RoleLastUsed": {"LastUsedDate": role.last_used, "Region": role.last_used_region or None},
    }


def _plain_role(role: Role) -> dict[str, Any]:
    return {
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.unique_id,
        "Arn": role.arn,
        "CreateDate": role.created,
        "AssumeRolePolicyDocument": encoded(role.trust_document.text),
    }


def _instance_profile(profile: InstanceProfile, role: Role) -> dict[str, Any]:
    return {
        "Path": profile.path,
        "InstanceProfileName": profile.name,
        "InstanceProfileId": profile.unique_id,
        "Arn": profile.arn,
        "CreateDate": profile.created,
        "Roles": [_plain_role(role)],
    }


def _policy(policy: Policy) -> dict[str, Any]:
    versions = [
        policies.version(version) | {"Document": encoded(version.document.text)} for version in policy.versions.all()
    ]
    return policies.listed(policy) | {"Description": policy.description or None, "PolicyVersionList": versions}


def _inline(identity: Identity) -> list[dict[str, str]]:
    return [
        {"PolicyName": policy.name, "PolicyDocument": encoded(policy.document.text)}
        for policy in identity.inline_policies.all()
    ]


def _attached(identity: Identity) -> list[dict[str, str]]:
    attached = [attachment.policy for attachment in identity.attachments.all()]
    return [{"PolicyName": policy.name, "PolicyArn": policy.arn} for policy in attached]


def _tags(identity: Identity) -> list[dict[str, str]]:
    """Not `tags_of`, which would ask the database for each."""
    return [{"Key": tag.key, "Value": tag.value} for tag in identity.tags.all()]


def output(details: AuthorizationDetails) -> Output:
    return {
        "UserDetailList": [_user(user) for user in details.users],
        "GroupDetailList": [_group(group) for group in details.groups],
        "RoleDetailList": [_role(role) for role in details.roles],
        "Policies": [_policy(policy) for policy in details.policies],
        "IsTruncated": bool(details.next),
        "Marker": details.next or None,
    }


ACTIONS = {"GetAccountAuthorizationDetails": Action(get_account_authorization_details, output)}
