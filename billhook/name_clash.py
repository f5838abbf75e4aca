"""
Find out whether one of our top-level packages is hidden by another distribution's. It imports none of them.

`engine`, `pipelines`, `actions` and `renderers` are plain words (docs/decisions/0001): where another distribution owns
one, Python may find that one first, and everything that follows would fail with a riddle.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("engine", "pipelines", "actions", "renderers")


def check() -> None:
    """
    Raises:
        NameClash: Python finds somebody else's package under one of our names.
    """
    ours = Path(__file__).parents[1].resolve()
    for package in PACKAGES:
        found = _where(package)
        if found != ours / package:
            sys.path.insert(0, str(ours))
            from engine.errors import NameClash

            raise NameClash(package, str(found) if found else "nowhere")


def _where(package: str) -> Path | None:
    """The folder that `import package` would load, without loading it."""
    spec = find_spec(package)
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]).resolve() if places else None
