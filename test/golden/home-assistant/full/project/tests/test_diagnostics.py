"""Tests of what a user may attach to an issue."""

import json
from typing import Any

from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from .provider import SECRETS


async def test_diagnostics(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    loaded: ConfigEntry[Any],
) -> None:
    """They say what token and answers hold, and not one value of them."""
    loaded.runtime_data.data = {"/things": [{"name": "Ada"}]}
    said = await get_diagnostics_for_config_entry(hass, hass_client, loaded)
    assert said["data"]["token"] == "**REDACTED**"
    assert said["token"]["access_token"] == "str"
    assert said["answers"] == {"/things": [{"name": "str"}]}
    assert said["last_update_success"] is True
    text = json.dumps(said)
    assert [secret for secret in SECRETS if secret in text] == []
