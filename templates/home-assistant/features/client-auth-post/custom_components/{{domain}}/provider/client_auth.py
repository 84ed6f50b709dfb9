"""How the token endpoint knows the client: by parameters (RFC 6749, section 2.3.1)."""

from .token_request import TokenRequest


def authenticate(request: TokenRequest, client_id: str, client_secret: str) -> None:
    """Put the credentials into the parameters."""
    request.parameters |= {"client_id": client_id, "client_secret": client_secret}
