"""`make bench-engine`: every engine on the same questions, one after the other on one core: docs/benchmarks.md."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import report, workload
from tests.benchmarks.participant import ENGINE, IAM_SIMULATE, PEERS, YARDSTICKS, Participant
from tests.benchmarks.report import Figures

SIZES = (10, 50, 100, 1000)
NODE_MODULES = Path(sys.prefix, "npm", "node_modules")
TIMEOUT_SECONDS = 300
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"


def main() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            path = Path(folder, f"{size}.json")
            path.write_text(workload.build(size).dump(), "utf-8")
            for participant in (ENGINE, *YARDSTICKS, *PEERS):
                if report.version(participant, NODE_MODULES) is None:
                    continue
                figures[participant.name, size] = measured = measure(participant, path)
                print(f"{size:5} statements  {participant.name:28} {report.shown(measured)}", flush=True)
    for participant in PEERS:
        if report.version(participant, NODE_MODULES) is None:
            print(f"Skipped: {participant.name} is not installed. {report.install(participant)}")
    command = [sys.executable, "-m", "tests.benchmarks.budgets"]
    budgets = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    print(budgets, end="")
    command = [sys.executable, "-m", "tests.benchmarks.validator"]
    validator = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    print(validator, end="")
    DOCUMENT.write_text(report.document(figures, SIZES, NODE_MODULES, budgets, validator), "utf-8")
    print(f"Written to {DOCUMENT.name}.")


def measure(participant: Participant, path: Path) -> dict[str, float] | str:
    """The figures, or why there are none."""
    if participant is IAM_SIMULATE:
        script = Path(__file__).parent / participant.module
        command = [shutil.which("node") or "node", str(script), str(NODE_MODULES), str(path)]
    else:
        command = [sys.executable, "-m", "tests.benchmarks.measure", participant.module, str(path)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=True)
    except subprocess.TimeoutExpired:
        return f"more than {TIMEOUT_SECONDS} s"
    except subprocess.CalledProcessError as error:
        return f"failed: {error.stderr.strip().splitlines()[-1]}"
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


if __name__ == "__main__":
    main()
