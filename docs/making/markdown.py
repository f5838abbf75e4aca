"""Markdown as text: pages, tables, code. It knows no page."""

from collections.abc import Iterable, Sequence

NOTE = "<!-- Written by scripts/reference from the code. Changes made here are lost. -->"


def page(title: str, *parts: str) -> str:
    """A whole page that says where it comes from. Parts that are empty are left out."""
    return "\n\n".join([f"# {title}", NOTE, *(part.strip("\n") for part in parts if part.strip())]) + "\n"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table, or nothing where there are no rows."""
    lines = [_row(cells) for cells in rows]
    return "\n".join([_row(headings), "|" + "---|" * len(headings), *lines]) if lines else ""


def code(text: str) -> str:
    """Inline code; nothing for an empty text."""
    return f"`{text}`" if text else ""


def codes(texts: Iterable[str]) -> str:
    return ", ".join(code(text) for text in texts)


def block(text: str, language: str = "") -> str:
    text = text.strip("\n")
    return f"```{language}\n{text}\n```"


def one_line(text: str | None) -> str:
    """A docstring's words with single spaces."""
    return " ".join((text or "").split())


def sentences(text: str) -> str:
    """A text that begins with a capital letter and ends with a full stop."""
    if not text:
        return ""
    first = text if "://" in text.split()[0] else text[:1].upper() + text[1:]
    return first if first.endswith((".", "?", "!")) else f"{first}."


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", "<br>") for cell in cells) + " |"
