"""What no answer of the generator can say.

Yours to change: this file is written once, and no update of the template touches it.
Each hook is given what is about to be used, and returns what is used instead.
As they stand here they change nothing. Only on_token_answer may wait: Home Assistant
does other things meanwhile.
"""

from typing import Any

from aiohttp import ClientSession
from yarl import URL

from .api import ApiRequest
from .provider.token_request import TokenRequest


def on_authorization_url(url: URL) -> URL:
    """Change the address of the sign-in page, all of it but `state`."""
    return url


def on_token_request(request: TokenRequest) -> TokenRequest:
    """Change a request to the token endpoint: its url, parameters, headers and body."""
    return request


async def on_token_answer(
    answer: dict[str, Any], request: TokenRequest, session: ClientSession
) -> dict[str, Any]:
    """Change what the token endpoint answered, or exchange its token for another one.

    `access_token` and `expires_in` are needed; `request` is what was sent.
    """
    return answer


def on_api_request(request: ApiRequest) -> ApiRequest:
    """Change a call to the API; the access token is in its headers already."""
    return request
