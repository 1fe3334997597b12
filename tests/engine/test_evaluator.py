"""Decisions: what they carry, how they explain themselves, and trust and identity policies together."""

import json
from collections.abc import Mapping

import pytest

from policies_app.engine.document import Policy
from policies_app.engine.errors import MisplacedPolicy
from policies_app.engine.evaluator import (
    Decision,
    Layer,
    Outcome,
    PolicySource,
    decide,
    decide_assume_role,
    decide_trust,
)
from policies_app.engine.parser import parse
from policies_app.engine.request import Principal, PrincipalKind, Request

ACCOUNT = "123456789012"
ALICE = Principal(f"arn:aws:iam::{ACCOUNT}:user/staff/alice", ACCOUNT, PrincipalKind.USER)
ROLE = f"arn:aws:iam::{ACCOUNT}:role/Auditor"
CREATE = Request(ALICE, "iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/dave")
ASSUME = Request(ALICE, "sts:AssumeRole", ROLE)
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
OTHER = {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}

Source = tuple[PolicySource, Policy | None]


def policy(
    name: str,
    *statements: Mapping[str, object],
    layer: Layer = Layer.IDENTITY,
    via: str | None = None,
    level: str = "",
) -> Source:
    text = json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=1)
    parsed = parse(text, layer)
    assert parsed.policy is not None, parsed.errors
    return PolicySource(layer, name, via=via, level=level), parsed.policy


def trust(principal: object, effect: str = "Allow") -> Source:
    return policy("Auditor", {"Effect": effect, "Principal": principal, "Action": "sts:AssumeRole"}, layer=Layer.TRUST)


def test_a_matched_statement_says_where_it_stands() -> None:
    source, _ = admin = policy("Admin", {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}, EVERYTHING)
    (matched,) = decide(CREATE, [admin]).matched
    assert (matched.source, matched.index, matched.sid, matched.span.start.line) == (source, 1, None, 9)


def test_every_allow_that_applies_is_matched() -> None:
    decision = decide(CREATE, [policy("A", EVERYTHING, EVERYTHING), policy("B", EVERYTHING)])
    assert [(match.source.name, match.index) for match in decision.matched] == [("A", 0), ("A", 1), ("B", 0)]


def test_an_explanation_of_an_allow_names_the_statement() -> None:
    decision = decide(CREATE, [policy("Admin", EVERYTHING | {"Sid": "All"}, via="Operators")])
    assert decision.explain() == (
        "Allowed: statement `All` of policy `Admin` (line 4) (from group Operators) "
        f"lets alice do iam:CreateUser on {CREATE.resource}."
    )


def test_an_explanation_of_a_deny_names_the_statement() -> None:
    decision = decide(CREATE, [policy("Baseline", EVERYTHING, {"Effect": "Deny", "Action": "iam:*", "Resource": "*"})])
    assert decision.explain() == (
        "Denied: statement 2 of policy `Baseline` (line 9) explicitly denies alice "
        f"iam:CreateUser on {CREATE.resource}."
    )


def test_an_explanation_of_silence_names_the_action() -> None:
    decision = decide(Request(ALICE, "iam:ListUsers", "*"), [])
    assert decision.explain() == "Denied: no policy that bears on alice allows iam:ListUsers on every resource."


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        (Layer.BOUNDARY, "the permissions boundary of alice does not allow"),
        (Layer.SESSION, "the session policy of alice"),
    ],
)
def test_an_explanation_names_the_layer_that_limits(layer: Layer, said: str) -> None:
    limit = policy("Limit", {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}, layer=layer)
    assert said in decide(CREATE, [policy("Admin", EVERYTHING), limit]).explain()


def test_an_explanation_names_a_policy_that_cannot_be_understood() -> None:
    decision = decide(CREATE, [(PolicySource(Layer.IDENTITY, "Broken"), None)])
    assert decision.explain().endswith(", and `Broken` cannot be understood.")
    assert [source.name for source in decision.unreadable] == ["Broken"]


