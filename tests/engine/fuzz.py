"""Compare the engine with the naive evaluator: `python -m tests.engine.fuzz N --seed S`, which `make fuzz` calls.

On all cores. Ends at the first case on which the two disagree, and prints it as small as it can be made; interrupted
(SIGINT or SIGTERM), it says how many cases were done.
"""

import argparse
import gc
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from multiprocessing import Pool
from secrets import randbelow
from signal import SIG_DFL, SIG_IGN, SIGINT, SIGTERM, default_int_handler, signal
from time import monotonic

from rich import progress
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

from policies_app.engine.decision import Layer, PolicySource
from policies_app.engine.document import Policy
from policies_app.engine.evaluator import PolicySet, decide, decide_in_full
from policies_app.engine.parser import parse
from policies_app.engine.request import Principal, PrincipalKind, Request
from tests.engine import naive
from tests.engine.generator import CASES_PER_WORLD, Case, Json, cases

LOG_SECONDS = 60
REASONS_EVERY = 8
"""In every so-manieth world the reasons by the two ways of the engine are compared, and not the outcomes alone."""


class UnreadableCase(Exception):
    """The engine finds an error in a document that was meant to be valid."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of some cases; `disagreement` is the first case that the two decide differently."""

    outcomes: Counter[str]
    disagreement: Case | None = None


class Reader:
    """Reads each document, context and principal of a world once, and indexes policies that are asked again once."""

    def __init__(self, *, reads_reasons: bool = True) -> None:
        self.reads_reasons = reads_reasons
        self._read: dict[tuple[int, str], tuple[Json, Policy]] = {}
        self._contexts: dict[int, tuple[Case, dict[str, tuple[str, ...]], Case]] = {}
        self._principals: dict[str, Principal] = {}
        self._last: tuple[list[Case], PolicySet] = [], PolicySet([])

    def request(self, case: Case) -> Request:
        who = case["principal"]
        if (principal := self._principals.get(who["arn"])) is None:
            principal = self._principals[who["arn"]] = Principal(**who | {"kind": PrincipalKind(who["kind"])})
        context = self._context(case)[1]
        return Request(principal, case["action"], case["resource"], context, case.get("resource_account"))

    def question(self, case: Case) -> Case:
        """The case as the naive evaluator takes it."""
        return case | {"context": self._context(case)[2]}

    def policies(self, raw: list[Case]) -> PolicySet:
        if self._last[0] is not raw:
            self._last = raw, PolicySet((self._source(policy), self._policy(policy)) for policy in raw)
        return self._last[1]

    def _context(self, case: Case) -> tuple[Case, dict[str, tuple[str, ...]], Case]:
        """The context with how the engine and how the naive evaluator take it."""
        raw = case["context"]
        if (known := self._contexts.get(id(raw))) is None:
            values = {key: value if isinstance(value, list) else [value] for key, value in raw.items()}
            plain = {key.lower(): each for key, each in values.items()}
            # What is read is kept as well, here as below, so that nothing else can be given its id.
            known = self._contexts[id(raw)] = raw, {key: tuple(each) for key, each in values.items()}, plain
        return known

    def _source(self, raw: Case) -> PolicySource:
        return PolicySource(Layer(raw["layer"]), raw["layer"], level=raw.get("level", ""))

    def _policy(self, raw: Case) -> Policy | None:
        layer, document = raw["layer"], raw["document"]
        if document is None:
            return None
        if (known := self._read.get((id(document), layer))) is None:
            parsed = parse(json.dumps(document), Layer(layer))
            if parsed.policy is None:
                raise UnreadableCase(f"{json.dumps(document)}: {parsed.errors[0].message}")
            known = self._read[id(document), layer] = document, parsed.policy
        return known[1]


def engine_outcome(case: Case, reader: Reader) -> str:
    """What the engine says by its shortest way, and by the long one if anything of that is something else."""
    request, policies = reader.request(case), reader.policies(case["policies"])
    decision = decide(request, policies)
    if decision.is_whole:  # by the long way already
        return decision.outcome
    long = decide_in_full(request, policies)
    if reader.reads_reasons and decision != long:
        return f"{decision} the short way and {long} the long way"
    return decision.outcome if decision.outcome is long.outcome else f"{decision.outcome} or {long.outcome}"


