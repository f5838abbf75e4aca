"""What a PNG holds, told before a pixel is decoded. It knows its chunks and no picture."""

import struct
import zlib
from collections.abc import Iterator

_SIGNATURE = 8  # bytes
_PIECE = 1 << 18  # bytes unpacked at a time, and thrown away
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by the kind of colour


def frames(content: bytes) -> int:
    """How many pictures an animated PNG says it has; 1 for any other."""
    told = [int.from_bytes(body[:4], "big") for kind, body in _chunks(content) if kind == b"acTL"]
    return max((1, *told))


def unpacks_too_far(content: bytes) -> bool:
    """Whether its compressed data hold more than twice what its pixels take, interlaced or not."""
    left, unpacker = 2 * _pixel_bytes(content) + _PIECE, zlib.decompressobj()
    for kind, body in _chunks(content):
        packed = body if kind == b"IDAT" else b""
        while packed and left >= 0 and not unpacker.eof:
            left -= len(unpacker.decompress(packed, _PIECE))
            packed = unpacker.unconsumed_tail
    return left < 0


def _pixel_bytes(content: bytes) -> int:
    """With the byte before each row that tells how it is filtered."""
    width, height, depth, colour = next(
        struct.unpack_from(">IIBB", body) for kind, body in _chunks(content) if kind == b"IHDR"
    )
    return int(height * (1 + (width * depth * _CHANNELS.get(colour, 4) + 7) // 8))


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = _SIGNATURE
    while at + 12 <= len(content):
        size, kind = struct.unpack_from(">I4s", content, at)
        yield kind, content[at + 8 : at + 8 + size]
        at += 12 + size
