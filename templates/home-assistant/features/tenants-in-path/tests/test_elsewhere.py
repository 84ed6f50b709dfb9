"""Tests of values that lead elsewhere."""

from unittest.mock import patch

from homeassistant.data_entry_flow import FlowResultType

from .provider import DOMAIN, ENTERED, NEW_TOKEN
from .user import User


async def test_elsewhere(user: User) -> None:
    """What fits its pattern must not lead to another server than the address says."""
    values: dict[str, str] = NEW_TOKEN["values"]
    entered = {name: f"{value}@evil.example.com/" for name, value in values.items()}
    asked = {name: entered[name] for name in ENTERED["user"]}
    fits = f"custom_components.{DOMAIN}.variables_flow._fits"
    with patch(fits, return_value=True), patch.dict(ENTERED, clear=True):
        form = await user.enter(await user.begin(), asked)
    assert form["type"] is FlowResultType.FORM
    assert list((form["errors"] or {}).values()) == ["invalid_value"]
