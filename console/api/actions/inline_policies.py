from collections.abc import Callable

from console.api.registry import Action, InPages, Output, encoded, page_of
from policies_app.models import InlinePolicy
from policies_app.operations import inline_policies


def of(noun: str) -> Callable[[InlinePolicy], Output]:
    """The policy with the name of whom it belongs to: `UserName`, `GroupName` or `RoleName`."""

    def output(policy: InlinePolicy) -> Output:
        return {
            f"{noun}Name": policy.identity.name,
            "PolicyName": policy.name,
            "PolicyDocument": encoded(policy.document.text),
        }

    return output


def _key(name: str) -> str:
    """Without regard to case, in which two names of one identity may differ."""
    return f"{name.lower()}:{name}"


NAMES = page_of("PolicyNames", str)

ACTIONS = {
    "PutUserPolicy": Action(inline_policies.put_user_policy),
    "PutGroupPolicy": Action(inline_policies.put_group_policy),
    "PutRolePolicy": Action(inline_policies.put_role_policy),
    "GetUserPolicy": Action(inline_policies.get_user_policy, of("User")),
    "GetGroupPolicy": Action(inline_policies.get_group_policy, of("Group")),
    "GetRolePolicy": Action(inline_policies.get_role_policy, of("Role")),
    "ListUserPolicies": Action(InPages("ListUserPolicies", inline_policies.list_user_policies, _key), NAMES),
    "ListGroupPolicies": Action(InPages("ListGroupPolicies", inline_policies.list_group_policies, _key), NAMES),
    "ListRolePolicies": Action(InPages("ListRolePolicies", inline_policies.list_role_policies, _key), NAMES),
    "DeleteUserPolicy": Action(inline_policies.delete_user_policy),
    "DeleteGroupPolicy": Action(inline_policies.delete_group_policy),
    "DeleteRolePolicy": Action(inline_policies.delete_role_policy),
}
