"""The parser as a whole: places, limits, and that nothing makes it fail or dawdle."""

import json
from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from policies_app.engine.document import Effect, Version
from policies_app.engine.json_text import MAX_DEPTH, MAX_LENGTH
from policies_app.engine.parser import Layer, parse
from policies_app.engine.reports import LIMIT
from tests.engine.test_findings import assert_consistent

POLICY = """{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "Read", "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::${aws:username}"},
    {
      "Effect": "Deny", "NotAction": ["s3:*"], "NotResource": "*",
      "Condition": {"StringLike": {"aws:PrincipalTag/Team": ["${aws:PrincipalTag/Lead, 'none'}"]}}
    }
  ]
}"""

PIECES = [
    '"',
    "\\",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    " ",
    "\n",
    "\r",
    "\t",
    "\x00",
    "\ud800",
    "\\u",
    "d800",
    "/",
    "/*",
    "*",
    "1",
    "-",
    "e",
    "NaN",
    "true",
    "é",
    "中",
    "${",
    "arn:aws:s3:::",
    '"Statement"',
    '"Effect":"Allow",',
    '"Action":"s3:*",',
    '"Condition":{"DateLessThan":{"a:b":"2026-01-01"}}',
    '"Principal":',
    '"Sid":"x",',
]


def test_a_policy_comes_back_whole() -> None:
    policy = parse(POLICY, Layer.IDENTITY).policy
    assert policy is not None
    allow, deny = policy.statements
    assert (policy.version, policy.id) == (Version.V2012, None)
    assert (allow.index, allow.sid, allow.effect) == (0, "Read", Effect.ALLOW)
    assert (deny.index, deny.sid, deny.effect) == (1, None, Effect.DENY)
    assert [pattern.text for pattern in deny.not_actions] == ["s3:*"]
    assert [template.source for template in deny.not_resources] == ["*"]
    assert deny.conditions[0].key == "aws:principaltag/team"


def test_the_context_keys_are_those_of_conditions_and_variables() -> None:
    policy = parse(POLICY, Layer.IDENTITY).policy
    assert policy is not None
    assert policy.context_keys == {"aws:username", "aws:principaltag/team", "aws:principaltag/lead"}


def test_a_statement_knows_its_lines() -> None:
    policy = parse(POLICY, Layer.IDENTITY).policy
    assert policy is not None
    span = policy.statements[1].span
    assert (span.start.line, span.start.column, span.end.line, span.end.column) == (5, 4, 8, 5)
    assert POLICY[span.start.offset] == "{"
    assert POLICY[span.end.offset - 1] == "}"


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_lines_count_the_same_whatever_ends_them(line_break: str) -> None:
    (finding,) = parse(line_break.join(["{", '  "a": 1', "}"]), Layer.IDENTITY).errors[1:]
    assert (finding.code, finding.span.start.line, finding.span.start.column) == ("INVALID_POLICY_ELEMENT", 2, 2)


def test_elements_may_come_in_any_order() -> None:
    late_version = json.dumps(dict(reversed(json.loads(POLICY).items())))
    assert parse(late_version, Layer.IDENTITY).findings == ()


def test_nesting_ends_at_the_limit() -> None:
    deepest = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert [error.code for error in parse(deepest, Layer.IDENTITY).errors] == ["DATA_TYPE_MISMATCH"]
    (error,) = parse(f"[{deepest}]", Layer.IDENTITY).errors
    assert (error.code, error.span.start.column) == ("JSON_SYNTAX_ERROR", MAX_DEPTH)


def test_length_ends_at_the_limit() -> None:
    padded = POLICY + " " * (MAX_LENGTH - len(POLICY))
    assert parse(padded, Layer.IDENTITY).policy is not None
    (error,) = parse(padded + " ", Layer.IDENTITY).errors
    assert (error.code, error.span.start.offset) == ("DOCUMENT_TOO_LONG", MAX_LENGTH)


def test_findings_end_at_the_limit() -> None:
    findings = parse("\x00" * 5000, Layer.IDENTITY).findings
    assert len(findings) == LIMIT + 1
    assert "TOO_MANY_FINDINGS" in {finding.code for finding in findings}


@given(st.text(), st.sampled_from(Layer))
def test_no_text_makes_it_raise(text: str, kind: Layer) -> None:
    assert_consistent(parse(text, kind))


@given(st.lists(st.sampled_from(PIECES)).map("".join), st.sampled_from(Layer))
@example("\ud800{", Layer.IDENTITY)
def test_no_mixture_of_pieces_makes_it_raise(text: str, kind: Layer) -> None:
    assert_consistent(parse(text, kind))


@given(st.integers(0, len(POLICY) - 1), st.sampled_from(PIECES), st.integers(0, 3))
def test_no_damage_to_a_policy_makes_it_raise(at: int, piece: str, cut: int) -> None:
    assert_consistent(parse(POLICY[:at] + piece + POLICY[at + cut :], Layer.IDENTITY))


ELEMENT = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole",%s}}'


@pytest.mark.parametrize(
    "unit",
    [
        '"Resource":"%s"' % ("*?" * 125_000),
        '"Resource":"%s"' % ("${" * 125_000),
        '"Resource":"${a%s}"' % (" " * 250_000),
        '"Resource":"arn:aws:iam::%s\\n:x"' % ("*" * 250_000),
        '"Principal":{"AWS":"arn:aws:sts::123456789012:assumed-role/%s\\n"}' % ("a/" * 120_000),
        '"Principal":{"Federated":"%s"}' % ("a-" * 120_000),
        '"Principal":{"Service":"%s!"}' % ("a." * 120_000),
        '"Condition":{"StringEquals":{"a:%s":"x"}}' % (" " * 250_000),
        '"Condition":{"NumericEquals":{"a:b":"%s"}}' % ("1" * 250_000),
        '"Condition":{"DateEquals":{"a:b":"%s"}}' % ("1" * 250_000),
        '"Condition":{"IpAddress":{"a:b":"%s"}}' % (":" * 250_000),
        '"Condition":{"%s":{"a:b":"x"}}' % ("A:" * 125_000),
        ",".join(f'"k{number}":1' for number in range(18_000)),
    ],
    ids=lambda unit: unit[:60],
)
@pytest.mark.parametrize("kind", Layer)
def test_no_long_text_takes_long(unit: str, kind: Layer) -> None:
    started = process_time()
    assert_consistent(parse(ELEMENT % unit, kind))
    assert process_time() - started < 3  # some thirty times what it takes; a quadratic reader takes minutes


def test_many_statements_do_not_take_long() -> None:
    started = process_time()
    parse('{"Statement":[' + ",".join(["{}"] * 80_000) + "]}", Layer.IDENTITY)
    assert process_time() - started < 6
