from typing import Any

from console.api.registry import Action, Output
from policies_app.operations.granting_policies import GrantingPolicy, list_policies_granting_service_access


def _policy(policy: GrantingPolicy) -> dict[str, Any]:
    return {
        "PolicyName": policy.name,
        "PolicyType": "MANAGED" if policy.arn else "INLINE",
        "PolicyArn": policy.arn,
        "EntityType": policy.holder_kind.upper() if policy.holder_kind else None,
        "EntityName": policy.holder,
    }


def output(found: dict[str, list[GrantingPolicy]]) -> Output:
    services = [
        {"ServiceNamespace": service, "Policies": [_policy(policy) for policy in policies]}
        for service, policies in found.items()
    ]
    return {"PoliciesGrantingServiceAccess": services, "IsTruncated": False}


ACTIONS = {"ListPoliciesGrantingServiceAccess": Action(list_policies_granting_service_access, output)}
