"""ministack: an emulator of AWS whose evaluator takes parsed statements."""

import json

from ministack.core.iam_evaluator import EvalContext, evaluate, parse_policy_document

from tests.benchmarks.participant import Prepared
from tests.benchmarks.workload import ACCOUNT, PRINCIPAL, Workload


def prepare(workload: Workload) -> Prepared:
    policies = [parse_policy_document(json.loads(document)) for document in workload.documents]
    asked = [
        EvalContext(
            principal_arn=PRINCIPAL,
            principal_type="User",
            principal_account=ACCOUNT,
            action=question.action,
            resource_arn=question.resource,
            region="us-east-1",
            service_context={
                key.lower(): values if len(values) > 1 else values[0] for key, values in question.context.items()
            },
        )
        for question in workload.questions
    ]
    return asked, lambda asked: [evaluate(context, policies).decision == "Allow" for context in asked]
