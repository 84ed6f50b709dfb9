"""What the service is, and what its provider wants."""

from datetime import timedelta
import logging
from typing import Final

DOMAIN: Final = "buero_soehne"
NAME: Final = 'Büro & "Söhne" 漢字'
LOGGER: Final = logging.getLogger(__package__)

OAUTH2_AUTHORIZE: Final = "https://login.soehne.de/authorize"
OAUTH2_TOKEN: Final = "https://login.soehne.de/oauth2/token"
OAUTH2_SCOPES: Final[tuple[str, ...]] = (
    "openid",
    "offline_access",
    "https://soehne.de/scopes/devices.read",
    "https://soehne.de/scopes/devices.write",
    "email",
)
OAUTH2_AUTHORIZE_PARAMETERS: Final[dict[str, str]] = {
    "tenant": "main",
    "scope": "openid offline_access https://soehne.de/scopes/devices.read https://soehne.de/scopes/devices.write email",
    "prompt": "consent",
    "access_type": "offline",
}
REGISTRATION_URL: Final = "https://developer.soehne.de/apps"
OAUTH2_REFRESH: Final = "https://login.soehne.de/oauth2/refresh"
TOKEN_BODY: Final[str] = "data"
TOKEN_HEADERS: Final[dict[str, str]] = {
    "Accept": "application/json",
}
TOKEN_PARAMETERS: Final[dict[str, str]] = {
    "audience": "https://api.soehne.de",
}
REFRESH_PARAMETERS: Final[dict[str, str]] = {
    "audience": "https://api.soehne.de",
}
OAUTH2_REVOKE: Final = "https://login.soehne.de/oauth2/revoke"
RENAMED_REVOCATION_PARAMETERS: Final[dict[str, str]] = {}
ACCOUNT_METHOD: Final = "GET"
ACCOUNT_PATH: Final = "/users/me?fields=id%2Cemail"
ACCOUNT_ID: Final = "data.id"
ACCOUNT_NAME: Final = "data.attributes.email"

API_BASE_URL: Final = "https://api.soehne.de/v2"
API_HEADERS: Final[dict[str, str]] = {
    "Authorization": "Bearer {token}",
    "Accept": "application/json",
}

# What is asked for every five minutes: the path below API_BASE_URL, and the method.
POLLED: Final[dict[str, str]] = {
    "/meter": "GET",
    "/users/me?fields=id,email": "GET",
}
UPDATE_INTERVAL: Final = timedelta(minutes=5)
