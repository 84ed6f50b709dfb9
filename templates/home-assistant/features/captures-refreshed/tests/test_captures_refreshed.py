"""Tests of what a refresh says about where to call the API."""

from typing import Any

import pytest

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant

from .provider import ANSWERS, CAPTURED, OLD_TOKEN, REFRESH_URL
from .service import Service, with_field


@pytest.mark.parametrize("expires_in", [-60])
@pytest.mark.parametrize("value", [None, "https://evil.example.com/ x"])
@pytest.mark.parametrize("key", CAPTURED)
async def test_kept(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    service: Service,
    key: str,
    value: Any,
) -> None:
    """What it does not say, or says wrongly, stays as it was."""
    answer = with_field(ANSWERS[REFRESH_URL], key, value)
    service.now_answers({REFRESH_URL: answer})
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    assert entry.data["token"]["access_token"] != OLD_TOKEN["access_token"]
    assert entry.data["token"]["values"] == OLD_TOKEN["values"]
