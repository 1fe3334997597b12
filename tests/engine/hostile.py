"""Feed the engine texts that nobody meant: `python -m tests.engine.hostile SECONDS --seed S`.

`make fuzz-hostile` calls it. Texts are made by damaging good ones: documents, ARNs, dates, numbers, addresses and
variables. Whatever comes, the parser answers with findings, a reader with its value or the engine's own error, and a
decision is always made and can be explained.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from secrets import randbelow
from time import monotonic, process_time
from typing import Final

from policies_app.engine.arn import Arn
from policies_app.engine.decision import Decision, Layer, PolicySource
from policies_app.engine.document import Policy
from policies_app.engine.errors import EngineError
from policies_app.engine.evaluator import decide, decide_trust
from policies_app.engine.parser import parse
from policies_app.engine.request import Principal, PrincipalKind, Request
from policies_app.engine.values import read_binary, read_bool, read_date, read_network, read_number
from tests.engine import generator

PIECES: Final = [
    '"', "\\", "\\u", "\\ud800", "{", "}", "[", "]", ":", ",", "/", "/*", "*", "?", "$", "${", "${*}", ", '", "'", " ",
    "${aws:username}", "\n", "\r", "\t", "\x00", "\x1f", "\x7f", "\u2028", "\ufeff", "\ud800", "\udfff", "\U0010ffff",
    "\u00e9", "\u017f", "\u0130", "\u00df", "\u0663", "\uff11", "-", "+", "e", "E9", "1e999", "NaN", "Infinity", "null",
    "true", ".", "0", "9" * 40, "%", "%eth0", "::", "/0", "/129", "T24", "+24:00", "Z", "arn:", "amazonaws.com",
    "arn:aws:iam::123456789012:", "IfExists", "ForAllValues:", '"Statement"', '"Condition":{"', '"Principal":', "(?",
    "(a+)+", "\\E", "[[",
]  # fmt: skip
READERS: Final[list[Callable[[str], object]]] = [
    Arn.parse, read_binary, read_bool, read_date, read_network, read_number,
]  # fmt: skip
LONGEST_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Slow(Exception):
    """It came to an end, and too late."""

    seconds: float
    given: object


def attack(seed: int, round_: int) -> int:
    """One round: some documents, each damaged in several ways, and some requests; returns how many texts that were.

    Raises whatever the engine raises and should not.
    """
    random = Random(f"hostile {seed}/{round_}")
    policies: list[tuple[PolicySource, Policy]] = []
    texts = questions = 20
    for layer, document in _documents(random, seed, round_):
        text = json.dumps(document)
        if policy := parse(text, Layer(layer)).policy:
            policies.append((PolicySource(Layer(layer), layer), policy))
        for kind in Layer:
            _timed(_read, damage(random, text), kind)
        texts += len(Layer)
    for words in (generator.TEXTS, generator.ARNS, generator.DATES, generator.NUMBERS, generator.NETWORKS):
        for reader in READERS:
            _timed(_own_errors, damage(random, random.choice(words)), reader)
        texts += len(READERS)
    for _ in range(questions):
        _ask(random, policies)
    return texts


def damage(random: Random, text: str) -> str:
    """The text with a few edits, or one edit many times over."""
    for _ in range(random.choices([0, 1, 2, 5, 20], [1, 8, 5, 3, 1])[0]):
        start = random.randint(0, len(text))
        end = min(len(text), start + random.choice([0, 0, 1, 1, 3, 20]))
        match random.randrange(4):
            case 0:
                text = text[:start] + text[end:]
            case 1:
                text = text[:start] + random.choice(PIECES) + text[end:]
            case 2:
                text = text[:start] + text[start:end] * random.choice([2, 3, 50]) + text[end:]
            case _:
                text = text[:start] + random.choice(PIECES) * random.choice([2, 40]) + text[end:]
    return text


def _documents(random: Random, seed: int, round_: int) -> Iterator[tuple[str, object]]:
    for case in generator.cases(seed, round_, 8):
        for policy in case["policies"]:
            yield policy["layer"], policy["document"]


def _read(text: str, kind: Layer) -> None:
    parsed = parse(text, kind)
    if (parsed.policy is None) != bool(parsed.errors):
        raise AssertionError("a document is either understood or has an error")
    for finding in parsed.findings:
        if not 0 <= finding.span.start.offset <= finding.span.end.offset <= len(text):
            raise AssertionError(f"{finding} lies outside of the text")


def _own_errors(text: str, reader: Callable[[str], object]) -> None:
    try:
        reader(text)
    except EngineError:
        return


def _ask(random: Random, policies: list[tuple[PolicySource, Policy]]) -> None:
    words = [*generator.TEXTS, *generator.ARNS, *generator.DATES, *generator.ADDRESSES, *generator.NUMBERS]

    def word() -> str:
        return damage(random, random.choice(words))

    keys = [key for _, keys, _, _ in generator.FAMILIES for key in keys]
    context = {key: tuple(word() for _ in range(random.randint(0, 3))) for key in keys}
    principal = Principal(word(), word(), random.choice(list(PrincipalKind)), random.choice([None, word()]))
    action = damage(random, random.choice(generator.ACTIONS + generator.TRUST_ACTIONS))
    request = Request(principal, action, damage(random, random.choice(generator.RESOURCES)), context)
    others = [(source, policy) for source, policy in policies if source.layer is not Layer.TRUST]
    _timed(_explain, request, decide, others)
    for source, policy in policies:
        if source.layer is Layer.TRUST:
            _timed(_explain, request, decide_trust, source, policy)


def _explain(request: Request, decide: Callable[..., Decision], *policies: object) -> None:
    if not decide(request, *policies).explain():
        raise AssertionError("a decision says nothing")


def _timed(act: Callable[..., None], given: object, *more: object) -> None:
    started = process_time()
    try:
        act(given, *more)
    except Exception as error:
        error.add_note(f"it was given {given!r}")
        raise
    if (seconds := process_time() - started) > LONGEST_SECONDS:
        raise Slow(seconds, given)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.engine.hostile", description=__doc__)
    parser.add_argument("seconds", type=float, help="how long")
    parser.add_argument("--seed", type=int, default=randbelow(10**9), help="which texts; without it, any")
    options = parser.parse_args()
    end, texts, rounds = monotonic() + options.seconds, 0, 0
    while monotonic() < end:
        texts += attack(options.seed, rounds)
        rounds += 1
    sys.stdout.write(
        f"{texts:,} texts in {rounds:,} rounds of seed {options.seed}: nothing but the engine's own errors\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
