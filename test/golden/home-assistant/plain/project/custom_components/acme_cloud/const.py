"""What the service is, and what its provider wants."""

from datetime import timedelta
import logging
from typing import Final

DOMAIN: Final = "acme_cloud"
NAME: Final = "Acme Cloud"
LOGGER: Final = logging.getLogger(__package__)

OAUTH2_AUTHORIZE: Final = "https://auth.acme.com/oauth/authorize"
OAUTH2_TOKEN: Final = "https://auth.acme.com/oauth/token"
OAUTH2_SCOPES: Final[tuple[str, ...]] = ("profile", "devices:read")
OAUTH2_AUTHORIZE_PARAMETERS: Final[dict[str, str]] = {
    "scope": "profile devices:read",
}
REGISTRATION_URL: Final = "https://github.com/acme/acme-cloud-home-assistant#readme"
ACCOUNT_METHOD: Final = "GET"
ACCOUNT_PATH: Final = "/me"
ACCOUNT_ID: Final = "id"
ACCOUNT_NAME: Final = "email"

API_BASE_URL: Final = "https://api.acme.com/v1"
API_HEADERS: Final[dict[str, str]] = {
    "Authorization": "Bearer {token}",
    "Accept": "application/json",
}

# What is asked for every five minutes: the path below API_BASE_URL, and the method.
POLLED: Final[dict[str, str]] = {
    "/me": "GET",
}
UPDATE_INTERVAL: Final = timedelta(minutes=5)
