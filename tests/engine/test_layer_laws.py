"""Laws of all layers together: what one more statement, a wider pattern or another way of writing can change."""

import json
from dataclasses import dataclass, field
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from policies_app.engine.decision import Layer, PolicySource, Sourced
from policies_app.engine.evaluator import Outcome, decide
from policies_app.engine.parser import parse
from policies_app.engine.request import Principal, PrincipalKind, Request
from tests.engine.test_laws import ALICE, Statement, outcome, policies, requests, statements

ROLE = "arn:aws:iam::123456789012:role/Ops"
KIM = Principal(
    "arn:aws:sts::123456789012:assumed-role/Ops/kim", ALICE.account, PrincipalKind.ASSUMED_ROLE, role_arn=ROLE
)
NAMES = [ALICE.arn, KIM.arn, ROLE, ALICE.account, "210987654321", "*"]


@dataclass
class Document:
    """A policy that can be changed before it is read."""

    layer: Layer
    level: str
    statements: list[Statement] = field(default_factory=list)

    def read(self) -> Sourced:
        parsed = parse(json.dumps({"Version": "2012-10-17", "Statement": self.statements}), self.layer)
        assert parsed.policy is not None, parsed.errors
        return PolicySource(self.layer, "p", level=self.level), parsed.policy


def statement_of(layer: Layer, effects: st.SearchStrategy[str]) -> st.SearchStrategy[Statement]:
    """A statement that is valid in the layer."""
    if layer is Layer.RESOURCE:
        named = st.sampled_from(NAMES).map(lambda name: {"Principal": {"AWS": name}})
        return st.builds(lambda statement, who: statement | who, statements(effects), named)
    return statements(effects)


@st.composite
def worlds(draw: st.DrawFn) -> list[Document]:
    """Policies of every layer; those that only limit have an Allow of everything half of the time."""
    found = []
    for layer, level in [
        (Layer.IDENTITY, ""),
        (Layer.IDENTITY, ""),
        (Layer.BOUNDARY, ""),
        (Layer.SESSION, ""),
        (Layer.RESOURCE, ""),
        (Layer.SCP, "root"),
        (Layer.SCP, "account"),
    ]:
        if draw(st.booleans()):
            inside = draw(
                st.lists(statement_of(layer, st.sampled_from(["Allow", "Allow", "Deny"])), min_size=1, max_size=2)
            )
            if layer not in (Layer.IDENTITY, Layer.RESOURCE) and draw(st.booleans()):
                inside.append({"Effect": "Allow", "Action": "*", "Resource": "*"})
            found.append(Document(layer, level, inside))
    return found


askers = st.sampled_from([ALICE, KIM])
owners = st.sampled_from([None, "123456789012", "210987654321"])
questions = st.builds(
    lambda request, who, owner: Request(who, request.action, request.resource, request.context, owner),
    requests,
    askers,
    owners,
)


def answer(request: Request, world: list[Document]) -> Outcome:
    return decide(request, [document.read() for document in world]).outcome


def added(world: list[Document], effect: str, data: st.DataObject) -> list[Document]:
    """The world with one more statement in one of its documents."""
    assume(world)
    at = data.draw(st.integers(0, len(world) - 1))
    changed = world[at]
    extra = data.draw(statement_of(changed.layer, st.just(effect)))
    return [*world[:at], Document(changed.layer, changed.level, [*changed.statements, extra]), *world[at + 1 :]]


@given(questions, worlds(), st.data())
def test_an_added_allow_never_turns_allow_to_deny(request: Request, world: list[Document], data: st.DataObject) -> None:
    before, after = answer(request, world), answer(request, added(world, "Allow", data))
    assert after in (before, Outcome.ALLOWED)


@given(questions, worlds(), st.data())
def test_an_added_deny_never_widens_in_any_layer(request: Request, world: list[Document], data: st.DataObject) -> None:
    before, after = answer(request, world), answer(request, added(world, "Deny", data))
    assert after in (before, Outcome.EXPLICIT_DENY)


@given(questions, worlds(), st.randoms(use_true_random=False))
def test_the_order_of_layers_never_matters(request: Request, world: list[Document], random: Any) -> None:
    assert answer(request, random.sample(world, len(world))) == answer(request, world)


def widened(statement: Statement, data: st.DataObject) -> Statement:
    """The statement with one of its patterns made to match more."""
    assume("Action" in statement and "Resource" in statement)
    element = data.draw(st.sampled_from(["Action", "Resource"]))
    patterns = list(statement[element])
    at = data.draw(st.integers(0, len(patterns) - 1))
    ways = [
        "*",
        f"{patterns[at]}*" if ":" in patterns[at] else "*",
        patterns[at].replace("get", "*").replace("a/b", "a/?"),
    ]
    patterns[at] = data.draw(st.sampled_from(ways))
    return statement | {element: patterns}


@given(requests, policies, statements(st.just("Allow")), st.data())
def test_a_wider_allow_allows_no_less(
    request: Request, documents: list[list[Statement]], allow: Statement, data: st.DataObject
) -> None:
    narrow = outcome(request, [*documents, [allow]])
    assert outcome(request, [*documents, [widened(allow, data)]]) in (narrow, Outcome.ALLOWED)


@given(requests, policies, statements(st.just("Deny")), st.data())
def test_a_wider_deny_allows_no_more(
    request: Request, documents: list[list[Statement]], deny: Statement, data: st.DataObject
) -> None:
    narrow = outcome(request, [*documents, [deny]])
    assert outcome(request, [*documents, [widened(deny, data)]]) in (narrow, Outcome.EXPLICIT_DENY)


@given(requests, statements(st.just("Allow")))
def test_not_action_is_the_complement(request: Request, statement: Statement) -> None:
    rest = {key: value for key, value in statement.items() if key not in ("Action", "NotAction")}
    actions = statement.get("Action") or statement["NotAction"]
    named, others = rest | {"Action": actions}, rest | {"NotAction": actions}
    every = outcome(request, [[rest | {"Action": "*"}]])
    answers = sorted([outcome(request, [[named]]), outcome(request, [[others]])])
    assert answers == sorted([every, Outcome.IMPLICIT_DENY])


@given(requests, policies, policies, policies)
def test_what_is_effective_is_within_every_layer(
    request: Request,
    granted: list[list[Statement]],
    boundary: list[list[Statement]],
    session: list[list[Statement]],
) -> None:
    world = [
        Document(layer, "", document)
        for layer, documents in ((Layer.IDENTITY, granted), (Layer.BOUNDARY, boundary), (Layer.SESSION, session))
        for document in documents
    ]
    limits = [documents for documents in (boundary, session) if documents]
    alone = [outcome(request, documents) for documents in (granted, *limits)]
    assert (answer(request, world) is Outcome.ALLOWED) is all(each is Outcome.ALLOWED for each in alone)


@given(questions, worlds())
def test_a_verdict_of_each_place_agrees_with_the_outcome(request: Request, world: list[Document]) -> None:
    decision = decide(request, [document.read() for document in world])
    said = {verdict.outcome for verdict in decision.verdicts}
    assert (Outcome.EXPLICIT_DENY in said) is (decision.outcome is Outcome.EXPLICIT_DENY)
    assert not decision.allowed or Outcome.ALLOWED in said
