"""Stands for a user at the frontend."""

from typing import Any

from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from yarl import URL

from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from .provider import DOMAIN, ENTERED


class User:
    """Links accounts."""

    def __init__(self, hass: HomeAssistant, browser: ClientSessionGenerator) -> None:
        """Sit down at the browser."""
        self._hass = hass
        self._browser = browser

    async def begin(
        self, source: str = SOURCE_USER, entry: ConfigEntry[Any] | None = None
    ) -> ConfigFlowResult:
        """Start a flow and fill in its forms, until the browser leaves."""
        flow = await self._hass.config_entries.flow.async_init(
            DOMAIN,
            context={
                "source": source,
                **({"entry_id": entry.entry_id} if entry else {}),
            },
            data=dict(entry.data) if entry else None,
        )
        while flow["type"] is FlowResultType.FORM and flow["step_id"] in ENTERED:
            flow = await self.enter(flow, ENTERED[flow["step_id"]])
        return flow

    async def enter(
        self, flow: ConfigFlowResult, values: dict[str, str]
    ) -> ConfigFlowResult:
        """Fill in one form."""
        return await self._hass.config_entries.flow.async_configure(
            flow["flow_id"], values
        )

    async def come_back(
        self, flow: ConfigFlowResult, **answer: str
    ) -> ConfigFlowResult:
        """Return from the provider's page."""
        assert flow["type"] is FlowResultType.EXTERNAL_STEP, flow
        query = {"state": state_of(flow), **(answer or {"code": "the-code"})}
        client = await self._browser()
        response = await client.get("/auth/external/callback", params=query)
        assert response.status == 200, await response.text()
        result = await self._hass.config_entries.flow.async_configure(flow["flow_id"])
        await self._hass.async_block_till_done()
        return result

    async def sign_in(
        self, source: str = SOURCE_USER, entry: ConfigEntry[Any] | None = None
    ) -> ConfigFlowResult:
        """Go through a whole flow."""
        return await self.come_back(await self.begin(source, entry))


def query_of(flow: ConfigFlowResult) -> dict[str, str]:
    """Return the parameters of the authorization request."""
    return dict(URL(flow["url"]).query)


def state_of(flow: ConfigFlowResult) -> str:
    """Return what the provider sends back as it is."""
    return query_of(flow)["state"]
