"""The difference of two documents in words."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies_app.engine.analyzer.changes import MOST_LISTED, Changes, compare
from policies_app.engine.analyzer.containment import covering
from policies_app.engine.catalog import managed_policies
from policies_app.engine.catalog.services import catalog
from policies_app.engine.document import Policy
from policies_app.engine.evaluator import Layer, PolicySource, decide
from policies_app.engine.parser import parse
from policies_app.engine.patterns import compile_pattern
from policies_app.engine.request import Request
from tests.engine.actions_matching import actions_matching
from tests.engine.test_laws import requests, statements

A, B = "arn:aws:s3:::a/*", "arn:aws:s3:::b/*"
GET, PUT = "s3:GetObject", "s3:PutObject"
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def read(*statements: dict[str, Any], kind: Layer = Layer.IDENTITY, version: str = "2012-10-17") -> Policy:
    parsed = parse(json.dumps({"Version": version, "Statement": list(statements)}), kind)
    assert parsed.policy, parsed.errors
    return parsed.policy


def say(*actions: str, effect: str = "Allow", resource: Any = "*", **more: Any) -> dict[str, Any]:
    resources = {} if "NotResource" in more else {"Resource": resource}
    return {"Effect": effect, "Action": list(actions)} | resources | more


def trust(*accounts: str) -> Policy:
    statement = {"Effect": "Allow", "Principal": {"AWS": list(accounts)}, "Action": "sts:AssumeRole"}
    return read(statement, kind=Layer.TRUST)


def words(changes: Changes) -> tuple[list[str], list[str]]:
    return [change.sentence for change in changes.more], [change.sentence for change in changes.less]


def kinds(changes: Changes) -> tuple[list[str], list[str]]:
    return [change.kind for change in changes.more], [change.kind for change in changes.less]


# Actions


def test_added_action_is_more_access_and_removed_one_less():
    changes = compare(read(say(GET)), read(say(PUT)))
    assert words(changes) == (
        [f"Now also allows `{PUT}` on all resources."],
        [f"No longer allows `{GET}` on all resources."],
    )
    assert changes.more[0].actions == (PUT,)
    assert not changes.no_change_of_meaning


def test_wildcards_are_expanded_by_service_and_access_level():
    writes = [name for name in actions_matching("sqs:*") if catalog().access_level(name) == "Write"]
    (change,) = compare(read(say(GET)), read(say(GET, *writes))).more
    assert f"and {len(writes) - 1} more write actions of Amazon SQS" in change.sentence
    assert set(change.actions) == set(writes)
    assert "every action of Amazon SQS" in compare(read(say(GET)), read(say(GET, "sqs:*"))).more[0].sentence


def test_widened_wildcard_names_what_it_adds():
    (change,) = compare(read(say("s3:GetObject*")), read(say("s3:Get*"))).more
    assert set(change.actions) == {*actions_matching("s3:Get*")} - {*actions_matching("s3:GetObject*")}


def test_what_not_action_leaves_is_worked_out():
    changes = compare(read({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}), read(say("*")))
    assert "every action of AWS Identity and Access Management" in changes.more[0].sentence
    assert not changes.less


def test_list_of_the_whole_catalog_is_cut():
    (change,) = compare(read(say(GET)), read(say("*"))).more
    assert len(change.actions) == MOST_LISTED
    assert change.unlisted > 10_000


def test_action_that_is_in_no_catalog_is_told_all_the_same():
    (change,) = compare(read(say(GET)), read(say(GET, "s3:GetObjekt"))).more
    assert change.sentence == "Now also allows `s3:GetObjekt` (in no catalog of AWS's actions) on all resources."
    assert not compare(read(say("foo:*")), read(say("foo:Bar"))).more


# Denies


def test_added_deny_is_less_access_and_removed_one_more():
    open_, closed = read(say(GET)), read(say(GET), say("s3:*", effect="Deny"))
    assert words(compare(open_, closed)) == ([], ["Now also denies every action of Amazon S3 on all resources."])
    assert words(compare(closed, open_)) == (["No longer denies every action of Amazon S3 on all resources."], [])


def test_allow_that_a_deny_hides_is_more_access_and_says_so():
    (change,) = compare(read(say(GET)), read(say(GET, PUT), say("s3:Put*", effect="Deny", resource="*"))).more
    assert change.sentence.endswith("A Deny of the same document takes that back.")


# Resources


def test_widened_resource_is_more_access_and_narrowed_one_less():
    narrow, wide = read(say(GET, resource="arn:aws:s3:::a/b")), read(say(GET, resource=A))
    assert words(compare(narrow, wide)) == (
        [f"Now also allows `{GET}` on `{A}`; before only on `arn:aws:s3:::a/b`."],
        [],
    )
    assert words(compare(wide, narrow)) == ([], [f"No longer allows `{GET}` on `{A}`; now only on `arn:aws:s3:::a/b`."])
    assert kinds(compare(narrow, wide)) == (["Resources"], [])


def test_another_resource_is_more_and_less():
    assert words(compare(read(say(GET, resource=A)), read(say(GET, resource=B)))) == (
        [f"Now allows `{GET}` on `{B}`; before only on `{A}`."],
        [f"No longer allows `{GET}` on `{A}`; now only on `{B}`."],
    )


def test_several_resources_are_one_sentence():
    (change,) = compare(read(say(GET)), read(say(GET), say(PUT, resource=[A, B]))).more
    assert change.sentence == f"Now also allows `{PUT}` on `{A}` and `{B}`."
    assert change.resources == (A, B)


def test_exception_from_the_resources_is_less_access():
    changes = compare(read(say(GET)), read(say(GET, NotResource=A)))
    assert words(changes) == ([], [f"No longer allows `{GET}` on all resources; now only on all resources but `{A}`."])
    assert not compare(read(say(GET, NotResource=A)), read(say(GET, resource=B), say(GET, NotResource=A))).more


def test_variable_is_no_wildcard():
    own, all_ = (read(say(GET, resource=f"arn:aws:s3:::home/{name}/*")) for name in ("${aws:username}", "*"))
    assert compare(own, all_).more
    assert not compare(all_, own).more
    assert compare(all_, own).less


# Conditions


def test_dropped_condition_is_more_access_and_added_one_less():
    bound, free = read(say(GET, Condition=MFA)), read(say(GET))
    need = "`Bool aws:MultiFactorAuthPresent: true`"
    dropped = f"Now also allows `{GET}` on all resources under no condition; before only if {need}."
    assert words(compare(bound, free)) == ([dropped], [])
    assert words(compare(free, bound)) == ([], [f"No longer allows `{GET}` on all resources; now only if {need}."])
    assert kinds(compare(free, bound)) == ([], ["Conditions"])


@pytest.mark.parametrize(
    ("operator", "key", "narrow", "wide"),
    [
        ("StringEquals", "aws:PrincipalTag/team", ["a"], ["b", "a"]),
        ("StringNotEquals", "aws:PrincipalTag/team", ["a", "b"], ["a"]),
        ("StringLike", "aws:username", ["dev-a", "dev-b*"], ["dev-*"]),
        ("IpAddress", "aws:SourceIp", ["10.1.0.0/16"], ["10.0.0.0/8"]),
        ("ArnLike", "aws:SourceArn", ["arn:aws:sns:*:123456789012:a"], ["arn:aws:sns:*:*:*"]),
    ],
)
def test_condition_with_wider_values_is_more_access_only(operator: str, key: str, narrow: list[str], wide: list[str]):
    before, after = (read(say(GET, Condition={operator: {key: values}})) for values in (narrow, wide))
    assert kinds(compare(before, after)) == (["Conditions"], [])
    assert kinds(compare(after, before)) == ([], ["Conditions"])


def test_condition_that_may_be_absent_is_wider():
    before, after = (read(say(GET, Condition={f"Bool{end}": MFA["Bool"]})) for end in ("", "IfExists"))
    assert kinds(compare(before, after)) == (["Conditions"], [])


# Principals


def test_principal_of_a_trust_policy_is_named():
    changes = compare(trust("123456789012"), trust("arn:aws:iam::123456789012:root", "210987654321"))
    (sentence,) = words(changes)[0]
    assert sentence.startswith("Now also allows `sts:AssumeRole` to `arn:aws:iam::210987654321:root`")
    assert kinds(changes) == (["Principals"], [])
    assert "to everyone" in words(compare(trust("123456789012"), trust("*")))[0][0]


# No change


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ([say(GET, PUT)], [say("S3:putobject", "s3:GETOBJECT")], []),
        ([say(GET)], [say(GET, Sid="Named")], ["Statements have other Sids."]),
        (
            [say(GET), say(PUT, resource=A)],
            [say(PUT, resource=A), say(GET)],
            ["The statements stand in another order."],
        ),
        ([say(GET, PUT)], [say(GET), say(PUT)], ["The statements are cut, written or repeated in another way."]),
        ([say("s3:*")], [say("s3:*", GET)], ["The statements are cut, written or repeated in another way."]),
    ],
)
def test_what_only_looks_different_changes_no_meaning(before: list[Any], after: list[Any], said: list[str]):
    changes = compare(read(*before), read(*after))
    assert changes.no_change_of_meaning
    assert list(changes.other) == said


def test_wildcard_in_the_place_of_what_it_stands_for_is_told():
    names = actions_matching("s3:GetObject*")
    changes = compare(read(say(*names)), read(say("s3:GetObject*")))
    assert changes.no_change_of_meaning
    assert "`s3:GetObject*` now stands for actions" in changes.other[0]


def test_version_is_told_and_what_it_does_to_variables():
    own = say(GET, resource="arn:aws:s3:::${aws:username}")
    changes = compare(read(own, version="2008-10-17"), read(own))
    assert (len(changes.more), len(changes.less)) == (1, 1)
    assert changes.other == ("The version of the policy language is `2012-10-17` instead of `2008-10-17`.",)


def test_no_managed_policy_differs_from_itself():
    for each in managed_policies.load()[::40]:
        policy = parse(each.document, Layer.IDENTITY).policy
        assert policy is None or compare(policy, policy) == Changes()


# Laws

documents = st.lists(statements(), min_size=1, max_size=3)


@given(documents, st.randoms(use_true_random=False))
def test_order_and_repetition_never_change_the_meaning(document: list[Any], random: Any):
    other = [*document, random.choice(document)]
    random.shuffle(other)
    for statement in other:
        for values in statement.values():
            if isinstance(values, list):
                random.shuffle(values)
    changes = compare(read(*document), read(*other))
    assert changes.no_change_of_meaning


@given(documents, statements())
def test_added_allow_is_never_less_access_and_added_deny_never_more(document: list[Any], added: Any):
    changes = compare(read(*document), read(*document, added))
    assert not (changes.less if added["Effect"] == "Allow" else changes.more)


@given(documents, documents, requests)
def test_what_one_document_allows_and_the_other_not_is_always_listed(
    one: list[Any], other: list[Any], request: Request
):
    before, after = read(*one), read(*other)
    was, is_ = (_allowed(policy, request) for policy in (before, after))
    changes = compare(before, after)
    assert was == is_ or (changes.more if is_ else changes.less)


def _allowed(policy: Policy, request: Request) -> bool:
    return decide(request, [(PolicySource(Layer.IDENTITY, "P", None, None, "p"), policy)]).allowed


globs = st.text("ab*?", max_size=8)


@given(globs, globs, st.text("ab", max_size=6))
def test_pattern_that_covers_another_matches_all_that_it_does(one: str, other: str, text: str):
    if covering(one)(other) and compile_pattern(other, ignore_case=False).matches(text):
        assert compile_pattern(one, ignore_case=False).matches(text)


# Time


def longest(make: Any) -> Policy:
    """The longest document that the quota takes."""
    count, document = 1, read(make(1))
    while len(json.dumps({"Version": "2012-10-17", "Statement": [make(count)]}, separators=(",", ":"))) <= 6_144:
        document = read(make(count))
        count += max(1, count // 10)
    return document


HOSTILE = {
    "resources": lambda tag: lambda n: say("s3:*", resource=[f"arn:aws:s3:::{tag}{i}*" for i in range(n)]),
    "question marks": lambda tag: lambda n: say("*", resource=[f"arn:aws:s3:::*?a?{tag}*?a?*{i}*" for i in range(n)]),
    "wildcards": lambda tag: lambda n: say(*[f"ec2:*{tag}*{i}*" for i in range(n)]),
    "unknown on many": lambda tag: (
        lambda n: say(*[f"zz:*{tag}*{i}*" for i in range(n)], resource=[f"arn:aws:s3:::{tag}{i}*" for i in range(n)])
    ),
    "values": lambda tag: (
        lambda n: say("*", Condition={"StringLike": {"aws:username": [f"*{tag}*{i}*" for i in range(n)]}})
    ),
    "exceptions": lambda tag: lambda n: say("*", NotResource=[f"arn:aws:s3:::*{tag}*{i}*" for i in range(n)]),
    "one long pattern": lambda tag: lambda n: say("*", resource="arn:aws:s3:::" + f"*a?{tag}" * n),
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_longest_documents_are_compared_in_a_moment(make: Any):
    before, after = longest(make("a")), longest(make("b"))
    started = time.process_time()
    assert not compare(before, after).no_change_of_meaning
    assert time.process_time() - started < 2


def test_many_patterns_over_all_services_are_not_compared():
    many = read(say(*[f"*:*{n}" for n in range(50)]))
    changes = compare(read(say(GET)), many)
    assert changes.too_wide
    assert not changes.no_change_of_meaning
