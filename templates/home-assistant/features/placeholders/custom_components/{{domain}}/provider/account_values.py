"""The sign-in where the values of an account lead."""

from collections.abc import Mapping
from typing import Any, override

from yarl import URL

from homeassistant.helpers.config_entry_oauth2_flow import LocalOAuth2Implementation

from ..const import OAUTH2_AUTHORIZE
from .placeholders import Placeholders


class AccountValues(LocalOAuth2Implementation):
    """A sign-in with values that differ from account to account."""

    _values: Mapping[str, str] = {}
    _state = ""

    @property
    def placeholders(self) -> Placeholders:
        """Return the values of the account, and those of the client."""
        values = {**self._values, "clientId": self.client_id}
        return Placeholders(values, self.client_secret, self._state)

    def use(self, values: Mapping[str, str]) -> None:
        """Sign in with the values of an account."""
        self._values = values
        self.authorize_url = self.placeholders.address(OAUTH2_AUTHORIZE)

    @override
    async def async_generate_authorize_url(self, flow_id: str) -> str:
        """Return the authorization request, and keep its state."""
        url = await super().async_generate_authorize_url(flow_id)
        self._state = URL(url).query["state"]
        return url

    @override
    async def _async_refresh_token(self, token: dict[str, Any]) -> dict[str, Any]:
        """Refresh a token with the values that it was given for."""
        self.use(token["values"])
        return await super()._async_refresh_token(token)
