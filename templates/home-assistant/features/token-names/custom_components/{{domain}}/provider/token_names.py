"""The token request, in the words of this provider."""

from ..const import RENAMED_TOKEN_PARAMETERS
from .token_request import TokenRequest


def rename_parameters(request: TokenRequest) -> None:
    """Give parameters the names that the provider has for them."""
    request.parameters = {
        RENAMED_TOKEN_PARAMETERS.get(name, name): value
        for name, value in request.parameters.items()
    }
