"""Stands for the provider and its API."""

from collections.abc import Mapping
from typing import Any
from unittest.mock import ANY

from pytest_homeassistant_custom_component.test_util.aiohttp import (
    AiohttpClientMockResponse,
)
from yarl import URL

from .provider import ANSWERS, ANYTHING


class Service:
    """Answers requests, and keeps them."""

    def __init__(self) -> None:
        """Answer as it should be."""
        self.requests: list[dict[str, Any]] = []
        self._answers: dict[str, dict[str, Any]] = {}
        self.now_answers(ANSWERS)

    def now_answers(self, answers: Mapping[str, Any]) -> None:
        """Change what some addresses answer."""
        for address, answer in answers.items():
            self.says(address, json=answer)

    def fails(self, address: str, status: int, **headers: str) -> None:
        """Let an address answer with an error."""
        self.says(address, status=status, headers=headers)

    def is_silent(self, address: str, error: Exception) -> None:
        """Let an address not answer at all."""
        self.says(address, exc=error)

    def says(self, address: str, **answer: Any) -> None:
        """Let an address answer anything."""
        self._answers[_address(address)] = answer

    def sent(self, address: str) -> list[dict[str, Any]]:
        """Return the requests that came to an address."""
        wanted = _address(address)
        return [one for one in self.requests if _address(one["url"]) == wanted]

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        **arguments: Any,
    ) -> AiohttpClientMockResponse:
        """Take the place of aiohttp."""
        lower = {name.lower(): value for name, value in (headers or {}).items()}
        body = {
            kind: arguments[kind]
            for kind in ("data", "json", "params")
            if arguments.get(kind) is not None
        }
        self.requests.append(
            {"method": method, "url": str(url), "headers": lower, **body}
        )
        answer = self._answers[_address(url)]
        if "exc" in answer:
            raise answer["exc"]
        return AiohttpClientMockResponse(method, URL(url), **answer)


def expected(request: Any) -> Any:
    """Return what to compare a request with."""
    if isinstance(request, dict):
        return {name: expected(value) for name, value in request.items()}
    return ANY if request == ANYTHING else request


def with_field(answer: Any, path: str, value: Any) -> Any:
    """Return an answer with another value at a dotted path."""
    name, _, rest = path.partition(".")
    return {**answer, name: with_field(answer[name], rest, value) if rest else value}


def _address(url: str) -> str:
    return str(URL(url).with_query(None))
