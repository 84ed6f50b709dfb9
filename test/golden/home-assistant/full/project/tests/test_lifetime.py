"""Tests of how long a token lives."""

import pytest

from homeassistant.data_entry_flow import FlowResultType

from .provider import NO_LIFETIME, SECRETS
from .service import Service
from .user import User


async def test_not_said(
    user: User, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    """A token of which nobody knows how long it lives is not kept, nor logged."""
    service.now_answers(NO_LIFETIME)
    result = await user.sign_in()
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "oauth_failed"
    assert [secret for secret in SECRETS if secret in caplog.text] == []
