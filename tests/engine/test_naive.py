"""Two evaluators that share nothing but the documentation decide alike."""

from typing import Any

import pytest

from tests.engine import fuzz
from tests.engine.cases import Case, load
from tests.engine.generator import CASES_PER_WORLD
from tests.engine.test_decisions import ALICE, ROLE, policies_of

SEED = 3
OUTCOMES = {"allowed", "explicitDeny", "implicitDeny"}


@pytest.mark.parametrize("case", load("decisions"))
def test_the_naive_evaluator_knows_the_documented_cases(case: Case) -> None:
    assert fuzz.naive_outcome(as_question(case), fuzz.Reader()) == case["outcome"]


@pytest.mark.parametrize("world", range(30))
def test_the_engine_and_the_naive_evaluator_agree(world: int) -> None:
    tally = fuzz.compare_world(SEED, world, CASES_PER_WORLD)
    assert tally.disagreement is None, fuzz.described(tally.disagreement)


@pytest.mark.long
def test_they_agree_on_a_million_cases_of_every_outcome() -> None:
    tally = fuzz.campaign(SEED, 1_000_000)
    assert tally.disagreement is None, fuzz.described(tally.disagreement)
    assert tally.outcomes.total() == 1_000_000
    assert {outcome for outcome in OUTCOMES if tally.outcomes[outcome] >= 150_000} == OUTCOMES


def as_question(case: Case) -> Case:
    """A case of `cases/decisions/` with all that it leaves out."""
    asked = {"principal": ALICE, "context": {}, "action": "s3:GetObject", "resource": "arn:aws:s3:::photos/cat.jpg"}
    if "trust" in case:
        return asked | {"action": "sts:AssumeRole"} | case | {"resource": ROLE, "policies": trusting(case["trust"])}
    policies: list[Any] = [{"layer": "identity", **policy} for policy in policies_of(case)]
    for policy in policies:
        policy["document"] = None if policy.get("broken") else policy["document"]
    return asked | case | {"policies": policies}


def trusting(statements: list[Case] | None) -> list[Case]:
    """A trust policy, and an identity policy that leaves the decision to it."""
    filled = [{"Effect": "Allow", "Action": "sts:AssumeRole"} | statement for statement in statements or ()]
    everything = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    trust = {"Version": "2012-10-17", "Statement": filled} if filled else None
    return [{"layer": "trust", "document": trust}, {"layer": "identity", "document": everything}]
