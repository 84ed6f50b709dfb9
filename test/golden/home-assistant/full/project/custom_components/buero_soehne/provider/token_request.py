"""What goes to the token endpoint."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import (
    ClientError,
    ClientResponse,
    ClientResponseError,
    ClientSession,
    ClientTimeout,
)
from yarl import URL

from ..const import (
    OAUTH2_REFRESH,
    OAUTH2_TOKEN,
    REFRESH_PARAMETERS,
    TOKEN_BODY,
    TOKEN_HEADERS,
    TOKEN_PARAMETERS,
)

# Seconds that one request may take.
TIMEOUT = ClientTimeout(total=30)


@dataclass
class TokenRequest:
    """A request on its way out; parameters have their standard names until it is sent."""

    url: str
    parameters: dict[str, str]
    headers: dict[str, str]
    body: str = TOKEN_BODY
    method: str = "POST"

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """Return the request for the parameters that Home Assistant gives."""
        is_refresh = data["grant_type"] == "refresh_token"
        return cls(OAUTH2_REFRESH if is_refresh else OAUTH2_TOKEN, dict(data), {})

    def complete(
        self, fill: Callable[[Mapping[str, str]], dict[str, str]] = dict
    ) -> None:
        """Add what the provider wants besides; an empty parameter takes one away."""
        is_refresh = "refresh_token" in self.parameters
        more = fill(REFRESH_PARAMETERS if is_refresh else TOKEN_PARAMETERS)
        self.headers = fill(TOKEN_HEADERS) | self.headers
        self.parameters = {
            name: value for name, value in (self.parameters | more).items() if value
        }

    async def async_send(self, session: ClientSession) -> dict[str, Any]:
        """Return the answer. Raises ClientError where there is none that is good."""
        arguments: dict[str, Any] = {self.body: self.parameters}
        # aiohttp names a type for a body that is not there, too.
        unwanted = ("Content-Type",) if self.body == "params" else ()
        async with session.request(
            self.method,
            self.url,
            headers=self.headers,
            timeout=TIMEOUT,
            allow_redirects=False,
            skip_auto_headers=unwanted,
            **arguments,
        ) as response:
            self._require_success(response)
            try:
                answer = await response.json(content_type=None)
            except ValueError as err:
                raise ClientError("the answer is no JSON") from err
        if not isinstance(answer, dict):
            raise ClientError("the answer is no JSON object")
        return answer

    def _require_success(self, response: ClientResponse) -> None:
        """Raise ClientResponseError for an error.

        Home Assistant logs it with its address, in which secrets may stand: they are left out.
        """
        try:
            response.raise_for_status()
        except ClientResponseError as err:
            address = URL(self.url).with_query(None)
            info = err.request_info._replace(url=address, real_url=address)
            raise ClientResponseError(
                info, (), status=err.status, message=err.message
            ) from None
