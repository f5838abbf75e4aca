"""A stranger's logo, decoded and written anew as PNG. Runs in the press, never beside the database."""

import io
import warnings

from PIL import Image, UnidentifiedImageError

MOST_BYTES = 1024 * 1024
MOST_PIXELS = 4_000_000
PRINTED = (720, 288)  # pixels: 60 x 24 mm at 300 dpi

_FORMATS = {"PNG": b"\x89PNG\r\n\x1a\n", "JPEG": b"\xff\xd8\xff"}


class LogoRefusedError(ValueError):
    """Why the picture is not taken, as a sentence for the partner."""


def clean(content: bytes) -> bytes:
    """
    The picture as a PNG of the size that prints, without metadata or anything after its end.

    Raises:
        LogoRefusedError: not a PNG or JPEG, too many bytes or pixels, or broken.
    """
    if len(content) > MOST_BYTES:
        raise LogoRefusedError(f"The logo has {len(content)} bytes; at most 1 MB ({MOST_BYTES} bytes) is taken.")
    kind = next((name for name, start in _FORMATS.items() if content.startswith(start)), None)
    if kind is None:
        raise LogoRefusedError("The logo is neither PNG nor JPEG by its first bytes. Save it as one of them.")
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            return _written_anew(content, kind)
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning) as why:
            if isinstance(why, LogoRefusedError):
                raise
            raise LogoRefusedError("The logo is broken or cut off. Save it anew and send it again.") from why


def _written_anew(content: bytes, kind: str) -> bytes:
    try:
        image: Image.Image = Image.open(io.BytesIO(content), formats=[kind])
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as why:
        raise LogoRefusedError(
            "The logo's head cannot be read, or speaks of too many pixels. Make it smaller."
        ) from why
    if image.width * image.height > MOST_PIXELS:
        told = f"The logo has {image.width} x {image.height} pixels; at most {MOST_PIXELS:,} in all are taken."
        raise LogoRefusedError(told)
    image.load()
    has_alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    plain = image.convert("RGBA" if has_alpha else "RGB")
    plain.thumbnail(PRINTED, Image.Resampling.LANCZOS)
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    out = io.BytesIO()
    bare.save(out, "PNG", optimize=True)
    return out.getvalue()
