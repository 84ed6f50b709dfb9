"""The sign-in, as this provider wants it."""

from typing import Any, override

from homeassistant.components.application_credentials import ClientCredential
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.config_entry_oauth2_flow import (
    LocalOAuth2ImplementationWithPkce,
)

from .const import OAUTH2_AUTHORIZE, OAUTH2_TOKEN
from .provider.client_auth import authenticate
from .provider.lifetime import with_lifetime
from .provider.token_request import TokenRequest


class ServiceOAuth2Implementation(LocalOAuth2ImplementationWithPkce):
    """The sign-in with one credential of the user."""

    def __init__(
        self, hass: HomeAssistant, auth_domain: str, credential: ClientCredential
    ) -> None:
        """Keep the name of the credential too."""
        super().__init__(
            hass,
            auth_domain,
            client_id=credential.client_id,
            client_secret=credential.client_secret,
            authorize_url=OAUTH2_AUTHORIZE,
            token_url=OAUTH2_TOKEN,
        )
        self._name = credential.name

    @property
    @override
    def name(self) -> str:
        """Return the name that the user gave the credential."""
        return self._name or self.client_id

    @override
    async def _token_request(self, data: dict[str, Any]) -> dict[str, Any]:
        """Ask the token endpoint (RFC 6749, sections 4.1.3 and 6)."""
        request = TokenRequest.of(data)
        authenticate(request, self.client_id, self.client_secret)
        request.complete()
        session = async_get_clientsession(self.hass)
        answer = await request.async_send(session)
        return with_lifetime(answer)
