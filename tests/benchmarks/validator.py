"""The validator beside parliament on the same policies: `python -m tests.benchmarks.validator`, Markdown on stdout.

The policies are the AWS managed ones of about 6 KB. Every time is the processor's, the median of several runs for each
policy and then of the policies, in one warm process for each of the two. Grantbook remembers what there is to say of a
statement, so texts whose statements it has never seen are measured, too.
"""

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib import metadata
from time import process_time
from typing import Final

from policies_app.engine.catalog import managed_policies
from policies_app.engine.document import Layer
from policies_app.engine.validator import validate

SIZE: Final = 6_000
RUNS: Final = 15
PARLIAMENT: Final = """
import json, statistics, sys, time, warnings
warnings.simplefilter("ignore")
from parliament import analyze_policy_string
def run(text, all_auditors):
    start = time.process_time()
    analyze_policy_string(text, include_community_auditors=all_auditors)
    return time.process_time() - start
texts = json.load(sys.stdin)
for all_auditors in (False, True):
    for text in texts:
        run(text, all_auditors)
    print(statistics.median(statistics.median(run(text, all_auditors) for _ in range(5)) for text in texts))
"""

Change = Callable[[str, int], str]
"""From a text and the number of a run to the text that is validated in it."""


def as_it_is(text: str, _: int) -> str:
    return text


def with_one_statement_changed(text: str, run: int) -> str:
    return text.replace('"Effect"', '"Effect"' + " " * run, 1)


def with_every_statement_changed(text: str, run: int) -> str:
    return text.replace('"Effect"', '"Effect"' + " " * run)


OURS: Final[dict[str, Change]] = {
    "Grantbook, a text that it has seen": as_it_is,
    "Grantbook, one statement changed, as by a keystroke": with_one_statement_changed,
    "Grantbook, every statement changed": with_every_statement_changed,
}


def texts_of(size: int) -> list[str]:
    documents = (policy.document for policy in managed_policies.load())
    return [text for text in documents if abs(len(text) - size) < size // 20]


def seconds(texts: Sequence[str], change: Change) -> float:
    def run(text: str) -> float:
        start = process_time()
        validate(text, Layer.IDENTITY)
        return process_time() - start

    for text in texts:
        run(text)
    return statistics.median(
        statistics.median(run(change(text, each)) for each in range(1, RUNS + 1)) for text in texts
    )


def of_parliament(texts: Sequence[str]) -> dict[str, float]:
    """Nothing where it is not installed."""
    try:
        name = f"parliament {metadata.version('parliament')}"
    except metadata.PackageNotFoundError:
        return {}
    command = [sys.executable, "-c", PARLIAMENT]
    done = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=True)
    return dict(zip((name, f"{name} with its community auditors"), map(float, done.stdout.split()), strict=True))


def every_managed_policy() -> str:
    documents = [policy.document for policy in managed_policies.load()]
    start = process_time()
    for text in documents:
        validate(text, Layer.IDENTITY)
    took = process_time() - start
    return f"All {len(documents):,} AWS managed policies, one after the other: {took:.1f} s (at most 10)."


def main() -> None:
    texts = texts_of(SIZE)
    times = {what: seconds(texts, change) for what, change in OURS.items()}
    theirs = of_parliament(texts)
    print(f"Every check on {len(texts)} policies of about {SIZE:,} characters (at most 5 ms).\n")
    heads = ["validator", "ms each", *(f"{name}, times as long" for name in theirs)]
    print(f"| {' | '.join(heads)} |\n|---|{'--:|' * (len(heads) - 1)}")
    for what, each in times.items():
        ratios = [f"{other / each:.1f}" for other in theirs.values()]
        print(f"| {' | '.join([what, f'{each * 1000:.2f}', *ratios])} |")
    for what, each in theirs.items():
        print(f"| {what} | {each * 1000:.2f} |{' |' * len(theirs)}")
    print(f"\n{every_managed_policy()}")


if __name__ == "__main__":
    main()
