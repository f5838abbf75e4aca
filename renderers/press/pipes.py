"""Whole frames through a pipe, by a deadline. It knows only a frame's first four bytes: how long the rest is."""

import math
import os
import select
import time

LARGEST = 64 * 1024 * 1024
_HEAD = 4


def send(descriptor: int, content: bytes, *, ends: float = math.inf) -> None:
    """
    Write all of `content` by `ends` (of `time.monotonic`); with a deadline, the descriptor has to be non-blocking.

    Raises:
        TimeoutError: the other side did not take it in time.
        BrokenPipeError: there is no other side any more.
    """
    view = memoryview(content)
    while view:
        _wait(descriptor, select.POLLOUT, ends, None)
        try:
            view = view[os.write(descriptor, view) :]
        except BlockingIOError:
            continue


def receive(descriptor: int, *, ends: float = math.inf, while_open: int | None = None) -> bytes:
    """
    The next frame with its length in front; b'' when the other side has closed, also in the middle of a frame.

    Raises:
        TimeoutError: it had not come whole by `ends` (of `time.monotonic`).
        EOFError: whoever writes to the pipe `while_open`, for whom this is done, has gone meanwhile.
        ValueError: it is larger than any frame.
    """
    got = bytearray()
    while wanted := _missing(got):
        _wait(descriptor, select.POLLIN, ends, while_open)
        piece = os.read(descriptor, min(wanted, 1 << 20))
        if not piece:
            return b""
        got += piece
    return bytes(got)


def _missing(got: bytearray) -> int:
    if len(got) < _HEAD:
        return _HEAD - len(got)
    size = int.from_bytes(got[:_HEAD], "big")
    if size > LARGEST:
        raise ValueError(f"A frame of {size} bytes; at most {LARGEST} are read.")
    return _HEAD + size - len(got)


def _wait(descriptor: int, event: int, ends: float, while_open: int | None) -> None:
    """`poll`, as `select` refuses the descriptors of a process that has many."""
    poll = select.poll()
    poll.register(descriptor, event)
    if while_open is not None:
        poll.register(while_open, 0)  # nothing but its being closed
    left = None if math.isinf(ends) else max(0, math.ceil((ends - time.monotonic()) * 1000))
    ready = dict(poll.poll(left))
    if descriptor in ready:
        return
    if ready:
        raise EOFError("nobody waits for it any more")
    raise TimeoutError("not in time")
