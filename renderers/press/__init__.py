"""
The press: HTML in, PDF bytes out, in a process of its own that is limited in time and memory and has no network.

`Press` is what renderers need; `PressProcess` is one such process, started when first used; `PressPool` several. This
side never loads WeasyPrint.
"""

import contextlib
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Protocol

from engine.errors import Invalid, MissingSystemLibrary, Problem, RenderError
from renderers.press import frames, pipes
from renderers.press.frames import Frame

LARGEST_LOGO = 1024 * 1024  # bytes

_GRACE = 15  # seconds beyond a page's limit before the press itself is taken for hung
_LAST = 1  # second for a page in hand when the press is closed
_START = 60  # seconds for loading WeasyPrint on a busy machine
_NEEDED = frozenset(
    {
        *("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LC_NUMERIC", "LC_TIME", "TZ", "TMPDIR"),
        *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"),
        *("FONTCONFIG_FILE", "FONTCONFIG_PATH", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_DATA_DIRS"),
        *("PYTHONPATH", "PYTHONHOME", "PYTHONHASHSEED", "VIRTUAL_ENV", "BILLHOOK_FAILPOINT"),
    }
)
_PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


@dataclass(frozen=True, slots=True)
class Archived:
    """`flaw`: "" for a PDF/A-3b, else why the PDF does not claim to be one."""

    pdf: bytes
    flaw: str


class Press(Protocol):
    """Anything that prints. The same arguments give the same bytes."""

    def press(self, html: str, *, style: str, assets: Mapping[str, bytes], identifier: bytes) -> bytes:
        """
        The page as PDF. `style` is the template's version, `assets` what `asset:NAME` in the page refers to,
        `identifier` the file's identifier (bytes that follow from the content).

        Raises:
            RenderError: it could not be printed, in the time and memory there is.
            MissingSystemLibrary: the machine lacks a library that pages are printed with.
        """

    def archive(
        self, html: str, *, style: str, assets: Mapping[str, bytes], identifier: bytes, xml: bytes, dated: datetime
    ) -> Archived:
        """
        The page as tagged PDF/A-3b with `xml` inside as `factur-x.xml` (nothing inside where it is empty). `dated` is
        the attachment's date, UTC; the rest as `press` has it.

        Raises:
            RenderError, MissingSystemLibrary: as `press`.
        """

    def clean_logo(self, content: bytes) -> bytes:
        """
        A PNG or JPEG written anew as PNG, of the size that prints, without metadata.

        Raises:
            Invalid: why it is not taken.
        """

    def version(self) -> str:
        """The name and version of what prints."""

    def close(self) -> None:
        """Let go of processes. A press may be used again after it."""


class PressProcess:
    """`python -m renderers.press`, one page at a time; other threads wait for their turn."""

    def __init__(self, *, seconds: float = 45, memory_mb: int = 1024, recycle: int = 200) -> None:
        """Limits of a page: seconds on the clock and MB of address space; after `recycle` pages its printer is new."""
        self._command = [
            sys.executable, "-P", "-m", "renderers.press",
            "--seconds", str(seconds), "--memory-mb", str(memory_mb), "--recycle", str(recycle),
        ]  # fmt: skip
        self._patience = seconds + _GRACE
        self._process: subprocess.Popen[bytes] | None = None
        self._scratch = ""
        self._version = ""
        self._turn = threading.Lock()

    def press(self, html: str, *, style: str, assets: Mapping[str, bytes], identifier: bytes) -> bytes:
        head = {"kind": "page", "style": style, "identifier": identifier.hex()}
        return self._printed(Frame(head, _parts(html, assets))).parts["pdf"]

    def archive(
        self, html: str, *, style: str, assets: Mapping[str, bytes], identifier: bytes, xml: bytes, dated: datetime
    ) -> Archived:
        head = {"kind": "archive", "style": style, "identifier": identifier.hex(), "dated": dated.isoformat()}
        answer = self._printed(Frame(head, {**_parts(html, assets), "xml": xml}))
        return Archived(answer.parts["pdf"], str(answer.head["flaw"]))

    def clean_logo(self, content: bytes) -> bytes:
        if len(content) > LARGEST_LOGO:
            told = f"It has {len(content):,} bytes; at most 1 MB ({LARGEST_LOGO:,} bytes) is taken. Save it smaller."
            raise Invalid("The logo", [Problem("logo", told)])
        try:
            answer = self._ask(Frame({"kind": "logo"}, {"logo": content}))
        except RenderError as why:
            raise _undecodable() from why
        if answer.head.get("kind") == "refused":
            raise Invalid("The logo", [Problem("logo", str(answer.head["error"]))])
        if "error" in answer.head:
            raise _undecodable()
        return answer.parts["png"]

    def version(self) -> str:
        if not self._version:
            with self._turn:
                self._started()
        return self._version

    @property
    def pid(self) -> int | None:
        """The process's id, once it is started."""
        process = self._process
        return process.pid if process else None

    def close(self) -> None:
        """A page in hand may take a second more; whoever waits for it is told that the press died."""
        if not self._turn.acquire(timeout=_LAST):
            if process := self._process:
                process.kill()
            self._turn.acquire()
        try:
            self._stop()
        finally:
            self._turn.release()

    def _printed(self, request: Frame) -> Frame:
        answer = self._ask(request)
        if "error" in answer.head:
            raise RenderError(str(answer.head["error"]))
        return answer

    def _ask(self, request: Frame) -> Frame:
        try:
            wire = frames.encode(request)
        except ValueError as why:
            raise RenderError(str(why), permanent=True) from why
        with self._turn:
            answer = self._sent(self._started(), wire)
            if answer is None:
                self._stop()
                raise RenderError("The press died while it printed. Try again: another one is started.")
            return answer

    def _sent(self, process: "subprocess.Popen[bytes]", wire: bytes) -> Frame | None:
        """The answer, or None when the press is dead or does not keep its own limits."""
        ends = time.monotonic() + self._patience
        try:
            pipes.send(_descriptor(process.stdin), wire, ends=ends)
            answer = pipes.receive(_descriptor(process.stdout), ends=ends)
            return frames.decode(answer) if answer else None
        except (OSError, ValueError):
            return None

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._stop()
        try:
            self._scratch = tempfile.mkdtemp(prefix="billhook-press-")  # ours to clear: one that is killed cannot
            surroundings = {**_surroundings(), "TMPDIR": self._scratch}
            process = subprocess.Popen(  # noqa: S603 - our own program
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, env=surroundings
            )
        except OSError as why:
            raise RenderError(
                f"The press could not be started: {why}. Look at the machine's memory and limits."
            ) from why
        self._process = process
        os.set_blocking(_descriptor(process.stdin), False)
        self._greet(self._hello(process))
        return process

    def _hello(self, process: "subprocess.Popen[bytes]") -> Frame:
        try:
            hello = pipes.receive(_descriptor(process.stdout), ends=time.monotonic() + _START)
            return frames.decode(hello) if hello else Frame({})
        except (OSError, ValueError):
            return Frame({})

    def _greet(self, hello: Frame) -> None:
        if "ready" in hello.head:
            self._version = str(hello.head["ready"])
            return
        self._stop()
        if hello.head.get("kind") == "library":
            raise MissingSystemLibrary(_library_in(str(hello.head["error"])), _PACKAGES)
        raise RenderError("The press did not start. Why stands in the log, or run: python -m renderers.press")

    def _stop(self) -> None:
        """End the process that we started; its own children end with it, and its files go."""
        if self._scratch:
            self._end()
            shutil.rmtree(self._scratch, ignore_errors=True)
            self._scratch = ""

    def _end(self) -> None:
        if self._process is None:
            return
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                stream.close()  # type: ignore[union-attr]
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


class PressPool:
    """`size` presses, each started when it is first needed; as many pages at a time."""

    def __init__(self, size: int, *, seconds: float = 45, memory_mb: int = 1024, recycle: int = 200) -> None:
        """The limits of `PressProcess`, for each."""
        self._presses = [PressProcess(seconds=seconds, memory_mb=memory_mb, recycle=recycle) for _ in range(size)]
        self._version = ""
        self._free: queue.LifoQueue[PressProcess] = queue.LifoQueue()
        for press in self._presses:
            self._free.put(press)

    def press(self, html: str, *, style: str, assets: Mapping[str, bytes], identifier: bytes) -> bytes:
        with self._one() as press:
            return press.press(html, style=style, assets=assets, identifier=identifier)

    def archive(
        self, html: str, *, style: str, assets: Mapping[str, bytes], identifier: bytes, xml: bytes, dated: datetime
    ) -> Archived:
        with self._one() as press:
            return press.archive(html, style=style, assets=assets, identifier=identifier, xml=xml, dated=dated)

    def clean_logo(self, content: bytes) -> bytes:
        with self._one() as press:
            return press.clean_logo(content)

    def version(self) -> str:
        if not self._version:
            with self._one() as press:
                self._version = press.version()
        return self._version

    @property
    def pids(self) -> list[int]:
        """The ids of the processes that are started."""
        return [press.pid for press in self._presses if press.pid]

    def close(self) -> None:
        for press in self._presses:
            press.close()

    @contextlib.contextmanager
    def _one(self) -> Iterator[PressProcess]:
        press = self._free.get()
        try:
            yield press
        finally:
            self._free.put(press)


def _parts(html: str, assets: Mapping[str, bytes]) -> dict[str, bytes]:
    return {"html": _encoded(html), **{f"asset:{name}": content for name, content in assets.items()}}


def _encoded(html: str) -> bytes:
    try:
        return html.encode()
    except UnicodeEncodeError as why:
        raise RenderError(
            "The page holds half of a character (a surrogate). Write that text anew.", permanent=True
        ) from why


def _undecodable() -> Invalid:
    return Invalid("The logo", [Problem("logo", "It could not be decoded. Save it anew as PNG, in fewer pixels.")])


def _surroundings() -> dict[str, str]:
    """What a press needs to find Python, libraries and fonts: no address of a database and no secret goes with it."""
    return {name: value for name, value in os.environ.items() if name in _NEEDED}


def _descriptor(stream: IO[bytes] | None) -> int:
    assert stream is not None  # noqa: S101 - the process was started with pipes
    return stream.fileno()


def _library_in(sentence: str) -> str:
    """cffi: `cannot load library 'libpango-1.0-0': ...`."""
    return sentence.split("'")[1] if sentence.count("'") >= 2 else "libpango-1.0-0"
