"""The page of the HTTP API: every operation with its scope, from the OpenAPI description that programs get."""

from collections.abc import Mapping
from typing import Any

from billhook.web.api import routes
from billhook.web.api.described import description
from docs.making import markdown

_PREFIX = "/api/v1"


def page() -> str:
    told = description(routes)
    operations = [
        (method.upper(), path.removeprefix(_PREFIX), operation)
        for path, methods in told["paths"].items() for method, operation in methods.items()
    ]  # fmt: skip
    tags = dict.fromkeys(operation["tags"][0] for _, _, operation in operations)
    return markdown.page(
        "HTTP API",
        f"Everything under `{_PREFIX}`, by subject. What is sent and answered, with examples, is in "
        f"`{_PREFIX}/openapi.json` of every billhook; how it is used is told in "
        "[Use the HTTP API](../howto/http-api.md). What writes takes an `Idempotency-Key`.",
        *(_of(tag, operations, told) for tag in tags),
    )


def _of(tag: str, operations: list[tuple[str, str, Mapping[str, Any]]], told: Mapping[str, Any]) -> str:
    rows = [_row(*each, told["components"]["schemas"]) for each in operations if each[2]["tags"][0] == tag]
    return f"## {tag[:1].upper()}{tag[1:]}\n\n" + markdown.table(("operation", "called", "scope", ""), rows)


def _row(method: str, path: str, operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> tuple[str, ...]:
    [[scope]] = [each.values() for each in operation["security"]]
    asked = [each["name"] for each in operation.get("parameters", []) if each["in"] == "query"]
    body = operation.get("requestBody", {"content": {}})["content"].get("application/json")
    sent = schemas[body["schema"]["$ref"].rpartition("/")[2]].get("properties", {}) if body else {}
    about = markdown.one_line(operation.get("description", "").partition("\n\nRaises:")[0])
    told = [
        about,
        f"Asked with {markdown.codes(asked)}." if asked else "",
        f"Sent: {markdown.codes(sent)}." if sent else "",
    ]
    called = markdown.code(f"{method} {path}")
    return operation["operationId"], called, markdown.codes(scope), " ".join(filter(None, told))
