"""How long a token lives: its answer says so."""

from typing import Any

from aiohttp import ClientError

from .refusal import refusal


def with_lifetime(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer that holds a token and its lifetime.

    Raises ClientError for any other: Home Assistant would write it to the log.
    """
    if not answer.get("access_token"):
        raise refusal(answer)
    if not answer.get("expires_in"):
        raise ClientError("the answer does not say how long the token lives")
    return answer
