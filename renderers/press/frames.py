"""How the press and whoever uses it talk: one frame is a JSON head and named parts of bytes. No pickle, no trust."""

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

_SIZE = struct.Struct(">I")
LARGEST = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Frame:
    """`head` is plain JSON; `parts` are bytes by name."""

    head: Mapping[str, Any]
    parts: Mapping[str, bytes] = field(default_factory=dict)


def encode(frame: Frame) -> bytes:
    """The frame as bytes, its own length first."""
    sizes = {name: len(content) for name, content in frame.parts.items()}
    head = json.dumps({**frame.head, "parts": sizes}).encode()
    body = _SIZE.pack(len(head)) + head + b"".join(frame.parts.values())
    return _SIZE.pack(len(body)) + body


def read(read_exactly: Callable[[int], bytes]) -> Frame | None:
    """
    The next frame from something that reads `n` bytes, or fewer at the end. None at the end.

    Raises:
        ValueError: the bytes are no frame, or one that is too large.
    """
    start = read_exactly(_SIZE.size)
    if len(start) < _SIZE.size:
        return None
    (size,) = _SIZE.unpack(start)
    if size > LARGEST:
        raise ValueError(f"a frame of {size} bytes; at most {LARGEST} are read")
    body = read_exactly(size)
    return decode(body) if len(body) == size else None


def decode(body: bytes) -> Frame:
    """The frame in `body`, which is what follows the length."""
    (length,) = _SIZE.unpack_from(body)
    head: dict[str, Any] = json.loads(body[_SIZE.size : _SIZE.size + length])
    parts, at = {}, _SIZE.size + length
    for name, size in head.pop("parts").items():
        parts[name] = body[at : at + size]
        at += size
    return Frame(head, parts)
