"""
HTML to PDF by WeasyPrint: with archive.py the only importer of it. Only the page's own assets can be fetched.

What is the same for every page is made once: the style sheets with their fonts. The fetcher serves a map in memory and
denies everything else, since WeasyPrint's own would read local files and call hosts for whoever writes the markup.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from renderers.press import archive

SCHEME = "asset:"
STYLES = ("v1",)


class OnlyAssets(URLFetcher):  # type: ignore[misc]
    """Serves `asset:NAME` from memory; any other address is refused."""

    def __init__(self, assets: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=())
        self._assets = assets

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:  # noqa: ARG002
        name = url.removeprefix(SCHEME)
        if not url.startswith(SCHEME) or name not in self._assets:
            raise ValueError("only the page's own assets are fetched")
        return URLFetcherResponse(url, self._assets[name])


def print_page(html: str, *, style: str, assets: Mapping[str, bytes], identifier: bytes) -> bytes:
    """
    The page as PDF. The same arguments give the same bytes: `identifier` stands where a random one would.

    style: the version of the template whose style sheet applies.
    """
    pdf: bytes = _laid_out(html, style, assets).write_pdf(pdf_identifier=identifier)
    return pdf


def print_archive(
    html: str, *, style: str, assets: Mapping[str, bytes], identifier: bytes, xml: bytes, dated: datetime
) -> tuple[bytes, str]:
    """
    The page as tagged PDF/A-3b, with `xml` inside unless it is empty; and "", or why it is a plain PDF instead.

    dated: of the attachment, UTC.
    """
    fixed = {"pdf_identifier": identifier, "pdf_tags": True, "pdf_version": "1.7"}

    def attachments() -> list[weasyprint.Attachment]:  # anew for each writing: one is read to its end
        return [archive.attachment(xml, dated)] if xml else []

    try:
        pdf: bytes = _laid_out(html, style, assets).write_pdf(
            finisher=archive.finish_archive, attachments=attachments(), pdf_variant=archive.VARIANT, **fixed
        )
        return pdf, ""
    except archive.NotArchival as flaw:  # a document that was painted keeps the colour profile: it is laid out anew
        plain: bytes = _laid_out(html, style, assets).write_pdf(
            finisher=archive.finish_plain, attachments=attachments(), **fixed
        )
        return plain, flaw.why


def warm() -> None:
    """Load styles and fonts, and print once, so that what follows finds everything in memory."""
    for style in STYLES:
        page = "<p>Aa1 Ωω Яя</p><p><b>Aa1 Ωω Яя</b></p>"
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        print_archive(page, style=style, assets={}, identifier=b"warm", xml=b"<warm/>", dated=epoch)


def version() -> str:
    return f"WeasyPrint {weasyprint.__version__}"


def _laid_out(html: str, style: str, assets: Mapping[str, bytes]) -> Any:
    sheet, fonts = _style(style)
    page = weasyprint.HTML(string=html, url_fetcher=OnlyAssets(assets), base_url=SCHEME)
    return page.render(stylesheets=[sheet], font_config=fonts)


@cache
def _style(style: str) -> tuple[Any, Any]:
    """The parsed style sheet of a template version, with its fonts."""
    fonts = FontConfiguration()
    sheet = files("renderers").joinpath("templates", "invoice", style, "invoice.css").read_text(encoding="utf-8")
    shipped = {each.name: each.read_bytes() for each in files("renderers").joinpath("fonts").iterdir()}
    return weasyprint.CSS(string=sheet, font_config=fonts, url_fetcher=OnlyAssets(shipped), base_url=SCHEME), fonts
