"""
`python -m docs.making.pictures`: the pictures of docs/images/, from a demo that is run for them.

The invoice is a printed PDF's first page; the table is what `billhook payouts list` draws at a terminal.
"""

import io
import os
import pty
import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2
from PIL import Image
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

IMAGES = Path(__file__).parents[1] / "images"
BILLHOOK = Path(sys.executable).parent / "billhook"
_INVOICE = "ACME-DE-NORD-00001.pdf"
_WIDTH, _COLUMNS, _INK = 900, 118, 200


def main() -> None:
    """Run the demo and make both pictures."""
    with tempfile.TemporaryDirectory() as folder:
        _run("demo", "--out", folder)
        invoice(Path(folder) / "invoices" / _INVOICE, IMAGES / "invoice.png")
        table(Path(folder) / "billhook.db", IMAGES / "payouts.svg")


def invoice(pdf: Path, picture: Path) -> None:
    """The upper part of the first page, in few colours."""
    page = pypdfium2.PdfDocument(pdf)[0]
    drawn = page.render(scale=_WIDTH / page.get_width()).to_pil().convert("RGB")
    _trimmed(drawn).quantize(48).save(picture, optimize=True)


def table(database: Path, picture: Path) -> None:
    """The list of payouts as SVG. No font is fetched: the reader's own monospaced one is used."""
    console = Console(record=True, width=_COLUMNS, file=io.StringIO())
    console.print(Text.from_ansi(_at_a_terminal("--database", f"sqlite:///{database}", "payouts", "list").rstrip()))
    drawn = console.export_svg(title="billhook payouts list", theme=MONOKAI, unique_id="billhook")
    fonts, rest = drawn.index("@font-face"), drawn.index(".billhook-matrix")
    picture.write_text(drawn[:fonts] + drawn[rest:], encoding="utf-8")


def _trimmed(page: Image.Image) -> Image.Image:
    """Without the empty lower part; the footer goes with it."""
    body = page.crop((0, 0, page.width, int(page.height * 0.93)))
    rows = (body.crop((0, y, body.width, y + 1)).convert("L") for y in range(body.height))
    lowest = max(y for y, row in enumerate(rows) if min(row.tobytes()) < _INK)
    return page.crop((0, 0, page.width, lowest + page.width // 20))


def _run(*arguments: str) -> None:
    subprocess.run([BILLHOOK, *arguments], check=True, stdout=subprocess.DEVNULL)  # noqa: S603


def _at_a_terminal(*arguments: str) -> str:
    """What a command writes when a terminal of `_COLUMNS` is there."""
    ours, theirs = pty.openpty()
    surroundings = {**os.environ, "COLUMNS": str(_COLUMNS), "TERM": "xterm-256color"}
    with subprocess.Popen([BILLHOOK, *arguments], stdout=theirs, env=surroundings):  # noqa: S603
        os.close(theirs)
        written = b""
        try:
            while piece := os.read(ours, 65536):
                written += piece
        except OSError:  # Linux tells the end of a terminal so
            os.close(ours)
    return written.decode().replace("\r\n", "\n")


if __name__ == "__main__":
    main()
