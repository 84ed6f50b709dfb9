"""What the authorization request says that differs from account to account."""

from typing import TYPE_CHECKING

from yarl import URL

from homeassistant.helpers.config_entry_oauth2_flow import AbstractOAuth2Implementation

from ..const import AUTHORIZE_VALUES
from ..oauth import ServiceOAuth2Implementation


def with_values(url: URL, implementation: AbstractOAuth2Implementation) -> URL:
    """Add the parameters that hold placeholders."""
    if TYPE_CHECKING:
        assert isinstance(implementation, ServiceOAuth2Implementation)
    return url.update_query(implementation.placeholders.members(AUTHORIZE_VALUES))
