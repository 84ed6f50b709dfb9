"""What no answer of the generator can say.

Yours to change: this file is written once, and no update of the template touches it.
The token of a sign-in lives for an hour. It is exchanged for one of 60 days, once.
There is no refresh token: the token itself is what is refreshed.
"""

from typing import Any

from aiohttp import ClientSession
from yarl import URL

from .api import ApiRequest
from .const import OAUTH2_REFRESH, REFRESH_PARAMETERS
from .provider.token_request import TokenRequest


def on_authorization_url(url: URL) -> URL:
    """Change nothing."""
    return url


def on_token_request(request: TokenRequest) -> TokenRequest:
    """Refresh with a GET of the token itself, without the client's credentials."""
    if (token := request.parameters.get("refresh_token")) is None:
        return request
    return _get(request.url, request.parameters["grant_type"], access_token=token)


async def on_token_answer(
    answer: dict[str, Any], request: TokenRequest, session: ClientSession
) -> dict[str, Any]:
    """Exchange the token of a sign-in. The one that comes refreshes itself.

    One that has ended cannot, so half of its life is told: an account that is used at
    least once a month stays linked. A refusal has no token.
    """
    if "access_token" not in answer:
        return answer
    if "code" in request.parameters:
        # The exchange stands beside the refresh, and its grant type is named alike.
        exchange = _get(
            str(URL(OAUTH2_REFRESH).with_name("access_token")),
            REFRESH_PARAMETERS["grant_type"].replace("refresh", "exchange"),
            access_token=answer["access_token"],
            client_secret=request.parameters["client_secret"],
        )
        answer = answer | await exchange.async_send(session)
    return answer | {
        "refresh_token": answer["access_token"],
        "expires_in": int(answer["expires_in"]) // 2,
    }


def on_api_request(request: ApiRequest) -> ApiRequest:
    """Change nothing."""
    return request


def _get(url: str, grant_type: str, **parameters: str) -> TokenRequest:
    return TokenRequest(
        url=url,
        parameters={"grant_type": grant_type, **parameters},
        headers={},
        body="params",
        method="GET",
    )
