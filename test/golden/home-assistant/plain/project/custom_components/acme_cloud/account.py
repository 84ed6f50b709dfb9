"""Whose token it is: the API says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, override

from homeassistant.core import HomeAssistant

from .api import ServiceError, read_field
from .auth import TokenAuth
from .client import create_client
from .const import ACCOUNT_ID, ACCOUNT_METHOD, ACCOUNT_NAME, ACCOUNT_PATH


@dataclass(frozen=True)
class Account:
    """Who signed in."""

    id: str
    name: str


class ConfigFlowAuth(TokenAuth):
    """The token of a sign-in that has no entry yet."""

    def __init__(self, token: Mapping[str, Any]) -> None:
        """Keep the answer."""
        self._token = token

    @property
    @override
    def token(self) -> Mapping[str, Any]:
        """Return the answer."""
        return self._token


async def async_get_account(hass: HomeAssistant, token: Mapping[str, Any]) -> Account:
    """Return the account of a token.

    Raises ServiceError where the API cannot be reached, or names no account.
    """
    client = create_client(hass, ConfigFlowAuth(token))
    answer = await client.async_request(ACCOUNT_METHOD, ACCOUNT_PATH)
    found = read_field(answer, ACCOUNT_ID)
    if found is None or found == "":
        raise ServiceError("the answer names no account")
    return Account(str(found), str(read_field(answer, ACCOUNT_NAME) or found))
