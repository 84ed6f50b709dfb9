"""The dialog that asks for the credentials of an app at the provider."""

from homeassistant.components.application_credentials import ClientCredential
from homeassistant.core import HomeAssistant
from homeassistant.helpers.config_entry_oauth2_flow import (
    AUTH_CALLBACK_PATH,
    MY_AUTH_CALLBACK_PATH,
    AbstractOAuth2Implementation,
)
from homeassistant.helpers.http import current_request
from homeassistant.helpers.network import NoURLAvailableError, get_url

from .const import NAME, OAUTH2_SCOPES, REGISTRATION_URL
from .oauth import ServiceOAuth2Implementation


async def async_get_auth_implementation(
    hass: HomeAssistant, auth_domain: str, credential: ClientCredential
) -> AbstractOAuth2Implementation:
    """Return the sign-in with one credential."""
    return ServiceOAuth2Implementation(hass, auth_domain, credential)


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
