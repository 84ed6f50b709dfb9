"""The values that stand for `{name}` in addresses, parameters and headers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import re
import secrets
from typing import Any, Self

from aiohttp import ClientError
from yarl import URL

from ..const import ADDRESSES, HOST_SUFFIXES, OWN_PATTERNS

PLACEHOLDER = re.compile(r"\{([A-Za-z][A-Za-z0-9_-]*)\}")

# A value that has no pattern of its own: nothing in it ends a host or goes up a folder.
USUAL_VALUE = r"(?![.-])(?!.*\.\.)[A-Za-z0-9._-]+(?<![.-])"

LOOPBACK = {"127.0.0.1", "::1", "localhost"}

# What a value may look like, by the part of an address that it stands in.
SHAPES = {
    "whole": rf"https?://(?:{USUAL_VALUE}|\[::1\])(?::\d{{1,5}})?(?:/[\w.~/-]*)?",
    "host": USUAL_VALUE,
    "server": rf"{USUAL_VALUE}(?::\d{{1,5}})?",
    "label": r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)",
    "path": r"[\w.~/-]+",
    "query": r"[^\x00-\x1f]*",
}


class PlaceholderError(ClientError):
    """A value cannot stand where it should: nothing was sent."""

    def __init__(self, name: str, problem: str) -> None:
        """Keep whose value it is; the value itself may be a secret."""
        super().__init__(f"the value of {name} {problem}")
        self.name = name


@dataclass(frozen=True)
class Placeholders:
    """The values of one account, the client's id among them, and those of one sign-in."""

    values: Mapping[str, str] = field(repr=False)
    client_secret: str = field(default="", repr=False)
    state: str = ""

    @classmethod
    def of_token(cls, token: Mapping[str, Any]) -> Self:
        """Return what the API may be told: the secret is not."""
        return cls(token["values"])

    def address(self, template: str) -> str:
        """Fill in an address.

        Nothing leads elsewhere than the template says: a value that ends the host, names a
        user or goes up a folder is refused, and one of the provider outside of its hosts.
        Raises PlaceholderError.
        """
        address = ""
        names = PLACEHOLDER.findall(template)
        for index, part in enumerate(PLACEHOLDER.split(template)):
            if index % 2 == 0:
                address += part
                continue
            behind = template.split(f"{{{part}}}", 1)[1]
            shape = _shape(part, address, behind)
            value = self.values.get(part, "")
            if not re.fullmatch(SHAPES[shape], value, re.ASCII):
                raise PlaceholderError(part, "cannot stand in an address")
            address += value.removesuffix("/") if shape == "whole" else value
        for name in names:
            _require_host(name, address, template)
        return address

    def check_addresses(self) -> None:
        """Fill in each address that is known as a whole. Raises PlaceholderError."""
        for template in ADDRESSES:
            if all(name in self.values for name in PLACEHOLDER.findall(template)):
                self.address(template)

    def members(self, members: Mapping[str, str]) -> dict[str, str]:
        """Fill in parameters or headers; one whose value is not known is left out."""
        known = {
            **self.values,
            "clientSecret": self.client_secret,
            "state": self.state,
            "random": secrets.token_urlsafe(16),
            # The client fills this in, for each call.
            "token": "{token}",
        }
        return {
            name: PLACEHOLDER.sub(lambda found: known[found[1]], text)
            for name, text in members.items()
            if all(known.get(used) for used in PLACEHOLDER.findall(text))
        }


def _shape(name: str, before: str, behind: str) -> str:
    if before == "":
        return "whole"
    if "?" in before:
        return "query"
    if not re.fullmatch(r"https?://[^/]*", before):
        return "path"
    if name in HOST_SUFFIXES:
        return "host"
    if name in OWN_PATTERNS:
        return "server"
    return "label" if behind.startswith(".") else "host"


def _require_host(name: str, address: str, template: str) -> None:
    """Refuse an address that is read as another one, or leads to a host that was not said."""
    problem = PlaceholderError(name, "leads elsewhere")
    try:
        url = URL(address)
        host = url.host or ""
    except ValueError as err:
        raise problem from err
    written = re.fullmatch(
        r"https?://(\[::1\]|[^/:?]*)(?::\d+)?([^?]*)(\?.*)?", address
    )
    if written is None or written[1].strip("[]").lower() != host:
        raise problem
    if url.scheme != "https" and host not in LOOPBACK:
        raise problem
    if any(part in (".", "..") for part in written[2].split("/")):
        raise problem
    suffixes = HOST_SUFFIXES.get(name)
    if suffixes is None:
        return
    is_below = any(f".{host}".endswith(f".{suffix.strip('[]')}") for suffix in suffixes)
    is_usual = url.is_default_port() or host in LOOPBACK or not template.startswith("{")
    if not is_below or not is_usual:
        raise problem
