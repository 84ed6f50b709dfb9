"""The flow that links an account."""

from collections.abc import Mapping
import logging
import re
from typing import Any, override

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigFlowResult,
)
from homeassistant.helpers.config_entry_oauth2_flow import AbstractOAuth2FlowHandler

from .account import async_get_account
from .api import ServiceAuthError, ServiceError
from .const import DOMAIN, LOGGER, OAUTH2_AUTHORIZE_PARAMETERS, OAUTH2_SCOPES

# These ask for what the sign-in itself gives, not for access to the API: providers leave
# them out of their answer, or call them by another name (OpenID Connect Core, section 5.4).
OPENID_SCOPES = {"openid", "profile", "email", "address", "phone", "offline_access"}


class OAuth2FlowHandler(AbstractOAuth2FlowHandler, domain=DOMAIN):
    """Links an account, or links it again."""

    DOMAIN = DOMAIN
    VERSION = 1

    @property
    @override
    def logger(self) -> logging.Logger:
        """Return the logger of the integration."""
        return LOGGER

    @property
    @override
    def extra_authorize_data(self) -> dict[str, Any]:
        """Return what the authorization request says beside the standard parameters."""
        return dict(OAUTH2_AUTHORIZE_PARAMETERS)

    async def async_step_reauth(
        self, entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Begin where the provider no longer takes the token."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask before the browser leaves."""
        entry = self._get_reauth_entry()
        if user_input is None:
            return self.async_show_form(
                step_id="reauth_confirm",
                description_placeholders={"name": entry.title},
            )
        return await self.async_step_pick_implementation(
            {"implementation": entry.data["auth_implementation"]}
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Sign in again with the account of an entry."""
        entry = self._get_reconfigure_entry()
        return await self.async_step_pick_implementation(
            {"implementation": entry.data["auth_implementation"]}
        )

    @override
    async def async_oauth_create_entry(self, data: dict[str, Any]) -> ConfigFlowResult:
        """Find out who signed in, and keep the token in the entry of that account."""
        if missing := _missing_scopes(data["token"]):
            return self._abort_missing_scopes(missing)
        try:
            account = await async_get_account(self.hass, data["token"])
        except ServiceError as err:
            refused = isinstance(err, ServiceAuthError)
            return self.async_abort(
                reason="invalid_auth" if refused else "cannot_connect",
                description_placeholders={"error": str(err)},
            )
        await self.async_set_unique_id(account.id)
        if self.source not in (SOURCE_REAUTH, SOURCE_RECONFIGURE):
            self._abort_if_unique_id_configured()
            return self.async_create_entry(title=account.name, data=data)
        self._abort_if_unique_id_mismatch(reason="wrong_account")
        entry = (
            self._get_reauth_entry()
            if self.source == SOURCE_REAUTH
            else self._get_reconfigure_entry()
        )
        # A provider may give a refresh token at the first consent only; the account is the same.
        kept = {"refresh_token": entry.data["token"].get("refresh_token")}
        return self.async_update_reload_and_abort(
            entry, data_updates={**data, "token": {**kept, **data["token"]}}
        )

    def _abort_missing_scopes(self, missing: set[str]) -> ConfigFlowResult:
        return self.async_abort(
            reason="missing_scopes",
            description_placeholders={"scopes": ", ".join(sorted(missing))},
        )


def _missing_scopes(token: Mapping[str, Any]) -> set[str]:
    """Return what was asked for and not granted; no `scope` means all (RFC 6749, section 5.1)."""
    granted = token.get("scope") or list(OAUTH2_SCOPES)
    given = granted if isinstance(granted, list) else re.split(r"[\s,;]+", str(granted))
    return set(OAUTH2_SCOPES) - set(given) - OPENID_SCOPES
