"""Tests of an entry's life."""

from typing import Any

import pytest

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from .provider import DOMAIN, NAME


async def test_load_and_unload(hass: HomeAssistant, loaded: ConfigEntry[Any]) -> None:
    """An entry comes and goes."""
    assert await hass.config_entries.async_unload(loaded.entry_id)
    assert loaded.state is ConfigEntryState.NOT_LOADED


async def test_device(
    hass: HomeAssistant,
    loaded: ConfigEntry[Any],
    device_registry: dr.DeviceRegistry,
) -> None:
    """The account is a device."""
    (device,) = dr.async_entries_for_config_entry(device_registry, loaded.entry_id)
    assert device.entry_type is dr.DeviceEntryType.SERVICE
    assert device.manufacturer == NAME
    assert device.name == loaded.title


async def test_credentials_removed(
    hass: HomeAssistant, entry: ConfigEntry[Any]
) -> None:
    """Without its credentials an entry has to be linked again."""
    data = {**entry.data, "auth_implementation": "gone"}
    hass.config_entries.async_update_entry(entry, data=data)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert len(hass.config_entries.flow.async_progress_by_handler(DOMAIN)) == 1


@pytest.mark.parametrize("expires_in", [-60])
async def test_token_expired(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """A token that has run out and cannot be refreshed is asked for again."""
    token = {**entry.data["token"], "refresh_token": None}
    hass.config_entries.async_update_entry(entry, data={**entry.data, "token": token})
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert len(hass.config_entries.flow.async_progress_by_handler(DOMAIN)) == 1


@pytest.mark.parametrize(
    ("version", "state"),
    [
        ((1, 2), ConfigEntryState.LOADED),
        ((2, 1), ConfigEntryState.MIGRATION_ERROR),
    ],
)
async def test_newer_version(
    hass: HomeAssistant, entry: ConfigEntry[Any], state: ConfigEntryState
) -> None:
    """An entry of a newer integration is read if it only holds more, else left alone."""
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is state
