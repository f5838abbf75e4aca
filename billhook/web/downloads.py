"""Documents as answers: a name of our own (RFC 6266), never shown inside a page, checked against their hash before."""

from urllib.parse import quote

from starlette.responses import Response

from engine.contracts import Document


def download(document: Document) -> Response:
    """The bytes, to be saved under the document's name."""
    plain = "".join(each if each.isascii() and (each.isalnum() or each in "-_.") else "-" for each in document.filename)
    named = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(document.filename, safe='')}"
    headers = {"Content-Disposition": named, "Content-Security-Policy": "sandbox; default-src 'none'"}
    return Response(document.content, media_type=document.media_type, headers=headers)
