"""Pipelines from a file. It knows no database: where versions are kept is the engine's matter."""

from dataclasses import dataclass
from pathlib import Path

from engine.registry import Registry
from pipelines.compiler import Compiled, compile_file
from pipelines.reader import MOST_KB


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a file, and its text, which messages quote."""

    compiled: Compiled
    text: str


def load(path: Path, *, registry: Registry, name: str = "") -> Loaded:
    """
    Read and check a file; problems call it `name`, else by its path as it was given.

    Raises:
        OSError: it is not there, or may not be read.
    """
    text = read_text(path)
    return Loaded(compile_file(text, file=name or str(path), registry=registry), text)


def read_text(path: Path) -> str:
    """
    The file's text, no more of it than it takes to see that it is too large. A byte that is not UTF-8 becomes a lone
    surrogate, which the reader refuses at its place.

    Raises:
        OSError: it is not there, or may not be read.
    """
    with path.open("rb") as file:
        return file.read(MOST_KB * 1024 + 1).decode("utf-8", "surrogateescape")
