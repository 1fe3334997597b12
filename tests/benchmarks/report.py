"""The figures as a page."""

import json
import os
import platform
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Final

from tests.benchmarks.participant import ENGINE, IAM_SIMULATE, PEERS, YARDSTICKS, Participant

Figures = dict[tuple[str, int], dict[str, float] | str]
"""By participant and number of statements: decisions a second and agreement, or why there are none."""

_HEAD: Final = """# Benchmarks

Written by `make bench-engine` on {date} (UTC). One core, median of 5 rounds, each engine in a process of its own,
in one run. Times are those of the processor.

- Machine: {machine}
- {runtime}

The workload comes from a seeded script (`tests/benchmarks/workload.py`): AWS managed policies, and 200 requests, of
which 90 are allowed, 75 implicitly denied and 35 explicitly denied. Every engine reads the policies once, as far as it
can, and has its requests made before the clock starts; they are asked over and over, so what an engine keeps for an
action, a pattern or a policy is there. "Agrees" counts the requests on which it says "allowed" exactly when the
expected decision does, which comes from the naive evaluator of `tests/engine/`, which shares no code with the engine.
"To the fastest peer" is the ratio of the speeds. The yardsticks, the naive loop and vakt with joined patterns, are no
peers: their patterns were joined by this benchmark. Engines that do not speak IAM's language were given the statements
translated, as far as they can say them. With 1,000 statements there are more patterns than ministack (4,096) and
principalmapper (2,048) keep compiled.
"""

_EXPLANATION: Final = """A full explanation is the outcome, every statement that applies with its policy, index, Sid and
place, what each layer says, the layer that limits, the context keys that were missing, and all of it in a sentence. It
is worked out when it is asked for: every statement about the action is asked then, while a bare decision ends at the
first that decides. What is said of the same statements is kept with the action, as its statements are; the first
explanation of its kind costs three to seven times as much.
"""


def document(figures: Figures, sizes: Sequence[int], node_modules: Path, budgets: str, validator: str) -> str:
    parts = [_HEAD.format(date=datetime.now(UTC).date().isoformat(), machine=machine(), runtime=runtime())]
    parts += [f"## {size:,} statements\n\n{_table(figures, size, node_modules)}" for size in sizes]
    ten, thousand = (_microseconds(figures, size) for size in (min(sizes), max(sizes)))
    growth = f"- A decision over {max(sizes):,} statements takes {thousand / ten:.1f} times one over {min(sizes)} (3)."
    parts.append(f"## Budgets of the engine\n\n{_EXPLANATION}\n{growth}\n{budgets}")
    parts.append(f"## The validator\n\n{validator}")
    parts.append(
        "## What was measured\n\n" + "\n".join(_described(each, node_modules) for each in (*YARDSTICKS, *PEERS)) + "\n"
    )
    return "\n".join(parts)


def version(participant: Participant, node_modules: Path) -> str | None:
    """None when the peer is not installed."""
    if participant.module in ("engine", "peers.naive_loop"):
        return ""
    if participant is IAM_SIMULATE:
        package = node_modules / participant.name / "package.json"
        return str(json.loads(package.read_text())["version"]) if package.exists() and shutil.which("node") else None
    try:
        return metadata.version(participant.package or participant.name)
    except metadata.PackageNotFoundError:
        return None


def install(participant: Participant) -> str:
    if participant is IAM_SIMULATE:
        return "Install Node.js and npm, then: make bench"
    return "Install it with: make bench, or python -m pip install --require-hashes -r requirements-bench.txt"


def shown(measured: dict[str, float] | str) -> str:
    if isinstance(measured, str):
        return measured
    return f"{measured['rate']:12,.0f} decisions/s  agrees {measured['agreed']}/{measured['of']}"


def fastest(figures: Figures, size: int) -> float:
    rates = [measured["rate"] for peer in PEERS if isinstance(measured := figures.get((peer.name, size), ""), dict)]
    return max(rates, default=float("nan"))


def _microseconds(figures: Figures, size: int) -> float:
    measured = figures[ENGINE.name, size]
    return 1e6 / measured["rate"] if isinstance(measured, dict) else float("nan")


def _table(figures: Figures, size: int, node_modules: Path) -> str:
    lines = ["| engine | decisions/s | µs each | to the fastest peer | agrees |", "|---|--:|--:|--:|--:|"]
    best = fastest(figures, size)
    for participant in (ENGINE, *YARDSTICKS, *PEERS):
        match figures.get((participant.name, size)):
            case dict() as measured:
                rate = measured["rate"]
                lines.append(
                    f"| {participant.name} | {rate:,.0f} | {1e6 / rate:,.1f} | {rate / best:.2f} "
                    f"| {measured['agreed']}/{measured['of']} |"
                )
            case str() as reason:
                lines.append(f"| {participant.name} | {reason} | | | |")
            case None:
                lines.append(f"| {participant.name} | skipped: not installed | | | |")
    return "\n".join(lines) + "\n"


def _described(participant: Participant, node_modules: Path) -> str:
    return f"- {f'{participant.name} {version(participant, node_modules) or ""}'.strip()}: {participant.note}"


def runtime() -> str:
    python = f"Python {platform.python_version()}"
    if (node := shutil.which("node")) is None:
        return python
    version_of_node = subprocess.run([node, "--version"], check=True, capture_output=True, text=True).stdout.strip()
    return f"{python}, Node.js {version_of_node}"


def machine() -> str:
    cpu = Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in cpu.read_text().splitlines() if line.startswith("model name")]
    return f"{names[0] if names else platform.processor()}, {os.cpu_count()} cores, {platform.system()}"
