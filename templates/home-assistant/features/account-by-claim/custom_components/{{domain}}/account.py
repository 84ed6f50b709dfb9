"""Whose token it is: a claim of it says so."""

from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass
import json
from typing import Any

from homeassistant.core import HomeAssistant

from .api import ServiceError, read_field
from .const import ACCOUNT_CLAIM, ACCOUNT_NAME, ACCOUNT_TOKEN


@dataclass(frozen=True)
class Account:
    """Who signed in."""

    id: str
    name: str


async def async_get_account(hass: HomeAssistant, token: Mapping[str, Any]) -> Account:
    """Return the account of a token.

    Raises ServiceError where the token is no JWT, or has no such claim.
    """
    claims = _claims(str(token.get(ACCOUNT_TOKEN, "")))
    found = read_field(claims, ACCOUNT_CLAIM)
    if found is None or found == "":
        raise ServiceError("the token names no account")
    return Account(str(found), str(read_field(claims, ACCOUNT_NAME) or found))


def _claims(jwt: str) -> Any:
    """Return the claims of a JWT (RFC 7519, section 3).

    Its signature says nothing more: it came from the token endpoint itself, over TLS.
    """
    try:
        payload = jwt.split(".")[1]
        return json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError) as err:
        raise ServiceError("the token is no JWT") from err
