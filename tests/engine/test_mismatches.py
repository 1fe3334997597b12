"""Why a statement does not apply: every element that does not fit, and nothing that does."""

from typing import Any

import pytest
from hypothesis import given

from policies_app.engine.decision import Layer
from policies_app.engine.evaluator import decide
from policies_app.engine.mismatches import Mismatch, why_not
from policies_app.engine.request import Principal, PrincipalKind, Request
from tests.engine.sourced import ALLOW, DENY, sourced
from tests.engine.test_laws import policies, requests, sources

ALICE = Principal("arn:aws:iam::123456789012:user/alice", "123456789012", PrincipalKind.USER)
CAT = Request(
    ALICE,
    "s3:GetObject",
    "arn:aws:s3:::photos/cat.jpg",
    {"aws:PrincipalTag/team": "blue", "aws:SourceVpc": "v", "a:list": ("x", "y")},
)


def mismatches(statement: dict[str, Any], layer: Layer = Layer.IDENTITY, request: Request = CAT) -> list[Mismatch]:
    return [each for unmatched in why_not(request, [sourced(layer, statement)]) for each in unmatched.mismatches]


def test_a_guardrail_that_does_not_bear_is_not_listed() -> None:
    service = Request(Principal("ec2.amazonaws.com", "", PrincipalKind.SERVICE), "s3:GetObject", CAT.resource)
    assert mismatches({"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}, Layer.SCP, service) == []


def test_what_applies_is_not_listed() -> None:
    assert why_not(CAT, [sourced(Layer.IDENTITY, ALLOW, DENY)]) == ()


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (ALLOW | {"Action": ["s3:Put*", "ec2:*"]}, Mismatch("Action", ("s3:Put*", "ec2:*"), ("s3:GetObject",))),
        (
            {"Effect": "Allow", "NotAction": "S3:*", "Resource": "*"},
            Mismatch("NotAction", ("S3:*",), ("s3:GetObject",)),
        ),
        (
            ALLOW | {"Resource": "arn:aws:s3:::videos/*"},
            Mismatch("Resource", ("arn:aws:s3:::videos/*",), ("arn:aws:s3:::photos/cat.jpg",)),
        ),
        (
            ALLOW | {"Condition": {"StringEquals": {"aws:principaltag/Team": ["red", "green"]}}},
            Mismatch("Condition", ("red", "green"), ("blue",), "StringEquals", "aws:principaltag/Team"),
        ),
        (
            ALLOW | {"Condition": {"ForAnyValue:StringLikeIfExists": {"a:list": "z*"}}},
            Mismatch("Condition", ("z*",), ("x", "y"), "ForAnyValue:StringLikeIfExists", "a:list"),
        ),
        (
            ALLOW | {"Condition": {"Bool": {"aws:SecureTransport": "true"}}},
            Mismatch("Condition", ("true",), (), "Bool", "aws:SecureTransport"),
        ),
    ],
)
def test_one_element_that_does_not_fit_is_named(statement: dict[str, Any], expected: Mismatch) -> None:
    assert mismatches(statement) == [expected]


def test_every_element_that_does_not_fit_is_named() -> None:
    wrong = {"Principal": {"AWS": "210987654321"}, "Action": "ec2:*", "Resource": "arn:aws:s3:::videos/*"}
    found = mismatches(ALLOW | wrong | {"Condition": {"Null": {"a:list": "true"}}}, Layer.RESOURCE)
    assert [(each.element, each.wanted) for each in found] == [
        ("Principal", ("210987654321",)),
        ("Action", ("ec2:*",)),
        ("Resource", ("arn:aws:s3:::videos/*",)),
        ("Condition", ("true",)),
    ]


def test_a_variable_without_a_value_is_said() -> None:
    (found,) = mismatches(ALLOW | {"Resource": "arn:aws:s3:::${aws:username}/*"})
    assert found.unevaluated == "the request has no value for the variable ${aws:username}"


def test_a_value_that_cannot_be_read_is_said_of_an_allow_and_counts_for_a_deny() -> None:
    condition = {"Condition": {"NumericLessThan": {"aws:PrincipalTag/team": "5"}}}
    (found,) = mismatches(ALLOW | condition)
    assert found.unevaluated == "'blue' is not a number"
    assert mismatches(DENY | condition) == []


def test_a_canonical_user_that_is_not_known_is_said() -> None:
    (found,) = mismatches(ALLOW | {"Principal": {"CanonicalUser": "0" * 64}}, Layer.RESOURCE)
    assert (found.element, found.unevaluated) == (
        "Principal",
        "the canonical user id of account 123456789012 is not known",
    )


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (ALLOW | {"Action": "ec2:*"}, "its Action (`ec2:*`) does not cover `s3:GetObject`."),
        (
            {"Sid": "Rest", "Effect": "Allow", "NotAction": "s3:*", "Resource": "*"},
            "its NotAction (`s3:*`) leaves out `s3:GetObject`.",
        ),
        (
            ALLOW | {"Condition": {"StringEquals": {"aws:SourceVpc": list("abcde")}}},
            "its StringEquals on `aws:SourceVpc` asks for `a`, `b`, `c` and 2 more, and the request has `v`.",
        ),
        (
            ALLOW | {"Condition": {"Bool": {"aws:SecureTransport": "true"}}},
            "its Bool on `aws:SecureTransport` asks for `true`, and the request has no such key.",
        ),
        (
            ALLOW | {"Condition": {"NumericLessThan": {"aws:PrincipalTag/team": "5"}}},
            "its NumericLessThan on `aws:PrincipalTag/team` cannot be evaluated ('blue' is not a number).",
        ),
    ],
)
def test_a_sentence_says_it(statement: dict[str, Any], sentence: str) -> None:
    (unmatched,) = why_not(CAT, [sourced(Layer.IDENTITY, statement)])
    name = "Statement `Rest`" if "Sid" in statement else "Statement 1"
    assert unmatched.explain() == f"{name} of policy `P` (line 4) does not apply: {sentence}"


@given(requests, policies)
def test_every_statement_either_applies_or_says_why_not(request: Request, documents: Any) -> None:
    bearing = sources(documents)
    applied = {(id(match.source), match.index) for match in decide(request, bearing).applied}
    unmatched = {(id(each.source), each.index) for each in why_not(request, bearing)}
    every = {(id(source), statement.index) for source, policy in bearing for statement in policy.statements}
    assert applied | unmatched == every
    assert not applied & unmatched
