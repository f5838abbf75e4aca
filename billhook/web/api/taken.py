"""What an operation of the API, and what it depends on, takes of a request, as FastAPI reads their signatures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant

Mistakes = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One in the path, the query or the headers; `field` is FastAPI's and says what may stand there."""

    name: str
    alias: str
    field: Any
    required: bool
    default: Any

    @classmethod
    def of(cls, field: Any) -> Self:
        return cls(field.name, field.alias, field, field.field_info.is_required(), field.default)

    def read(self, place: str, sent: Mapping[str, str], mistakes: Mistakes) -> Any:
        text = sent.get(self.alias)
        if text is None and not self.required:
            return self.default
        if text is None:
            mistakes.append({"type": "missing", "loc": (place, self.alias), "msg": "Field required", "input": None})
            return None
        value, wrong = self.field.validate(text, loc=(place, self.alias))
        mistakes += wrong
        return value


class Taken:
    """The arguments of one function: its parameters, what functions return that it depends on, the request."""

    def __init__(self, dependant: Dependant) -> None:
        self._of = dependant
        self._parts = [Taken(each) for each in dependant.dependencies]
        self._path = [Parameter.of(each) for each in dependant.path_params]
        self._query = [Parameter.of(each) for each in dependant.query_params]
        self._headers = [Parameter.of(each) for each in dependant.header_params]

    @property
    def query(self) -> set[str]:
        """What is read of the address's query by the function and what it depends on."""
        return {each.alias for each in self._query}.union(*(each.query for each in self._parts))

    @property
    def headers(self) -> set[str]:
        """What is read of the headers."""
        return {each.alias for each in self._headers}.union(*(each.headers for each in self._parts))

    def given(self, request: Request, noted: Response, mistakes: Mistakes) -> dict[str, Any]:
        """
        The arguments; `noted` is whose headers the answer is to have. What is wrong with parameters is added to
        `mistakes`, and nothing is called that would have needed them.
        """
        given = {each.name: each.read("path", request.path_params, mistakes) for each in self._path}
        given |= {each.name: each.read("query", request.query_params, mistakes) for each in self._query}
        given |= {each.name: each.read("header", request.headers, mistakes) for each in self._headers}
        for part in self._parts:
            found: Mistakes = []
            needed = part.given(request, noted, found)
            if not found and part._of.call:
                given[str(part._of.name)] = part._of.call(**needed)
            mistakes += found
        if self._of.request_param_name:
            given[self._of.request_param_name] = request
        if self._of.response_param_name:
            given[self._of.response_param_name] = noted
        return given
