"""The page of errors: for each its code, what it means, its fields, and the shape of its sentence."""

import inspect
import textwrap
from collections.abc import Iterator
from datetime import timedelta
from types import ModuleType
from typing import Any

from billhook.web import refusals
from docs.making import markdown
from engine import errors
from engine.billing import errors as billing

_MODULES: tuple[tuple[str, ModuleType, type[Exception]], ...] = (
    ("Errors of billhook", errors, errors.BillhookError),
    ("Errors of the billing code", billing, billing.BillingError),
)
_FILLED = {
    "timedelta": timedelta(minutes=15),
    "Problem": [errors.Problem("{field}", "{what is wrong and what would be right}.")],
    "Refusal": [errors.Refusal("{guard}", "{why not}.", who="{who}")],
    "Missing": [errors.Missing("{field}", "{what is missing}.", "partner")],
}


def page() -> str:
    return markdown.page(
        "Errors",
        "Every error has a `code` for programs, which does not change; one sentence for people, which names the "
        "subject, what is true and the way out; and fields. With `--json` a command writes "
        '`{"error": {"code": ..., "message": ..., ...fields}}` and exits with 1. In Python all but those of the '
        "billing code are `billhook.BillhookError`.",
        *(_tree(*each) for each in _MODULES),
        _of_the_web(),
    )


def _tree(title: str, module: ModuleType, root: type[Exception]) -> str:
    tree = textwrap.dedent((module.__doc__ or "").partition("\n\n")[2])
    parts = [f"## {title}", markdown.block(tree), *(_about(error) for error in _below(root))]
    return "\n\n".join(parts)


def _of_the_web() -> str:
    ours = [each for each in vars(refusals).values() if isinstance(each, type) and each.__module__ == refusals.__name__]
    return "\n\n".join(["## Errors of the web", *(_about(error) for error in ours)])


def _below(error: type[Exception]) -> Iterator[type[Exception]]:
    yield error
    for child in error.__subclasses__():
        if child.__module__ == error.__module__:
            yield from _below(child)


def _about(error: Any) -> str:
    shown = _example(error)
    fields = [name for name in vars(shown) if not name.startswith("_")] if shown else []
    tells = shown is not None and str(shown) != "{sentence}"
    parts = [
        f"### {error.code}",
        f"`{error.__name__}`. {markdown.one_line(error.__doc__)}",
        markdown.block(str(shown)) if tells else "",
        f"Fields: {markdown.codes(fields)}." if fields else "",
    ]
    return "\n\n".join(part for part in parts if part)


def _example(error: Any) -> Exception | None:
    """The error with a word in braces for each of its parts; None for one whose sentence is whoever raises it's."""
    if not inspect.isfunction(error.__init__):
        return None
    _, *wanted = inspect.signature(error.__init__).parameters.values()
    named = {each.name: _filled(each) for each in wanted if each.kind is each.KEYWORD_ONLY}
    made: Exception = error(*(_filled(each) for each in wanted if each.kind is not each.KEYWORD_ONLY), **named)
    return made


def _filled(parameter: inspect.Parameter) -> Any:
    annotation = str(parameter.annotation)
    for name, example in _FILLED.items():
        if name in annotation:
            return example
    if parameter.default is not parameter.empty:
        return parameter.default
    return [f"{{{parameter.name}}}"] if "Collection" in annotation else f"{{{parameter.name}}}"