def test_a_deny_that_cannot_be_evaluated_denies_and_says_why() -> None:
    guard = {
        "Effect": "Deny",
        "Action": "*",
        "Resource": "*",
        "Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
    }
    decision = decide(Request(ALICE, "s3:GetObject", "*", {"aws:SourceIp": "?"}), [policy("P", EVERYTHING, guard)])
    assert decision.outcome is Outcome.EXPLICIT_DENY
    assert "cannot be evaluated ('?' is not an IP address" in decision.explain()


def test_a_deny_of_somebody_unknown_denies_and_says_why() -> None:
    unknown = {"Effect": "Deny", "Principal": {"CanonicalUser": "0" * 64}, "Action": "*", "Resource": "*"}
    decision = decide(CREATE, [policy("Admin", EVERYTHING), policy("Bucket", unknown, layer=Layer.RESOURCE)])
    assert decision.outcome is Outcome.EXPLICIT_DENY
    assert f"(the canonical user id of account {ACCOUNT} is not known)" in decision.explain()


def test_only_a_trust_policy_leaves_anything_to_identity_policies() -> None:
    assert not decide(CREATE, [policy("Admin", EVERYTHING)]).needs_identity_policy


def test_only_guardrails_have_levels() -> None:
    assert decide(CREATE, [policy("Admin", EVERYTHING)]).limited_level == ""
    assert decide(CREATE, [policy("Ops", OTHER)]).limited_level == ""


def test_an_allow_that_cannot_be_evaluated_allows_nothing() -> None:
    guarded = EVERYTHING | {"Condition": {"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}}
    assert not decide(Request(ALICE, "s3:GetObject", "*", {"aws:SourceIp": "?"}), [policy("P", guarded)]).allowed


def test_a_policy_counts_for_its_own_layer_only() -> None:
    (_, trusting), (_, granting) = trust({"AWS": "*"}), policy("Admin", EVERYTHING)
    with pytest.raises(MisplacedPolicy, match="'Auditor' is not one of the identity layer"):
        decide(ASSUME, [(PolicySource(Layer.IDENTITY, "Auditor"), trusting)])
    with pytest.raises(MisplacedPolicy):
        decide(ASSUME, [(PolicySource(Layer.TRUST, "Auditor"), granting)])


def test_a_trust_decision_explains_itself() -> None:
    refused = decide_trust(ASSUME, *trust({"Service": "ec2.amazonaws.com"}))
    assert refused.explain() == f"Denied: the role's trust policy does not allow alice to do sts:AssumeRole on {ROLE}."


def test_root_is_meant_by_its_account() -> None:
    root = Principal(f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT, PrincipalKind.ROOT)
    decision = decide_trust(Request(root, "sts:AssumeRole", ROLE), *trust({"AWS": ACCOUNT}))
    assert decision.allowed
    assert not decision.needs_identity_policy


def assume(trusted: Source, *policies: Source) -> Decision:
    return decide_assume_role(ASSUME, trusted, policies)


def test_a_role_that_trusts_the_user_needs_no_identity_policy() -> None:
    assert assume(trust({"AWS": ALICE.arn})).allowed


def test_a_role_that_trusts_the_account_needs_one() -> None:
    decision = assume(trust({"AWS": ACCOUNT}))
    assert (decision.outcome, decision.limited_by) == (Outcome.IMPLICIT_DENY, Layer.IDENTITY)
    assert assume(trust({"AWS": ACCOUNT}), policy("Admin", EVERYTHING)).allowed


def test_no_identity_policy_makes_a_role_trust_somebody() -> None:
    decision = assume(trust({"Service": "ec2.amazonaws.com"}), policy("Admin", EVERYTHING))
    assert (decision.outcome, decision.limited_by) == (Outcome.IMPLICIT_DENY, Layer.TRUST)


def test_a_deny_on_either_side_wins() -> None:
    never = policy("Never", EVERYTHING, {"Effect": "Deny", "Action": "sts:*", "Resource": "*"})
    assert assume(trust({"AWS": ALICE.arn}), never).outcome is Outcome.EXPLICIT_DENY
    assert assume(trust({"AWS": "*"}, "Deny"), policy("Admin", EVERYTHING)).outcome is Outcome.EXPLICIT_DENY
    assert assume(trust({"Service": "ec2.amazonaws.com"}), never).outcome is Outcome.EXPLICIT_DENY


ON_DAVE = f"User: {ALICE.arn} is not authorized to perform: iam:CreateUser on resource: {CREATE.resource}"
MINE = EVERYTHING | {"Principal": {"AWS": ALICE.arn}}
DENIED = EVERYTHING | {"Effect": "Deny"}


@pytest.mark.parametrize(
    ("layer", "statement", "reason"),
    [
        (Layer.IDENTITY, DENIED, "with an explicit deny in an identity-based policy"),
        (Layer.BOUNDARY, DENIED, "with an explicit deny in a permissions boundary"),
        (Layer.SESSION, DENIED, "with an explicit deny in a session policy"),
        (Layer.RESOURCE, MINE | DENIED, "with an explicit deny in a resource-based policy"),
        (Layer.SCP, DENIED, "with an explicit deny in a service control policy"),
        (Layer.BOUNDARY, OTHER, "because no permissions boundary allows the iam:CreateUser action"),
        (Layer.SESSION, OTHER, "because no session policy allows the iam:CreateUser action"),
        (Layer.SCP, OTHER, "because no service control policy allows the iam:CreateUser action"),
    ],
)
def test_aws_says_which_kind_of_policy_refuses(layer: Layer, statement: Mapping[str, object], reason: str) -> None:
    decision = decide(CREATE, [policy("Admin", EVERYTHING), policy("Secret", statement, layer=layer)])
    assert decision.aws_message() == f"{ON_DAVE} {reason}"


def test_aws_says_that_a_resource_control_policy_refuses() -> None:
    guard = policy("Guard", DENIED | {"Action": "s3:*", "Principal": "*"}, layer=Layer.RCP)
    decision = decide(Request(ALICE, "s3:GetObject", "arn:aws:s3:::photos/x"), [policy("Admin", EVERYTHING), guard])
    assert decision.aws_message().endswith(":photos/x with an explicit deny in a resource control policy")


@pytest.mark.parametrize("layer", [Layer.IDENTITY, Layer.BOUNDARY, Layer.SESSION, Layer.SCP])
def test_aws_names_the_policy_that_denies_within_the_account(layer: Layer) -> None:
    (_, denying), arn = policy("Deny", DENIED, layer=layer), f"arn:aws:iam::{ACCOUNT}:policy/Deny"
    bearing = [policy("Admin", EVERYTHING), (PolicySource(layer, "Deny", arn=arn), denying)]
    assert decide(CREATE, bearing).aws_message().endswith(f": {arn}")
    elsewhere = Request(ALICE, CREATE.action, CREATE.resource, resource_account="210987654321")
    assert arn not in decide(elsewhere, bearing).aws_message()


def test_aws_does_not_name_the_policy_of_a_resource() -> None:
    _, denying = policy("Bucket", {**MINE, **DENIED}, layer=Layer.RESOURCE)
    source = PolicySource(Layer.RESOURCE, "Bucket", arn=f"arn:aws:iam::{ACCOUNT}:policy/Bucket")
    assert (
        decide(CREATE, [(source, denying)]).aws_message().endswith("with an explicit deny in a resource-based policy")
    )


def test_aws_names_no_policy_that_only_does_not_allow() -> None:
    (_, other), arn = policy("Limit", OTHER, layer=Layer.BOUNDARY), f"arn:aws:iam::{ACCOUNT}:policy/Limit"
    decision = decide(CREATE, [policy("Admin", EVERYTHING), (PolicySource(Layer.BOUNDARY, "Limit", arn=arn), other)])
    assert decision.aws_message() == f"{ON_DAVE} because no permissions boundary allows the iam:CreateUser action"


def test_aws_says_that_nothing_allows() -> None:
    reason = "because no identity-based policy allows the iam:CreateUser action"
    assert decide(CREATE, []).aws_message() == f"{ON_DAVE} {reason}"


def test_aws_says_that_the_resource_does_not_allow() -> None:
    elsewhere = Request(ALICE, CREATE.action, CREATE.resource, resource_account="210987654321")
    reason = "because no resource-based policy allows the iam:CreateUser action"
    assert decide(elsewhere, [policy("Admin", EVERYTHING)]).aws_message() == f"{ON_DAVE} {reason}"


def test_aws_says_that_the_role_does_not_trust() -> None:
    message = f"User: {ALICE.arn} is not authorized to perform: sts:AssumeRole on resource: {ROLE}"
    refused, denied = (
        decide_trust(ASSUME, *trust({"AWS": "210987654321"})),
        decide_trust(ASSUME, *trust({"AWS": "*"}, "Deny")),
    )
    assert refused.aws_message() == f"{message} because no role trust policy allows the sts:AssumeRole action"
    assert denied.aws_message() == f"{message} with an explicit deny in the role trust policy"


def test_aws_says_nothing_of_what_is_allowed() -> None:
    assert decide(CREATE, [policy("Admin", EVERYTHING)]).aws_message() == ""


def test_aws_has_a_name_for_an_anonymous_caller() -> None:
    anonymous = Request(Principal("", "", PrincipalKind.ANONYMOUS), "s3:GetObject", "arn:aws:s3:::photos/x")
    assert decide(anonymous, []).aws_message().startswith("User: anonymous is not authorized")


def test_a_decision_says_what_each_layer_said() -> None:
    decision = decide(
        CREATE,
        [
            policy("Admin", EVERYTHING),
            policy("Limit", OTHER, layer=Layer.BOUNDARY),
            policy("Root", EVERYTHING, layer=Layer.SCP),
            policy("Guard", EVERYTHING, DENIED, layer=Layer.SCP, level="ou"),
            (PolicySource(Layer.SESSION, "Broken"), None),
        ],
    )
    assert [(str(verdict.place.layer), verdict.place.level, str(verdict.outcome)) for verdict in decision.verdicts] == [
        ("identity", "", "allowed"),
        ("boundary", "", "implicitDeny"),
        ("scp", "", "allowed"),
        ("scp", "ou", "explicitDeny"),
        ("session", "", "implicitDeny"),
    ]


@pytest.mark.parametrize(
    ("layer", "level", "words"),
    [
        (Layer.SCP, "ou-1", "no service control policy of `ou-1` allows alice to do"),
        (Layer.SCP, "", "no service control policy allows alice to do"),
        (Layer.SESSION, "", "the session policy of alice does not allow"),
    ],
)
def test_an_explanation_of_silence_names_the_layer(layer: Layer, level: str, words: str) -> None:
    decision = decide(CREATE, [policy("Admin", EVERYTHING), policy("Limit", OTHER, layer=layer, level=level)])
    assert decision.explain() == f"Denied: {words} iam:CreateUser on {CREATE.resource}."


def test_an_explanation_of_an_allow_names_what_grants() -> None:
    guard, mine = policy("Guard", EVERYTHING, layer=Layer.SCP), policy("Bucket", MINE, layer=Layer.RESOURCE)
    decision = decide(CREATE, [guard, mine])
    assert decision.explain().startswith("Allowed: statement 1 of resource policy `Bucket` (line 4) lets alice do")


def test_an_explanation_of_a_deny_in_a_guardrail_names_its_kind() -> None:
    decision = decide(CREATE, [policy("Admin", EVERYTHING), policy("Guard", DENIED, layer=Layer.SCP)])
    assert "statement 1 of service control policy `Guard` (line 4) explicitly denies alice" in decision.explain()


def test_the_root_user_needs_no_statement() -> None:
    root = Principal(f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT, PrincipalKind.ROOT)
    decision = decide(Request(root, "iam:CreateUser", "*"), [])
    assert decision.explain() == (
        f"Allowed: the root user of account {ACCOUNT} may do everything in its account, "
        "so iam:CreateUser on every resource."
    )
