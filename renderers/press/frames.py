"""How the press and whoever uses it talk: one frame is a JSON head and named parts of bytes. No pickle, no trust."""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from renderers.press.pipes import LARGEST

_SIZE = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Frame:
    """`head` is plain JSON; `parts` are bytes by name."""

    head: Mapping[str, Any]
    parts: Mapping[str, bytes] = field(default_factory=dict)


def encode(frame: Frame) -> bytes:
    """
    The frame as bytes, its own length first.

    Raises:
        ValueError: it is larger than any frame that is read.
    """
    sizes = [[name, len(content)] for name, content in frame.parts.items()]
    head = json.dumps({"head": frame.head, "parts": sizes}).encode()
    body = _SIZE.pack(len(head)) + head + b"".join(frame.parts.values())
    if len(body) > LARGEST:
        raise ValueError(f"The page has {len(body):,} bytes with its pictures; at most {LARGEST:,} are printed.")
    return _SIZE.pack(len(body)) + body


def decode(wire: bytes) -> Frame:
    """
    The frame that `encode` wrote.

    Raises:
        ValueError: the bytes are no frame.
    """
    try:
        (length,) = _SIZE.unpack_from(wire, _SIZE.size)
        at = 2 * _SIZE.size + length
        told: dict[str, Any] = json.loads(wire[2 * _SIZE.size : at])
        parts = {}
        for name, size in told["parts"]:
            parts[name] = wire[at : at + size]
            at += size
        return Frame(told["head"], parts)
    except (struct.error, KeyError, TypeError) as why:
        raise ValueError("These bytes are no frame.") from why
