from console.api.registry import Action, InPages, page_of
from policies_app.models import Policy
from policies_app.operations import attachments


def listed(policy: Policy) -> dict[str, str]:
    return {"PolicyName": policy.name, "PolicyArn": policy.arn}


def _key(policy: Policy) -> str:
    """An AWS managed policy and one of the account's own may share a name."""
    return f"{policy.name.lower()}:{policy.arn}"


ATTACHED = page_of("AttachedPolicies", listed)

ACTIONS = {
    "AttachUserPolicy": Action(attachments.attach_user_policy),
    "AttachGroupPolicy": Action(attachments.attach_group_policy),
    "AttachRolePolicy": Action(attachments.attach_role_policy),
    "DetachUserPolicy": Action(attachments.detach_user_policy),
    "DetachGroupPolicy": Action(attachments.detach_group_policy),
    "DetachRolePolicy": Action(attachments.detach_role_policy),
    "ListAttachedUserPolicies": Action(
        InPages("ListAttachedUserPolicies", attachments.list_attached_user_policies, _key), ATTACHED
    ),
    "ListAttachedGroupPolicies": Action(
        InPages("ListAttachedGroupPolicies", attachments.list_attached_group_policies, _key), ATTACHED
    ),
    "ListAttachedRolePolicies": Action(
        InPages("ListAttachedRolePolicies", attachments.list_attached_role_policies, _key), ATTACHED
    ),
    "PutUserPermissionsBoundary": Action(attachments.put_user_permissions_boundary),
    "PutRolePermissionsBoundary": Action(attachments.put_role_permissions_boundary),
    "DeleteUserPermissionsBoundary": Action(attachments.delete_user_permissions_boundary),
    "DeleteRolePermissionsBoundary": Action(attachments.delete_role_permissions_boundary),
}
