"""The OpenAPI description: complete, with scopes, and with examples that are what they are examples of."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from jsonschema import Draft202012Validator

from billhook.web.api import routes
from billhook.web.api.described import description
from engine.tokens import SCOPES
from tests.web.program import program

TOLD = description(routes)
OPERATIONS = {
    operation["operationId"]: operation for path in TOLD["paths"].values() for operation in path.values()
}  # fmt: skip
BODIES = {
    name: operation["requestBody"]["content"]["application/json"]["schema"]
    for name, operation in OPERATIONS.items() if "requestBody" in operation
}  # fmt: skip


def fits(value: Any, schema: dict[str, Any]) -> list[str]:
    """What is wrong with a value."""
    whole = {**schema, "components": TOLD["components"]}
    return [error.message for error in Draft202012Validator(whole).iter_errors(value)]


def contents(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for status, answer in operation["responses"].items():
        for kind, content in answer.get("content", {}).items():
            if "json" in kind and "schema" in content:
                yield status, content


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    return TOLD["components"]["schemas"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def lacking(schema: dict[str, Any]) -> list[str]:
    """Fields that must be sent and that nothing shows an example of."""
    whole = resolved(schema)
    fields = whole.get("properties", {}).items()
    return [
        name for name, field in fields
        if name in whole.get("required", ()) and "examples" not in field and field.get("type") != "boolean"
        and (lacking(field.get("items", {})) or "items" not in field)
    ]  # fmt: skip


def test_the_description_is_for_everybody_and_names_every_route(web):
    told = program(web, role="viewer").get("/openapi.json", headers={"Authorization": ""}).json()
    described = {(path, method.upper()) for path, operations in told["paths"].items() for method in operations}

    assert told["openapi"].startswith("3.1")
    there = [
        (route.path.replace(":path", ""), method)
        for route in iter_route_contexts(routes.routes) for method in route.methods or ()
    ]  # fmt: skip
    assert described == {*there} - {("/api/v1/openapi.json", "GET"), ("/api/v1/openapi.json", "HEAD")}


def test_every_operation_has_a_name_of_its_own():
    assert len(OPERATIONS) == sum(len(path) for path in TOLD["paths"].values())


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_tells_its_scope_and_takes_a_key_if_it_writes(name):
    [[scope]] = [each.values() for each in OPERATIONS[name]["security"]]
    sent = {each["name"] for each in OPERATIONS[name].get("parameters", [])}

    assert {*scope} <= {*SCOPES}
    assert ("Idempotency-Key" in sent) == scope[0].endswith(":write")


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_parameter_and_answer_has_an_example_that_is_one(name):
    operation = OPERATIONS[name]
    parameters = [each for each in operation.get("parameters", []) if each["in"] != "header"]
    examples = [(each["name"], each) for each in parameters] + [*contents(operation)]
    wrong = [(where, problems) for where, each in examples if (problems := fits(each["example"], each["schema"]))]

    assert wrong == []


@pytest.mark.parametrize("name", BODIES)
def test_every_field_that_must_be_sent_has_an_example(name):
    assert lacking(BODIES[name]) == []


def test_examples_of_schemas_that_are_gone_are_gone_too(root):
    answers = json.loads((root / "billhook/web/api/examples.json").read_text(encoding="utf-8"))["answers"]

    assert {*answers} <= {*TOLD["components"]["schemas"], *OPERATIONS}


def test_a_version_is_told_where_it_is_sent():
    named = {name for name, each in OPERATIONS.items() if "ETag" in json.dumps(each["responses"])}

    assert named == {
        "create_payout", "get_payout", "advance_payout", "get_account", "get_numbers", "get_self_invoicing",
        "get_profile", "start_run", "get_run", "get_invoice",
    }  # fmt: skip


def test_every_scope_opens_something():
    wanted = {scope for each in OPERATIONS.values() for [scope] in each["security"][0].values()}

    assert wanted == {*SCOPES}
