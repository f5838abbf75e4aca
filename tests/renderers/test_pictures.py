"""
Pages look as they did when somebody looked at them and approved: tests/pictures.

    scripts/test tests/renderers/test_pictures.py --approve

draws them anew, also where the difference is too small to fail. Look at each that git shows before you commit it.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from engine.billing.invoice import Invoice
from renderers.pdf import InvoicePdf
from tests.pictured import APPROVED, LOGO, difference, documents, logo, picture

DOCUMENTS = documents()
ALIKE = 50  # of 255: another smoothing of letters is some 40, a figure that is another 100 or more


FRENCH = DOCUMENTS["invoice-fr"]
WRONG = {
    "a total": {"gross": FRENCH.gross + 600_000},
    "a 5 that is a 6": {"gross": FRENCH.gross + 1},
    "a clawback without its minus": {
        "lines": tuple(replace(line, amount=abs(line.amount)) for line in FRENCH.lines),
    },
    "another due date": {"due_date": FRENCH.due_date + timedelta(days=3)},
    "another number": {"number": FRENCH.number[:-1] + "7"},
    "a day in small grey letters": {"agreement": replace(FRENCH.agreement, accepted_on=date(2026, 1, 6))},
}  # fmt: skip


@pytest.fixture(scope="session")
def drawn_page(worldly_press) -> Callable[[Invoice], Image.Image]:
    cleaned = worldly_press.clean_logo(logo())

    def drawn_page(invoice: Invoice) -> Image.Image:
        return picture(InvoicePdf(worldly_press).render(invoice, {LOGO: cleaned}).content)

    return drawn_page


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_page_looks_as_it_was_approved(name, drawn_page, tmp_path, request):
    drawn, file = drawn_page(DOCUMENTS[name]), APPROVED / f"{name}.png"
    if request.config.getoption("--approve"):
        _keep(drawn, file)
    _keep(drawn, tmp_path / file.name)
    unlike = difference(drawn, Image.open(file)) if file.exists() else 255

    assert unlike <= ALIKE, f"A place of {tmp_path / file.name} is {unlike} of 255 from {file}. Is it right? --approve"


@pytest.mark.parametrize("changes", WRONG.values(), ids=WRONG)
def test_one_figure_that_is_another_is_seen(changes, drawn_page):
    approved = Image.open(APPROVED / "invoice-fr.png")

    assert difference(approved, drawn_page(replace(FRENCH, **changes))) > ALIKE


def test_every_approved_picture_is_of_a_document():
    assert {file.stem for file in APPROVED.glob("*.png")} == set(DOCUMENTS)


@pytest.mark.parametrize(
    ("left", "top", "width", "height"), [(720, 570, 45, 12), (90, 150, 60, 12), (870, 1357, 37, 9)], ids=str
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


def test_letters_that_stand_one_place_further_are_not():
    approved = Image.open(APPROVED / "invoice-fr.png").convert("L")
    moved = Image.new("L", approved.size, "white")
    moved.paste(approved, (1, 0))

    assert difference(approved, moved) <= ALIKE


def test_a_page_more_is_seen():
    approved = Image.open(APPROVED / "many-lines.png")

    assert difference(approved, approved.crop((0, 0, approved.width, approved.height // 2))) == 255


def _keep(drawn: Image.Image, file: Path) -> None:
    file.parent.mkdir(exist_ok=True)
    drawn.quantize(16).save(file, optimize=True)
