"""
Pages whose commands are run: each `console` block of a page in one new folder, in order, with the files it shows.

A page is told anew (answers replaced by what is answered now) or compared (what may differ is masked). Ids differ from
run to run: where a later command names an id that an answer showed, whole or by its last 8 characters, it gets the
one of this run.
"""

import atexit
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from docs.making import shell

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^`([\w.-]+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_MASKS = (
    (_ID, "ID"),
    (re.compile(r"\b20\d\d-\d\d-\d\d \d\d:\d\d:\d\d\b"), "MOMENT"),
    (re.compile(r"\b20\d\d-\d\d-\d\d\b"), "DAY"),
    (re.compile(r"\b\d{1,2}\. [A-Z]\w+ 20\d\d\b"), "DAY"),  # in German, as the agreement of the page has them
    (re.compile(r"\b(sha256|SHA-256:) [0-9a-f]{12,64}"), r"\1 HASH"),
    (re.compile(r"--after [\w-]+"), "--after CURSOR"),
    (re.compile(r"/sign-in/[\w-]{40,}"), "/sign-in/TOKEN"),
)
_ONLY_WHEN_SLOW = re.compile(
    r"All documents are made\.|(WARNING: )?\S+ took \d+ ms under locks"
)  # said of a slow machine
_SECONDS = 180  # a busy machine takes its time
_DEMO = "billhook demo --out . > /dev/null"  # how many pages begin: it is played once, the others get a copy


@dataclass(slots=True)
class _Session:
    """A folder, and which id of the page is which id of this run."""

    folder: Path
    ids: dict[str, str] = field(default_factory=dict)

    def answer(self, command: str, shown: str) -> str:
        if command == _DEMO and not any(self.folder.iterdir()):
            shutil.copytree(_demo(), self.folder, dirs_exist_ok=True)
            return ""
        for told, real in self.ids.items():
            command = command.replace(told, real).replace(told[-8:], real[-8:])
        lines = [line.rstrip() for line in _run(command, self.folder) if not _ONLY_WHEN_SLOW.fullmatch(line)]
        answer = "".join(f"{line}\n" for line in lines)
        for told, real in zip(_ID.findall(shown), _ID.findall(answer), strict=False):
            self.ids.setdefault(told, real)
        return answer


def pages_in(docs: Path) -> list[Path]:
    """The pages that have commands to be run."""
    return [page for page in sorted(docs.rglob("*.md")) if _BLOCK.search(page.read_text(encoding="utf-8"))]


def told_anew(page: str) -> str:
    """The page with what its commands answer now."""
    with tempfile.TemporaryDirectory() as folder:
        session = _started(page, Path(folder))
        return _BLOCK.sub(lambda block: f"```console\n{_replayed(session, block[1])}```", page)


def played(page: str, folder: Path) -> Iterator[tuple[str, str, str]]:
    """Command, what the page shows, what was answered: both masked."""
    session = _started(page, folder)
    for command, shown in _COMMAND.findall("".join(_BLOCK.findall(page))):
        yield command, masked(shown), masked(session.answer(command, shown))


def masked(text: str) -> str:
    """Without what differs from run to run."""
    for pattern, word in _MASKS:
        text = pattern.sub(word, text)
    return text


@cache
def _demo() -> Path:
    """What the demo leaves, quietly, in a folder that lasts as long as this process."""
    folder = Path(tempfile.mkdtemp(prefix="billhook-demo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    said = [line for line in _run(_DEMO, folder) if not _ONLY_WHEN_SLOW.fullmatch(line)]
    if said:
        raise RuntimeError(f"The demo, which says nothing to a terminal that is elsewhere, said: {said}")
    return folder


def _run(command: str, folder: Path) -> list[str]:
    """What the terminal shows, line by line."""
    done = subprocess.run(  # noqa: S603 - the commands are those of our own pages
        ["bash", "-c", command], cwd=folder, env=_surroundings(), text=True, encoding="utf-8",  # noqa: S607
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=_SECONDS, check=False,
    )  # fmt: skip
    return done.stdout.splitlines()


def _started(page: str, folder: Path) -> _Session:
    for name, content in _FILE.findall(page):
        (folder / name).write_text(content, encoding="utf-8")
    return _Session(folder)


def _replayed(session: _Session, block: str) -> str:
    """The block with new answers, in which the page's ids stay. What says the same but for moments is left alone."""
    told = []
    for command, shown in _COMMAND.findall(block):
        answer = session.answer(command, shown)
        for page_s, real in session.ids.items():
            answer = answer.replace(real, page_s)
        told.append(f"$ {command}\n{shown if masked(shown) == masked(answer) else answer}")
    return "".join(told)


def _surroundings() -> dict[str, str]:
    """As a new terminal has them: no BILLHOOK_* variables, and the command of this Python."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BILLHOOK_")}
    paths = str(shell.folder()), str(Path(sys.executable).parent), kept.get("PATH", "")
    return {**kept, "PATH": os.pathsep.join(paths), "COLUMNS": "100"}
