"""Whose token it is: the answer of the token endpoint says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from homeassistant.core import HomeAssistant

from .api import ServiceError, read_field
from .const import ACCOUNT_FIELD, ACCOUNT_NAME


@dataclass(frozen=True)
class Account:
    """Who signed in."""

    id: str
    name: str


async def async_get_account(hass: HomeAssistant, token: Mapping[str, Any]) -> Account:
    """Return the account of a token. Raises ServiceError where the answer names none."""
    found = read_field(token, ACCOUNT_FIELD)
    if found is None or found == "":
        raise ServiceError("the answer names no account")
    return Account(str(found), str(read_field(token, ACCOUNT_NAME) or found))
