"""Tests of where the hooks are; the other tests go without them."""

from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from .provider import API_URL, DOMAIN, TOKEN_URL
from .service import Service
from .user import User, query_of

INTEGRATION = f"custom_components.{DOMAIN}"


async def test_sign_in(hass: HomeAssistant, user: User, service: Service) -> None:
    """The hooks see each request of a sign-in, and the answer."""

    def on_url(url: Any) -> Any:
        return url.update_query(hooked="url")

    def on_request(request: Any) -> Any:
        request.headers["X-Hooked"] = "request"
        return request

    async def on_answer(answer: Any, request: Any, session: Any) -> Any:
        return {**answer, "hooked": "answer"}

    with (
        patch(f"{INTEGRATION}.config_flow.on_authorization_url", on_url),
        patch(f"{INTEGRATION}.oauth.on_token_request", on_request),
        patch(f"{INTEGRATION}.oauth.on_token_answer", on_answer),
    ):
        flow = await user.begin()
        await user.come_back(flow)
    assert query_of(flow)["hooked"] == "url"
    (request,) = service.sent(TOKEN_URL)
    assert request["headers"]["x-hooked"] == "request"
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    assert entry.data["token"]["hooked"] == "answer"


async def test_call(loaded: ConfigEntry[Any], service: Service) -> None:
    """A hook sees each call to the API."""

    def on_request(request: Any) -> Any:
        request.headers["X-Hooked"] = "call"
        return request

    service.now_answers({f"{API_URL}/hooked": {}})
    with patch(f"{INTEGRATION}.provider_hooks.on_api_request", on_request):
        await loaded.runtime_data.client.async_request("GET", "/hooked")
    (request,) = service.sent(f"{API_URL}/hooked")
    assert request["headers"]["x-hooked"] == "call"
