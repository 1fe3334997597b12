"""Run every test: `python -m tests [arguments for pytest]`, which `make test` calls.

The same tests run in lanes, one pytest run each: on SQLite, on PostgreSQL, and in a browser; those that take minutes
have a lane of their own. A lane whose part the machine lacks is skipped by name; with CI=true that is a failure.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import NoReturn
from xml.etree import ElementTree

import pytest

from tests import postgresql
from tests.browser import chromium

ROOT = Path(__file__).resolve().parent.parent
CI = os.environ.get("CI") == "true"
PARALLEL = ("-n", "auto", "--maxprocesses", "4")
INTERRUPT_SECONDS = 15


class Outcome(StrEnum):
    PASSED = "passed"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"


@dataclass(frozen=True, slots=True)
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


@dataclass(frozen=True, slots=True)
class Result:
    lane: str
    outcome: Outcome
    note: str
    counts: Counts = Counts()


def lanes(arguments: Sequence[str]) -> Iterator[Result]:
    """One lane after the other, for they would share the same few cores."""
    # Arguments mean a narrow run or a debugger: one process is then quicker, and has the keyboard.
    parallel = () if arguments else PARALLEL
    yield _pytest("SQLite", arguments, [*parallel, "-m", "not browser and not long"])

    if programs := postgresql.find_server():
        with postgresql.private_server(programs) as url:
            # The engine knows no database, so once is enough.
            own = [*parallel, "-m", "not browser and not long", "--ignore=tests/engine"]
            yield _pytest("PostgreSQL", arguments, own, {"DATABASE_URL": url})
    else:
        yield _missing("PostgreSQL", "no PostgreSQL server program found", postgresql.INSTALL)

    if chromium.find_chromium():
        # The pages are the same on both databases, so the quicker one is enough.
        yield _pytest("browser", arguments, [*parallel, "-m", "browser"])
    else:
        yield _missing("browser", "no Chromium found", chromium.INSTALL)

    # They use all cores themselves, and once is enough.
    yield _pytest("long", arguments, ["-m", "long"])


def _pytest(
    lane: str, arguments: Sequence[str], own: Sequence[str], environment: Mapping[str, str] | None = None
) -> Result:
    print(f"\n== {lane}", flush=True)
    # A developer's own database is never what the tests run on.
    inherited = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    # Whatever the tests leave behind, even when they are killed, goes with this folder.
    with tempfile.TemporaryDirectory(prefix="grantbook-tests-", ignore_cleanup_errors=True) as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", *arguments, *own, f"--junit-xml={report}"]
        code = _run(command, {**inherited, "TMPDIR": folder, **(environment or {})})
        counts = _counts(report)
    match code:
        case pytest.ExitCode.OK:
            return Result(lane, Outcome.PASSED, str(counts), counts)
        case pytest.ExitCode.NO_TESTS_COLLECTED if arguments:
            return Result(lane, Outcome.PASSED, "no test matches the arguments")
        case pytest.ExitCode.NO_TESTS_COLLECTED:
            return Result(lane, Outcome.FAILED, "there is no test to run")
        case _:
            return Result(lane, Outcome.FAILED, f"{counts} (pytest ended with code {code})", counts)


def _run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run it to its end. When interrupted, wait while it cleans up behind itself."""
    with subprocess.Popen(command, cwd=ROOT, env=environment) as child:
        try:
            return child.wait()
        except (KeyboardInterrupt, SystemExit) as interruption:
            if isinstance(interruption, SystemExit):
                child.terminate()  # a Ctrl-C has reached the child already
            try:
                child.wait(INTERRUPT_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
            raise


def _counts(report: Path) -> Counts:
    if not report.exists():  # `--help` and the like write none
        return Counts()
    total = failed = skipped = 0
    for suite in ElementTree.parse(report).iter("testsuite"):
        total += int(suite.get("tests", 0))
        failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
    return Counts(total - failed - skipped, failed, skipped)


def _missing(lane: str, what: str, command: str) -> Result:
    note = f"{what}; to install one: {command}"
    return Result(lane, Outcome.FAILED if CI else Outcome.SKIPPED, note)


def _summarise(results: Sequence[Result]) -> int:
    """Print a line for each lane; returns the exit code."""
    print("\n== Summary")
    for result in results:
        print(f"{result.lane:<11} {result.outcome}: {result.note}")
    total = sum((result.counts for result in results), Counts())
    print(f"total: {total}")
    return 1 if total == Counts() or any(result.outcome is Outcome.FAILED for result in results) else 0


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    """So that SIGTERM unwinds the stack, and with it the private server."""
    sys.exit(128 + signal.SIGTERM)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _terminate)
    try:
        sys.exit(_summarise(list(lanes(sys.argv[1:]))))
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
