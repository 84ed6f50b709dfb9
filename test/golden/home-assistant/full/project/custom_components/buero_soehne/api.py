"""The API of the service. Nothing here knows Home Assistant."""

from abc import ABC, abstractmethod
import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from aiohttp import ClientError, ClientResponse, ClientSession

# Seconds that one call may take.
TIMEOUT = 30


class ServiceError(Exception):
    """The API cannot be reached, or its answer makes no sense."""


class ServiceAuthError(ServiceError):
    """The API refuses the access token."""


class ServiceRateLimitError(ServiceError):
    """The API wants to be left alone for a while."""

    def __init__(self, retry_after: float | None) -> None:
        """Keep for how many seconds, where the API says it."""
        super().__init__("too many calls")
        self.retry_after = retry_after


@dataclass
class ApiRequest:
    """A call on its way out; `arguments` are those of aiohttp: params, json, data."""

    method: str
    url: str
    headers: dict[str, str]
    arguments: dict[str, Any]


class AbstractAuth(ABC):
    """Where access tokens come from."""

    @abstractmethod
    async def async_get_access_token(self) -> str:
        """Return an access token that is valid now."""


class ServiceClient:
    """Calls the API for one account."""

    def __init__(
        self,
        session: ClientSession,
        auth: AbstractAuth,
        base_url: str,
        headers: Mapping[str, str],
    ) -> None:
        """Keep what each call needs; `{token}` in a header is the access token."""
        self._session = session
        self._auth = auth
        self._base_url = base_url
        self._headers = headers

    async def async_get_data(self, polled: Mapping[str, str]) -> dict[str, Any]:
        """Return what each path answers; where there is none, only the token is tried."""
        await self._auth.async_get_access_token()
        return {
            path: await self.async_request(method, path)
            for path, method in polled.items()
        }

    async def async_request(self, method: str, path: str, **arguments: Any) -> Any:
        """Return the JSON that a path below the base URL answers.

        Raises ServiceError; errors of the token itself pass through.
        """
        # Not inside the try below: a refused refresh is a ClientError too.
        token = await self._auth.async_get_access_token()
        headers = {
            name: value.replace("{token}", token)
            for name, value in self._headers.items()
        }
        return await self._async_send(
            ApiRequest(method, self._base_url + path, headers, arguments)
        )

    async def _async_send(self, request: ApiRequest) -> Any:
        has_body = not request.arguments.keys().isdisjoint({"data", "json"})
        try:
            async with (
                asyncio.timeout(TIMEOUT),
                self._session.request(
                    request.method,
                    request.url,
                    headers=request.headers,
                    # aiohttp names a type for a body that is not there, too.
                    skip_auto_headers=() if has_body else ("Content-Type",),
                    allow_redirects=False,
                    **request.arguments,
                ) as response,
            ):
                return await _read(response)
        except (ClientError, TimeoutError, ValueError) as err:
            raise ServiceError(str(err) or type(err).__name__) from err


async def _read(response: ClientResponse) -> Any:
    if response.status == HTTPStatus.UNAUTHORIZED:
        raise ServiceAuthError("the access token was refused")
    if response.status == HTTPStatus.TOO_MANY_REQUESTS:
        raise ServiceRateLimitError(_retry_after(response.headers))
    if not HTTPStatus(response.status).is_success:
        raise ServiceError(f"status {response.status}")
    if response.status == HTTPStatus.NO_CONTENT:
        return None
    return await response.json(content_type=None)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return seconds, from a number or a date (RFC 9110, section 10.2.3)."""
    value = headers.get("Retry-After", "")
    if value.isdecimal():
        return float(value)
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (date - datetime.now(UTC)).total_seconds())


def read_field(answer: Any, path: str) -> Any:
    """Return what stands at a dotted path of an answer; the whole path may be a name."""
    if isinstance(answer, Mapping) and path in answer:
        return answer[path]
    for name in path.split("."):
        if isinstance(answer, Mapping):
            answer = answer.get(name)
        elif isinstance(answer, list) and name.isdecimal() and int(name) < len(answer):
            answer = answer[int(name)]
        else:
            return None
    return answer
