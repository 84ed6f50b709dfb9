"""How long a token lives: until somebody revokes it."""

from typing import Any

from aiohttp import ClientError

# Home Assistant wants to know an end: a hundred years, in seconds.
ENDLESS = 100 * 365 * 24 * 60 * 60


def with_lifetime(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer that holds a token and never needs a refresh; raises ClientError for none."""
    if not answer.get("access_token"):
        raise ClientError(f"no token was given: {answer.get('error', 'unknown error')}")
    return answer | {"expires_in": ENDLESS}
