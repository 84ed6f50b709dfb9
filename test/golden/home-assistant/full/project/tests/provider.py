"""The provider as the tests know it: what it is asked, and what it answers."""

from typing import Any, Final

DOMAIN: Final = "buero_soehne"
NAME: Final = 'Büro & "Söhne" 漢字'

CLIENT_ID: Final = "client+1"
CLIENT_SECRET: Final = "s3cret/+="

# Where it stands, everything is right.
ANYTHING: Final = "<anything>"

# What the user enters, by form.
ENTERED: Final[dict[str, dict[str, str]]] = {
    "reauth_confirm": {},
}

# What the provider is asked.
AUTHORIZE_URL: Final = "https://login.soehne.de/authorize"
AUTHORIZE_QUERY: Final[dict[str, str]] = {
    "tenant": "main",
    "response_type": "code",
    "client_id": "client+1",
    "redirect_uri": "https://example.com/auth/external/callback",
    "scope": "openid offline_access https://soehne.de/scopes/devices.read https://soehne.de/scopes/devices.write email",
    "state": "<anything>",
    "code_challenge": "<anything>",
    "code_challenge_method": "S256",
    "prompt": "consent",
    "access_type": "offline",
}
TOKEN_URL: Final = "https://login.soehne.de/oauth2/token"
TOKEN_REQUEST: Final[dict[str, Any]] = {
    "method": "POST",
    "url": "https://login.soehne.de/oauth2/token",
    "headers": {
        "accept": "application/json",
        "authorization": "Basic Y2xpZW50JTJCMTpzM2NyZXQlMkYlMkIlM0Q=",
    },
    "data": {
        "grant_type": "authorization_code",
        "code": "the-code",
        "redirect_uri": "https://example.com/auth/external/callback",
        "code_verifier": "<anything>",
        "audience": "https://api.soehne.de",
    },
}
TOKEN_BODY: Final = "data"
REFRESH_URL: Final = "https://login.soehne.de/oauth2/refresh"
REFRESH_REQUEST: Final[dict[str, Any]] = {
    "method": "POST",
    "url": "https://login.soehne.de/oauth2/refresh",
    "headers": {
        "accept": "application/json",
        "authorization": "Basic Y2xpZW50JTJCMTpzM2NyZXQlMkYlMkIlM0Q=",
    },
    "data": {
        "grant_type": "refresh_token",
        "refresh_token": "old-refresh",
        "audience": "https://api.soehne.de",
    },
}
REVOCATION_URL: Final = "https://login.soehne.de/oauth2/revoke"
REVOCATION_REQUEST: Final[dict[str, Any]] = {
    "method": "POST",
    "url": "https://login.soehne.de/oauth2/revoke",
    "headers": {
        "authorization": "Basic Y2xpZW50JTJCMTpzM2NyZXQlMkYlMkIlM0Q=",
    },
    "data": {
        "token": "old-refresh",
        "token_type_hint": "refresh_token",
    },
}

# What the API is asked.
API_URL: Final = "https://api.soehne.de/v2"
API_HEADERS: Final[dict[str, str]] = {
    "authorization": "Bearer old-access",
    "accept": "application/json",
}
CHALLENGE: Final = "code_challenge"
VERIFIER: Final = "code_verifier"
ACCOUNT_URL: Final = "https://api.soehne.de/v2/users/me"
ACCOUNT_REQUEST: Final[dict[str, Any]] = {
    "method": "GET",
    "url": "https://api.soehne.de/v2/users/me?fields=id%2Cemail",
    "headers": {
        "authorization": "Bearer new-access",
        "accept": "application/json",
    },
}

# What the provider and the API answer, by address.
ANSWERS: Final[dict[str, Any]] = {
    "https://login.soehne.de/oauth2/token": {
        "access_token": "new-access",
        "token_type": "Bearer",
        "refresh_token": "new-refresh",
        "scope": "openid offline_access https://soehne.de/scopes/devices.read https://soehne.de/scopes/devices.write email",
        "expires_in": 3600,
    },
    "https://login.soehne.de/oauth2/refresh": {
        "access_token": "new-access",
        "token_type": "Bearer",
        "refresh_token": "new-refresh",
        "scope": "openid offline_access https://soehne.de/scopes/devices.read https://soehne.de/scopes/devices.write email",
        "expires_in": 3600,
    },
    "https://login.soehne.de/oauth2/revoke": {},
    "https://api.soehne.de/v2/meter": {
        "data": {
            "energy": 21,
            "read_at": "2026-01-02T03:04:05+00:00",
        },
    },
    "https://api.soehne.de/v2/users/me": {
        "data": {
            "attributes": {
                "plan": "fine",
                "email": "Account 1",
            },
            "id": "account-1",
        },
    },
}
NO_LIFETIME: Final[dict[str, Any]] = {
    "https://login.soehne.de/oauth2/token": {
        "access_token": "new-access",
        "token_type": "Bearer",
        "scope": "openid offline_access https://soehne.de/scopes/devices.read https://soehne.de/scopes/devices.write email",
    },
}

# The same where somebody else signs in, and where nobody is named.
OTHER_ACCOUNT: Final[dict[str, Any]] = {
    "https://api.soehne.de/v2/users/me": {
        "data": {
            "attributes": {
                "plan": "fine",
                "email": "Account 2",
            },
            "id": "account-2",
        },
    },
}
NO_ACCOUNT: Final[dict[str, Any]] = {
    "https://api.soehne.de/v2/users/me": {
        "data": {
            "attributes": {
                "plan": "fine",
            },
        },
    },
}
UNIQUE_ID: Final = "account-1"
ACCOUNT_NAME: Final = "Account 1"

# What an entry keeps after a sign-in, and what it had before.
NEW_TOKEN: Final[dict[str, Any]] = {
    "access_token": "new-access",
    "token_type": "Bearer",
    "refresh_token": "new-refresh",
    "scope": "openid offline_access https://soehne.de/scopes/devices.read https://soehne.de/scopes/devices.write email",
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
    "energie_heute_key": "<anything>",
    "abgelesen": "2026-01-02T03:04:05+00:00",
    "sensor_3": "fine",
}
