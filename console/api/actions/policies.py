from typing import Any

from console.api.registry import Action, InPages, Output, encoded, page_of, tags_as_given, tags_of
from policies_app.models import Identity, Policy, PolicyVersion
from policies_app.operations import policies, policy_versions
from policies_app.operations.pages import Page


def described(policy: Policy) -> dict[str, Any]:
    return {
        "PolicyName": policy.name,
        "PolicyId": policy.unique_id,
        "Arn": policy.arn,
        "Path": policy.path,
        "IsAttachable": True,
        "CreateDate": policy.created,
        "UpdateDate": policy.updated,
    }


def created(policy: Policy) -> Output:
    """A new policy is attached to nothing."""
    new = {"DefaultVersionId": "v1", "AttachmentCount": 0, "PermissionsBoundaryUsageCount": 0}
    return {"Policy": described(policy) | new | {"Tags": tags_as_given(policy)}}


def listed(policy: Policy) -> dict[str, Any]:
    facts = policies.facts(policy)
    return described(policy) | {
        "DefaultVersionId": facts.default_version_id,
        "AttachmentCount": facts.attachment_count,
        "PermissionsBoundaryUsageCount": facts.boundary_count,
    }


def whole(policy: Policy) -> Output:
    return {
        "Policy": listed(policy) | {"Description": policy.description or None, "Tags": tags_of(policy)},
    }


def version(row: PolicyVersion) -> dict[str, Any]:
    return {"VersionId": row.version_id, "IsDefaultVersion": row.is_default, "CreateDate": row.created}


def version_with_document(row: PolicyVersion) -> Output:
    return {"PolicyVersion": version(row) | {"Document": encoded(row.document.text)}}


ENTITIES = {"user": ("PolicyUsers", "UserName", "UserId"), "group": ("PolicyGroups", "GroupName", "GroupId")} | {
    "role": ("PolicyRoles", "RoleName", "RoleId")
}


def entities(page: Page[Identity]) -> Output:
    output = page_of("", lambda _: None)(page)
    del output[""]
    for kind, (place, name, unique_id) in ENTITIES.items():
        output[place] = [{name: row.name, unique_id: row.unique_id} for row in page.items if row.kind == kind]
    return output


ACTIONS = {
    "CreatePolicy": Action(policies.create_policy, created),
    "GetPolicy": Action(policies.get_policy, whole),
    "ListPolicies": Action(policies.list_policies, page_of("Policies", listed)),
    "DeletePolicy": Action(policies.delete_policy),
    "CreatePolicyVersion": Action(policy_versions.create_policy_version, lambda row: {"PolicyVersion": version(row)}),
    "GetPolicyVersion": Action(policy_versions.get_policy_version, version_with_document),
    "ListPolicyVersions": Action(
        # Newest first: the highest number has the lowest key.
        InPages("ListPolicyVersions", policy_versions.list_policy_versions, lambda row: f"{10**9 - row.number}"),
        page_of("Versions", version),
    ),
    "SetDefaultPolicyVersion": Action(policy_versions.set_default_policy_version),
    "DeletePolicyVersion": Action(policy_versions.delete_policy_version),
    "ListEntitiesForPolicy": Action(policies.list_entities_for_policy, entities),
}
