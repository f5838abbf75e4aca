"""
HTML to PDF by WeasyPrint: the only importer of it. Nothing outside the page's own assets can be fetched.

What is the same for every page is made once: the style sheets with their fonts. The fetcher serves a map in memory and
denies everything else, since WeasyPrint's own would read local files and call hosts for whoever writes the markup.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

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
    sheet, fonts = _style(style)
    page = weasyprint.HTML(string=html, url_fetcher=OnlyAssets(assets), base_url=SCHEME)
    pdf: bytes = page.write_pdf(stylesheets=[sheet], font_config=fonts, pdf_identifier=identifier)
    return pdf


def warm() -> None:
    """Load styles and fonts, and print once, so that what follows finds everything in memory."""
    for style in STYLES:
        print_page("<p>Aa1 Ωω Яя</p><p><b>Aa1 Ωω Яя</b></p>", style=style, assets={}, identifier=b"warm")


def version() -> str:
    return f"WeasyPrint {weasyprint.__version__}"


@cache
def _style(style: str) -> tuple[Any, Any]:
    """The parsed style sheet of a template version, with its fonts."""
    fonts = FontConfiguration()
    sheet = files("renderers").joinpath("templates", "invoice", style, "invoice.css").read_text(encoding="utf-8")
    shipped = {each.name: each.read_bytes() for each in files("renderers").joinpath("fonts").iterdir()}
    return weasyprint.CSS(string=sheet, font_config=fonts, url_fetcher=OnlyAssets(shipped), base_url=SCHEME), fonts
