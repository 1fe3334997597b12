from typing import Any

from console.api.registry import Action, Output, boundary_of, encoded, page_of, tags_as_given, tags_of
from policies_app.models import Role
from policies_app.operations import roles


def described(role: Role) -> dict[str, Any]:
    """What every answer tells of a role."""
    return {
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.unique_id,
        "Arn": role.arn,
        "CreateDate": role.created,
        "AssumeRolePolicyDocument": encoded(role.trust_document.text),
    }


def created(role: Role) -> Output:
    """AWS leaves the description and the session duration out of it."""
    return {"Role": described(role) | {"PermissionsBoundary": boundary_of(role), "Tags": tags_as_given(role)}}


def redescribed(role: Role) -> Output:
    return {"Role": described(role) | {"Description": role.description or None}}


def listed(role: Role) -> dict[str, Any]:
    return described(role) | {
        "Description": role.description or None,
        "MaxSessionDuration": role.max_session_duration,
    }


def last_used(role: Role) -> dict[str, Any]:
    """Empty of a role that was never used."""
    return {"LastUsedDate": role.last_used, "Region": role.last_used_region or None}


def whole(role: Role) -> Output:
    return {
        "Role": listed(role)
        | {
            "PermissionsBoundary": boundary_of(role),
            "Tags": tags_of(role) or None,
            "RoleLastUsed": last_used(role),
        }
    }


ACTIONS = {
    "CreateRole": Action(roles.create_role, created),
    "GetRole": Action(roles.get_role, whole),
    "ListRoles": Action(roles.list_roles, page_of("Roles", listed)),
    "UpdateRole": Action(roles.update_role),
    "UpdateRoleDescription": Action(roles.update_role_description, redescribed),
    "UpdateAssumeRolePolicy": Action(roles.update_assume_role_policy),
    "DeleteRole": Action(roles.delete_role),
}
