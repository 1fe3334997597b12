"""Laws that hold for every policy and every request."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from policies_app.engine.evaluator import Layer, Outcome, PolicySource, decide
from policies_app.engine.parser import parse
from policies_app.engine.request import Principal, PrincipalKind, Request

ALICE = Principal("arn:aws:iam::123456789012:user/alice", "123456789012", PrincipalKind.USER)

Statement = dict[str, Any]

actions = st.sampled_from(["*", "s3:*", "s3:Get*", "S3:getobject", "s3:?etObject", "ec2:*", "iam:GetUser"])
resources = st.sampled_from(
    ["*", "arn:aws:s3:::a/*", "arn:aws:s3:::a/b", "arn:aws:s3:::${aws:username}/*", "arn:aws:s3:::${aws:userid, 'a'}/b"]
)
conditions = st.dictionaries(
    st.sampled_from(["StringLike", "StringNotEquals", "StringEqualsIfExists", "ForAllValues:StringEquals"]),
    st.dictionaries(
        st.sampled_from(["aws:username", "a:tag"]), st.sampled_from(["a*", "a", "${aws:username}"]), max_size=2
    ),
    max_size=2,
)
typed_conditions = st.sampled_from(
    [{}, {"NumericLessThan": {"a:tag": "5"}}, {"Bool": {"a:tag": "true"}}, {"NotIpAddress": {"a:tag": "10.0.0.0/8"}}]
)


effects = st.sampled_from(["Allow", "Deny"])


@st.composite
def statements(draw: st.DrawFn, effects: st.SearchStrategy[str] = effects) -> Statement:
    action, resource = (
        draw(st.sampled_from(["Action", "NotAction"])),
        draw(st.sampled_from(["Resource", "NotResource"])),
    )
    return {
        "Effect": draw(effects),
        action: draw(st.lists(actions, min_size=1, max_size=3)),
        resource: draw(st.lists(resources, min_size=1, max_size=3)),
        "Condition": draw(conditions) | draw(typed_conditions),
    }


policies = st.lists(st.lists(statements(), min_size=1, max_size=3), max_size=3)
requests = st.builds(
    Request,
    st.just(ALICE),
    st.sampled_from(["s3:GetObject", "s3:PutObject", "ec2:RunInstances", "iam:GetUser"]),
    st.sampled_from(["*", "arn:aws:s3:::a/b", "arn:aws:s3:::b/b", "arn:aws:s3:::*/b"]),
    st.dictionaries(
        st.sampled_from(["aws:username", "a:tag"]),
        st.sampled_from(["a", "*", "4", "true", "10.0.0.1", ("a", "b")]),
        max_size=2,
    ),
)


def outcome(request: Request, documents: list[list[Statement]], layer: Layer = Layer.IDENTITY) -> Outcome:
    return decide(request, sources(documents, layer)).outcome


def sources(documents: list[list[Statement]], layer: Layer = Layer.IDENTITY) -> list[Any]:
    found = []
    for document in documents:
        parsed = parse(json.dumps({"Version": "2012-10-17", "Statement": document}), Layer.IDENTITY)
        assert parsed.policy is not None, parsed.errors
        found.append((PolicySource(layer, "p"), parsed.policy))
    return found


@given(requests, policies, statements(st.just("Deny")))
def test_an_added_deny_never_widens(request: Request, documents: list[list[Statement]], deny: Statement) -> None:
    with_deny = outcome(request, [*documents, [deny]])
    assert with_deny in (outcome(request, documents), Outcome.EXPLICIT_DENY)


@given(requests, policies, statements(st.just("Allow")))
def test_an_added_allow_never_narrows(request: Request, documents: list[list[Statement]], allow: Statement) -> None:
    with_allow = outcome(request, [*documents, [allow]])
    assert with_allow in (outcome(request, documents), Outcome.ALLOWED)


@given(requests, policies, st.randoms(use_true_random=False))
def test_order_never_matters(request: Request, documents: list[list[Statement]], random: Any) -> None:
    shuffled = [random.sample(document, len(document)) for document in random.sample(documents, len(documents))]
    for document in shuffled:
        document[:] = [dict(random.sample(list(statement.items()), len(statement))) for statement in document]
        for statement in document:
            conditions = list(statement["Condition"].items())
            statement["Condition"] = dict(random.sample(conditions, len(conditions)))
    assert outcome(request, shuffled) == outcome(request, documents)


@given(requests, policies)
def test_repetition_never_matters(request: Request, documents: list[list[Statement]]) -> None:
    repeated = [document * 2 for document in documents] * 2
    assert outcome(request, repeated) == outcome(request, documents)


@given(requests, policies)
def test_how_statements_are_dealt_to_policies_never_matters(request: Request, documents: list[list[Statement]]) -> None:
    single = [[statement] for document in documents for statement in document]
    assert outcome(request, single) == outcome(request, documents)


@given(requests, statements())
def test_a_list_of_actions_is_one_statement_for_each(request: Request, statement: Statement) -> None:
    if "Action" in statement:
        split = [statement | {"Action": action} for action in statement["Action"]]
        assert outcome(request, [split]) == outcome(request, [[statement]])


@given(requests, policies, policies)
def test_a_boundary_never_widens(
    request: Request, documents: list[list[Statement]], limits: list[list[Statement]]
) -> None:
    limited = decide(request, sources(documents) + sources(limits, Layer.BOUNDARY))
    assert not limited.allowed or outcome(request, documents) is Outcome.ALLOWED


@given(st.text("ab*?$:/", min_size=1), st.text("ab*?$:/", min_size=1))
def test_a_substituted_value_stays_literal(value: str, other: str) -> None:
    document = [[{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::${aws:username}"}]]
    request = Request(ALICE, "s3:GetObject", f"arn:aws:s3:::{other}", {"aws:username": value})
    assert (outcome(request, document) is Outcome.ALLOWED) is (value == other)


@given(st.text("ab*?$", min_size=1), st.text("ab*?$", min_size=1))
def test_a_substituted_value_stays_literal_in_conditions(value: str, other: str) -> None:
    condition = {"StringLike": {"a:tag": "${aws:username}"}}
    document = [[{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}]]
    request = Request(ALICE, "s3:GetObject", "*", {"aws:username": value, "a:tag": other})
    assert (outcome(request, document) is Outcome.ALLOWED) is (value == other)


@given(requests, policies)
def test_a_policy_with_errors_beside_the_others_never_allows(
    request: Request, documents: list[list[Statement]]
) -> None:
    broken = (PolicySource(Layer.IDENTITY, "broken"), None)
    assert not decide(request, [*sources(documents), broken]).allowed
