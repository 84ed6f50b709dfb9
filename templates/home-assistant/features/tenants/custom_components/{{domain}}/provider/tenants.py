"""Where an account is: each customer has a server, and each server may count from 1."""

from collections.abc import Mapping
from typing import Any

from ..const import ADDRESSES, VARIABLES
from .placeholders import PLACEHOLDER


def unique_id(account_id: str, token: Mapping[str, Any]) -> str:
    """Return an id that no account of another server has."""
    leading = {name for address in ADDRESSES for name in PLACEHOLDER.findall(address)}
    places = [
        token["values"][variable["name"]].lower()
        for variable in VARIABLES
        if variable["name"] in leading and not variable["secret"]
    ]
    return "/".join([*places, account_id])
