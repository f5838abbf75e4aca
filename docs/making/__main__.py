"""`python -m docs.making`: write the reference anew; with `--sessions` also what the commands of other pages answer."""

import sys
from pathlib import Path

from docs.making import reference, sessions

DOCS = Path(__file__).parents[1]


def main(arguments: list[str]) -> None:
    """
    Raises:
        SystemExit: an argument is none of ours.
    """
    if arguments not in ([], ["--sessions"]):
        raise SystemExit("billhook: Use: scripts/reference, or scripts/reference --sessions")
    for name, text in reference.pages().items():
        _write(DOCS / "reference" / name, text)
    if arguments:
        for page in sessions.pages_in(DOCS):
            _write(page, sessions.told_anew(page.read_text(encoding="utf-8")))


def _write(path: Path, text: str) -> None:
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{path.relative_to(DOCS.parent)}: {'unchanged' if text == before else 'written'}\n")


main(sys.argv[1:])
