from typing import Any

from console.api.registry import Action, Output, boundary_of, encoded
from policies_app.models import Group, Identity, Policy, Role, User
from policies_app.operations.authorization_details import AuthorizationDetails, get_account_authorization_details

from . import attachments, groups, instance_profiles, policies, roles, users


def _user(user: User) -> dict[str, Any]:
    return users.listed(user) | {
        "UserPolicyList": _inline(user),
        "GroupList": [group.name for group in user.groups.all()],
        "AttachedManagedPolicies": _attached(user),
        "PermissionsBoundary": boundary_of(user),
        "Tags": _tags(user),
    }


def _group(group: Group) -> dict[str, Any]:
    return groups.listed(group) | {"GroupPolicyList": _inline(group), "AttachedManagedPolicies": _attached(group)}


def _role(role: Role) -> dict[str, Any]:
    return roles.described(role) | {
        "InstanceProfileList": [instance_profiles.described(profile) for profile in role.instance_profiles.all()],
        "RolePolicyList": _inline(role),
        "AttachedManagedPolicies": _attached(role),
        "PermissionsBoundary": boundary_of(role),
        "Tags": _tags(role),
        "RoleLastUsed": roles.last_used(role),
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
    return [attachments.listed(attachment.policy) for attachment in identity.attachments.all()]


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
