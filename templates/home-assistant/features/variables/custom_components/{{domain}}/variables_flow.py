"""The form that asks for what differs from account to account."""

from collections.abc import Mapping
import re
from typing import TYPE_CHECKING, Any, override

import probatio

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.helpers.config_entry_oauth2_flow import (
    AbstractOAuth2FlowHandler,
    async_get_implementations,
)
from homeassistant.helpers.selector import (
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from .const import DOMAIN, VARIABLES
from .oauth import ServiceOAuth2Implementation
from .provider.placeholders import PlaceholderError, Placeholders


class VariablesFlowHandler(AbstractOAuth2FlowHandler):
    """Asks for the variables of an account before the browser leaves."""

    _variables: dict[str, str] | None = None

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Link an account; the credentials of an app come before all else."""
        if not await async_get_implementations(self.hass, DOMAIN):
            return await self.async_step_pick_implementation()
        return await self._async_ask("user", user_input, {}, None)

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Sign in again with the account of an entry, with other variables if need be."""
        entry = self._get_reconfigure_entry()
        return await self._async_ask(
            "reconfigure",
            user_input,
            entry.data["token"]["values"],
            {"implementation": entry.data["auth_implementation"]},
        )

    @override
    async def async_generate_authorize_url(self) -> str:
        """Return the authorization request, where the variables lead."""
        if TYPE_CHECKING:
            assert isinstance(self.flow_impl, ServiceOAuth2Implementation)
        self.flow_impl.use(self._known_variables())
        return await super().async_generate_authorize_url()

    def _known_variables(self) -> Mapping[str, str]:
        """Return what was entered; nobody is asked when an account signs in again."""
        if self._variables is not None:
            return self._variables
        values: Mapping[str, str] = self._get_reauth_entry().data["token"]["values"]
        return values

    async def _async_ask(
        self,
        step_id: str,
        user_input: dict[str, Any] | None,
        suggested: Mapping[str, str],
        implementation: dict[str, Any] | None,
    ) -> ConfigFlowResult:
        errors: dict[str, str] = {}
        if user_input is not None:
            said = {name: str(value).strip() for name, value in user_input.items()}
            errors = _errors(said)
            if not errors:
                self._variables = said
                return await self.async_step_pick_implementation(implementation)
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(
                _schema(), _without_secrets(user_input or suggested)
            ),
            errors=errors,
        )


def _schema() -> probatio.Schema:
    return probatio.Schema({_marker(one): _selector(one) for one in VARIABLES})


def _marker(variable: Mapping[str, Any]) -> probatio.Marker:
    if variable["optional"]:
        return probatio.Optional(variable["name"])
    if variable["default"]:
        return probatio.Required(variable["name"], default=variable["default"])
    return probatio.Required(variable["name"])


def _selector(variable: Mapping[str, Any]) -> TextSelector:
    kind = TextSelectorType.PASSWORD if variable["secret"] else TextSelectorType.TEXT
    return TextSelector(TextSelectorConfig(type=kind))


def _without_secrets(values: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that may be shown again."""
    shown = [one["name"] for one in VARIABLES if not one["secret"]]
    return {name: values[name] for name in shown if name in values}


def _errors(said: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with each variable."""
    wrong = {
        one["name"]: "invalid_value"
        for one in VARIABLES
        if not _fits(one, said.get(one["name"], ""))
    }
    if wrong:
        return wrong
    try:
        Placeholders(said).check_addresses()
    except PlaceholderError as err:
        return {err.name: "invalid_value"}
    return {}


def _fits(variable: Mapping[str, Any], value: str) -> bool:
    if value == "":
        return bool(variable["optional"])
    return re.fullmatch(variable["pattern"], value, re.ASCII) is not None
