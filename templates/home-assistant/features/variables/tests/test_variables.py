"""Tests of what the user is asked for before the sign-in."""

from typing import Any
from unittest.mock import patch

import pytest
from yarl import URL

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component

from .provider import (
    AUTHORIZE_URL,
    ENTERED,
    INVALID,
    NEW_TOKEN,
    OPTIONAL,
    SECRETS,
    TOKEN_BODY,
    TOKEN_URL,
)
from .service import Service
from .user import User


def _suggested(form: ConfigFlowResult) -> list[str | None]:
    assert form["data_schema"] is not None
    fields = form["data_schema"].schema
    return [(field.description or {}).get("suggested_value") for field in fields]


@pytest.fixture
def _by_hand() -> Any:
    """Leave the forms to the test."""
    with patch.dict(ENTERED, clear=True):
        yield


@pytest.mark.usefixtures("_by_hand")
async def test_no_credentials(hass: HomeAssistant) -> None:
    """Nothing is asked that would be asked again once there are credentials."""
    assert await async_setup_component(hass, "application_credentials", {})
    flow = await User(hass, None).begin()
    assert flow["type"] is FlowResultType.ABORT
    assert flow["reason"] == "missing_credentials"


@pytest.mark.usefixtures("_by_hand")
@pytest.mark.parametrize("name", INVALID)
async def test_invalid(user: User, name: str) -> None:
    """A value that does not fit is asked for again; secrets are not shown again."""
    entered = {**NEW_TOKEN["values"], name: INVALID[name]}
    form = await user.begin()
    form = await user.enter(form, _asked(form, entered))
    assert form["type"] is FlowResultType.FORM
    assert form["errors"] == {name: "invalid_value"}
    assert not set(SECRETS).intersection(_suggested(form))


@pytest.mark.usefixtures("_by_hand")
async def test_nothing_optional(
    hass: HomeAssistant, user: User, service: Service
) -> None:
    """What is left out is not sent."""
    form = await user.begin()
    entered = _asked(form, NEW_TOKEN["values"])
    required = {name: entered[name] for name in entered if name not in OPTIONAL}
    result = await user.come_back(await user.enter(form, required))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    (request,) = service.sent(TOKEN_URL)
    assert all([*request[TOKEN_BODY].values(), *request["headers"].values()])


@pytest.mark.usefixtures("_by_hand")
async def test_reconfigure(user: User, loaded: ConfigEntry[Any]) -> None:
    """The values of an entry are shown, but not its secrets."""
    form = await user.begin(SOURCE_RECONFIGURE, loaded)
    assert form["step_id"] == "reconfigure"
    assert set(loaded.data["token"]["values"].values()).issuperset(
        filter(None, _suggested(form))
    )
    assert not set(SECRETS).intersection(_suggested(form))


async def test_reauth(user: User, loaded: ConfigEntry[Any]) -> None:
    """An account signs in again where it is."""
    flow = await user.begin(SOURCE_REAUTH, loaded)
    assert str(URL(flow["url"]).with_query(None)) == AUTHORIZE_URL


def _asked(form: ConfigFlowResult, values: dict[str, str]) -> dict[str, str]:
    assert form["data_schema"] is not None
    return {str(field): values[str(field)] for field in form["data_schema"].schema}
