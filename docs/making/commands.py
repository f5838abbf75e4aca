"""The page of commands, from the command line's own tree."""

from collections.abc import Iterator
from enum import Enum
from typing import Any

from billhook.cli.options import _PANEL as EVERYWHERE
from billhook.cli.root import commands
from docs.making import markdown

_EXITS = (("0", "Fine."), ("1", "Not: one sentence says what stands in the way."),
          ("2", "The author's mistake: an option that is none, or a pipelines file with errors."))  # fmt: skip


def page() -> str:
    root = commands()
    return markdown.page(
        "Commands",
        root.help,
        "`billhook COMMAND --help` says the same in the terminal. Results go to standard output, remarks and progress "
        "to standard error. At a terminal lists are drawn as tables and ids are cut to their last 8 characters, which "
        "every command takes for the whole id; into a pipe they are written in full.",
        "## Options of every command",
        "They may stand before or after the command's name.",
        _options([each for each in root.params if each.name != "help"]),
        "## Exit status",
        markdown.table(("status", "means"), _EXITS),
        *_commands(root, ()),
    )


def _commands(group: Any, path: tuple[str, ...]) -> Iterator[str]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield f"## {name}\n\n{command.help}"
            yield from _commands(command, (*path, name))
        else:
            yield _command(command, (*path, name))


def _command(command: Any, path: tuple[str, ...]) -> str:
    own = [each for each in command.params if getattr(each, "rich_help_panel", None) != EVERYWHERE]
    arguments = [each for each in own if each.param_type_name == "argument"]
    options = [each for each in own if each.param_type_name == "option" and each.name != "help"]
    usage = " ".join(["billhook", *path, *map(_shown, arguments), *(["[OPTIONS]"] if options else [])])
    told = [(markdown.code(_shown(each)), each.help or "") for each in arguments if each.help]
    parts = [
        f"{'#' * (len(path) + 1)} {' '.join(path)}",
        markdown.block(usage),
        command.help or "",
        markdown.table(("argument", "says"), told),
        _options(options),
    ]
    return "\n\n".join(part for part in parts if part)


def _shown(argument: Any) -> str:
    name = argument.metavar or argument.name.upper()
    return name if argument.required else f"[{name}]"


def _options(options: list[Any]) -> str:
    rows = [(markdown.code(_spelling(each)), _says(each)) for each in options]
    return markdown.table(("option", "says"), rows)


def _spelling(option: Any) -> str:
    name = str(option.opts[0])
    return name if option.is_flag else f"{name} {option.metavar or option.name.upper().rstrip('_')}"


def _says(option: Any) -> str:
    said = [option.help or ""]
    if isinstance(kind := option.type_descriptor.annotation, type) and issubclass(kind, Enum):
        said.append(f"One of {', '.join(str(each.value) for each in kind)}.")
    if option.multiple:
        said.append("May be repeated.")
    if option.required:
        said.append("Needed.")
    elif option.default not in (None, "", False, []) and not callable(option.default):
        said.append(f"Without it: {getattr(option.default, 'value', option.default)}.")
    return " ".join(said)
