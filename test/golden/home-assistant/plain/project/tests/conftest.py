"""What the tests need."""

import time
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.test_util.aiohttp import AiohttpClientMocker
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.components.application_credentials import (
    DOMAIN as APPLICATION_CREDENTIALS,
    ClientCredential,
    async_import_client_credential,
)
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from .provider import CLIENT_ID, CLIENT_SECRET, DOMAIN, OLD_TOKEN, UNIQUE_ID
from .service import Service
from .user import User


@pytest.fixture(autouse=True)
def _integration(enable_custom_integrations: None) -> None:
    """Let Home Assistant find the integration."""


@pytest.fixture(autouse=True)
def service(aioclient_mock: AiohttpClientMocker) -> Service:
    """Give the provider and its API."""
    service = Service()
    aioclient_mock.match_request = service.request
    return service


@pytest.fixture
async def credentials(hass: HomeAssistant) -> None:
    """Enter the credentials of an app."""
    assert await async_setup_component(hass, APPLICATION_CREDENTIALS, {})
    credential = ClientCredential(CLIENT_ID, CLIENT_SECRET, "My app")
    await async_import_client_credential(hass, DOMAIN, credential)


@pytest.fixture
def user(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    current_request_with_host: None,
    credentials: None,
) -> User:
    """Give a user at the frontend."""
    return User(hass, hass_client_no_auth)


@pytest.fixture
def expires_in() -> float:
    """Return how many seconds the token of the entry still lives."""
    return 3600


@pytest.fixture
def version() -> tuple[int, int]:
    """Return the version of the entry."""
    return (1, 1)


@pytest.fixture
def entry(
    hass: HomeAssistant, credentials: None, expires_in: float, version: tuple[int, int]
) -> MockConfigEntry:
    """Give an account that was linked before."""
    token = {**OLD_TOKEN, "expires_at": time.time() + expires_in}
    entry = MockConfigEntry(
        domain=DOMAIN,
        version=version[0],
        minor_version=version[1],
        title="Mine",
        unique_id=UNIQUE_ID,
        data={"auth_implementation": DOMAIN, "token": token},
    )
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
async def loaded(hass: HomeAssistant, entry: ConfigEntry[Any]) -> ConfigEntry[Any]:
    """Give the same account, set up."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    return entry
