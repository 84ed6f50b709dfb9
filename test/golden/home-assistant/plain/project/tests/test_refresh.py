"""Tests of the refresh of a token that has run out."""

from typing import Any

from aiohttp import ClientError
import pytest

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant

from .provider import DOMAIN, NEW_TOKEN, REFRESH_REQUEST, REFRESH_URL
from .service import Service, expected


@pytest.fixture
def expires_in() -> float:
    """Return how many seconds the token of the entry still lives: none."""
    return -60


async def test_refresh(loaded: ConfigEntry[Any], service: Service) -> None:
    """A token is refreshed before it is used, and the new refresh token is kept."""
    assert service.sent(REFRESH_URL) == [expected(REFRESH_REQUEST)]
    assert loaded.data["token"].items() >= NEW_TOKEN.items()


async def test_refresh_refused(
    hass: HomeAssistant, entry: ConfigEntry[Any], service: Service
) -> None:
    """Where the grant was revoked the user is asked to sign in again, once."""
    service.fails(REFRESH_URL, 400)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["step_id"] == "reauth_confirm"


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_refresh_later(
    hass: HomeAssistant, entry: ConfigEntry[Any], service: Service, status: int
) -> None:
    """A provider in trouble is asked again later."""
    service.fails(REFRESH_URL, status)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert not hass.config_entries.flow.async_progress_by_handler(DOMAIN)


@pytest.mark.parametrize("error", [ClientError(), TimeoutError()])
async def test_no_answer(
    hass: HomeAssistant, entry: ConfigEntry[Any], service: Service, error: Exception
) -> None:
    """So is one that cannot be reached."""
    service.is_silent(REFRESH_URL, error)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
