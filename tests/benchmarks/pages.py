"""`make bench-pages`: the console's pages beside Django admin's list of users, written to docs/benchmarks-pages.md.

Each has its own database of the same kind and size, the same kind of server with one worker, and one client, which asks
for one page after the other, the console's and the admin's in turn.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import psycopg

from tests import postgresql
from tests.benchmarks import pages_report
from tests.benchmarks.api import free_port, running
from tests.benchmarks.pages_report import ADMIN, ADMIN_SEARCH, BUSY, ME, POPULAR, Figures
from tests.benchmarks.wire import send

ROOT: Final = Path(__file__).resolve().parents[2]
SIZES: Final = (1_000, 10_000, 100_000, 1_000_000)
ROUNDS: Final = 3
SECONDS: Final = 0.2
TYPED: Final = ("s", "sm", "smi", "smith", "svc", "vc-back", "q", "zq", "00", "nobody.at.all")
IN_PALETTE: Final = ("", "al", "smith", "zq", "deploy", "user/engineering/al", "s3:getobj", "attach smith")
ENVIRONMENT: Final = {
    "GRANTBOOK_SECRET_KEY": "for-the-benchmark-only",
    "GRANTBOOK_ENCRYPTION_KEYS": "YmVuY2htYXJrYmVuY2htYXJrYmVuY2htYXJrYmVuY2g=",
    "WEB_CONCURRENCY": "1",
}


@dataclass(frozen=True, slots=True)
class Site:
    port: int
    pages: Mapping[str, bytes]


def main() -> None:
    figures = Figures({}, {})
    with tempfile.TemporaryDirectory(prefix="grantbook-bench-") as folder, ExitStack() as stack:
        databases = {"SQLite": lambda name: f"sqlite:///{folder}/{name}.sqlite3"}
        if programs := postgresql.find_server():
            url = stack.enter_context(postgresql.private_server(programs, durable=True))
            databases["PostgreSQL"] = lambda name: new_database(url, name)
        else:
            print(f"Skipped: PostgreSQL. {postgresql.INSTALL}")
        for database, make in databases.items():
            for size in SIZES:
                with (
                    grantbook(make(f"grantbook{size}"), database, size, figures) as ours,
                    admin(make(f"admin{size}"), size) as theirs,
                ):
                    measure(database, size, (ours, theirs), figures)
    pages_report.write(figures, SIZES)


def new_database(server: str, name: str) -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.removesuffix("postgres") + name


def measure(database: str, size: int, sites: tuple[Site, ...], figures: Figures) -> None:
    """The median of a page's medians, one from each round."""
    for number in range(ROUNDS + 1):
        for site in sites:
            for page, request in site.pages.items():
                load = send(site.port, [request], connections=1, seconds=SECONDS)
                if number:  # before the first round each page was there once
                    figures.medians.setdefault((database, size, page), []).append(load.median)
    for site in sites:
        for page in site.pages:
            print(
                f"{database:10} {size:9,} users  {page:45} {figures.median(database, size, page):8.2f} ms", flush=True
            )


# The two sites -------------------------------------------------------------------------------------------------------


@contextmanager
def grantbook(database: str, kind: str, size: int, figures: Figures) -> Iterator[Site]:
    environment = os.environ | ENVIRONMENT | {"DATABASE_URL": database}
    start = time.perf_counter()
    command = [sys.executable, "-m", "tests.benchmarks.seed", str(size)]
    made = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True)
    figures.seeding[kind, size] = time.perf_counter() - start
    port = free_port()
    with running([sys.executable, "manage.py", "serve"], port, environment | {"PORT": str(port)}):
        yield Site(port, dict(pages_of_grantbook(port, json.loads(made.stdout))))


def pages_of_grantbook(port: int, made: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    user, group, role = (f"/{kind}s/{name}/" for kind, name in made["names"].items())
    policy = f"/policies/local/{made['policy']}/"
    asked = {
        "Users": "/users/",
        "Users, a page in the middle": f"/users/?marker={made['middle']}",
        "Groups": "/groups/",
        "Roles": "/roles/",
        "Policies": "/policies/",
        "Events": "/events/",
        "Dashboard": "/",
        "User": user,
        "User, groups": f"{user}~groups/",
        "User, tags": f"{user}~tags/",
        "User, security credentials": f"{user}~security/",
        "User, events": f"{user}~events/",
        "User, effective permissions": f"{user}~access/",
        "Group": group,
        "Group, members": f"{group}~members/",
        "Role": role,
        "Role, trust": f"{role}~trust/",
        "Policy": policy,
        "Policy, versions": f"{policy}~versions/",
        BUSY: "/users/busy/",
        POPULAR: "/policies/local/Popular/~entities/",
    }
    for name, path in asked.items():
        yield name, get(port, path, made["sessions"]["admin"])
    yield ME, get(port, "/me/", made["sessions"]["busy"])
    opened = "/me/policies/local/Busy01/"
    yield "A policy of theirs, opened", get(port, opened, made["sessions"]["busy"], "HX-Request: true\r\n")
    yield "Effective permissions, of the same user", get(port, "/me/access/", made["sessions"]["busy"])
    for text in TYPED:
        yield (
            pages_report.typed(text),
            get(port, f"/users/?q={text}", made["sessions"]["admin"], "HX-Request: true\r\n"),
        )
    for text in IN_PALETTE:
        headers = "HX-Request: true\r\nHX-Target: palette-results\r\n"
        yield pages_report.in_palette(text), get(port, f"/search/?q={quote(text)}", made["sessions"]["admin"], headers)


@contextmanager
def admin(database: str, size: int) -> Iterator[Site]:
    environment = os.environ | {"DATABASE_URL": database}
    module = "tests.benchmarks.peers.django_admin"
    made = subprocess.run(
        [sys.executable, "-m", module, str(size)], cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True
    )
    session = made.stdout.decode()
    port = free_port()
    server = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--workers", "1"]
    options = ["--blocking-threads", "64", "--port", str(port), "--log-level", "error", f"{module}:application"]
    with running([*server, *options], port, environment):
        pages = {ADMIN: "/admin/auth/user/", ADMIN_SEARCH: "/admin/auth/user/?q=smith"}
        yield Site(port, {name: get(port, path, session) for name, path in pages.items()})


def get(port: int, path: str, session: str, headers: str = "") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: sessionid={session}\r\n{headers}\r\n".encode()


if __name__ == "__main__":
    main()
