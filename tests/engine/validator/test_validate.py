"""What `validate` promises of any text: order, places, fixes, and that it answers at all."""

import json
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies_app.engine.catalog import managed_policies
from policies_app.engine.document import Layer
from policies_app.engine.findings import Finding, FindingType
from policies_app.engine.json_places import TextPlaces, TreePlaces
from policies_app.engine.json_text import read_json
from policies_app.engine.reports import Report
from policies_app.engine.validator import MODULES, is_trust_policy, table, validate
from policies_app.engine.validator.checks import IMPLEMENTED, depends_on_catalog
from policies_app.engine.validator.reference import AWS_CHECKS

IDENTITY = Layer.IDENTITY
EVERYDAY: list[dict[str, Any]] = json.loads(Path(__file__).with_name("everyday.json").read_text("utf-8"))
LINES = """{
  "Statement": [
    {"Effect": "Allow", "Action": ["s3:GetObjekt", "iam:PassRole", "iam:PassRole"], "Resource": "*"}
  ]
}"""


def codes(text: str, kind: Layer = IDENTITY) -> list[str]:
    return [finding.code for finding in validate(text, kind)]


def pointed(finding: Finding, text: str) -> str:
    return text[finding.span.start.offset : finding.span.end.offset]


def mended(text: str, finding: Finding) -> str:
    assert finding.fix is not None
    return text[: finding.fix.span.start.offset] + finding.fix.replacement + text[finding.fix.span.end.offset :]


def test_findings_come_in_the_order_of_the_text_with_lines_and_columns() -> None:
    findings = validate(LINES, IDENTITY)
    offsets = [finding.span.start.offset for finding in findings]
    assert offsets == sorted(offsets)
    unknown = next(finding for finding in findings if finding.code == "INVALID_ACTION")
    assert (unknown.span.start.line, unknown.span.start.column) == (3, 35)
    assert "did you mean `s3:GetObject`" in unknown.message


def test_a_statement_that_was_read_before_is_found_at_its_new_place() -> None:
    """Statements are remembered by their text, whatever stands around them."""
    before = validate(LINES, IDENTITY)
    moved = LINES.replace('"Statement": [', '"Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"},\n')
    later = {(each.code, each.path): each for each in validate(moved, IDENTITY)}
    for finding in before:
        if finding.code in ("INVALID_ACTION", "REDUNDANT_ACTION", "PASS_ROLE_WITH_STAR_IN_RESOURCE"):
            found = later[finding.code, ("Statement", 1, *finding.path[2:])]
            assert (found.span.start.line, found.span.start.column) == (4, finding.span.start.column)
            assert pointed(found, moved) == pointed(finding, LINES)


def test_a_remembered_statement_is_read_anew_for_another_kind_or_version() -> None:
    statement = '{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::${a:b}"}'
    text = f'{{"Version": "2012-10-17", "Statement": {statement}}}'
    assert "VARIABLE_UNSUPPORTED_IN_VERSION" not in codes(text)
    assert "VARIABLE_UNSUPPORTED_IN_VERSION" in codes(text.replace("2012", "2008"))
    assert "MISSING_PRINCIPAL" in codes(text, Layer.RESOURCE)
    assert "MISSING_PRINCIPAL" not in codes(text)


def test_a_broken_text_still_has_the_findings_of_what_is_understood() -> None:
    found = codes(LINES.replace('"*"}', '"*",}'))
    assert "JSON_SYNTAX_ERROR" in found
    assert "INVALID_ACTION" in found


def test_a_warning_of_the_parser_is_an_error_where_aws_says_so() -> None:
    text = '{"Version": "2008-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "%s"}}'
    findings = validate(text % "arn:aws:s3:::a/${aws:username}", IDENTITY)
    assert [(finding.type, finding.code) for finding in findings] == [
        (FindingType.ERROR, "VARIABLE_UNSUPPORTED_IN_VERSION")
    ]


@pytest.mark.parametrize(
    ("code", "broken"),
    [
        ("MISSING_VERSION", LINES),
        ("MISSING_VERSION", LINES.replace("\n", " ")),
        ("INVALID_EFFECT", LINES.replace("Allow", "allow")),
        ("INVALID_POLICY_ELEMENT", LINES.replace("Resource", "resource")),
        ("INVALID_VERSION", LINES.replace("{", '{"Version": "2012-10-18",', 1)),
        ("INVALID_CONDITION_OPERATOR", LINES.replace('"*"', '"*", "Condition": {"stringLike": {"aws:username": "a"}}')),
        ("INVALID_ARN_SERVICE_CASE", LINES.replace('"*"', '"arn:aws:S3:::a"')),
        ("REDUNDANT_ACTION", LINES),
    ],
)
def test_what_has_one_answer_is_mended_by_its_fix(code: str, broken: str) -> None:
    finding = next(finding for finding in validate(broken, IDENTITY) if finding.code == code and finding.fix)
    repaired = mended(broken, finding)
    json.loads(repaired)
    assert code not in codes(repaired)


