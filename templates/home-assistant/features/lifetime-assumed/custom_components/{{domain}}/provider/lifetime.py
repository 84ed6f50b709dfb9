"""How long a token lives where its answer does not say."""

from typing import Any

from aiohttp import ClientError

from ..const import ASSUMED_LIFETIME


def with_lifetime(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer that holds a token and its lifetime; raises ClientError for none."""
    if not answer.get("access_token"):
        raise ClientError(f"no token was given: {answer.get('error', 'unknown error')}")
    return answer | {"expires_in": answer.get("expires_in") or ASSUMED_LIFETIME}
