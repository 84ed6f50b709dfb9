"""Tests of the API client, alone."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, override

from aiohttp import ClientError
import pytest

from custom_components.acme_cloud import api
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from .service import Service

BASE = "https://api.example.com/v1"
THING = f"{BASE}/thing"


class Auth(api.AbstractAuth):
    """Has a token."""

    @override
    async def async_get_access_token(self) -> str:
        return "t0ken"


@pytest.fixture
def client(hass: HomeAssistant) -> api.ServiceClient:
    """Give a client."""
    session = async_get_clientsession(hass)
    return api.ServiceClient(session, Auth(), BASE, {"X-Token": "is {token}"})


async def test_request(client: api.ServiceClient, service: Service) -> None:
    """A call has the path, the headers and the arguments that were given."""
    service.now_answers({THING: {"id": 1}})
    answer = await client.async_request("POST", "/thing", json={"name": "x"})
    assert answer == {"id": 1}
    assert service.sent(THING) == [
        {
            "method": "POST",
            "url": THING,
            "headers": {"x-token": "is t0ken"},
            "json": {"name": "x"},
        }
    ]


async def test_no_content(client: api.ServiceClient, service: Service) -> None:
    """An answer may be empty."""
    service.fails(THING, 204)
    assert await client.async_request("DELETE", "/thing") is None


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, api.ServiceAuthError),
        (429, api.ServiceRateLimitError),
        (302, api.ServiceError),
        (404, api.ServiceError),
        (500, api.ServiceError),
    ],
)
async def test_status(
    client: api.ServiceClient,
    service: Service,
    status: int,
    error: type[api.ServiceError],
) -> None:
    """Each kind of failure has its error."""
    service.fails(THING, status)
    with pytest.raises(error) as raised:
        await client.async_request("GET", "/thing")
    assert type(raised.value) is error


@pytest.mark.parametrize("error", [ClientError("no route"), TimeoutError()])
async def test_no_answer(
    client: api.ServiceClient, service: Service, error: Exception
) -> None:
    """An API that cannot be reached is an error with words."""
    service.is_silent(THING, error)
    with pytest.raises(api.ServiceError, match=r"no route|TimeoutError"):
        await client.async_request("GET", "/thing")


async def test_no_json(client: api.ServiceClient, service: Service) -> None:
    """An answer that is no JSON is an error."""
    service.says(THING, text="<html>")
    with pytest.raises(api.ServiceError):
        await client.async_request("GET", "/thing")


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        (format_datetime(datetime.now(UTC) + timedelta(hours=1)), 3600),
        (format_datetime(datetime.now(UTC) - timedelta(hours=1)), 0),
        ("soon", None),
        ("", None),
    ],
)
async def test_retry_after(
    client: api.ServiceClient, service: Service, said: str, seconds: float | None
) -> None:
    """An API may say in two ways when it wants to be asked again, or not at all."""
    service.fails(THING, 429, **{"Retry-After": said})
    with pytest.raises(api.ServiceRateLimitError) as raised:
        await client.async_request("GET", "/thing")
    assert raised.value.retry_after == pytest.approx(seconds, abs=60)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("id", 1),
        ("a.b", "the whole path is a name"),
        ("c.d", 2),
        ("list.1", "second"),
        ("list.2", None),
        ("id.x", None),
        ("none", None),
    ],
)
def test_read_field(path: str, value: Any) -> None:
    """A dotted path leads through objects and lists."""
    answer = {
        "id": 1,
        "a.b": "the whole path is a name",
        "c": {"d": 2},
        "list": ["first", "second"],
    }
    assert api.read_field(answer, path) == value
