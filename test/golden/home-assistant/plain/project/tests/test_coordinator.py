"""Tests of what is asked now and then. They poll one path more than the integration does."""

from collections.abc import Generator
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from aiohttp import ClientError
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .provider import API_HEADERS, API_URL, DOMAIN
from .service import Service, expected

STATUS = f"{API_URL}/tested-status"


@pytest.fixture(autouse=True)
def _polled(service: Service) -> Generator[None]:
    polled = f"custom_components.{DOMAIN}.coordinator.POLLED"
    service.now_answers({STATUS: {"status": "well"}})
    with patch.dict(polled, {"/tested-status": "GET"}):
        yield


async def _wait(hass: HomeAssistant, **duration: float) -> None:
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(**duration))
    await hass.async_block_till_done(wait_background_tasks=True)


def _is_available(hass: HomeAssistant) -> bool:
    return all(
        state.state != "unavailable" for state in hass.states.async_all("sensor")
    )


async def test_request(loaded: ConfigEntry[Any], service: Service) -> None:
    """A call carries the token where the API wants it."""
    request = {"method": "GET", "url": STATUS, "headers": API_HEADERS}
    assert service.sent(STATUS) == [expected(request)]
    assert loaded.runtime_data.data["/tested-status"] == {"status": "well"}


async def test_token_refused(
    hass: HomeAssistant, entry: ConfigEntry[Any], service: Service
) -> None:
    """An API that refuses the token makes the user sign in again."""
    service.fails(STATUS, 401)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["step_id"] == "reauth_confirm"


@pytest.mark.parametrize("status", [403, 404, 429, 500])
async def test_not_ready(
    hass: HomeAssistant, entry: ConfigEntry[Any], service: Service, status: int
) -> None:
    """An API that fails is asked again later."""
    service.fails(STATUS, status)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert not hass.config_entries.flow.async_progress_by_handler(DOMAIN)


async def test_outage(
    hass: HomeAssistant,
    loaded: ConfigEntry[Any],
    service: Service,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Sensors are not available while the API is not; the log says so once."""
    service.is_silent(STATUS, ClientError("no route"))
    await _wait(hass, minutes=6)
    await _wait(hass, minutes=12)
    assert len(service.sent(STATUS)) == 3
    assert not _is_available(hass)
    assert [one.levelname for one in caplog.records].count("ERROR") == 1

    service.now_answers({STATUS: {}})
    await _wait(hass, minutes=18)
    assert _is_available(hass)


async def test_left_alone(
    hass: HomeAssistant, loaded: ConfigEntry[Any], service: Service
) -> None:
    """An API that says how long it wants to be left alone is left alone so long."""
    service.fails(STATUS, 429, **{"Retry-After": "3600"})
    await _wait(hass, minutes=6)
    assert len(service.sent(STATUS)) == 2
    await _wait(hass, minutes=30)
    assert len(service.sent(STATUS)) == 2
    await _wait(hass, minutes=90)
    assert len(service.sent(STATUS)) == 3
