"""A stranger's logo, decoded and written anew as PNG. Runs in the press, never beside the database."""

import io
import warnings
import zlib

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from renderers.press import png

MOST_PIXELS = 4_000_000
LONGEST_SIDE = 8_000
PRINTED = (720, 288)  # pixels: 60 x 24 mm at 300 dpi

_FORMATS = {"PNG": b"\x89PNG\r\n\x1a\n", "JPEG": b"\xff\xd8\xff"}
_ENDS = {"PNG": b"IEND\xaeB`\x82", "JPEG": b"\xff\xd9"}

Image.MAX_IMAGE_PIXELS = None  # ours is lower, and looked at before a pixel is decoded


class LogoRefused(ValueError):
    """Why the picture is not taken, as a sentence for the partner."""


def clean(content: bytes) -> bytes:
    """
    The picture as a PNG of the size that prints, upright, without metadata or anything after its end.

    Raises:
        LogoRefused: not a PNG or JPEG, too many pixels, several pictures, more data than pixels, or broken.
    """
    kind = next((name for name, start in _FORMATS.items() if content.startswith(start)), None)
    if kind is None:
        raise LogoRefused("By its first bytes it is neither PNG nor JPEG. Save it as one of them.")
    if not content.rstrip(b"\0").endswith(_ENDS[kind]):
        raise LogoRefused("It is cut off, or something follows its end. Save it anew and send it again.")
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint turns it on for the whole process
    try:
        image: Image.Image = Image.open(io.BytesIO(content), formats=[kind])
        _measure(image)
        if kind == "PNG":
            _look_inside(content, image)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # oddities of metadata, which go anyway
            return _written_anew(image)
    except LogoRefused:
        raise
    except (OSError, SyntaxError, ValueError, EOFError, UnidentifiedImageError, zlib.error) as why:
        raise LogoRefused("It is broken or cut off. Save it anew and send it again.") from why


def _measure(image: Image.Image) -> None:
    if image.width * image.height > MOST_PIXELS:
        told = f"It has {image.width:,} x {image.height:,} pixels; at most {MOST_PIXELS:,} in all are taken."
        raise LogoRefused(f"{told} Save it smaller.")
    if max(image.size) > LONGEST_SIDE:
        told = f"It has {image.width:,} x {image.height:,} pixels; at most {LONGEST_SIDE:,} on a side are taken."
        raise LogoRefused(f"{told} Save it smaller.")


def _look_inside(content: bytes, image: Image.Image) -> None:
    if (frames := png.frames(content)) > 1:
        raise LogoRefused(f"It is an animation of {frames:,} pictures. Save one of them.")
    if png.unpacks_too_far(content):
        told = f"It holds far more data than its {image.width:,} x {image.height:,} pixels take."
        raise LogoRefused(f"{told} Save it anew and send it again.")


def _written_anew(image: Image.Image) -> bytes:
    image.load()
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I"):  # 16 bits of grey, which a plain conversion would cut off at 255
        upright = upright.convert("I").point(lambda value: value / 256).convert("L")
    has_alpha = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
    plain = upright.convert("RGBA" if has_alpha else "RGB")
    plain.thumbnail(PRINTED, Image.Resampling.LANCZOS)
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    out = io.BytesIO()
    bare.save(out, "PNG", optimize=True)
    return out.getvalue()
