"""
Pages look as they did when somebody looked at them and approved: tests/pictures.

    scripts/test tests/renderers/test_pictures.py --approve

draws them anew, also where the difference is too small to fail. Look at each that git shows before you commit it.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from renderers.pdf import InvoicePdf
from tests.pictured import APPROVED, LOGO, difference, documents, logo, picture

DOCUMENTS = documents()
ALIKE = 0.0002  # of the places: a small word more or less is twice as much


@pytest.fixture(scope="session")
def drawn_page(worldly_press) -> Callable[[str], Image.Image]:
    cleaned = worldly_press.clean_logo(logo())

    def drawn_page(name: str) -> Image.Image:
        return picture(InvoicePdf(worldly_press).render(DOCUMENTS[name], {LOGO: cleaned}).content)

    return drawn_page


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_page_looks_as_it_was_approved(name, drawn_page, tmp_path, request):
    drawn, file = drawn_page(name), APPROVED / f"{name}.png"
    if request.config.getoption("--approve"):
        _keep(drawn, file)
    _keep(drawn, tmp_path / file.name)
    unlike = difference(drawn, Image.open(file)) if file.exists() else 1.0

    assert unlike <= ALIKE, f"{unlike:.2%} of {tmp_path / file.name} differs from {file}. As it should be? --approve"


def test_every_approved_picture_is_of_a_document():
    assert {file.stem for file in APPROVED.glob("*.png")} == set(DOCUMENTS)


@pytest.mark.parametrize(
    ("left", "top", "width", "height"), [(480, 380, 30, 8), (60, 100, 40, 8), (580, 905, 25, 6)], ids=str
)
def test_a_word_more_or_less_is_seen(left, top, width, height):
    approved = Image.open(APPROVED / "invoice-fr.png").convert("L")
    changed = approved.copy()
    ImageDraw.Draw(changed).rectangle((left, top, left + width, top + height), fill=90)

    assert difference(approved, changed) > ALIKE


def test_a_total_that_moves_by_a_line_is_seen():
    approved = Image.open(APPROVED / "invoice-fr.png").convert("L")
    moved = Image.new("L", approved.size, "white")
    moved.paste(approved, (0, 6))

    assert difference(approved, moved) > ALIKE


def test_another_smoothing_of_letters_is_not():
    approved = Image.open(APPROVED / "invoice-fr.png").convert("L")
    smaller = approved.resize((approved.width * 15 // 16, approved.height * 15 // 16), Image.Resampling.LANCZOS)

    assert difference(approved, smaller.resize(approved.size, Image.Resampling.BICUBIC)) <= ALIKE


def test_a_page_more_is_seen():
    approved = Image.open(APPROVED / "many-lines.png")

    assert difference(approved, approved.crop((0, 0, approved.width, approved.height // 2))) == 1


def _keep(drawn: Image.Image, file: Path) -> None:
    file.parent.mkdir(exist_ok=True)
    drawn.quantize(16).save(file, optimize=True)
