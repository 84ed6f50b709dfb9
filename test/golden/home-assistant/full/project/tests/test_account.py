"""Tests of whose account it is."""

from typing import Any

import pytest

from homeassistant.config_entries import SOURCE_REAUTH, SOURCE_RECONFIGURE, ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from .provider import ACCOUNT_NAME, DOMAIN, NO_ACCOUNT, OTHER_ACCOUNT, UNIQUE_ID
from .service import Service
from .user import User


async def test_account(hass: HomeAssistant, user: User) -> None:
    """The entry knows whose it is."""
    result = await user.sign_in()
    assert result["title"] == ACCOUNT_NAME
    assert result["result"].unique_id == UNIQUE_ID


async def test_linked_before(
    hass: HomeAssistant, user: User, loaded: ConfigEntry[Any]
) -> None:
    """An account is linked once."""
    result = await user.sign_in()
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_two_accounts(
    hass: HomeAssistant, user: User, service: Service, loaded: ConfigEntry[Any]
) -> None:
    """Another account has an entry of its own."""
    service.now_answers(OTHER_ACCOUNT)
    result = await user.sign_in()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert len(hass.config_entries.async_entries(DOMAIN)) == 2


@pytest.mark.parametrize("source", [SOURCE_REAUTH, SOURCE_RECONFIGURE])
async def test_wrong_account(
    user: User, service: Service, loaded: ConfigEntry[Any], source: str
) -> None:
    """Somebody else cannot go on in an entry."""
    before = dict(loaded.data)
    service.now_answers(OTHER_ACCOUNT)
    result = await user.sign_in(source, loaded)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "wrong_account"
    assert loaded.data == before


async def test_nobody(hass: HomeAssistant, user: User, service: Service) -> None:
    """Without an account there is no entry."""
    service.now_answers(NO_ACCOUNT)
    result = await user.sign_in()
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "cannot_connect"
    assert not hass.config_entries.async_entries(DOMAIN)
