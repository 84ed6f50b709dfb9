"""Tests of the flow that links an account."""

from typing import Any
from unittest.mock import patch

from aiohttp import ClientError
import pytest
from yarl import URL

from homeassistant.components.application_credentials import (
    ClientCredential,
    async_import_client_credential,
)
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigEntryState,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component

from .provider import (
    AUTHORIZE_QUERY,
    AUTHORIZE_URL,
    CLIENT_ID,
    DOMAIN,
    ENTERED,
    NEW_TOKEN,
    TOKEN_REQUEST,
    TOKEN_URL,
)
from .service import Service, expected
from .user import User, query_of


async def test_full_flow(hass: HomeAssistant, user: User, service: Service) -> None:
    """A sign-in asks what the provider wants, and its token is kept."""
    flow = await user.begin()
    assert flow["type"] is FlowResultType.EXTERNAL_STEP
    assert str(URL(flow["url"]).with_query(None)) == AUTHORIZE_URL
    assert query_of(flow) == expected(AUTHORIZE_QUERY)

    result = await user.come_back(flow)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert service.sent(TOKEN_URL) == [expected(TOKEN_REQUEST)]

    (entry,) = hass.config_entries.async_entries(DOMAIN)
    assert entry.data["auth_implementation"] == DOMAIN
    assert entry.data["token"].items() >= NEW_TOKEN.items()


async def test_no_credentials(hass: HomeAssistant) -> None:
    """Without credentials nobody can sign in."""
    assert await async_setup_component(hass, "application_credentials", {})
    flow = await User(hass, None).begin()
    assert flow["type"] is FlowResultType.ABORT
    assert flow["reason"] == "missing_credentials"


async def test_two_credentials(hass: HomeAssistant, user: User) -> None:
    """The user chooses between credentials by their names."""
    credential = ClientCredential("other-client", "other-secret", "Other app")
    await async_import_client_credential(hass, DOMAIN, credential, "other")
    flow = await user.begin()
    assert flow["step_id"] == "pick_implementation"
    assert flow["data_schema"] is not None
    choice = flow["data_schema"].schema["implementation"]
    assert choice.container == {DOMAIN: "My app", "other": "Other app"}

    flow = await user.enter(flow, {"implementation": "other"})
    assert "other-client" in query_of(flow).values()


@pytest.mark.parametrize("source", [SOURCE_REAUTH, SOURCE_RECONFIGURE])
async def test_same_credentials(
    hass: HomeAssistant, user: User, loaded: ConfigEntry[Any], source: str
) -> None:
    """An account signs in again with the credentials that it was linked with."""
    credential = ClientCredential("other-client", "other-secret")
    await async_import_client_credential(hass, DOMAIN, credential, "other")
    flow = await user.begin(source, loaded)
    assert flow["type"] is FlowResultType.EXTERNAL_STEP
    assert CLIENT_ID in query_of(flow).values()


async def test_rejected(user: User) -> None:
    """The user says no."""
    result = await user.come_back(await user.begin(), error="access_denied")
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "user_rejected_authorize"


@pytest.mark.parametrize("status", [400, 401, 500])
async def test_token_refused(user: User, service: Service, status: int) -> None:
    """The provider gives no token for the code."""
    service.fails(TOKEN_URL, status)
    result = await user.sign_in()
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] in ("oauth_unauthorized", "oauth_failed")


@pytest.mark.parametrize("error", [TimeoutError(), ClientError()])
async def test_no_answer(user: User, service: Service, error: Exception) -> None:
    """The provider does not answer."""
    service.is_silent(TOKEN_URL, error)
    result = await user.sign_in()
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] in ("oauth_timeout", "oauth_failed")


async def test_no_token(user: User, service: Service) -> None:
    """The answer holds an error, and says that all is well."""
    service.now_answers({TOKEN_URL: {"error": "invalid_code"}})
    result = await user.sign_in()
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] in ("oauth_error", "oauth_failed")


async def test_missing_scopes(user: User) -> None:
    """The provider grants less than what was asked for."""
    asked = f"custom_components.{DOMAIN}.config_flow.OAUTH2_SCOPES"
    with patch(asked, ("openid", "not:granted")):
        result = await user.sign_in()
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "missing_scopes"
    assert result["description_placeholders"] == {"scopes": "not:granted"}


@pytest.mark.parametrize("source", [SOURCE_REAUTH, SOURCE_RECONFIGURE])
async def test_sign_in_again(
    hass: HomeAssistant, user: User, loaded: ConfigEntry[Any], source: str
) -> None:
    """The same account goes on in its entry, with a new token."""
    result = await user.sign_in(source, loaded)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == f"{source}_successful"
    assert hass.config_entries.async_entries(DOMAIN) == [loaded]
    assert loaded.data["token"].items() >= NEW_TOKEN.items()
    assert loaded.state is ConfigEntryState.LOADED


async def test_reauth_asks_first(user: User, entry: ConfigEntry[Any]) -> None:
    """Nobody is sent to the provider without having been told why."""
    with patch.dict(ENTERED, clear=True):
        flow = await user.begin(SOURCE_REAUTH, entry)
    assert flow["step_id"] == "reauth_confirm"
    assert flow["description_placeholders"] == {"name": entry.title}
