"""Tests of a token that lives until somebody revokes it."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from .provider import DOMAIN, TOKEN_URL
from .service import Service
from .user import User


async def test_never_refreshed(
    hass: HomeAssistant, user: User, service: Service, freezer: FrozenDateTimeFactory
) -> None:
    """It still is good years later."""
    await user.sign_in()
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    freezer.tick(timedelta(days=3650))
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    assert len(service.sent(TOKEN_URL)) == 1
