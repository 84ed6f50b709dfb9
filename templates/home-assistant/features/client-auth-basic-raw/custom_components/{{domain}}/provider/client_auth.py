"""How the token endpoint knows the client: by HTTP Basic (RFC 7617)."""

from base64 import b64encode

from .token_request import TokenRequest


def authenticate(request: TokenRequest, client_id: str, client_secret: str) -> None:
    """Put the credentials into the header as they are: this provider decodes nothing."""
    request.parameters.pop("client_id", None)
    pair = f"{client_id}:{client_secret}"
    request.headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
