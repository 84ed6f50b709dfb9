"""Where the answer of the token endpoint has its fields."""

from datetime import datetime
import time
from typing import Any

from homeassistant.util import dt as dt_util

from ..api import read_field
from ..const import RENAMED_TOKEN_FIELDS, TOKEN_PATH

STANDARD = {
    "access_token",
    "expires_at",
    "expires_in",
    "id_token",
    "refresh_token",
    "scope",
    "token_type",
}

# A number below this counts seconds since 1970, one above it milliseconds.
MOST_SECONDS = 1e11


def with_standard_fields(answer: dict[str, Any]) -> dict[str, Any]:
    """Return the answer with the fields of the token in their standard place and name.

    What stands beside the token stays, but is no part of it.
    """
    holder = read_field(answer, TOKEN_PATH) if TOKEN_PATH else answer
    if not isinstance(holder, dict):
        # A refresh may answer with the token alone.
        holder = answer
    beside = {name: value for name, value in answer.items() if name not in STANDARD}
    found = {
        standard: read_field(holder, name)
        for standard, name in RENAMED_TOKEN_FIELDS.items()
    }
    named = {name: value for name, value in found.items() if value is not None}
    token = beside | holder | named
    end = token.pop("expires_at", None)
    if token.get("expires_in") and "expires_at" not in RENAMED_TOKEN_FIELDS:
        return token
    left = _seconds_until(end)
    return token if left is None else token | {"expires_in": left}


def _seconds_until(end: Any) -> int | None:
    """Return what is left until a point in time, at least one second; None where it is none."""
    try:
        count = float(end)
        moment = count if count < MOST_SECONDS else count / 1000
    except TypeError, ValueError:
        parsed = dt_util.parse_datetime(str(end))
        if parsed is None:
            return None
        moment = _as_utc(parsed).timestamp()
    return max(1, int(moment - time.time())) if moment > 0 else None


def _as_utc(moment: datetime) -> datetime:
    """Read a time without a zone as UTC."""
    return moment.replace(tzinfo=moment.tzinfo or dt_util.UTC)
