"""Tests of the only account."""

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from .provider import NAME
from .user import User


async def test_name(user: User) -> None:
    """The entry is named after the service."""
    result = await user.sign_in()
    assert result["title"] == NAME


async def test_linked_before(
    hass: HomeAssistant, user: User, loaded: ConfigEntry[Any]
) -> None:
    """Nobody can tell accounts apart: there is one."""
    result = await user.begin()
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "single_instance_allowed"
