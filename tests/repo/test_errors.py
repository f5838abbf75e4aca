"""The trees of errors say what there is: every class in its place, under a code of its own, met in a test."""

import inspect
import re
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from engine import errors
from engine.billing import errors as billing

TESTS = Path(__file__).parents[1]
TREES = [errors, billing]


def _classes(module: ModuleType) -> list[type[Exception]]:
    found = [found for _, found in inspect.getmembers(module, inspect.isclass) if found.__module__ == module.__name__]
    return [one for one in found if issubclass(one, Exception)]


CLASSES = [one for module in TREES for one in _classes(module)]


@pytest.mark.parametrize("module", TREES, ids=lambda module: module.__name__)
def test_the_docstring_shows_every_class_under_its_parent(module):
    assert _told(module) == {one.__name__: one.__base__.__name__ for one in _classes(module)}


def test_every_error_has_a_code_of_its_own():
    codes = Counter(vars(one).get("code") for one in CLASSES)

    assert {code: count for code, count in codes.items() if count > 1 or not code} == {}


@pytest.mark.parametrize("error", CLASSES, ids=lambda error: error.__name__)
def test_every_error_that_is_raised_is_met_in_a_test(error):
    texts = [path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py")]

    assert error.__subclasses__() or any(re.search(rf"\b{error.__name__}\b|\b{error.code}\b", text) for text in texts)


def _told(module: ModuleType) -> dict[str, str]:
    """Name -> parent, from the indented lines of the docstring; the root names its own parent or has Exception."""
    parents: dict[str, str] = {}
    path: list[tuple[int, str]] = []
    for margin, name, parent in re.findall(
        r"^( +)([A-Z]\w+)(?:\((\w+)\))?(?:  .*)?$", module.__doc__ or "", re.MULTILINE
    ):
        path = [step for step in path if step[0] < len(margin)]
        parents[name] = path[-1][1] if path else parent or "Exception"
        path.append((len(margin), name))
    return parents
