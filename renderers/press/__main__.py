"""
The press as a program of its own: `python -m renderers.press`.

It loads WeasyPrint once and then forks. The first process only carries frames between stdin, stdout and a forked
printer, and watches the clock; printers have limits on memory and processor time and are replaced after so many pages:
a page that hangs, eats memory or crashes costs that page and nothing else. Single-threaded throughout: a fork of a
process with threads may inherit their locks.

It ends when its stdin does, be it that whoever started it closed it or was killed. Ctrl-C in a terminal and a
supervisor's SIGTERM reach it too and are not heard: a worker that is asked to go still finishes its page.
"""

import argparse
import contextlib
import ctypes
import gc
import math
import os
import resource
import signal
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import failpoints
from renderers.press import frames, pipes
from renderers.press.frames import Frame

_OUT_OF_MEMORY = 3  # a printer's exit status


@dataclass(frozen=True, slots=True)
class Limits:
    """For one page: wall-clock seconds and megabytes of address space; a printer serves `recycle` pages."""

    seconds: float
    memory_mb: int
    recycle: int


class Printer:
    """A forked process that prints. `ask` gives its answer, or says what became of it."""

    def __init__(self, limits: Limits) -> None:
        self._limits, self._served = limits, 0
        request_out, self._request = os.pipe()
        self._reply, reply_in = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            _serve(request_out, reply_in, limits, not_mine=(self._request, self._reply))
        os.close(request_out)
        os.close(reply_in)
        os.set_blocking(self._request, False)

    def ask(self, request: bytes) -> bytes:
        """
        The encoded answer; where the printer died or was too slow, an encoded error, and the printer is gone.

        Raises:
            EOFError: nobody is left to answer to.
        """
        self._served += 1
        ends = time.monotonic() + self._limits.seconds
        try:
            pipes.send(self._request, request, ends=ends)
            if reply := pipes.receive(self._reply, ends=ends, while_open=0):
                return reply
            became = ""
        except BrokenPipeError:
            became = ""
        except TimeoutError:
            became = f"took longer than {self._limits.seconds:g} s"
        status = self.stop()
        return frames.encode(Frame({"error": f"The page {became or self._told_by(status)}."}))

    def fit(self) -> bool:
        """Whether it lives and may print another page."""
        ask, look_only = os.WEXITED | os.WNOHANG, os.WNOWAIT  # a pid is ours only until its end has been met
        lives = bool(self._pid) and os.waitid(os.P_PID, self._pid, ask | look_only) is None
        return lives and self._served < self._limits.recycle

    def stop(self) -> int:
        """End it; returns its status as `os.waitpid` gives it."""
        if not self._pid:
            return 0
        os.kill(self._pid, signal.SIGKILL)
        _, status = os.waitpid(self._pid, 0)
        os.close(self._request)
        os.close(self._reply)
        self._pid = 0
        return status

    def _told_by(self, status: int) -> str:
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == _OUT_OF_MEMORY:
            return f"needed more than {self._limits.memory_mb} MB"
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
            return f"took longer than {self._limits.seconds:g} s"
        return "crashed its printer, perhaps for want of memory"


def main() -> None:
    """Carry frames until stdin ends."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    failpoints.arm(os.environ.get("BILLHOOK_FAILPOINT", ""))
    limits = _limits()
    answers = _stdout_for_frames_alone()
    gc.disable()  # all that is loaded stays: looking for garbage in it takes a tenth of the start
    try:
        from renderers.press import page
    except OSError as why:  # cffi says which library it could not load
        pipes.send(answers, frames.encode(Frame({"error": str(why), "kind": "library"})))
        sys.exit(1)
    page.warm()
    gc.collect()
    gc.freeze()
    gc.enable()
    with contextlib.suppress(BrokenPipeError):  # whoever started it has gone
        pipes.send(answers, frames.encode(Frame({"ready": page.version()})))
        _carry(limits, answers)


def _stdout_for_frames_alone() -> int:
    """Where frames go from now on. What any library prints goes to stderr, not between them."""
    answers = os.dup(1)
    os.dup2(2, 1)
    return answers


def _carry(limits: Limits, answers: int) -> None:
    printer = Printer(limits)
    try:
        while request := pipes.receive(0):
            if not printer.fit():
                printer.stop()
                printer = Printer(limits)
            pipes.send(answers, printer.ask(request))
    except EOFError:
        return
    finally:
        printer.stop()


def _serve(source: int, sink: int, limits: Limits, *, not_mine: tuple[int, int]) -> None:
    """A printer's whole life. It never returns to the code of the process it was forked from."""
    status = 1
    try:
        for descriptor in not_mine:
            os.close(descriptor)
        _die_with_parent()
        _limit(limits)
        while request := pipes.receive(source):
            _allow_processor(limits.seconds)
            failpoints.hit("press.begun")
            answer = frames.encode(_answer(frames.decode(request)))
            failpoints.hit("press.done")
            pipes.send(sink, answer)
        status = 0
    except MemoryError:
        status = _OUT_OF_MEMORY
    finally:
        os._exit(status)


def _answer(request: Frame) -> Frame:
    from renderers.press import logo, page

    head = request.head
    try:
        if head["kind"] == "logo":
            return Frame({}, {"png": logo.clean(request.parts["logo"])})
        html = request.parts["html"].decode()
        told: dict[str, Any] = {
            "style": head["style"],
            "identifier": bytes.fromhex(head["identifier"]),
            "assets": {name[6:]: part for name, part in request.parts.items() if name.startswith("asset:")},
        }
        if head["kind"] == "archive":
            dated = datetime.fromisoformat(head["dated"])
            pdf, flaw = page.print_archive(html, xml=request.parts["xml"], dated=dated, **told)
            return Frame({"flaw": flaw}, {"pdf": pdf})
        return Frame({}, {"pdf": page.print_page(html, **told)})
    except logo.LogoRefused as why:
        return Frame({"error": str(why), "kind": "refused"})
    except MemoryError:
        raise
    except Exception as why:
        return Frame({"error": f"The page stopped WeasyPrint with {type(why).__name__}: {str(why)[:300]}"})


def _limit(limits: Limits) -> None:
    space = limits.memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (space, space))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _allow_processor(seconds: float) -> None:
    """For the page at hand: should the clock not be watched, since the watcher is stopped, the kernel ends it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    allowed = math.ceil(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.RLIM_INFINITY))


def _die_with_parent() -> None:
    """
    Linux: a printer goes when the process it was forked from is killed. Not for the press itself: the kernel means the
    thread that started it, and a worker's thread may end long before the worker.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _limits() -> Limits:
    parser = argparse.ArgumentParser(prog="python -m renderers.press")
    parser.add_argument("--seconds", type=float, default=45)
    parser.add_argument("--memory-mb", type=int, default=1024)
    parser.add_argument("--recycle", type=int, default=200)
    return Limits(**vars(parser.parse_args()))


if __name__ == "__main__":
    main()
