"""What every engine is asked: a principal's policies, taken from AWS's own, and requests about them.

All of it follows from a seed. The sizes are nested: the first statements of the largest set are the smaller sets.
"""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import count
from typing import Any, Final

from policies_app.engine.catalog.managed_policies import load
from policies_app.engine.catalog.services import catalog
from tests.benchmarks import expected
from tests.engine.actions_matching import actions_matching

SEED: Final = 20261124
REQUESTS: Final = 200
ACCOUNT: Final = "123456789012"
PRINCIPAL: Final = f"arn:aws:iam::{ACCOUNT}:user/alice"
ALICE: Final = {"arn": PRINCIPAL, "account": ACCOUNT, "kind": "user"}
SHARES: Final = {"allowed": 90, "implicitDeny": 75, "explicitDeny": 35}
"""How many requests have each outcome, as far as the policies can be made to give it."""

_STATEMENTS_OF_A_POLICY: Final = range(4, 9)
_ATTEMPTS: Final = 20_000
_WORDS: Final = ("reports", "team-a", "prod", "billing", "0a1b2c3d", "us-east-1", "data", "alice")

Statement = dict[str, Any]
Context = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Question:
    """`context` has a list of values for each key."""

    action: str
    resource: str
    context: Context
    outcome: str


@dataclass(frozen=True, slots=True)
class Workload:
    """`documents` are JSON texts, one a policy."""

    statements: int
    documents: tuple[str, ...]
    questions: tuple[Question, ...]

    def dump(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> "Workload":
        raw = json.loads(text)
        questions = tuple(Question(**question) for question in raw["questions"])
        return cls(raw["statements"], tuple(raw["documents"]), questions)


def build(size: int) -> Workload:
    """The workload with `size` statements."""
    policies = _policies(size)
    statements = [statement for policy in policies for statement in policy["Statement"]]
    rng = random.Random(f"{SEED}/{size}")
    wanted = dict(SHARES)
    spare: list[Question] = []
    chosen: list[Question] = []
    for attempt in _attempts(rng, statements):
        outcome = expected.outcome(policies, ALICE, *attempt)
        question = Question(*attempt, outcome)
        if wanted[outcome]:
            wanted[outcome] -= 1
            chosen.append(question)
        elif len(spare) < REQUESTS:
            spare.append(question)
        if not any(wanted.values()):
            break
    chosen += spare[: REQUESTS - len(chosen)]
    rng.shuffle(chosen)
    return Workload(size, tuple(json.dumps(policy) for policy in policies), tuple(chosen))


def statements_of(workload: Workload) -> list[Statement]:
    return [statement for document in workload.documents for statement in json.loads(document)["Statement"]]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _policies(size: int) -> list[dict[str, Any]]:
    """AWS managed policies until they have `size` statements, the last one cut; every fifth one denies something.

    Left out are the few that allow or deny every action, for with those there is nothing left to decide.
    """
    rng = random.Random(SEED)
    documents = [json.loads(policy.document) for policy in load()]
    usable = []
    for document in documents:
        document["Statement"] = listed(document["Statement"])
        everything = any("*" in listed(statement.get("Action", "*")) for statement in document["Statement"])
        if len(document["Statement"]) in _STATEMENTS_OF_A_POLICY and not everything:
            usable.append(document)
    rng.shuffle(usable)
    denying = [document for document in usable if _denies(document)]
    others = [document for document in usable if not _denies(document)]
    chosen: list[dict[str, Any]] = []
    left = size
    for number in count():
        document = denying.pop() if number % 5 == 0 and denying else others.pop()
        chosen.append(document | {"Statement": document["Statement"][:left]})
        left -= len(chosen[-1]["Statement"])
        if not left:
            return chosen
    raise AssertionError("the policies never run out")


def _denies(document: dict[str, Any]) -> bool:
    return any(statement["Effect"] == "Deny" for statement in document["Statement"])


def _attempts(rng: random.Random, statements: Sequence[Statement]) -> Iterator[tuple[str, str, Context]]:
    """Requests made to fit one of the statements, of which three in ten are then bent to fit no more."""
    denies = [statement for statement in statements if statement["Effect"] == "Deny"]
    every = [f"{actions.prefix}:{name}" for actions in catalog().every_service_actions() for name in actions.names]
    for _ in range(_ATTEMPTS):
        statement = rng.choice(denies) if denies and rng.random() < 0.2 else rng.choice(statements)
        context: Context = {"aws:username": ["alice"], "aws:SourceIp": ["203.0.113.7"], "aws:PrincipalArn": [PRINCIPAL]}
        context["aws:PrincipalAccount"] = [ACCOUNT]
        action = _action(rng, statement, every)
        resource = _resource(rng, statement, action, context)
        for operator, keys in statement.get("Condition", {}).items():
            for key, values in keys.items():
                _satisfy(rng, operator, key, [str(value) for value in listed(values)], context)
        bent = rng.random()
        if bent < 0.1:
            action = rng.choice(every)
        elif bent < 0.2:
            resource = f"arn:aws:s3:::{rng.choice(_WORDS)}/{rng.choice(_WORDS)}"
        elif bent < 0.3 and len(context) > 4:
            context[list(context)[-1]] = [rng.choice(_WORDS)]
        yield action, resource, context


def _action(rng: random.Random, statement: Statement, every: Sequence[str]) -> str:
    if "Action" not in statement:
        return rng.choice(every)
    pattern: str = rng.choice(listed(statement["Action"]))
    return rng.choice(actions_matching(pattern) or [pattern.replace("*", "Thing")])


def _resource(rng: random.Random, statement: Statement, action: str, context: Context) -> str:
    pattern = rng.choice(listed(statement.get("Resource", "*")))
    if pattern != "*":
        fields = pattern.split(":", 5)
        for place, value in ((3, "us-east-1"), (4, ACCOUNT)):
            if len(fields) == 6 and fields[place] == "*":
                fields[place] = value
        return _concrete(rng, ":".join(fields), context)
    known = catalog().action(action)
    if known is None or not known.resources:
        return "*"
    service = catalog().service(known.service)
    assert service is not None
    arn = service.resource_types[rng.choice(known.resources).resource_type.lower()].arn
    fixed = {"${Partition}": "aws", "${Account}": ACCOUNT, "${Region}": "us-east-1"}
    for placeholder, value in fixed.items():
        arn = arn.replace(placeholder, value)
    return "".join(rng.choice(_WORDS) if piece.startswith("${") else piece for piece in _pieces(arn))


def _pieces(text: str) -> Iterator[str]:
    """The text cut into its `${…}` and what lies between them."""
    while "${" in text:
        before, _, rest = text.partition("${")
        inside, _, text = rest.partition("}")
        yield before
        yield f"${{{inside}}}"
    yield text


def _concrete(rng: random.Random, pattern: str, context: Context) -> str:
    """A text that the pattern covers; keys of its variables are put into the context."""
    found = []
    for piece in _pieces(pattern):
        if piece.startswith("${"):
            key = piece[2:-1].partition(",")[0]
            found.append(context.setdefault(key, [rng.choice(_WORDS)])[0])
        else:
            found.append("".join({"*": rng.choice(_WORDS), "?": "x"}.get(char, char) for char in piece))
    return "".join(found)


def _satisfy(rng: random.Random, operator: str, key: str, values: Sequence[str], context: Context) -> None:
    """Put a value into the context with which the condition holds, if that is easily said."""
    if "Not" in operator:
        if rng.random() < 0.5:
            context[key] = ["something-else"]
        return
    value = _concrete(rng, rng.choice(values), context)
    for family, choose in _CHOICES.items():
        if family in operator:
            value = choose(value)
    if operator == "Null" and value == "true":
        context.pop(key, None)
    elif operator == "Null":
        context.setdefault(key, [rng.choice(_WORDS)])
    else:
        context[key] = [value]


_CHOICES: Final[dict[str, Callable[[str], str]]] = {
    "IpAddress": lambda value: value.partition("/")[0],
    "GreaterThan": lambda value: str(float(value) + 1),
    "LessThan": lambda value: str(float(value) - 1),
}
