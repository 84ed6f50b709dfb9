"""The provider as the tests know it: what it is asked, and what it answers."""

from typing import Any, Final

DOMAIN: Final = "acme_cloud"
NAME: Final = "Acme Cloud"

CLIENT_ID: Final = "client+1"
CLIENT_SECRET: Final = "s3cret/+="

# Where it stands, everything is right.
ANYTHING: Final = "<anything>"

# What the user enters, by form.
ENTERED: Final[dict[str, dict[str, str]]] = {
    "reauth_confirm": {},
}

# What the provider is asked.
AUTHORIZE_URL: Final = "https://auth.acme.com/oauth/authorize"
AUTHORIZE_QUERY: Final[dict[str, str]] = {
    "response_type": "code",
    "client_id": "client+1",
    "redirect_uri": "https://example.com/auth/external/callback",
    "scope": "profile devices:read",
    "state": "<anything>",
}
TOKEN_URL: Final = "https://auth.acme.com/oauth/token"
TOKEN_REQUEST: Final[dict[str, Any]] = {
    "method": "POST",
    "url": "https://auth.acme.com/oauth/token",
    "headers": {},
    "data": {
        "grant_type": "authorization_code",
        "code": "the-code",
        "redirect_uri": "https://example.com/auth/external/callback",
        "client_id": "client+1",
        "client_secret": "s3cret/+=",
    },
}
TOKEN_BODY: Final = "data"
REFRESH_URL: Final = "https://auth.acme.com/oauth/token"
REFRESH_REQUEST: Final[dict[str, Any]] = {
    "method": "POST",
    "url": "https://auth.acme.com/oauth/token",
    "headers": {},
    "data": {
        "grant_type": "refresh_token",
        "refresh_token": "old-refresh",
        "client_id": "client+1",
        "client_secret": "s3cret/+=",
    },
}

# What the API is asked.
API_URL: Final = "https://api.acme.com/v1"
API_HEADERS: Final[dict[str, str]] = {
    "authorization": "Bearer old-access",
    "accept": "application/json",
}
ACCOUNT_URL: Final = "https://api.acme.com/v1/me"
ACCOUNT_REQUEST: Final[dict[str, Any]] = {
    "method": "GET",
    "url": "https://api.acme.com/v1/me",
    "headers": {
        "authorization": "Bearer new-access",
        "accept": "application/json",
    },
}

# What the provider and the API answer, by address.
ANSWERS: Final[dict[str, Any]] = {
    "https://auth.acme.com/oauth/token": {
        "access_token": "new-access",
        "token_type": "Bearer",
        "refresh_token": "new-refresh",
        "scope": "profile devices:read",
        "expires_in": 3600,
    },
    "https://api.acme.com/v1/me": {
        "email": "Account 1",
        "id": "account-1",
    },
}

# The same where somebody else signs in, and where nobody is named.
OTHER_ACCOUNT: Final[dict[str, Any]] = {
    "https://api.acme.com/v1/me": {
        "email": "Account 2",
        "id": "account-2",
    },
}
NO_ACCOUNT: Final[dict[str, Any]] = {
    "https://api.acme.com/v1/me": {},
}
UNIQUE_ID: Final = "account-1"
ACCOUNT_NAME: Final = "Account 1"

# What an entry keeps after a sign-in, and what it had before.
NEW_TOKEN: Final[dict[str, Any]] = {
    "access_token": "new-access",
    "token_type": "Bearer",
    "refresh_token": "new-refresh",
    "scope": "profile devices:read",
    "expires_in": 3600,
}
OLD_TOKEN: Final[dict[str, Any]] = {
    "access_token": "old-access",
    "token_type": "Bearer",
    "refresh_token": "old-refresh",
}
SECRETS: Final[tuple[str, ...]] = ("s3cret/+=", "old-access", "old-refresh")

# The states of the sensors, by key.
SENSORS: Final[dict[str, str]] = {
    "account": "Account 1",
}
