"""Tests of the sensor."""

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant


async def test_linked(hass: HomeAssistant, loaded: ConfigEntry[Any]) -> None:
    """It says since when the account is linked."""
    (state,) = hass.states.async_all("sensor")
    assert state.state == loaded.created_at.isoformat(timespec="seconds")
