"""Tests of the end of a link."""

from typing import Any

from aiohttp import ClientError
import pytest

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from .provider import DOMAIN, REVOCATION_REQUEST, REVOCATION_URL, SECRETS
from .service import Service, expected


async def test_revoked(
    hass: HomeAssistant, loaded: ConfigEntry[Any], service: Service
) -> None:
    """The provider is told that an account is no longer linked."""
    await hass.config_entries.async_remove(loaded.entry_id)
    assert service.sent(REVOCATION_URL) == [expected(REVOCATION_REQUEST)]


@pytest.mark.parametrize("error", [ClientError("no route"), TimeoutError()])
async def test_no_answer(
    hass: HomeAssistant,
    loaded: ConfigEntry[Any],
    service: Service,
    error: Exception,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The entry goes whether the provider answers or not, and no secret is logged."""
    service.is_silent(REVOCATION_URL, error)
    await hass.config_entries.async_remove(loaded.entry_id)
    assert not hass.config_entries.async_entries(DOMAIN)
    assert "could not be revoked" in caplog.text
    assert [secret for secret in SECRETS if secret in caplog.text] == []


async def test_refused(
    hass: HomeAssistant,
    loaded: ConfigEntry[Any],
    service: Service,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A provider that refuses is named in the log."""
    service.fails(REVOCATION_URL, 503)
    await hass.config_entries.async_remove(loaded.entry_id)
    assert "could not be revoked" in caplog.text


async def test_credentials_removed(
    hass: HomeAssistant, entry: ConfigEntry[Any], service: Service
) -> None:
    """So it does without credentials."""
    data = {**entry.data, "auth_implementation": "gone"}
    hass.config_entries.async_update_entry(entry, data=data)
    await hass.config_entries.async_remove(entry.entry_id)
    assert not hass.config_entries.async_entries(DOMAIN)
    assert not service.sent(REVOCATION_URL)
