"""A partner's logo: decoded in the press, written anew, or refused with the reason."""

import io
import struct
import zipfile
import zlib

import pypdfium2
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

from engine.errors import Invalid

_AT_ONCE = 10_000  # rows


def saved(image: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def png_of(width: int, height: int, rows: int = 0) -> bytes:
    """A whole PNG of black pixels, one bit each; with `rows` it holds that many and not its height."""
    packer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    whole, rest = divmod(rows or height, _AT_ONCE)
    pixels = b"".join(packer.compress(row * many) for many in (*[_AT_ONCE] * whole, rest)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, content) for kind, content in parts)


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def interlaced(width: int, height: int) -> bytes:
    """A whole PNG of black pixels of 8 bits, in seven passes (Adam7)."""
    passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    rows = b""
    for left, top, wide, high in passes:
        across, down = -(-max(width - left, 0) // wide), -(-max(height - top, 0) // high)
        rows += bytes((1 + across) * down if across else 0)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 1)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, content) for kind, content in parts)


def test_a_png_keeps_what_shines_through_and_loses_its_metadata(press):
    notes = PngInfo()
    notes.add_text("Author", "SECRET")
    cleaned = press.clean_logo(saved(Image.new("RGBA", (40, 20), (10, 20, 30, 40)), "PNG", pnginfo=notes))

    assert opened(cleaned).getpixel((5, 5)) == (10, 20, 30, 40)
    assert chunks(cleaned) == {b"IHDR", b"IDAT", b"IEND"}
    assert b"SECRET" not in cleaned


def test_a_jpeg_stands_upright_and_loses_its_metadata(press):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "SECRET"
    cleaned = press.clean_logo(saved(Image.new("RGB", (40, 20), "red"), "JPEG", exif=exif))

    assert opened(cleaned).size == (20, 40)
    assert chunks(cleaned) == {b"IHDR", b"IDAT", b"IEND"}


@pytest.mark.parametrize(
    ("size", "printed"), [((1600, 640), (720, 288)), ((600, 1200), (144, 288)), ((50, 20), (50, 20))]
)
def test_a_large_logo_becomes_the_size_that_prints(press, size, printed):
    assert opened(press.clean_logo(saved(Image.new("RGB", size, "navy"), "PNG"))).size == printed


@pytest.mark.parametrize(
    ("mode", "colour", "seen"),
    [
        ("L", 100, (100, 100, 100)),
        ("LA", (100, 50), (100, 100, 100, 50)),
        ("P", 0, (0, 0, 0)),
        ("1", 1, (255, 255, 255)),
        ("I;16", 100 * 256, (100, 100, 100)),
    ],
)
def test_every_kind_of_png_is_read(press, mode, colour, seen):
    assert opened(press.clean_logo(saved(Image.new(mode, (8, 8), colour), "PNG"))).getpixel((3, 3)) == seen


@pytest.mark.parametrize("size", [(1, 1), (3, 7), (500, 300), (8000, 500)])
def test_a_png_in_any_order_of_rows_is_read(press, size):
    assert opened(press.clean_logo(interlaced(*size))).width > 0


def test_a_jpeg_for_printers_is_read(press):
    assert opened(press.clean_logo(saved(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG"))).mode == "RGB"


def with_an_archive_behind(picture: bytes) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("run.me", "SECRET")
    return picture + archive.getvalue()


NEITHER = "By its first bytes it is neither PNG nor JPEG. Save it as one of them."
BROKEN = "It is broken or cut off. Save it anew and send it again."
NO_END = "It is cut off, or something follows its end. Save it anew and send it again."


PLAIN = png_of(8, 8)
ANIMATED = PLAIN[:33] + chunk(b"acTL", struct.pack(">II", 100_000, 0)) + PLAIN[33:]


def cut_in_the_middle(picture: bytes) -> bytes:
    return picture[:1000] + picture[3000:]


REFUSED = {
    "SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", NEITHER),
    "GIF named .png": (saved(Image.new("P", (8, 8)), "GIF"), NEITHER),
    "TIFF named .png": (saved(Image.new("RGB", (8, 8)), "TIFF"), NEITHER),
    "EPS named .jpg": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", NEITHER),
    "nothing": (b"", NEITHER),
    "PNG's first bytes, a TIFF behind": (b"\x89PNG\r\n\x1a\n" + saved(Image.new("RGB", (8, 8)), "TIFF"), NO_END),
    "truncated PNG": (saved(Image.effect_noise((90, 90), 90), "PNG")[:-2000], NO_END),
    "PNG and an archive": (with_an_archive_behind(saved(Image.new("RGB", (8, 8)), "PNG")), NO_END),
    "JPEG and an archive": (with_an_archive_behind(saved(Image.new("RGB", (8, 8)), "JPEG")), NO_END),
    "truncated JPEG": (saved(Image.effect_noise((90, 90), 90), "JPEG")[:-2000], NO_END),
    "PNG without its middle": (cut_in_the_middle(saved(Image.effect_noise((90, 90), 90), "PNG")), BROKEN),
    "9000 x 9000": (
        png_of(9000, 9000),
        "It has 9,000 x 9,000 pixels; at most 4,000,000 in all are taken. Save it smaller.",
    ),
    "20000 x 20000": (
        png_of(20000, 20000),
        "It has 20,000 x 20,000 pixels; at most 4,000,000 in all are taken. Save it smaller.",
    ),
    "1 x 200000": (
        png_of(1, 200_000),
        "It has 1 x 200,000 pixels; at most 8,000 on a side are taken. Save it smaller.",
    ),
    "50 x 50 with 80 MB inside": (
        png_of(50, 50, rows=10_000_000),
        "It holds far more data than its 50 x 50 pixels take. Save it anew and send it again.",
    ),
    "100000 frames": (ANIMATED, "It is an animation of 100,000 pictures. Save one of them."),
    "10 MB": (
        b"\x89PNG\r\n\x1a\n" + bytes(10_000_000),
        "It has 10,000,008 bytes; at most 1 MB (1,048,576 bytes) is taken. Save it smaller.",
    ),
}


@pytest.mark.parametrize(("content", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_logo_is_refused_with_the_reason(press, content, reason):
    with pytest.raises(Invalid) as refusal:
        press.clean_logo(content)

    assert str(refusal.value) == f"The logo cannot be accepted. logo: {reason}"


def test_a_logo_that_takes_all_memory_is_refused_and_the_next_one_taken(strict_press):
    text = chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(60_000_000)))
    small = saved(Image.new("RGB", (8, 8)), "PNG")
    with pytest.raises(Invalid, match=BROKEN):
        strict_press.clean_logo(small[:33] + text * 15 + small[33:])

    assert strict_press.clean_logo(small).startswith(b"\x89PNG")


def test_the_invoice_shows_its_logo_and_names_its_seller_below(press, draw, printed, pages):
    png = press.clean_logo(saved(Image.effect_noise((1600, 640), 90), "PNG", compress_level=9))
    pdf = printed(draw(1, seller={"logo": "ab" * 32}), logo=png)

    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        assert len(list(page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE]))) == 1
        page.close()
    assert pages(pdf)[0].startswith("Facture d’autofacturation")


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def chunks(png: bytes) -> set[bytes]:
    at, kinds = 8, set()
    while at < len(png):
        (size,) = struct.unpack_from(">I", png, at)
        kinds.add(png[at + 4 : at + 8])
        at += 12 + size
    return kinds
