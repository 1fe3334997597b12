"""The server as `make run` starts it: a process of its own with two workers, on a database of its own."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest
from cryptography.fernet import Fernet

ROOT = Path(__file__).resolve().parents[2]
READY = "Grantbook is at"
VIEW_OWN = "arn:aws:iam::{}:policy/ViewOwnPermissions"


def database(folder: Path) -> str:
    return f"sqlite:///{folder / 'grantbook.sqlite3'}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """`said` is what it printed until it was ready."""

    process: subprocess.Popen[str]
    url: str
    said: str

    @classmethod
    def start(cls, folder: Path, port: int, **settings: str) -> "Server":
        environment = os.environ | {
            "DATABASE_URL": database(folder),
            "PORT": str(port),
            "WEB_CONCURRENCY": "2",
            "GRANTBOOK_SECRET_KEY": "for-this-test-only",
            "GRANTBOOK_ACCOUNT_ID": "123456789012",
            **settings,
        }
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        said = ""
        for line in process.stdout or ():
            said += line
            if READY in line:
                break
        return cls(process, f"http://127.0.0.1:{port}", said)

    @property
    def passwords(self) -> dict[str, str]:
        return dict(re.findall(r"│ (\w+) +│ (\S+) +│", self.said))

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        with self.process:
            return self.process.wait(timeout=20)


class Visitor:
    """A browser without JavaScript."""

    def __init__(self, server: Server, name: str, password: str) -> None:
        self.base, self.jar = server.url, CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.jar))
        self.post("/sign-in/", user_name=name, password=password)

    def get(self, path: str) -> str:
        try:
            with self.opener.open(self.base + path, timeout=20) as answer:
                return str(answer.read().decode())
        except HTTPError as refusal:
            with refusal:
                return refusal.read().decode()

    def post(self, path: str, **data: str) -> None:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get(path if "sign-in" in path else "/me/"))
        assert token
        body = urlencode(data | {"csrfmiddlewaretoken": token[1]}).encode()
        self.opener.open(Request(self.base + path, body), timeout=20).close()  # noqa: S310  # our own http server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server.start(tmp_path, free_port())
    yield server
    if server.process.poll() is None:
        server.stop()


def test_first_start_prints_passwords_once_and_ctrl_c_stops_it(server: Server, tmp_path: Path) -> None:
    assert set(server.passwords) == {"admin", "alice", "bob", "carol"}
    assert server.stop() == 0
    again = Server.start(tmp_path, free_port())
    assert READY in again.said
    assert again.passwords == {}
    again.stop()


def test_the_database_that_it_makes_is_nobody_elses_to_read(server: Server, tmp_path: Path) -> None:
    assert (tmp_path / "grantbook.sqlite3").stat().st_mode & 0o077 == 0


def test_a_taken_port_is_said_in_one_sentence(server: Server, tmp_path: Path) -> None:
    port = int(server.url.rpartition(":")[2])
    second = Server.start(tmp_path, port)
    with second.process:
        assert second.process.wait(timeout=20) == 1
    assert f"Port {port} is taken" in second.said


@pytest.mark.parametrize(
    ("name", "value"), [("GRANTBOOK_HTTPS", "true"), ("GRANTBOOK_SKEW", "-5"), ("GRANTBOOK_PROXIES", "yes")]
)
def test_a_setting_that_is_no_number_is_said_in_one_sentence(name: str, value: str) -> None:
    command = [sys.executable, "manage.py", "serve"]
    environment = os.environ | {name: value}
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert result.stderr.startswith(f"{name} is '{value}'. It is a whole number")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:secret@db.example:port/x",
        "nonsense://u:secret@db.example/x",
        "mysql://u:secret@db.example/x",
    ],
)
def test_a_database_url_that_is_none_is_said_in_one_sentence_without_the_password(url: str) -> None:
    environment = os.environ | {"DATABASE_URL": url}
    command = [sys.executable, "manage.py", "serve"]
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stderr.startswith("DATABASE_URL is not understood.")
    assert result.stderr.count("\n") == 1
    assert "secret" not in result.stderr


def test_without_a_key_for_secrets_nothing_is_served_but_one_sentence(tmp_path: Path) -> None:
    own = {"DATABASE_URL": f"sqlite:///{tmp_path / 'x.sqlite3'}", "PORT": str(free_port()), "GRANTBOOK_HTTPS": "1"}
    environment = {name: value for name, value in os.environ.items() if name != "GRANTBOOK_ENCRYPTION_KEYS"} | own
    command = [sys.executable, "manage.py", "serve"]
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stderr.startswith("CommandError: GRANTBOOK_ENCRYPTION_KEYS is not set.")
    assert list(tmp_path.iterdir()) == []


def test_an_account_id_that_is_none_is_said_before_the_database_is_made(tmp_path: Path) -> None:
    refused = Server.start(tmp_path, free_port(), GRANTBOOK_ACCOUNT_ID="12345")
    with refused.process:
        assert refused.process.wait(timeout=20) == 1
    assert refused.said == "CommandError: GRANTBOOK_ACCOUNT_ID must be twelve digits, not '12345'.\n"
    assert list(tmp_path.iterdir()) == []


def test_a_start_with_keys_that_read_no_secret_says_so_once_and_serves(server: Server, tmp_path: Path) -> None:
    command = [sys.executable, "manage.py", "create_access_key", "admin"]
    made = subprocess.check_output(command, cwd=ROOT, env=os.environ | {"DATABASE_URL": database(tmp_path)}, text=True)
    server.stop()
    other = Server.start(tmp_path, free_port(), GRANTBOOK_ENCRYPTION_KEYS=Fernet.generate_key().decode())
    assert f"does not read the secrets of access keys, such as {json.loads(made)['AccessKeyId']}:" in other.said
    assert READY in other.said
    other.stop()


def test_a_revocation_holds_from_the_next_request_in_every_process(server: Server) -> None:
    admin = Visitor(server, "admin", server.passwords["admin"])
    alice = Visitor(server, "alice", server.passwords["alice"])
    # Often enough that both workers have seen her with the policy.
    assert all("Access denied" not in alice.get("/users/alice/") for _ in range(12))
    admin.post("/users/alice/~detach/", policy_arn=VIEW_OWN.format("123456789012"))
    refusals = [alice.get("/users/alice/") for _ in range(12)]
    assert all("iam:GetUser" in page and 'class="refused' in page for page in refusals)
