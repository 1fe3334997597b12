"""Compare the engine with the naive evaluator: `python -m tests.engine.fuzz N --seed S`, which `make fuzz` calls.

On all cores. Ends at the first case on which the two disagree, and prints it as small as it can be made.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from multiprocessing import Pool
from secrets import randbelow
from time import monotonic

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from policies_app.engine.decision import Layer, PolicySource
from policies_app.engine.document import Policy
from policies_app.engine.evaluator import PolicySet, decide
from policies_app.engine.parser import PolicyKind, parse
from policies_app.engine.request import Principal, PrincipalKind, Request
from tests.engine import naive
from tests.engine.generator import CASES_PER_WORLD, Case, Json, cases


class UnreadableCase(Exception):
    """The engine finds an error in a document that was meant to be valid."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of some cases; `disagreement` is the first case that the two decide differently."""

    outcomes: Counter[str]
    disagreement: Case | None = None


class Reader:
    """Reads each document of a world once, and indexes policies once while the same ones are asked again."""

    def __init__(self) -> None:
        self._read: dict[tuple[int, str], tuple[Json, Policy]] = {}
        self._last: tuple[list[Case], PolicySet] = [], PolicySet([])

    def policies(self, raw: list[Case]) -> PolicySet:
        if self._last[0] is not raw:
            self._last = raw, PolicySet((self._source(policy), self._policy(policy)) for policy in raw)
        return self._last[1]

    def _source(self, raw: Case) -> PolicySource:
        return PolicySource(Layer(raw["layer"]), raw["layer"], level=raw.get("level", ""))

    def _policy(self, raw: Case) -> Policy | None:
        layer, document = raw["layer"], raw["document"]
        if document is None:
            return None
        if (known := self._read.get((id(document), layer))) is None:
            parsed = parse(json.dumps(document), PolicyKind(layer))
            if parsed.policy is None:
                raise UnreadableCase(f"{json.dumps(document)}: {parsed.errors[0].message}")
            # The document is kept as well, so that nothing else can be given its id.
            known = self._read[id(document), layer] = document, parsed.policy
        return known[1]


def engine_outcome(case: Case, reader: Reader) -> str:
    """What the engine says by its shortest way, and by the long one if that is something else."""
    who = case["principal"]
    context = {key: value if isinstance(value, str) else tuple(value) for key, value in case["context"].items()}
    request = Request(
        Principal(**who | {"kind": PrincipalKind(who["kind"])}),
        case["action"],
        case["resource"],
        context,
        case.get("resource_account"),
    )
    policies = reader.policies(case["policies"])
    short, long = decide(request, policies).outcome, decide(request, list(policies)).outcome
    return short if short is long else f"{short} the short way and {long} the long way"


def naive_outcome(case: Case) -> str:
    context = {key.lower(): naive.listed(value) for key, value in case["context"].items()}
    return naive.decide(case | {"context": context})


def compare_world(seed: int, world: int, count: int) -> Tally:
    reader, outcomes = Reader(), Counter[str]()
    for case in cases(seed, world, count):
        try:
            outcome = engine_outcome(case, reader)
        except Exception as error:
            error.add_note(json.dumps(case))
            raise
        outcomes[outcome] += 1
        if outcome != naive_outcome(case):
            return Tally(outcomes, minimised(case))
    return Tally(outcomes)


def minimised(case: Case) -> Case:
    """The smallest case that is left when everything is taken away whose loss keeps the two apart."""
    while smaller := next(filter(_disagree, _cuts(case)), None):
        case = smaller
    return case


def _disagree(case: Case) -> bool:
    try:
        return engine_outcome(case, Reader()) != naive_outcome(case)
    except (UnreadableCase, KeyError, IndexError):  # what was taken away was needed
        return False


def _cuts(case: Case) -> Iterator[Case]:
    """The case without one of its parts, for each part."""
    for path in _paths(case["policies"], ("policies",)):
        yield _without(case, path)
    for key in case["context"]:
        yield _without(case, ("context", key))


def _paths(node: Json, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    for key, child in node.items() if isinstance(node, dict) else enumerate(node):
        yield (*path, key)
        if isinstance(child, dict | list):
            yield from _paths(child, (*path, key))


def _without(case: Case, path: tuple[str | int, ...]) -> Case:
    copy = deepcopy(case)
    *parents, last = path
    node: Json = copy
    for step in parents:
        node = node[step]
    del node[last]
    return copy


def campaign(seed: int, count: int, advance: Callable[[int], object] = lambda _: None) -> Tally:
    """Compare on all cores. `advance` is told how many more cases are done."""
    worlds = [
        (seed, start // CASES_PER_WORLD, min(CASES_PER_WORLD, count - start))
        for start in range(0, count, CASES_PER_WORLD)
    ]
    outcomes = Counter[str]()
    with Pool() as pool:
        for tally in pool.imap_unordered(_compare, worlds):
            outcomes += tally.outcomes
            advance(tally.outcomes.total())
            if tally.disagreement:
                return Tally(outcomes, tally.disagreement)
    return Tally(outcomes)


def _compare(job: tuple[int, int, int]) -> Tally:
    return compare_world(*job)


def described(case: Case) -> str:
    says = f"the engine says {engine_outcome(case, Reader())}, the naive evaluator {naive_outcome(case)}"
    return f"{says} of\n{json.dumps(case)}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.engine.fuzz", description=__doc__)
    parser.add_argument("count", type=int, metavar="N", help="how many cases")
    parser.add_argument("--seed", type=int, default=randbelow(10**9), help="which cases; without it, any")
    options = parser.parse_args()
    started = monotonic()
    columns = [TextColumn("comparing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()]
    with Progress(*columns) as progress:
        bar = progress.add_task("", total=options.count)
        tally = campaign(options.seed, options.count, partial(progress.advance, bar))
    done, seconds = tally.outcomes.total(), monotonic() - started
    shares = ", ".join(f"{outcome} {share / done:.1%}" for outcome, share in sorted(tally.outcomes.items()))
    print(f"{done:,} cases of seed {options.seed} in {seconds:.0f} s: {shares}")
    if tally.disagreement:
        print(f"They disagree: {described(tally.disagreement)}")
        return 1
    print("No disagreement.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
