"""
The press: HTML in, PDF bytes out, in a process of its own that is limited in time and memory and has no network.

`Press` is what renderers need; `PressProcess` is one such process, started when first used; `PressPool` several. This side
never loads WeasyPrint.
"""

import contextlib
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from engine.errors import Invalid, MissingSystemLibrary, Problem, RenderError
from renderers.press import frames
from renderers.press.frames import Frame

_PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


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
        self._command = [
            sys.executable, "-m", "renderers.press",
            "--seconds", str(seconds), "--memory-mb", str(memory_mb), "--recycle", str(recycle),
        ]  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None
        self._version = ""
        self._turn = threading.Lock()

    def press(self, html: str, *, style: str, assets: Mapping[str, bytes], identifier: bytes) -> bytes:
        parts = {"html": html.encode(), **{f"asset:{name}": content for name, content in assets.items()}}
        answer = self._ask(Frame({"kind": "page", "style": style, "identifier": identifier.hex()}, parts))
        if "error" in answer.head:
            raise RenderError(str(answer.head["error"]))
        return answer.parts["pdf"]

    def clean_logo(self, content: bytes) -> bytes:
        answer = self._ask(Frame({"kind": "logo"}, {"logo": content[: 2 * 1024 * 1024]}))
        if "error" in answer.head:
            refused = answer.head.get("kind") == "refused"
            sentence = str(answer.head["error"]) if refused else "The logo could not be decoded. Make it smaller."
            raise Invalid("The logo", [Problem("logo", sentence)])
        return answer.parts["png"]

    def version(self) -> str:
        with self._turn:
            self._started()
        return self._version

    @property
    def pid(self) -> int | None:
        """The process's id, once it is started."""
        return self._process.pid if self._process else None

    def close(self) -> None:
        with self._turn:
            self._stop()

    def _ask(self, request: Frame) -> Frame:
        with self._turn:
            process = self._started()
            try:
                assert process.stdin is not None  # noqa: S101 - it was started with a pipe
                process.stdin.write(frames.encode(request))
                process.stdin.flush()
                answer = self._read(process)
            except (OSError, ValueError):
                answer = None
            if answer is None:
                self._stop()
                raise RenderError("The press died while a page was printed. It is started anew for the next one.")
            return answer

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None:
            self._stop()
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=1 << 20
            )
            self._greet(self._read(self._process))
        return self._process

    def _greet(self, hello: Frame | None) -> None:
        if hello is not None and "ready" in hello.head:
            self._version = str(hello.head["ready"])
            return
        self._stop()
        if hello is not None and hello.head.get("kind") == "library":
            raise MissingSystemLibrary(_library_in(str(hello.head["error"])), _PACKAGES)
        raise RenderError("The press did not start. What it said is in the log.")

    def _read(self, process: "subprocess.Popen[bytes]") -> Frame | None:
        assert process.stdout is not None  # noqa: S101 - it was started with a pipe
        return frames.read(process.stdout.read)

    def _stop(self) -> None:
        """End the process that we started; its own children end with it."""
        if self._process is None:
            return
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                assert stream is not None  # noqa: S101 - both were opened as pipes
                stream.close()
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


class PressPool:
    """`size` presses, each started when it is first needed; as many pages at a time."""

    def __init__(self, size: int, **limits: Any) -> None:
        self._presses = [PressProcess(**limits) for _ in range(size)]
        self._free: queue.LifoQueue[PressProcess] = queue.LifoQueue()
        for press in self._presses:
            self._free.put(press)

    def press(self, html: str, *, style: str, assets: Mapping[str, bytes], identifier: bytes) -> bytes:
        with self._one() as press:
            return press.press(html, style=style, assets=assets, identifier=identifier)

    def clean_logo(self, content: bytes) -> bytes:
        with self._one() as press:
            return press.clean_logo(content)

    def version(self) -> str:
        with self._one() as press:
            return press.version()

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


def _library_in(sentence: str) -> str:
    """cffi: `cannot load library 'libpango-1.0-0': ...`."""
    return sentence.split("'")[1] if sentence.count("'") >= 2 else "libpango-1.0-0"
