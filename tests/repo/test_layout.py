"""The code keeps to the house style in what a machine can see: sizes, names, cycles. Run by scripts/check too."""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import grimp

CHECKOUT = Path(__file__).parents[2]
PACKAGES = ("engine", "pipelines", "actions", "renderers", "billhook")
SOURCES = {
    path.relative_to(CHECKOUT).as_posix(): path.read_text(encoding="utf-8")
    for folder in (*PACKAGES, "tests", "benchmarks")
    for path in sorted((CHECKOUT / folder).rglob("*.py"))
}
SAYS_NOTHING = {"util", "utils", "common", "helper", "helpers", "misc", "base", "manager", "handler", "handlers"}


@cache
def trees() -> dict[str, ast.Module]:
    """Made once, where they are first asked for: whoever only collects the tests needs none."""
    return {name: ast.parse(text) for name, text in SOURCES.items()}


def shipped() -> dict[str, ast.Module]:
    return {name: tree for name, tree in trees().items() if name.startswith(PACKAGES)}


def modules_of_tests() -> dict[str, ast.Module]:
    return {name: tree for name, tree in trees().items() if Path(name).name.startswith("test_")}


def test_no_file_is_over_400_lines():
    assert [name for name, text in SOURCES.items() if text.count("\n") > 400] == []


def test_no_function_is_over_50_lines():
    long = [
        f"{name}:{function.lineno} {function.name} has {_length(function)}"
        for name, tree in trees().items()
        for function in _functions(tree)
        if _length(function) > 50
    ]

    assert long == []


def test_no_test_is_over_15_lines():
    long = [
        f"{name}:{test.lineno} {test.name} has {_length(test)}"
        for name, tree in modules_of_tests().items()
        for test in _tests(tree)
        if _length(test) > 15
    ]

    assert long == []


def test_every_file_opens_with_a_sentence():
    assert [name for name, tree in trees().items() if not (ast.get_docstring(tree) or "").strip()] == []


def test_no_file_has_a_name_that_says_nothing():
    assert [name for name in SOURCES if Path(name).stem in SAYS_NOTHING] == []


def test_no_package_prints():
    prints = [
        f"{name}:{call.lineno}"
        for name, tree in shipped().items()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "print"
    ]

    assert prints == []


def test_every_test_module_has_a_test_and_every_test_asserts():
    empty = [name for name, tree in modules_of_tests().items() if not list(_tests(tree))]
    silent = [
        f"{name}:{test.lineno} {test.name}"
        for name, tree in modules_of_tests().items()
        for test in _tests(tree)
        if not re.search(r"\bassert\b|raises\(|assert_\w+\(|\['test_\w+'\]\(", ast.unparse(test))
    ]

    assert (empty, silent) == ([], [])


def test_no_module_is_part_of_an_import_cycle():
    graph = grimp.build_graph(*(package for package in PACKAGES if (CHECKOUT / package / "__init__.py").exists()))
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}

    assert _cycle(imports) == []


def test_our_names_are_nobody_elses():
    owners = packages_distributions()
    strangers = {name: set(owners.get(name, [])) - {"billhook"} for name in PACKAGES}

    assert {name: found for name, found in strangers.items() if found} == {}
    assert set(PACKAGES) & sys.stdlib_module_names == set()


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _tests(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (function for function in _functions(tree) if function.name.startswith("test_"))


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _cycle(imports: dict[str, set[str]]) -> list[str]:
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []
