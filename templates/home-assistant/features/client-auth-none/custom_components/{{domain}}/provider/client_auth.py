"""How the token endpoint knows the client: by its id alone, for it has no secret."""

from .token_request import TokenRequest


def authenticate(request: TokenRequest, client_id: str, client_secret: str) -> None:
    """Put the id into the parameters (RFC 6749, section 3.2.1)."""
    request.parameters |= {"client_id": client_id}
