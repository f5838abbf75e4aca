"""What every press keeps to: one process or a pool of them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from PIL import Image

from engine.errors import Invalid, RenderError
from renderers.press import Press, PressPool, PressProcess
from renderers.reading import text_of

MAKES = {"PressProcess": lambda: PressProcess(seconds=20), "PressPool": lambda: PressPool(2, seconds=20)}


@pytest.fixture(scope="module", params=MAKES.values(), ids=MAKES)
def press(request: pytest.FixtureRequest) -> Iterator[Press]:
    press = request.param()
    yield press
    press.close()


def test_a_page_becomes_a_pdf_that_says_the_same(press):
    assert text_of(printed(press, "<h1>Facture</h1><p>Œuvre n° 1 : 12,50 €</p>")).split() == (
        ["Facture", "Œuvre", "n°", "1", ":", "12,50", "€", "11"]  # at the foot page and pages, without words
    )


def test_the_same_page_gives_the_same_bytes(press):
    assert printed(press, "<p>same</p>") == printed(press, "<p>same</p>")


def test_the_identifier_is_part_of_the_file(press):
    assert printed(press, "<p>a</p>", identifier=b"one") != printed(press, "<p>a</p>", identifier=b"two")


def test_threads_share_a_press_and_each_gets_its_own_page(press):
    words = [f"word{at}" for at in range(12)]
    with ThreadPoolExecutor(4) as threads:
        pdfs = list(threads.map(lambda word: printed(press, f"<p>{word}</p>"), words))

    assert [text_of(pdf).split()[0] for pdf in pdfs] == words


def test_a_page_that_cannot_be_printed_is_a_render_error(press):
    with pytest.raises(RenderError, match=r"^The page stopped WeasyPrint with "):
        printed(press, "<div>" * 1000)

    assert printed(press, "<p>next</p>").startswith(b"%PDF")


def test_a_style_that_does_not_exist_is_a_render_error(press):
    with pytest.raises(RenderError, match="FileNotFoundError"):
        press.press("<p>a</p>", style="v0", assets={}, identifier=b"test")


def test_a_page_that_is_larger_than_any_is_refused_for_good(press):
    with pytest.raises(RenderError, match="at most 67,108,864 are printed") as refusal:
        press.press("<p>a</p>", style="v1", assets={"logo": bytes(70_000_000)}, identifier=b"test")

    assert refusal.value.permanent


def test_half_of_a_surrogate_pair_is_refused_for_good(press):
    with pytest.raises(RenderError, match="holds half of a character") as refusal:
        printed(press, "<p>\ud800</p>")

    assert refusal.value.permanent


def test_a_logo_is_cleaned_or_refused(press):
    out = BytesIO()
    Image.new("RGB", (30, 10), "green").save(out, "JPEG")

    assert Image.open(BytesIO(press.clean_logo(out.getvalue()))).format == "PNG"
    with pytest.raises(Invalid, match="neither PNG nor JPEG"):
        press.clean_logo(b"GIF89a")


def test_a_press_says_what_it_is_and_is_used_again_after_it_was_closed(press):
    told = press.version()
    press.close()

    assert told.startswith("WeasyPrint ")
    assert printed(press, "<p>again</p>").startswith(b"%PDF")


def printed(press: Press, html: str, *, identifier: bytes = b"test") -> bytes:
    return press.press(html, style="v1", assets={}, identifier=identifier)
