"""Tests of the call that says whose account it is."""

from aiohttp import ClientError
import pytest

from homeassistant.data_entry_flow import FlowResultType

from .provider import ACCOUNT_REQUEST, ACCOUNT_URL
from .service import Service, expected
from .user import User


async def test_request(user: User, service: Service) -> None:
    """The API is asked with the token that has just been given."""
    await user.sign_in()
    assert service.sent(ACCOUNT_URL)[0] == expected(ACCOUNT_REQUEST)


@pytest.mark.parametrize(
    ("status", "reason"),
    [(401, "invalid_auth"), (429, "cannot_connect"), (500, "cannot_connect")],
)
async def test_refused(user: User, service: Service, status: int, reason: str) -> None:
    """The API does not say whose account it is."""
    service.fails(ACCOUNT_URL, status)
    result = await user.sign_in()
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == reason


async def test_no_answer(user: User, service: Service) -> None:
    """The API is not there, and the user is told what happened."""
    service.is_silent(ACCOUNT_URL, ClientError("no route"))
    result = await user.sign_in()
    assert result["reason"] == "cannot_connect"
    assert result["description_placeholders"] == {"error": "no route"}
