"""What no answer of the generator can say.

Yours to change: this file is written once, and no update of the template touches it.
The client's secret is a key that says by itself whose it is.
"""

from base64 import b64encode
from typing import Any

from aiohttp import ClientSession
from yarl import URL

from .api import ApiRequest
from .provider.token_request import TokenRequest


def on_authorization_url(url: URL) -> URL:
    """Change nothing."""
    return url


def on_token_request(request: TokenRequest) -> TokenRequest:
    """Send the key as the user name of HTTP Basic, without a password."""
    request.parameters.pop("client_id")
    user = f"{request.parameters.pop('client_secret')}:"
    request.headers["Authorization"] = f"Basic {b64encode(user.encode()).decode()}"
    return request


async def on_token_answer(
    answer: dict[str, Any], request: TokenRequest, session: ClientSession
) -> dict[str, Any]:
    """Change nothing."""
    return answer


def on_api_request(request: ApiRequest) -> ApiRequest:
    """Change nothing."""
    return request
