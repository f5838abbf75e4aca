"""The page of what pipelines may name: ask actions, job actions, guards and effects."""

import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from docs.making import markdown
from engine.contracts import AskAction, Effect, JobAction
from engine.registry import Registry

Json = Mapping[str, Any]

_KINDS = {"yes_no": "yes or no", "long_text": "long text"}


def page() -> str:
    registry = Registry.load()
    return markdown.page(
        "Actions, guards and effects",
        "What a `pipelines.yaml` may name. Each is an installed Python function or class; "
        "[write an action](../howto/write-an-action.md) and [embed](../howto/embed.md) show how to add your own.",
        "## Ask actions",
        "A step's `action`. Its settings are written in the step, beside `id`, `action`, `title`, `required` and "
        "`approval`. Answers are given as `--answer name=value`, a file as `--answer name=@path`.",
        *(_ask(action) for action in registry.asks.values()),
        "## Job actions",
        "A state's `on_enter`. Work for a worker.",
        *(_job(action) for action in registry.jobs.values()),
        "## Guards",
        "A transition's `guards`: what must be so.",
        markdown.table(
            ("guard", "what must be so", "excludes"),
            [(markdown.code(name), each.says, markdown.code(each.negates or ""))
             for name, each in registry.guards.items()],
        ),
        "## Effects",
        "A transition's `effects`: what it does, in the transition's transaction. What an effect takes is given as "
        "`--data name=value`, a file as `--upload name=@path`; what nothing takes is refused.",
        markdown.table(
            ("effect", "what it does", "takes"),
            [(markdown.code(name), each.says, _taken(each)) for name, each in registry.effects.items()],
        ),
    )  # fmt: skip


def _ask(action: AskAction) -> str:
    schema = action.Settings.model_json_schema()
    example: Json = next(iter(schema.get("examples", [])), {})
    settings = markdown.table(("setting", "is", "without it", "says"), _settings(schema, schema, ""))
    asked = "" if action.name == "fill_form" else _fields(action, example)
    written = "\n".join(_yaml({"action": action.name, **example})) if example else ""
    parts = [
        f"### {action.name}",
        f"{_opening(action)} {' '.join(_who(action))}".strip(),
        settings or "It has no settings.",
        markdown.block(written, "yaml") if written else "",
        asked,
    ]
    return "\n\n".join(part for part in parts if part)


def _who(action: AskAction) -> Iterator[str]:
    if action.main_contact_only:
        yield "Only the partner's main contact may answer."
    if action.needs_switch:
        yield "The step is Skipped while the vendor's self-invoicing switch is off."


def _fields(action: AskAction, settings: Json) -> str:
    rows = [
        (markdown.code(each.name), _KINDS.get(each.kind, each.kind), "yes" if each.required else "",
         "; ".join(filter(None, (each.label, each.document, each.help.replace("\n", " "), ", ".join(each.choices)))))
        for each in action.fields(settings)
    ]  # fmt: skip
    return "It asks:\n\n" + markdown.table(("field", "kind", "needed", "says"), rows)


def _job(action: JobAction) -> str:
    return f"### {action.name}\n\n{_opening(action)}"


def _opening(thing: object) -> str:
    """What the file of an action says it is, without what it says it does not know."""
    text = markdown.one_line((sys.modules[type(thing).__module__].__doc__ or "").strip().split("\n\n")[0])
    return " ".join(each for each in re.split(r"(?<=\.) ", text) if not re.match(r"It (knows|does not know)\b", each))


def _settings(model: Json, whole: Json, prefix: str) -> Iterator[tuple[str, ...]]:
    for name, schema in model.get("properties", {}).items():
        needed = name in model.get("required", ())
        without = "it is needed" if needed else markdown.code(_plain(schema.get("default")))
        yield markdown.code(prefix + name), _kind(schema, whole), without or "empty", _bounds(schema)
        inner = _definition(schema.get("items", {}), whole)
        yield from _settings(inner, whole, f"{prefix}{name}[].")


def _kind(schema: Json, whole: Json) -> str:
    if "enum" in schema:
        return f"one of {', '.join(schema['enum'])}"
    if schema.get("type") == "array":
        inner = schema.get("items", {})
        return f"list of {_plural(inner)}" if not _definition(inner, whole) else "list of mappings"
    return {"string": "text", "integer": "whole number", "boolean": "true or false"}.get(schema.get("type", ""), "")


def _plural(schema: Json) -> str:
    return ", ".join(schema["enum"]) if "enum" in schema else "texts"


def _bounds(schema: Json) -> str:
    told = []
    if "maxLength" in schema:
        told.append(f"at most {schema['maxLength']} characters")
    if "maximum" in schema:
        told.append(f"from {schema.get('minimum', 0)} to {schema['maximum']}")
    if schema.get("minItems"):
        told.append(f"at least {schema['minItems']}")
    return ", ".join(told)


def _definition(schema: Json, whole: Json) -> Json:
    found: Json = whole.get("$defs", {}).get(schema.get("$ref", "").rpartition("/")[2], {})
    return found


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(str, value))}]"
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def _yaml(values: Json, margin: str = "") -> Iterator[str]:
    """Enough YAML for examples of settings: texts, numbers, and lists of mappings."""
    for name, value in values.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield f"{margin}{name}:"
            for item in value:
                first, *rest = _yaml(item, margin + "    ")
                yield f"{margin}  - {first.strip()}"
                yield from rest
        else:
            yield f"{margin}{name}: {_plain(value)}"


def _taken(effect: Effect) -> str:
    said = [f"`{name}`: {says}" for name, says in effect.takes.items()]
    return "; ".join([*said, *(f"upload `{name}`" for name in effect.wants)])
