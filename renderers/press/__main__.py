"""
The press as a program of its own: `python -m renderers.press`.

It loads WeasyPrint once and then forks. The first process only carries frames between stdin, stdout and a forked
printer, and watches the clock; printers have limits on memory and processor time and are replaced after so many pages:
a page that hangs, eats memory or crashes costs that page and nothing else. Single-threaded throughout: a fork of a
process with threads may inherit their locks.
"""

import argparse
import ctypes
import gc
import os
import resource
import select
import signal
import sys
import time
from dataclasses import dataclass

from renderers.press import frames
from renderers.press.frames import Frame


@dataclass(frozen=True, slots=True)
class Limits:
    """For one page: wall-clock seconds and megabytes of address space; a printer serves `recycle` pages."""

    seconds: float
    memory_mb: int
    recycle: int


class Printer:
    """A forked process that prints. `ask` gives its answer, or says what became of it."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.served = limits, 0
        request_out, self._request = os.pipe()
        self._reply, reply_in = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._request)
            os.close(self._reply)
            _serve(request_out, reply_in, limits)
        os.close(request_out)
        os.close(reply_in)

    def ask(self, request: bytes) -> bytes:
        """The encoded answer; where the printer died or was too slow, an encoded error, and the printer is gone."""
        self.served += 1
        ends = time.monotonic() + self.limits.seconds
        try:
            _write_all(self._request, request)
            reply = self._read_until(ends)
        except BrokenPipeError:
            reply = b""
        if reply:
            return reply
        late = time.monotonic() >= ends
        self.stop()
        told = f"took longer than {self.limits.seconds:g} s" if late else "crashed or ran out of memory or time"
        return frames.encode(Frame({"error": f"The page {told} while it was printed."}))

    def stop(self) -> None:
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
            os.close(self._request)
            os.close(self._reply)
            self._pid = 0

    @property
    def alive(self) -> bool:
        return self._pid != 0

    def _read_until(self, ends: float) -> bytes:
        """One whole frame, or b'' when there is none in time."""
        got = b""
        while len(got) < 4 or len(got) < 4 + int.from_bytes(got[:4], "big"):
            ready, _, _ = select.select([self._reply], [], [], max(0.0, ends - time.monotonic()))
            piece = os.read(self._reply, 1 << 20) if ready else b""
            if not piece:
                return b""
            got += piece
        return got


def main() -> None:
    """Carry frames until stdin ends."""
    limits = _limits()
    _die_with_parent()
    try:
        from renderers.press import page
    except OSError as why:  # cffi says which library it could not load
        _write_all(1, frames.encode(Frame({"error": str(why), "kind": "library"})))
        sys.exit(1)
    page.warm()
    _write_all(1, frames.encode(Frame({"ready": page.version()})))
    gc.collect()
    gc.freeze()
    _carry(limits)


def _carry(limits: Limits) -> None:
    printer = Printer(limits)
    while (request := frames.read(sys.stdin.buffer.read)) is not None:
        if not printer.alive or printer.served >= limits.recycle:
            printer.stop()
            printer = Printer(limits)
        _write_all(1, printer.ask(frames.encode(request)))
    printer.stop()


def _serve(source: int, sink: int, limits: Limits) -> None:
    """A printer's whole life. It never returns to the code of the process it was forked from."""
    status = 0
    try:
        _die_with_parent()
        _limit(limits)
        with os.fdopen(source, "rb") as stream:
            while (request := frames.read(stream.read)) is not None:
                _write_all(sink, frames.encode(_answer(request)))
    except BaseException:
        status = 1
    finally:
        os._exit(status)


def _answer(request: Frame) -> Frame:
    from renderers.press import logo, page

    head = request.head
    try:
        if head["kind"] == "logo":
            return Frame({}, {"png": logo.clean(request.parts["logo"])})
        assets = {name.removeprefix("asset:"): part for name, part in request.parts.items() if name != "html"}
        pdf = page.print_page(
            request.parts["html"].decode(),
            style=head["style"],
            assets=assets,
            identifier=bytes.fromhex(head["identifier"]),
        )
        return Frame({}, {"pdf": pdf})
    except logo.LogoRefusedError as why:
        return Frame({"error": str(why), "kind": "refused"})
    except MemoryError:
        raise
    except Exception as why:
        return Frame({"error": f"The page could not be printed: {type(why).__name__}: {why}"[:500]})


def _limit(limits: Limits) -> None:
    """Address space, and processor time for all pages of this printer together."""
    space = limits.memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (space, space))
    seconds = int(limits.seconds * limits.recycle) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _die_with_parent() -> None:
    """Linux: a parent that is killed takes this process along."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _write_all(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def _limits() -> Limits:
    parser = argparse.ArgumentParser(prog="python -m renderers.press")
    parser.add_argument("--seconds", type=float, default=45)
    parser.add_argument("--memory-mb", type=int, default=1024)
    parser.add_argument("--recycle", type=int, default=200)
    return Limits(**vars(parser.parse_args()))


if __name__ == "__main__":
    main()