@pytest.mark.parametrize(
    ("kind", "size", "code"),
    [
        (IDENTITY, 10_400, "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA"),
        (IDENTITY, 6_000, "QUOTA_USED"),
        (Layer.TRUST, 2_100, "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA"),
        (Layer.RESOURCE, 21_000, "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA"),
        (Layer.SCP, 5_200, "POLICY_SIZE_EXCEEDS_SCP_QUOTA"),
        (Layer.RCP, 5_200, "POLICY_SIZE_EXCEEDS_RCP_QUOTA"),
    ],
)
def test_size_counts_without_blanks(kind: Layer, size: int, code: str) -> None:
    empty = '{"Id": "", "Statement": []}'
    assert code in codes(empty.replace('""', f'"{"a" * size}"'), kind)
    assert code not in codes(empty + " " * size, kind)


def test_a_service_is_guessed_only_if_it_has_the_action() -> None:
    def of(action: str) -> Finding:
        text = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": action, "Resource": "*"}}
        return next(each for each in validate(json.dumps(text), IDENTITY) if each.code == "INVALID_SERVICE_IN_ACTION")

    assert of("lamda:InvokeFunction").fix
    assert not of("lamda:Dance").fix


def test_what_the_catalog_may_not_know_yet_is_told_from_what_is_wrong_for_sure() -> None:
    assert depends_on_catalog("INVALID_ACTION")
    assert not depends_on_catalog("MISMATCHED_ACTION_FOR_PRINCIPAL")
    assert not {code for code in AWS_CHECKS if depends_on_catalog(code)} & table.OF_PARSER - {"INVALID_ACTION"}


def test_what_organizations_allow_passes_no_role() -> None:
    everything = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'
    assert not codes(everything, Layer.SCP)
    assert "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE" in codes(everything)


def test_a_sid_may_be_repeated_where_some_services_take_it() -> None:
    statement = {"Sid": "a", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement, statement | {"Action": "sqs:*"}]})
    assert "UNIQUE_SIDS_RECOMMENDED" in codes(text, Layer.RESOURCE)
    assert "UNIQUE_SIDS_REQUIRED" in codes(text, Layer.RCP)


def test_what_belongs_to_another_service_is_told_where_the_type_of_the_resource_is() -> None:
    statement = {"Effect": "Deny", "Principal": "*", "Action": ["s3:*", "kms:Decrypt", "*"]}
    statement["Resource"] = ["arn:aws:s3:::a", "arn:aws:kms:eu-central-1:111122223333:key/a", "*"]
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    found = {(each.code, each.path[2:]) for each in validate(text, Layer.RESOURCE, "AWS::S3::Bucket")}
    told = {("UNSUPPORTED_ACTION_IN_POLICY", ("Action", 1)), ("UNSUPPORTED_RESOURCE_ARN_IN_POLICY", ("Resource", 1))}
    assert told <= found
    assert not {code for code, _ in told} & set(codes(text, Layer.RESOURCE))


@pytest.mark.parametrize("text", ["", "[", "[]", "{}", '{"Statement": [{"Action": []}]}', LINES])
def test_a_text_that_names_a_resource_or_nothing_is_no_trust_policy(text: str) -> None:
    assert not is_trust_policy(text)


def test_aws_own_example_of_an_answer_is_agreed_with() -> None:
    """The example of `aws accessanalyzer validate-policy help`: codes and paths."""
    principal = {"Federated": "cognito-identity.amazonaws.com"}
    condition = {"StringEquals": {"cognito-identity.amazonaws.com:aud": "us-west-2_EXAMPLE"}}
    statement = {"Sid": "", "Effect": "Allow", "Principal": principal, "Condition": condition}
    statement["Action"] = ["sts:AssumeRole", "sts:TagSession"]
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    key = ("Condition", "StringEquals", "cognito-identity.amazonaws.com:aud")
    assert is_trust_policy(text)
    assert {(each.code, each.path[2:]) for each in validate(text, Layer.TRUST)} == {
        ("EMPTY_SID_VALUE", ("Sid",)),
        ("MISMATCHED_ACTION_FOR_PRINCIPAL", ("Action", 0)),
        ("MISMATCHED_ACTION_FOR_PRINCIPAL", ("Principal", "Federated")),
        ("UNSUPPORTED_ACTION_FOR_CONDITION_KEY", ("Action", 1)),
        ("UNSUPPORTED_ACTION_FOR_CONDITION_KEY", key),
    }


