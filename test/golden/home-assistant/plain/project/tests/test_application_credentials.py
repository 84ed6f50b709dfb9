"""Tests of the dialog that asks for the credentials of an app."""

from typing import Any
from unittest.mock import patch

from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.core import HomeAssistant
from homeassistant.helpers.network import NoURLAvailableError
from homeassistant.setup import async_setup_component

from .provider import DOMAIN


async def _dialog(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> dict[str, Any]:
    assert await async_setup_component(hass, "application_credentials", {})
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "application_credentials/config"})
    answer = await client.receive_json()
    placeholders: dict[str, Any] = answer["result"]["integrations"][DOMAIN][
        "description_placeholders"
    ]
    return placeholders


async def test_my_home_assistant(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    """Usually the browser comes back over My Home Assistant."""
    hass.config.components.add("my")
    said = await _dialog(hass, hass_ws_client)
    assert said["redirect_uri"] == "https://my.home-assistant.io/redirect/oauth"
    assert said["registration_url"].startswith("https://")
    assert said["scopes"]
    assert said["name"]


async def test_external_url(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    """Without it the browser comes back to the address of this Home Assistant."""
    hass.config.external_url = "https://home.example.com"
    said = await _dialog(hass, hass_ws_client)
    redirect_uri = "https://home.example.com/auth/external/callback"
    assert said["redirect_uri"] == redirect_uri


async def test_open_address(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    """Best known is the address that the browser has open."""
    request = f"custom_components.{DOMAIN}.application_credentials.current_request"
    with patch(request) as current_request:
        current_request.get.return_value.headers = {"Origin": "http://home.local:8123"}
        said = await _dialog(hass, hass_ws_client)
    assert said["redirect_uri"] == "http://home.local:8123/auth/external/callback"


async def test_no_url(hass: HomeAssistant, hass_ws_client: WebSocketGenerator) -> None:
    """As long as that is not known, the path is."""
    get_url = f"custom_components.{DOMAIN}.application_credentials.get_url"
    with patch(get_url, side_effect=NoURLAvailableError):
        said = await _dialog(hass, hass_ws_client)
    assert said["redirect_uri"] == "/auth/external/callback"
