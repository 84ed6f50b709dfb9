"""Where the access tokens of an account come from."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, override

from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers.config_entry_oauth2_flow import OAuth2Session

from .api import AbstractAuth
from .const import DOMAIN


class TokenAuth(AbstractAuth):
    """The answer of the token endpoint, as Home Assistant keeps it."""

    @property
    @abstractmethod
    def token(self) -> Mapping[str, Any]:
        """Return the answer."""

    @override
    async def async_get_access_token(self) -> str:
        """Return the access token that was given last."""
        return str(self.token["access_token"])


class ConfigEntryAuth(TokenAuth):
    """The token of an entry, refreshed when it is needed."""

    def __init__(self, session: OAuth2Session) -> None:
        """Keep the session of the entry."""
        self._session = session

    @property
    @override
    def token(self) -> Mapping[str, Any]:
        """Return the answer."""
        return self._session.token

    @override
    async def async_get_access_token(self) -> str:
        """Return an access token that is valid now."""
        # A refresh token is optional (RFC 6749, section 5.1).
        if not self._session.valid_token and not self.token.get("refresh_token"):
            raise ConfigEntryAuthFailed(
                translation_domain=DOMAIN, translation_key="token_expired"
            )
        await self._session.async_ensure_token_valid()
        return await super().async_get_access_token()
