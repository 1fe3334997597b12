"""A PostgreSQL server of the tests' own: made in a temporary folder, reached by a socket in it, gone afterwards."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict
from urllib.parse import quote

import psycopg

INSTALL = "apt-get install postgresql"
# Debian, Homebrew on either processor, Red Hat, Postgres.app: none of them puts the server on PATH.
FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/usr/pgsql-*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
USER = "grantbook"
START_SECONDS = 30
STOP_SECONDS = 10


class RunAs(TypedDict, total=False):
    """Arguments of `subprocess` that make the child another user."""

    user: str
    group: int
    extra_groups: list[int]


def find_server() -> Path | None:
    """The folder with `postgres` and `initdb` in it, the newest version first after PATH; or None."""
    on_path = shutil.which("postgres")
    folders = [Path(on_path).parent] if on_path else []
    installed = [folder for pattern in FOLDERS for folder in Path("/").glob(pattern.lstrip("/"))]
    folders += sorted(installed, key=_version, reverse=True)
    return next((folder for folder in folders if (folder / "postgres").exists() and (folder / "initdb").exists()), None)


@contextmanager
def private_server(programs: Path, *, durable: bool = False) -> Iterator[str]:
    """Run the server for the length of the block; yields its URL in the form of DATABASE_URL.

    Unless it is to be `durable` nothing is synced to disk. Nobody but this user can reach the socket, and text sorts by
    code point, as in SQLite.
    """
    run_as = _run_as()
    with tempfile.TemporaryDirectory(prefix="grantbook-pg-") as name:
        folder = Path(name)
        if run_as:
            shutil.chown(folder, run_as["user"])
        data, log = folder / "data", folder / "log"
        initdb: list[str | Path] = [programs / "initdb", "--pgdata", data, "--username", USER, "--auth", "trust"]
        subprocess.run(
            [*initdb, "--encoding", "UTF8", "--no-locale", "--no-sync"],
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
            **run_as,
        )
        settings = {"listen_addresses": "", "unix_socket_directories": folder}
        if not durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [f"--{key}={value}" for key, value in settings.items()]
        with log.open("wb") as output:
            # In a session of its own a Ctrl-C meets the tests first and the server only when they are done with it.
            server = subprocess.Popen(
                [programs / "postgres", "-D", data, *options],
                cwd=folder,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **run_as,
            )
        try:
            url = f"postgresql://{USER}@{quote(str(folder), safe='')}/postgres"
            _wait_until_ready(server, url, log)
            yield url
        finally:
            _stop(server)


def _wait_until_ready(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGINT)  # its "fast shutdown": open connections are ended, not waited for
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGQUIT)
        server.wait()


def _run_as() -> RunAs:
    """PostgreSQL refuses to run as root, so root lends it to somebody else."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return {"user": entry.pw_name, "group": entry.pw_gid, "extra_groups": []}


def _version(folder: Path) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", str(folder)))
