"""What no answer of the generator can say.

Yours to change: this file is written once, and no update of the template touches it.
The token of a sign-in lives for hours. It is exchanged for one of about 60 days, once.
There is no refresh token: when that token ends, the account is signed in again.
"""

from typing import Any

from aiohttp import ClientSession
from yarl import URL

from .api import ApiRequest
from .const import OAUTH2_TOKEN
from .provider.token_request import TokenRequest


def on_authorization_url(url: URL) -> URL:
    """Change nothing."""
    return url


def on_token_request(request: TokenRequest) -> TokenRequest:
    """Change nothing."""
    return request


async def on_token_answer(
    answer: dict[str, Any], request: TokenRequest, session: ClientSession
) -> dict[str, Any]:
    """Exchange the token of a sign-in. A refusal has none."""
    if "access_token" not in answer:
        return answer
    exchange = TokenRequest(
        url=OAUTH2_TOKEN,
        parameters={
            "grant_type": "fb_exchange_token",
            "client_id": request.parameters["client_id"],
            "client_secret": request.parameters["client_secret"],
            "fb_exchange_token": answer["access_token"],
        },
        headers={},
        body="params",
        method="GET",
    )
    return answer | await exchange.async_send(session)


def on_api_request(request: ApiRequest) -> ApiRequest:
    """Change nothing."""
    return request
