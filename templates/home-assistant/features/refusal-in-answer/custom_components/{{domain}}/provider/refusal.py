"""An answer of the token endpoint that holds no token."""

from http import HTTPStatus
from typing import Any

from aiohttp import ClientError, ClientResponseError, RequestInfo
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

# What a grant that has ended is called (RFC 6749, section 5.2, and its synonyms).
ENDED = ("invalid_grant", "bad_refresh_token", "invalid_refresh_token")


def refusal(answer: dict[str, Any]) -> ClientError:
    """Return the error that the answer stands for.

    Some providers refuse with the status of a success: Home Assistant reads the status, asks
    the user to sign in again where it is one of the client, and tries again elsewhere.
    """
    error = answer.get("error", "unknown error")
    if error not in ENDED:
        return ClientError(f"no token was given: {error}")
    request = RequestInfo(URL(), "POST", CIMultiDictProxy(CIMultiDict()))
    return ClientResponseError(
        request, (), status=HTTPStatus.BAD_REQUEST, message=str(error)
    )
