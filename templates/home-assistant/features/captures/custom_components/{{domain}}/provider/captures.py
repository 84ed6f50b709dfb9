"""What the answer of the token endpoint says about where, and as whom, to call the API."""

from collections.abc import Mapping
import re
from typing import Any

from ..api import read_field
from ..const import CAPTURES
from .placeholders import PlaceholderError, Placeholders


def with_captured(
    answer: dict[str, Any], values: Mapping[str, str], data: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the answer with the values of the account, and those that it says itself.

    Raises PlaceholderError where one is missing, has another form than it should, or leads
    elsewhere. A refresh need not say them again: then those from before stay.
    """
    try:
        found = {capture["name"]: _read(capture, answer) for capture in CAPTURES}
        Placeholders({**values, **found}).check_addresses()
    except PlaceholderError:
        if data["grant_type"] != "refresh_token":
            raise
        found = {}
    return answer | {"values": {**values, **found}}


def _read(capture: Mapping[str, str], answer: Mapping[str, Any]) -> str:
    value = read_field(answer, capture["key"])
    text = str(value) if isinstance(value, str | int) else ""
    if re.fullmatch(capture["pattern"], text, re.ASCII):
        return text
    raise PlaceholderError(capture["name"], "is not in the answer, or has another form")
