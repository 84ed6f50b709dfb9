"""Tests of the sensor."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util


def _end(entry: ConfigEntry[Any]) -> str:
    moment = dt_util.utc_from_timestamp(entry.data["token"]["expires_at"])
    return moment.isoformat(timespec="seconds")


async def test_token_expires(
    hass: HomeAssistant, loaded: ConfigEntry[Any], freezer: FrozenDateTimeFactory
) -> None:
    """It says until when the token lives, and says so of the next one."""
    before = _end(loaded)
    (state,) = hass.states.async_all("sensor")
    assert state.state == before

    freezer.tick(timedelta(hours=1))
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)
    (state,) = hass.states.async_all("sensor")
    assert state.state == _end(loaded) != before
