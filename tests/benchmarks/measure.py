"""Measure one participant on one workload: `python -m tests.benchmarks.measure MODULE WORKLOAD.json`, JSON on stdout.

Each has a process of its own, so that no other's imports, caches or garbage weigh on it. What counts is the time of the
processor, so that nothing else that runs on the machine does.
"""

import gc
import importlib
import json
import sys
import time
from pathlib import Path
from statistics import median
from typing import Final

from tests.benchmarks.participant import Prepared
from tests.benchmarks.workload import Workload

ROUNDS: Final = 5
ROUND_SECONDS: Final = 0.4
SLOW_SECONDS: Final = 1.5
SAMPLE: Final = 10


def measure(workload: Workload, prepared: Prepared) -> dict[str, float]:
    """Decisions a second, the median of the rounds; a slow engine is asked a tenth of the questions in each."""
    asked, answer = prepared
    start = time.process_time()
    answers = answer(asked)
    seconds = time.process_time() - start
    if seconds > SLOW_SECONDS:
        asked = asked[::SAMPLE]
        seconds /= SAMPLE
    repeat = max(1, int(ROUND_SECONDS / seconds))
    gc.collect()
    rates = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(repeat):
            answer(asked)
        rates.append(repeat * len(asked) / (time.process_time() - start))
    pairs = zip(answers, workload.questions, strict=True)
    agreed = sum(bool(allowed) is (question.outcome == "allowed") for allowed, question in pairs)
    return {"rate": median(rates), "agreed": agreed, "of": len(answers)}


if __name__ == "__main__":
    module, path = sys.argv[1:]
    workload = Workload.read(Path(path).read_text("utf-8"))
    prepare = importlib.import_module(f"tests.benchmarks.{module}").prepare
    json.dump(measure(workload, prepare(workload)), sys.stdout)
