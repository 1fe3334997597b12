"""The figures of the wire as a page."""

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.benchmarks import report
from tests.benchmarks.wire import Load

FILE: Final = Path(__file__).resolve().parents[2] / "docs" / "benchmarks-wire.md"

type Figures = dict[tuple[str, str, int], Load]
"""By operation, server and number of connections."""

_HEAD: Final = """# Benchmarks of the wire

Written by `make bench-wire` on {date} (UTC), every server in the same run, one after the other.

- Machine: {machine}
- {runtime}
- Load of the machine, of the last fifteen minutes: {load:.1f} (one server that is measured makes about 2)

The requests are signed and written out before the clock starts, and one process sends them over raw sockets
(`tests/benchmarks/wire.py`), so that the client takes little of the machine that it shares with the server. Grantbook
runs as `manage.py serve` does, with two workers: it checks the signature, asks the engine, records the event, and has
what it changes on the disk before it answers, also against a loss of power. The others check nothing and keep all in
memory. They answer with all users, whatever `MaxItems` says.
"""


def write(figures: Figures) -> None:
    FILE.write_text("\n".join(_lines(figures)) + "\n", "utf-8")
    print(f"Written to {FILE.name}.")


def _lines(figures: Figures) -> Iterator[str]:
    yield _HEAD.format(
        date=datetime.now(UTC).date().isoformat(),
        machine=report.machine(),
        runtime=report.runtime(),
        load=os.getloadavg()[2],
    )
    for operation in dict.fromkeys(operation for operation, _, _ in figures):
        yield f"## {operation}\n"
        yield from _table(figures, operation)
        yield ""


def _table(figures: Figures, operation: str) -> Iterator[str]:
    servers = dict.fromkeys(server for asked, server, _ in figures if asked == operation)
    connections = sorted({number for asked, _, number in figures if asked == operation})
    heads = [f"{head} ({number})" for number in connections for head in ("answers/s", "median ms", "p99 ms", "to moto")]
    yield _row(["server (connections)", *heads])
    yield _row(["---", *("--:" for _ in heads)])
    for server in servers:
        cells = [server]
        for number in connections:
            load, moto = figures.get((operation, server, number)), figures.get((operation, "moto", number))
            cells += _cells(load, moto) if load else [""] * 4
        yield _row(cells)


def _cells(load: Load, moto: Load | None) -> list[str]:
    ratio = f"{load.rate / moto.rate:,.1f}" if moto else ""
    return [f"{load.rate:,.1f}", f"{load.median:,.2f}", f"{load.p99:,.2f}", ratio]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
