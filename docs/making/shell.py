"""
A terminal for the commands of our pages, in which `billhook` starts at once.

`billhook` there is a few lines that hand their words, folder, surroundings and open files to a process that has loaded
the code before and forks for each: what runs is the same `main`, without a second of imports a command.
"""

import atexit
import gc
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from pkgutil import walk_packages
from typing import NoReturn

_WORDS = 1 << 20  # bytes that a command's words and surroundings may have
_CLIENT = """#!{python} -IS
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as line:
    line.connect({place!r})
    said = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
    socket.send_fds(line, [len(said).to_bytes(4, "big")], [0, 1, 2])
    line.sendall(said)
    raise SystemExit(int(line.makefile().readline() or 1))
"""


@cache
def folder() -> Path:
    """Where this terminal's `billhook` lies; its process ends with this one."""
    made = Path(tempfile.mkdtemp(prefix="billhook-shell-"))
    place = str(made / "line")
    waiting = subprocess.Popen([sys.executable, "-m", __name__, place], stdout=subprocess.PIPE)  # noqa: S603 - ours
    assert waiting.stdout is not None  # noqa: S101 - it is a pipe
    waiting.stdout.readline()  # it listens
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    atexit.register(waiting.terminate)
    client = made / "billhook"
    client.write_text(_CLIENT.format(python=sys.executable, place=place), encoding="utf-8")
    client.chmod(0o755)
    return made


def _serve(place: str) -> None:
    """Load what commands load, then fork for each."""
    import billhook

    for module in walk_packages(billhook.__path__, "billhook."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    import_module("billhook.cli.root").commands()
    for group in ("billhook.actions", "billhook.renderers"):
        for point in entry_points(group=group):
            point.load()

    gc.freeze()  # else a fork that ends looks at, and so copies, all of it
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(place)
        listening.listen()
        print("listening", flush=True)
        while True:
            line, _ = listening.accept()
            with line:
                if os.fork() == 0:
                    _attend(line)


def _attend(line: socket.socket) -> NoReturn:
    """One command: forked once more, so that it has whatever signals and exit status it likes."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    size, files, _, _ = socket.recv_fds(line, 4, 3)
    said = line.makefile("rb").read(min(int.from_bytes(size, "big"), _WORDS))
    child = os.fork()
    if child == 0:
        _become(files, *json.loads(said))
    _, status = os.waitpid(child, 0)
    line.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _become(files: list[int], words: list[str], where: str, surroundings: dict[str, str]) -> NoReturn:
    for number, file in enumerate(files):
        os.dup2(file, number)
    os.chdir(where)
    os.environ.clear()
    os.environ.update(surroundings)
    sys.argv = ["billhook", *words]
    from billhook.cli import main

    main()
    sys.exit()


if __name__ == "__main__":
    _serve(sys.argv[1])
