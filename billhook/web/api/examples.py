"""
Examples of parameters, answers and problems for the OpenAPI description, from `examples.json`; of bodies, from their
fields'.

An answer's example is that of its operation, else that of its schema; lists and pages have one item. A parameter's is
that of its operation (`list_rewards.status`), else that of its name. It knows no route.
"""

import json
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from typing import Any

_PAGE = "Page_"


def with_examples(operation: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    """Give every parameter, every body and every JSON answer of an operation its example."""
    told = _told()
    for content in operation.get("requestBody", {}).get("content", {}).values():
        whole = _sent(content["schema"], schemas)
        content["example"] = told["bodies"].get(operation["operationId"], whole)
    for parameter in operation.get("parameters", []):
        own = f"{operation['operationId']}.{parameter['name']}"
        if (name := own if own in told["parameters"] else parameter["name"]) in told["parameters"]:
            parameter["example"] = told["parameters"][name]
    for status, answer in operation["responses"].items():
        for kind, content in answer.get("content", {}).items():
            if kind == "application/problem+json":
                content["example"] = _problem(int(status))
            elif kind == "application/json" and "schema" in content:
                content["example"] = _answer(operation["operationId"], content["schema"])


@cache
def _told() -> Any:
    return json.loads(files(__package__).joinpath("examples.json").read_text(encoding="utf-8"))


def _sent(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    """A body of its fields' examples; what has none is left out where it can be."""
    if "$ref" in schema:
        return _sent(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if "examples" in schema:
        return schema["examples"][0]
    if schema.get("type") == "array":
        return [_sent(schema["items"], schemas)]
    if schema.get("type") == "boolean":
        return True
    return {
        name: _sent(field, schemas) for name, field in schema["properties"].items()
        if name in schema.get("required", ()) or "examples" in field
    }  # fmt: skip


def _answer(operation: str, schema: Mapping[str, Any]) -> Any:
    answers = _told()["answers"]
    if operation in answers:
        return answers[operation]
    if schema.get("type") == "array":
        return [_answer(operation, schema["items"])]
    name = schema["$ref"].rpartition("/")[2]
    if name.startswith(_PAGE):
        return {"items": [answers[name.removeprefix(_PAGE).rstrip("_")]], "next": None}
    return answers[name]


def _problem(status: int) -> dict[str, Any]:
    told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    return {**told, **_told()["problems"][str(status)], "request": "01a209b5-2796-718a-b19d-75be9ddf8112"}
