"""Bring the database up to date, then serve the console with the production server.

    PORT=8000 HOST=127.0.0.1 WEB_CONCURRENCY=2 python manage.py serve

`make run` calls it, and so may a service manager. SIGINT and SIGTERM stop it once the open requests are answered.
"""

import errno
import gc
import ipaddress
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection, connections
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.migrations.executor import MigrationExecutor
from django.urls import get_resolver
from granian._internal import load_target
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import MPServer

from policies_app.checks import encryption_keys
from policies_app.models import Account
from policies_app.operations import access_keys

from .bootstrap import fixed_account_id

WORKERS = 2
# Clients that each worker waits for at once. Granian makes a thread only when all others wait; how many of them work
# at once is the application's business.
CLIENTS = 64
READY_SECONDS = 30
STOP_SECONDS = 10


class Command(BaseCommand):
    help = "Migrate, load the AWS managed policies, create the first account if there is none, and serve the console."
    # A start must not wait for what `make check` has already found right.
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        os.umask(0o077)  # the database file that a first start makes is nobody else's to read
        host = _host()
        port = _number("PORT", default=8000, most=65535)
        workers = _number("WEB_CONCURRENCY", default=WORKERS, most=64)
        _refuse_taken(host, port)
        _refuse_wrong_keys()
        fixed_account_id()  # before anything is made for it
        _ = get_resolver().url_patterns  # imports every view: for all workers, and before the database is touched
        _refuse_unreachable_database()
        _migrate()
        call_command("load_managed_policies")
        if not Account.objects.exists():
            call_command("bootstrap")
        if lost := access_keys.first_unreadable():
            self.stderr.write(
                f"GRANTBOOK_ENCRYPTION_KEYS does not read the secrets of access keys, such as {lost}: "
                "what they sign is refused until the key that encrypted them is among them."
            )
        _prepare_to_fork()
        _Server(
            on_ready=lambda: self.stdout.write(f"Grantbook is at {_url(host, port)} (Ctrl-C stops it)"),
            target=":".join(settings.WSGI_APPLICATION.rsplit(".", 1)),
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=CLIENTS,
            respawn_failed_workers=True,
            workers_kill_timeout=STOP_SECONDS,
            log_level=LogLevels.error,
        ).serve(target_loader=_load_in_worker)


class _Server(MPServer):
    """Granian, which says that it is ready when it is: its workers listen only some time after they were started."""

    def __init__(self, *, on_ready: Callable[[], None], **options: Any) -> None:
        super().__init__(**options)
        self._on_ready = on_ready

    def startup(self, spawn_target: Any, target_loader: Any) -> None:
        super().startup(spawn_target, target_loader)
        # To granian a closed terminal means "reload"; here it means that nobody is looking any more.
        signal.signal(signal.SIGHUP, self.signal_handler_interrupt)
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and not self.main_loop_interrupt.is_set():
            try:
                socket.create_connection((self.bind_addr, self.bind_port), timeout=1).close()
            except OSError:
                time.sleep(0.02)
            else:
                self._on_ready()
                return


def _load_in_worker(target: str) -> Callable[..., Any]:
    # A worker that is told to stop twice, by the terminal and by its parent, hangs: only the parent shall tell it.
    os.setpgid(0, 0)
    threading.Thread(target=_stop_with_parent, daemon=True).start()
    return load_target(target)


def _stop_with_parent() -> None:
    """A parent that was killed cannot tell its workers, which would go on and hold the port."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _host() -> str:
    text = os.environ.get("HOST", "127.0.0.1")
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise CommandError(f"HOST must be an address such as 127.0.0.1 or 0.0.0.0, not {text!r}.") from None


def _number(variable: str, *, default: int, most: int) -> int:
    """The value of an environment variable, from 1 to `most`."""
    text = os.environ.get(variable) or str(default)
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= most):
        raise CommandError(f"{variable} must be a number from 1 to {most}, not {text!r}.")
    return int(text)


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _refuse_taken(host: str, port: int) -> None:
    """Granian's workers share the port among themselves, and would share it with another server of ours as well."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise CommandError(f"Port {port} needs root; choose another: PORT={port + 8000} make run") from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CommandError(f"Port {port} is taken; choose another: PORT={port + 1} make run") from None
            raise CommandError(f"HOST={host} is not an address of this machine.") from None


def _refuse_wrong_keys() -> None:
    """Of the system checks the one without which secrets would be lost."""
    for error in encryption_keys():
        raise CommandError(f"{error.msg} {error.hint}")


def _refuse_unreachable_database() -> None:
    # Under another alias there is no pool, which would try again and again for half a minute.
    probe = connection.copy(alias=NO_DB_ALIAS)
    try:
        probe.ensure_connection()
    except OperationalError as error:
        raise CommandError(f"The database does not answer: {str(error).splitlines()[0]}") from None
    probe.close()


def _migrate() -> None:
    """Only when something is missing: `migrate` takes its time to find out that nothing is."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)


def _prepare_to_fork() -> None:
    """The workers inherit loaded code and no open connection: two processes on one would mix up their answers."""
    for wrapper in connections.all(initialized_only=True):
        wrapper.close()
        if wrapper.vendor == "postgresql":
            wrapper.close_pool()  # type: ignore[attr-defined]  # the stubs know the common base only
    gc.freeze()  # so that no collection in a worker copies the pages that it shares with the others
