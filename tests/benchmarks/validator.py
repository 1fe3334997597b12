"""The validator beside parliament on the same policies: `python -m tests.benchmarks.validator [PYTHON]`.

PYTHON is an interpreter that has parliament, which the project itself does not install. The policies are the AWS
managed ones of about 6 KB; every time is the median of several runs in one warm process.
"""

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from time import process_time

from policies_app.engine.catalog import managed_policies
from policies_app.engine.document import PolicyKind
from policies_app.engine.validator import validate

RUNS = 9
PARLIAMENT = """
import json, statistics, sys, time
from parliament import analyze_policy_string
def run(text):
    start = time.process_time()
    analyze_policy_string(text)
    return time.process_time() - start
texts = json.load(sys.stdin)
for text in texts: run(text)
print(json.dumps([statistics.median(run(text) for _ in range(3)) for text in texts]))
"""


def texts_of(size: int) -> list[str]:
    documents = (policy.document for policy in managed_policies.load())
    return [text for text in documents if abs(len(text) - size) < size // 20]


def medians(check: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    """Seconds for each text."""

    def run(text: str) -> float:
        start = process_time()
        check(text)
        return process_time() - start

    for text in texts:
        run(text)
    return [statistics.median(run(text) for _ in range(RUNS)) for text in texts]


def main(arguments: Sequence[str]) -> int:
    texts = texts_of(6_000)
    ours = statistics.median(medians(lambda text: validate(text, PolicyKind.IDENTITY), texts))
    report = [f"{len(texts)} policies of about 6 KB, all checks: {ours * 1000:.2f} ms (median)"]
    if arguments:
        answer = subprocess.run(
            [arguments[0], "-c", PARLIAMENT], input=json.dumps(texts), capture_output=True, text=True, check=True
        )
        theirs = statistics.median(json.loads(answer.stdout.splitlines()[-1]))
        report.append(f"parliament on the same: {theirs * 1000:.2f} ms, {theirs / ours:.0f} times as long")
    start = process_time()
    documents = [policy.document for policy in managed_policies.load()]
    for text in documents:
        validate(text, PolicyKind.IDENTITY)
    report.append(f"all {len(documents):,} AWS managed policies: {process_time() - start:.2f} s")
    sys.stdout.write("\n".join(report) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