@pytest.mark.parametrize("case", [pytest.param(case, id=case["promise"]) for case in EVERYDAY])
def test_everyday_documents_of_every_kind_raise_no_alarm(case: dict[str, Any]) -> None:
    findings = validate(json.dumps(case["document"]), Layer(case["kind"]))
    assert not [finding for finding in findings if finding.type is not FindingType.SUGGESTION]


def test_findings_about_aws_managed_policies_stand_in_their_text() -> None:
    texts = [policy.document for policy in managed_policies.load()[::25]]
    found = [(text, finding.span) for text in texts for finding in validate(text, IDENTITY)]
    assert len({text for text, _ in found}) > 10
    for text, span in found:
        json.loads(text[span.start.offset : span.end.offset])


def test_places_are_the_same_by_either_reader() -> None:
    tree = read_json(LINES, Report(LINES))
    assert tree is not None
    fast, slow = TextPlaces(LINES), TreePlaces(tree)
    for path in [(), ("Statement",), ("Statement", 0, "Action", 1), ("Statement", 0, "Resource"), ("no", 3)]:
        assert fast.value(path) == slow.value(path)
        assert fast.key(path) == slow.key(path)
        assert fast.item(path) == slow.item(path)


WORDS = (
    "Version Statement Effect Action NotAction Resource Principal Condition Federated StringLike IpAddress "
    "NumericLessThan Bool aws:SourceIp aws:ResourceTag/a s3:prefix"
)
VALUES = ("*", "s3:Get*", "iam:PassRole", "arn:aws:s3:::a*", "aws:SourceIp", "10.0.0.1/8", "", "${aws:", "é")

TEXTS = st.recursive(
    st.sampled_from(VALUES) | st.booleans() | st.none() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS.split()), inner, max_size=4),
    max_leaves=25,
)


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.sampled_from(Layer), st.integers(0, 200))
def test_any_shape_has_an_answer(value: object, kind: Layer, cut: int) -> None:
    text = json.dumps(value)
    validate(text, kind)
    validate(text[:cut] + text[cut + 1 :], kind)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.sampled_from(Layer))
def test_any_text_has_an_answer(text: str, kind: Layer) -> None:
    validate(text, kind)


@pytest.mark.parametrize("entry", ["a*b*{n}*", "*{n}", "s3:?{n}*", "arn:aws:s3:::{n}*", "s3:x{n}"])
def test_a_hostile_list_is_answered_soon(entry: str) -> None:
    statement = {"Effect": "Allow", "Action": [entry.format(n=n) for n in range(4_000)], "Resource": "*"}
    statement["Resource"] = statement["Action"]
    start = perf_counter()
    assert validate(json.dumps({"Version": "2012-10-17", "Statement": statement}), IDENTITY)
    assert perf_counter() - start < 5


@pytest.mark.parametrize("depth", [15, 17, 18, 700, 5_000, 30_000])
@pytest.mark.parametrize("place", ["Condition", "Principal", "Action"])
def test_deep_nesting_in_statements_that_are_alike_is_one_finding(depth: int, place: str) -> None:
    """The comparisons between statements follow the nesting."""
    statement = f'{{"Effect": "Deny", "Action": "*", "Resource": "*", "{place}": {"[" * depth}{"]" * depth}}}'
    text = f'{{"Version": "2012-10-17", "Statement": [{statement}, {statement}]}}'
    for kind in (IDENTITY, Layer.RESOURCE):
        deep = [each for each in validate(text, kind) if "nested deeper" in each.message]
        assert len(deep) == (depth > 17)


def test_the_catalog_is_not_read_for_a_text_without_actions() -> None:
    script = """
from policies_app.engine.catalog.services import catalog
from policies_app.engine.document import Layer
from policies_app.engine.validator import validate
validate('{"Statement": [', Layer.IDENTITY)
validate('{"Version": "2012-10-17", "Statement": []}', Layer.IDENTITY)
assert catalog.cache_info().misses == 0
"""
    subprocess.run([sys.executable, "-c", script], check=True)


def test_the_table_of_checks_is_up_to_date() -> None:
    written = table.FILE.read_text("utf-8")
    assert written == table.text()


def test_every_code_of_aws_is_given_or_accounted_for() -> None:
    assert MODULES
    assert AWS_CHECKS.keys() >= table.OF_PARSER
    assert not table.ELSEWHERE.keys() & (IMPLEMENTED.keys() | table.OF_PARSER)
    accounted = IMPLEMENTED.keys() | table.OF_PARSER | table.ELSEWHERE.keys()
    assert not AWS_CHECKS.keys() - accounted
