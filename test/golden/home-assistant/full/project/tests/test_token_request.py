"""Tests of the answers that are no token."""

import pytest

from homeassistant.data_entry_flow import FlowResultType

from .provider import TOKEN_URL
from .service import Service
from .user import User


@pytest.mark.parametrize("text", ["", "access_token=1", "[]", "null", '"token"'])
async def test_no_object(user: User, service: Service, text: str) -> None:
    """Only a JSON object can hold a token."""
    service.says(TOKEN_URL, text=text)
    result = await user.sign_in()
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "oauth_failed"
