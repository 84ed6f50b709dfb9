"""The dialog that asks for the credentials of an app at the provider."""

from homeassistant.components.application_credentials import AuthorizationServer
from homeassistant.core import HomeAssistant
from homeassistant.helpers.config_entry_oauth2_flow import (
    AUTH_CALLBACK_PATH,
    MY_AUTH_CALLBACK_PATH,
)
from homeassistant.helpers.http import current_request
from homeassistant.helpers.network import NoURLAvailableError, get_url

from .const import NAME, OAUTH2_AUTHORIZE, OAUTH2_SCOPES, OAUTH2_TOKEN, REGISTRATION_URL


async def async_get_authorization_server(hass: HomeAssistant) -> AuthorizationServer:
    """Return where the provider asks for consent, and where it gives tokens."""
    return AuthorizationServer(OAUTH2_AUTHORIZE, OAUTH2_TOKEN)


async def async_get_description_placeholders(hass: HomeAssistant) -> dict[str, str]:
    """Return what the dialog says: what to register at the provider, and where."""
    return {
        "name": NAME,
        "redirect_uri": _redirect_uri(hass),
        "registration_url": REGISTRATION_URL,
        "scopes": " ".join(OAUTH2_SCOPES) or "-",
    }


def _redirect_uri(hass: HomeAssistant) -> str:
    """Return the redirect URI of the sign-in, as far as it is known before it."""
    if "my" in hass.config.components:
        return MY_AUTH_CALLBACK_PATH
    # The sign-in comes back to the address that the browser has open.
    request = current_request.get()
    if request is not None and (origin := request.headers.get("Origin")):
        return origin + AUTH_CALLBACK_PATH
    try:
        return get_url(hass, prefer_external=True) + AUTH_CALLBACK_PATH
    except NoURLAvailableError:
        return AUTH_CALLBACK_PATH
