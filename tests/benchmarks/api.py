"""`make bench-wire`: Grantbook's wire beside the servers that others test with, written to docs/benchmarks-wire.md.

Every request is signed. Grantbook checks the signature, asks the engine and writes to disk, with two workers; the
others answer whoever asks, from memory.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests import postgresql
from tests.benchmarks import wire_report
from tests.benchmarks.wire import Load, send, signed
from tests.benchmarks.wire_report import Figures

ROOT: Final = Path(__file__).resolve().parents[2]
PEERS: Final = ROOT / ".venv-bench" / "bin"
USERS: Final = 10_000
MANY_USERS: Final = 1_000_000
SECONDS: Final = 4.0
# More than any of the servers makes in the time.
CREATIONS: Final = 6_000
CONNECTIONS: Final = (1, 8)
START_SECONDS: Final = 60
NOBODY: Final = ("AKIAIOSFODNN7EXAMPLE", "of-no-account")
GRANTBOOK: Final = ("Grantbook, SQLite", "Grantbook, PostgreSQL")

GET, CREATE, LIST, LIST_MANY = "GetUser", "CreateUser", f"ListUsers among {USERS:,}", f"ListUsers among {MANY_USERS:,}"


@dataclass(frozen=True, slots=True)
class Server:
    name: str
    port: int
    key: tuple[str, str]


def form(action: str, **parameters: object) -> str:
    return "&".join(
        f"{name}={value}" for name, value in {"Action": action, "Version": "2010-05-08", **parameters}.items()
    )


def main() -> None:
    figures: Figures = {}
    with tempfile.TemporaryDirectory(prefix="grantbook-bench-") as folder:
        database = f"sqlite:///{folder}/grantbook.sqlite3"
        measure_grantbook(GRANTBOOK[0], database, figures)
        if programs := postgresql.find_server():
            with postgresql.private_server(programs, durable=True) as url:
                measure_grantbook(GRANTBOOK[1], url, figures)
        else:
            print(f"Skipped: PostgreSQL. {postgresql.INSTALL}")
        for name, start in (("moto", moto), ("ministack", ministack)):
            if not (PEERS / ("moto_server" if name == "moto" else name)).exists():
                print(f"Skipped: {name} is not installed. Install it with: make bench")
                continue
            with start(Path(folder)) as server:
                create_users(server)
                measure(server, figures)
    wire_report.write(figures)


def measure_grantbook(name: str, database: str, figures: Figures) -> None:
    """The users of the large account are added when the small one is measured."""
    with grantbook(name, database, USERS) as server:
        measure(server, figures)
    with grantbook(name, database, MANY_USERS) as server:
        measure_listing(server, LIST_MANY, figures)


def measure(server: Server, figures: Figures) -> None:
    get = signed(server.port, form("GetUser", UserName="dana"), server.key)
    send(server.port, [get], connections=8, seconds=1)
    for connections in CONNECTIONS:
        note(figures, GET, server, connections, send(server.port, [get], connections=connections, seconds=SECONDS))
        new = [
            signed(server.port, form("CreateUser", UserName=f"new-{connections}-{number}"), server.key)
            for number in range(CREATIONS)
        ]
        load = send(server.port, new, connections=connections, seconds=SECONDS, once=True)
        note(figures, CREATE, server, connections, load)
    measure_listing(server, LIST, figures)


def measure_listing(server: Server, operation: str, figures: Figures) -> None:
    page = signed(server.port, form("ListUsers", MaxItems=100), server.key)
    for connections in CONNECTIONS:
        note(
            figures, operation, server, connections, send(server.port, [page], connections=connections, seconds=SECONDS)
        )


def note(figures: Figures, operation: str, server: Server, connections: int, load: Load) -> None:
    figures[operation, server.name, connections] = load
    print(
        f"{operation:28} {server.name:22} {connections} connections {load.rate:9,.1f}/s  "
        f"median {load.median:8.2f} ms  p99 {load.p99:8.2f} ms",
        flush=True,
    )


# The servers ---------------------------------------------------------------------------------------------------------


@contextmanager
def grantbook(name: str, database: str, users: int) -> Iterator[Server]:
    environment = {
        "DATABASE_URL": database,
        "GRANTBOOK_SECRET_KEY": "for-the-benchmark-only",
        "GRANTBOOK_ENCRYPTION_KEYS": "YmVuY2htYXJrYmVuY2htYXJrYmVuY2htYXJrYmVuY2g=",
    }
    command = [sys.executable, "-m", "tests.benchmarks.api_rows", str(users)]
    made = subprocess.run(command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.PIPE, check=True)
    key = json.loads(made.stdout)
    port = free_port()
    more = {"PORT": str(port), "WEB_CONCURRENCY": "2"}
    with running([sys.executable, "manage.py", "serve"], port, environment | more):
        yield Server(name, port, (key["id"], key["secret"]))


@contextmanager
def moto(folder: Path) -> Iterator[Server]:
    port = free_port()
    with running([str(PEERS / "moto_server"), "-H", "127.0.0.1", "-p", str(port)], port, {}):
        yield Server("moto", port, NOBODY)


@contextmanager
def ministack(folder: Path) -> Iterator[Server]:
    port = free_port()
    environment = {"GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1", "TMPDIR": str(folder)}
    with running([str(PEERS / "ministack")], port, environment):
        yield Server("ministack", port, NOBODY)


def create_users(server: Server) -> None:
    """Theirs have nothing but the wire."""
    names = ["dana", *(f"user{number:07}" for number in range(USERS))]
    requests = [signed(server.port, form("CreateUser", UserName=name), server.key) for name in names]
    send(server.port, requests, connections=4, seconds=600, once=True)


@contextmanager
def running(command: list[str], port: int, environment: Mapping[str, str]) -> Iterator[None]:
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            wait_until_open(port, process)
            yield
        finally:
            process.terminate()


def wait_until_open(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"{process.args!r} did not start")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
