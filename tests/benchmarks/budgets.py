"""What the engine promises of itself, measured: `python -m tests.benchmarks.budgets`, a line of Markdown each."""

import gc
import json
import random
import time
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median
from typing import Any, Final

from policies_app.engine.catalog.managed_policies import load
from policies_app.engine.compiled import CompiledDocuments
from policies_app.engine.evaluator import Layer, PolicySet, PolicySource, decide
from policies_app.engine.parser import parse
from policies_app.engine.request import Request
from tests.benchmarks import engine, workload

ROUNDS: Final = 5
ROUND_SECONDS: Final = 0.4
MANAGED_POLICY_SIZE: Final = 6144
LONGEST_RESOURCE: Final = 2048
STARS: Final = 40


def seconds(work: Callable[[], object]) -> float:
    """The median time of one run, once it is warm."""
    work()
    start = time.process_time()
    work()
    repeat = max(1, int(ROUND_SECONDS / (time.process_time() - start)))
    rounds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(repeat):
            work()
        rounds.append((time.process_time() - start) / repeat)
    return median(rounds)


def _explained(request: Request, policies: PolicySet) -> tuple[Any, ...]:
    """Everything that a decision has to say: what matched, what each layer said, what was missing, and the sentence."""
    decision = decide(request, policies)
    return (
        decision.outcome,
        decision.matched,
        decision.applied,
        decision.verdicts,
        decision.limited_by,
        decision.missing_context_keys,
        decision.explain(),
    )


def explanations(size: int) -> str:
    """What an explanation costs, on requests that were asked before, and with a new request each time."""
    policies, asked = engine.read(workload.build(size))
    bare = seconds(lambda: [decide(request, policies).allowed for request in asked]) / len(asked)
    new = seconds(lambda: [decide(_anew(request), policies).allowed for request in asked]) / len(asked)
    whole = seconds(lambda: [_explained(request, policies) for request in asked]) / len(asked)
    return (
        f"A decision over {size:,} statements takes {bare * 1e6:.1f} µs bare, {new * 1e6:.1f} µs with a new Request "
        f"each time, and {whole * 1e6:.1f} µs with its full explanation: {whole / bare:.1f} times as long (at most 5)."
    )


def _anew(request: Request) -> Request:
    return Request(request.principal, request.action, request.resource, request.context)


def first_decisions(size: int) -> str:
    built = workload.build(size)
    policies, _ = engine.read(built)
    indexing = seconds(lambda: PolicySet(policies.policies))
    rounds = []
    for _ in range(ROUNDS):
        fresh, asked = engine.read(built)
        start = time.process_time()
        for request in asked:
            decide(request, fresh)
        rounds.append((time.process_time() - start) / len(asked))
    return (
        f"Indexing {size:,} compiled statements takes {indexing * 1e3:.2f} ms. Asked of them for the first time, the "
        f"{workload.REQUESTS} requests take {median(rounds) * 1e6:.0f} µs each."
    )


def worst_case() -> str:
    """Ten documents as long as may be, every pattern with 40 stars, and resources that nearly match each."""
    slowest = 0.0
    for piece in _PIECES:
        policies = PolicySet(
            (PolicySource(Layer.IDENTITY, str(number)), parse(_hostile(piece, number), Layer.IDENTITY).policy)
            for number in range(10)
        )
        for resource in _near(piece):
            request = Request(engine.ALICE, "s3:GetObject", resource)
            slowest = max(slowest, seconds(partial(_explained, request, policies)))
    return (
        f"The worst legal set of policies, ten of {MANAGED_POLICY_SIZE:,} characters, {STARS} stars in each pattern, "
        f"and resources of {LONGEST_RESOURCE:,} characters: at most {slowest * 1e3:.0f} ms a decision (100)."
    )


_PIECES: Final = ("a", "?", "a?", "?a", "aa?", "ab", "a?b", "aaaaaaaaaaaa?", "aaaaaaaaaaaaaaab", "a?a?a?a?a?a?a?a?b")


def _hostile(piece: str, number: int) -> str:
    """As many patterns as fit, all different. Each fails late: the number before its last star never comes."""
    patterns: list[str] = []
    while True:
        unlike = f"{number}x{len(patterns)}"
        pattern = f"arn:aws:s3:::{f'{piece}*' * (STARS - 1)}{unlike}*{piece}"
        if len(_document([*patterns, pattern])) > MANAGED_POLICY_SIZE:
            return _document(patterns)
        patterns.append(pattern)


def _document(patterns: list[str]) -> str:
    statement = {"Effect": "Deny", "Action": "s3:*", "Resource": patterns}
    return json.dumps({"Version": "2012-10-17", "Statement": statement}, separators=(",", ":"))


def _near(piece: str) -> Iterator[str]:
    rng = random.Random(workload.SEED)
    room = LONGEST_RESOURCE - len("arn:aws:s3:::")
    plain = piece.replace("?", "a")
    for text in ("a" * room, plain * (room // len(plain)), "".join(rng.choice("ab") for _ in range(room))):
        yield f"arn:aws:s3:::{text}"


def memory() -> str:
    texts = [policy.document for policy in load()]
    documents = CompiledDocuments()
    documents.compile("0", texts[0], Layer.IDENTITY)
    gc.collect()
    tracemalloc.start()
    policies = [documents.compile(str(number), text, Layer.IDENTITY) for number, text in enumerate(texts)]
    everything = PolicySet((PolicySource(Layer.IDENTITY, str(number)), each) for number, each in enumerate(policies))
    for statement in (statement for policy in policies if policy for statement in policy.statements):
        decide(Request(engine.ALICE, statement.actions[0].text if statement.actions else "a:B", "*"), everything)
    gc.collect()
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    characters = sum(map(len, texts))
    return (
        f"{len(texts):,} AWS managed policies ({characters / 1e6:.1f} million characters), compiled, indexed and "
        f"asked, hold {held / 1e6:.0f} MB ({held / characters:.0f} bytes a character; at most 150 MB)."
    )


def main() -> None:
    for line in (
        *map(explanations, (10, 50, 100, 1000)),
        first_decisions(1000),
        worst_case(),
        memory(),
    ):
        print(f"- {line}", flush=True)


if __name__ == "__main__":
    main()
