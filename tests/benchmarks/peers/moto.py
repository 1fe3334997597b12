"""moto: the policy class of its access control."""

from moto.iam.access_control import IAMPolicy, PermissionResult

from tests.benchmarks.participant import Prepared
from tests.benchmarks.workload import Workload


def prepare(workload: Workload) -> Prepared:
    policies = [IAMPolicy(document) for document in workload.documents]
    asked = [
        (question.action, question.resource, {key: values[0] for key, values in question.context.items()})
        for question in workload.questions
    ]

    def allowed(action: str, resource: str, context: dict[str, str]) -> bool:
        permitted = False
        for policy in policies:
            result = policy.is_action_permitted(action, resource, None, context)
            if result is PermissionResult.DENIED:
                return False
            permitted = permitted or result is PermissionResult.PERMITTED
        return permitted

    return asked, lambda asked: [allowed(*question) for question in asked]