def naive_outcome(case: Case, reader: Reader) -> str:
    return naive.decide(reader.question(case))


def compare_world(seed: int, world: int, count: int) -> Tally:
    reader, outcomes = Reader(reads_reasons=world % REASONS_EVERY == 0), Counter[str]()
    for case in cases(seed, world, count):
        try:
            outcome = engine_outcome(case, reader)
        except Exception as error:
            error.add_note(json.dumps(case))
            raise
        outcomes[outcome] += 1
        if outcome != naive_outcome(case, reader):
            return Tally(outcomes, minimised(case))
    return Tally(outcomes)


def minimised(case: Case) -> Case:
    """The smallest case that is left when everything is taken away whose loss keeps the two apart."""
    while smaller := next(filter(_disagree, _cuts(case)), None):
        case = smaller
    return case


def _disagree(case: Case) -> bool:
    try:
        return engine_outcome(case, reader := Reader()) != naive_outcome(case, reader)
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


def campaign(seed: int, count: int, advance: Callable[[Counter[str]], object] = lambda _: None) -> Tally:
    """Compare on all cores, until it is interrupted. `advance` is told what came of all cases that are done."""
    worlds = [
        (seed, start // CASES_PER_WORLD, min(CASES_PER_WORLD, count - start))
        for start in range(0, count, CASES_PER_WORLD)
    ]
    outcomes = Counter[str]()
    with Pool(initializer=_in_a_worker) as pool, suppress(KeyboardInterrupt):
        for tally in pool.imap_unordered(_compare, worlds):
            outcomes += tally.outcomes
            advance(outcomes)
            if tally.disagreement:
                return Tally(outcomes, tally.disagreement)
    return Tally(outcomes)


def _in_a_worker() -> None:
    """Only the campaign is interrupted; and garbage is rarely looked for, as a world lives as long as its cases."""
    signal(SIGINT, SIG_IGN)
    signal(SIGTERM, SIG_DFL)
    gc.freeze()
    gc.set_threshold(200_000)


def _compare(job: tuple[int, int, int]) -> Tally:
    return compare_world(*job)


def described(case: Case) -> str:
    says = f"the engine says {engine_outcome(case, Reader())}, the naive evaluator {naive_outcome(case, Reader())}"
    return f"{says} of\n{json.dumps(case)}"


class Progress:
    """A bar for who watches, a line a minute for a log."""

    def __init__(self, seed: int, count: int) -> None:
        self._seed, self._count = seed, count
        self._started = self._said = monotonic()
        columns = [TextColumn("comparing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()]
        self._bar = progress.Progress(*columns, disable=not sys.stdout.isatty())
        self._task = self._bar.add_task("", total=count)

    def __call__(self, outcomes: Counter[str]) -> None:
        self._bar.update(self._task, completed=outcomes.total())
        if self._bar.disable and monotonic() - self._said >= LOG_SECONDS:
            self._said = monotonic()
            print(self.said(outcomes), flush=True)

    def said(self, outcomes: Counter[str]) -> str:
        done, seconds = outcomes.total(), monotonic() - self._started
        shares = ", ".join(f"{outcome} {share / done:.1%}" for outcome, share in sorted(outcomes.items()))
        return f"{done:,} cases of seed {self._seed} in {seconds:.0f} s: {shares}"

    def watch(self) -> Tally:
        with self._bar:
            return campaign(self._seed, self._count, self)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.engine.fuzz", description=__doc__)
    parser.add_argument("count", type=int, metavar="N", help="how many cases")
    parser.add_argument("--seed", type=int, default=randbelow(10**9), help="which cases; without it, any")
    options = parser.parse_args()
    for number in (SIGINT, SIGTERM):
        signal(number, default_int_handler)  # also in the background of a shell, which ignores SIGINT
    watching = Progress(options.seed, options.count)
    tally = watching.watch()
    print(watching.said(tally.outcomes))
    if tally.disagreement:
        print(f"They disagree: {described(tally.disagreement)}")
        return 1
    print("No disagreement.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
