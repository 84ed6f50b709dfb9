"""The end of an account's link at the provider."""

from typing import TYPE_CHECKING

from aiohttp import ClientError

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryAuthFailed, ConfigEntryNotReady
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.config_entry_oauth2_flow import (
    LocalOAuth2Implementation,
    async_get_config_entry_implementation,
)

from ..const import LOGGER, OAUTH2_REVOKE, RENAMED_REVOCATION_PARAMETERS
from ..coordinator import ServiceConfigEntry
from .client_auth import authenticate
from .token_request import TIMEOUT, TokenRequest


async def async_revoke(hass: HomeAssistant, entry: ServiceConfigEntry) -> None:
    """Give the grant back (RFC 7009, section 2.1); the entry goes, whatever comes of it."""
    try:
        implementation = await async_get_config_entry_implementation(hass, entry)
        if TYPE_CHECKING:
            assert isinstance(implementation, LocalOAuth2Implementation)
        url = OAUTH2_REVOKE
        request = TokenRequest(url, _parameters(entry), {})
        authenticate(request, implementation.client_id, implementation.client_secret)
        session = async_get_clientsession(hass)
        async with session.post(
            request.url,
            headers=request.headers,
            data={
                RENAMED_REVOCATION_PARAMETERS.get(name, name): value
                for name, value in request.parameters.items()
            },
            timeout=TIMEOUT,
            allow_redirects=False,
        ) as response:
            response.raise_for_status()
    except (
        ConfigEntryAuthFailed,
        ConfigEntryNotReady,
        ClientError,
        TimeoutError,
    ) as err:
        LOGGER.warning(
            "The grant of %s could not be revoked, end it at the provider: %s",
            entry.title,
            err,
        )


def _parameters(entry: ServiceConfigEntry) -> dict[str, str]:
    """Return the refresh token, which ends the others with it, or else the access token."""
    token = entry.data["token"]
    hint = "refresh_token" if token.get("refresh_token") else "access_token"
    return {"token": token[hint], "token_type_hint": hint}
