"""Accounts of the service in Home Assistant."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.config_entry_oauth2_flow import (
    OAuth2Session,
    async_get_config_entry_implementation,
)

from .auth import ConfigEntryAuth
from .client import create_client
from .coordinator import ServiceConfigEntry, ServiceCoordinator

PLATFORMS = [Platform.SENSOR]


async def async_setup_entry(hass: HomeAssistant, entry: ServiceConfigEntry) -> bool:
    """Set up an account."""
    implementation = await async_get_config_entry_implementation(hass, entry)
    auth = ConfigEntryAuth(OAuth2Session(hass, entry, implementation))
    coordinator = ServiceCoordinator(hass, entry, create_client(hass, auth))
    await coordinator.async_config_entry_first_refresh()
    entry.runtime_data = coordinator
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: ServiceConfigEntry) -> bool:
    """Unload an account."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
