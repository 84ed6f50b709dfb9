"""Tests of a refusal with the status of a success."""

from typing import Any

import pytest

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant

from .provider import DOMAIN, REFRESH_URL
from .service import Service


@pytest.fixture
def expires_in() -> float:
    """Return how many seconds the token of the entry still lives: none."""
    return -60


@pytest.mark.parametrize("error", ["invalid_grant", "bad_refresh_token"])
async def test_grant_ended(
    hass: HomeAssistant, entry: ConfigEntry[Any], service: Service, error: str
) -> None:
    """Where the grant has ended the user is asked to sign in again, once."""
    service.now_answers({REFRESH_URL: {"error": error}})
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["step_id"] == "reauth_confirm"


@pytest.mark.parametrize("error", ["temporarily_unavailable", {"code": 1}, None])
async def test_refused_for_now(
    hass: HomeAssistant, entry: ConfigEntry[Any], service: Service, error: Any
) -> None:
    """A provider that refuses for another reason is asked again later."""
    service.now_answers({REFRESH_URL: {"error": error}})
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert not hass.config_entries.flow.async_progress_by_handler(DOMAIN)
