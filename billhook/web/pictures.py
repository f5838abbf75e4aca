"""A document's first page as a picture, to be looked at on a page. It knows no document's content."""

from io import BytesIO

_SCALE = 1.4  # 101 dots an inch: sharp at the width of a page, and small


def first_page(pdf: bytes) -> bytes:
    """PNG."""
    from pypdfium2 import PdfDocument  # half a second that only a preview needs

    document = PdfDocument(pdf)
    try:
        picture = BytesIO()
        document[0].render(scale=_SCALE).to_pil().save(picture, "PNG", optimize=True)
        return picture.getvalue()
    finally:
        document.close()
