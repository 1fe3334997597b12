"""Every rule of the decision, as the cases tell it."""

import json
from typing import Any

import pytest

from policies_app.engine.evaluator import Decision, Layer, PolicySource, decide, decide_trust
from policies_app.engine.parser import parse
from policies_app.engine.request import Principal, PrincipalKind, Request
from tests.engine.cases import Case, load

ALICE = {"arn": "arn:aws:iam::123456789012:user/alice", "account": "123456789012", "kind": "user"}
ROLE = "arn:aws:iam::123456789012:role/Auditor"
DOCUMENTED = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


@pytest.mark.parametrize("case", load("decisions"))
def test_the_decision_is_the_documented_one(case: Case) -> None:
    decision = decide_case(case)
    assert decision.outcome == case["outcome"], decision.explain()
    assert decision.allowed is (case["outcome"] == "allowed")
    if "limited_by" in case:
        assert decision.limited_by == case["limited_by"]
    if "limited_level" in case:
        assert decision.limited_level == case["limited_level"]
    if "missing" in case:
        assert decision.missing_context_keys == set(case["missing"])
    if "matched" in case:
        assert [[int(match.source.key), match.index] for match in decision.matched] == case["matched"]
    if "needs_identity_policy" in case:
        assert decision.needs_identity_policy is case["needs_identity_policy"]


def decide_case(case: Case) -> Decision:
    if "trust" in case:
        return decide_trust_case(case)
    action, resource = case.get("action", "s3:GetObject"), case.get("resource", "arn:aws:s3:::photos/cat.jpg")
    policies = []
    for index, policy in enumerate(policies_of(case)):
        layer = Layer(policy.get("layer", "identity"))
        source = PolicySource(layer, "p", via=policy.get("via"), key=str(index), level=policy.get("level", ""))
        policies.append((source, None if policy.get("broken") else compiled(policy["document"], layer)))
    return decide(request_of(case, action, resource), policies)


def decide_trust_case(case: Case) -> Decision:
    defaults = {"Effect": "Allow", "Action": "sts:AssumeRole"}
    document = {"Version": "2012-10-17", "Statement": [defaults | statement for statement in case["trust"] or ()]}
    policy = compiled(document, Layer.TRUST) if case["trust"] else None
    request = request_of(case, case.get("action", "sts:AssumeRole"), ROLE)
    return decide_trust(request, PolicySource(Layer.TRUST, "Auditor"), policy)


def policies_of(case: Case) -> list[Case]:
    """The policies of a case, written out: each with a whole `document`."""
    if "policies" in case:
        return [
            policy | {"document": {"Version": "2012-10-17", "Statement": statements_of(policy)}}
            for policy in case["policies"]
        ]
    if "document" in case:
        return [{"document": case["document"]}]
    statements = case.get("statements")
    if statements is None:
        effect = case.get("effect", "Allow")
        statements = [{"Effect": effect, "Condition": case["condition"]}]
        statements += [{}] if effect == "Deny" else []
    document: Case = {"Statement": [filled(statement) for statement in statements]}
    if version := case.get("version", "2012-10-17"):
        document["Version"] = version
    return [{"document": document}]


def statements_of(policy: Case) -> list[Case]:
    if policy.get("layer") == "trust":
        return [{"Effect": "Allow"} | statement for statement in policy["statements"]]
    return [filled(statement) for statement in policy.get("statements", [])]


def filled(statement: Case) -> Case:
    """A statement of a case with what it leaves out."""
    defaults = dict(DOCUMENTED)
    for element in ("Action", "Resource"):
        if f"Not{element}" in statement:
            del defaults[element]
    return defaults | statement


def compiled(document: Any, kind: Layer) -> Any:
    parsed = parse(json.dumps(document), kind)
    assert parsed.policy is not None, parsed.errors
    return parsed.policy


def request_of(case: Case, action: str, resource: str) -> Request:
    principal = dict(case.get("principal", ALICE))
    who = Principal(**principal | {"kind": PrincipalKind(principal["kind"])})
    context = {key: value if isinstance(value, str) else tuple(value) for key, value in case.get("context", {}).items()}
    return Request(who, action, resource, context, case.get("resource_account"))
