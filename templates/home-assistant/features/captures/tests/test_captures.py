"""Tests of what the token's answer says about where to call the API."""

from typing import Any

import pytest

from homeassistant.data_entry_flow import FlowResultType

from .provider import ANSWERS, CAPTURED, THEFTS, TOKEN_URL
from .service import Service, with_field
from .user import User


async def _is_refused(user: User, service: Service, key: str, value: Any) -> bool:
    answer = with_field(ANSWERS[TOKEN_URL], key, value)
    service.now_answers({TOKEN_URL: answer})
    result = await user.sign_in()
    assert result["type"] is FlowResultType.ABORT
    return result["reason"] == "oauth_failed" and len(service.requests) == 1


@pytest.mark.parametrize("value", [None, "", "with space", "line\n", [], {}])
@pytest.mark.parametrize("key", CAPTURED)
async def test_unfit(user: User, service: Service, key: str, value: Any) -> None:
    """Without such a value the API is not called."""
    assert await _is_refused(user, service, key, value)


@pytest.mark.parametrize(("key", "value"), THEFTS)
async def test_theft(user: User, service: Service, key: str, value: str) -> None:
    """A value that leads to somebody else does not get the token."""
    assert await _is_refused(user, service, key, value)
