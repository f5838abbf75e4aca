"""The press fetches nothing: no file, no host, no data: address, by whichever way a page asks for it."""

from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

from engine.errors import RenderError

DATA = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
WAYS = [
    "<img src='{}'>",
    "<img srcset='{} 2x' src='{}'>",
    "<picture><source srcset='{}'><img src='{}'></picture>",
    "<object data='{}'></object><embed src='{}'>",
    "<iframe src='{}'></iframe>",
    "<link rel=stylesheet href='{}'>",
    "<link rel=attachment href='{}'><a rel=attachment href='{}'>before</a>",
    "<style>@import url({});</style>",
    "<style>@import '{}';</style>",
    "<style>@font-face {{ font-family: x; src: url({}) }} p {{ font-family: x }}</style>",
    "<style>@font-face {{ font-family: x; src: local('DejaVu Sans'), url({}) }} p {{ font-family: x }}</style>",
    "<div style='background: url({})'>before</div>",
    "<ul style='list-style-image: url({})'><li>before</ul>",
    "<p style='border-image: url({}) 1 stretch; border: 1px solid'>before</p>",
    "<p style='content: url({}); mask: url({}); filter: url({})'>before</p>",
    "<svg><image href='{}'/><use href='{}'/><style>@import '{}';</style></svg>",
    "<base href='{}'><img src='secret.png'>",
    "<meta http-equiv=refresh content='0; url={}'><script src='{}'></script>",
    "<?xml-stylesheet href='{}'?><!DOCTYPE x SYSTEM '{}'>",
]


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a picture and a style sheet that would be seen."""
    folder = tmp_path_factory.mktemp("secrets")
    Image.new("RGB", (2, 2), "red").save(folder / "secret.png")
    (folder / "secret.css").write_text("body::before { content: 'SECRET' }")
    return folder


@pytest.mark.parametrize("way", WAYS)
def test_no_way_of_asking_reaches_a_file_or_a_host(press, pages, listener, secrets, way):
    host = f"http://127.0.0.1:{listener.getsockname()[1]}/secret.css"
    for address in (host, (secrets / "secret.png").as_uri(), (secrets / "secret.css").as_uri(), "/etc/passwd", DATA):
        pdf = _print(press, f"<p>first</p>{way.replace('{}', address).replace('{{', '{').replace('}}', '}')}")

        assert "first" in pages(pdf)[0]
        assert "SECRET" not in pages(pdf)[0]
        assert _added(pdf) == (0, 0)
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_a_page_that_cannot_do_without_an_address_is_refused(press):
    with pytest.raises(RenderError, match="only the page's own assets are fetched"):
        _print(press, "<style>@color-profile device-cmyk { src: url(file:///etc/passwd) }</style><p>first</p>")


def test_what_is_handed_along_is_shown(press, secrets):
    picture = (secrets / "secret.png").read_bytes()

    assert _added(_print(press, "<img src='asset:logo'>", logo=picture)) == (1, 0)


def test_one_page_does_not_see_what_another_was_handed(press, secrets):
    _print(press, "<img src='asset:logo'>", logo=(secrets / "secret.png").read_bytes())

    assert _added(_print(press, "<img src='asset:logo'>")) == (0, 0)


def _print(press, html: str, **assets: bytes) -> bytes:
    return press.press(html, style="v1", assets=assets, identifier=b"test")


def _added(pdf: bytes) -> tuple[int, int]:
    """How many pictures the first page shows, and how many files are attached."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        pictures = len(list(page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE])))
        page.close()
        return pictures, document.count_attachments()
