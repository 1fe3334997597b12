"""Grantbook's own engine."""

from policies_app.engine.evaluator import Layer, PolicySet, PolicySource, decide
from policies_app.engine.parser import parse
from policies_app.engine.request import Principal, PrincipalKind, Request
from tests.benchmarks.participant import Prepared
from tests.benchmarks.workload import ACCOUNT, PRINCIPAL, Workload

ALICE = Principal(PRINCIPAL, ACCOUNT, PrincipalKind.USER)


def prepare(workload: Workload) -> Prepared:
    policies, asked = read(workload)
    return asked, lambda asked: [decide(request, policies).allowed for request in asked]


def read(workload: Workload) -> tuple[PolicySet, list[Request]]:
    policies = PolicySet(
        (PolicySource(Layer.IDENTITY, f"policy-{number}", key=str(number)), parse(document, Layer.IDENTITY).policy)
        for number, document in enumerate(workload.documents)
    )
    asked = [
        Request(ALICE, question.action, question.resource, {key: tuple(v) for key, v in question.context.items()})
        for question in workload.questions
    ]
    return policies, asked
