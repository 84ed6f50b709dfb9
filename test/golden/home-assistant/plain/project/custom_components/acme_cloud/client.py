"""The client of an account."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from .api import ServiceClient
from .auth import TokenAuth
from .const import API_BASE_URL, API_HEADERS


def create_client(hass: HomeAssistant, auth: TokenAuth) -> ServiceClient:
    """Return a client that calls the API with an account's tokens."""
    return ServiceClient(async_get_clientsession(hass), auth, API_BASE_URL, API_HEADERS)
