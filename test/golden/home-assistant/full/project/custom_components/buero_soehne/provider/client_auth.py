"""How the token endpoint knows the client: by HTTP Basic (RFC 6749, section 2.3.1)."""

from base64 import b64encode
from urllib.parse import quote_plus

from .token_request import TokenRequest


def authenticate(request: TokenRequest, client_id: str, client_secret: str) -> None:
    """Put the credentials into the header, form-encoded first."""
    request.parameters.pop("client_id", None)
    pair = f"{quote_plus(client_id)}:{quote_plus(client_secret)}"
    request.headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
