"""Small files that people of the demo send: a page of PDF, and a logo."""

import io

_COLOURS = ("#1f6f8b", "#8b3a1f", "#3d7a3a", "#5b3f8c")


def pdf(*lines: str) -> bytes:
    """One A4 page with some lines of text (Latin-1; other letters become question marks), the first one larger."""
    first, *others = (
        each.replace("\\", "/").replace("(", "[").replace(")", "]").encode("latin-1", "replace") for each in lines
    )
    drawing = b"BT /F1 18 Tf 72 750 Td 22 TL (" + first + b") Tj /F1 12 Tf"
    drawing += b"".join(b" T* (" + each + b") Tj" for each in others) + b" ET"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawing), drawing),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    )
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return body + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        size, table, size, len(body),
    )  # fmt: skip


def logo(place: int) -> bytes:
    """A PNG: a sun over waves, in a colour of its own."""
    from PIL import Image, ImageDraw

    colour = _COLOURS[place % len(_COLOURS)]
    image = Image.new("RGB", (480, 160), "white")
    draw = ImageDraw.Draw(image)
    draw.ellipse((20, 20, 140, 140), fill=colour)
    for row in range(3):
        draw.rounded_rectangle((170, 30 + 40 * row, 460 - 60 * row, 50 + 40 * row), radius=10, fill=colour)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
