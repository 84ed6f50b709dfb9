"""How long a token lives where its answer does not say."""

from typing import Any

from ..const import ASSUMED_LIFETIME
from .refusal import refusal


def with_lifetime(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer that holds a token and its lifetime; raises ClientError for none."""
    if not answer.get("access_token"):
        raise refusal(answer)
    return answer | {"expires_in": answer.get("expires_in") or ASSUMED_LIFETIME}
