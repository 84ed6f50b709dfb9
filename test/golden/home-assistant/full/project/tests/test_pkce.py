"""Tests of PKCE (RFC 7636)."""

from base64 import urlsafe_b64encode
from hashlib import sha256

from .provider import CHALLENGE, TOKEN_BODY, TOKEN_URL, VERIFIER
from .service import Service
from .user import User, query_of


async def test_verifier(user: User, service: Service) -> None:
    """The code is exchanged with the verifier that the challenge was made from."""
    flow = await user.begin()
    await user.come_back(flow)
    (request,) = service.sent(TOKEN_URL)
    digest = sha256(request[TOKEN_BODY][VERIFIER].encode()).digest()
    challenge = urlsafe_b64encode(digest).decode().rstrip("=")
    assert query_of(flow)[CHALLENGE] == challenge


async def test_fresh(user: User) -> None:
    """Each sign-in has a challenge of its own."""
    challenges = {query_of(await user.begin())[CHALLENGE] for _ in range(2)}
    assert len(challenges) == 2
