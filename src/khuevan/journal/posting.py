"""One HTTP request to a machine we do not trust.

The name is resolved once, the addresses are checked, and the connection goes to
exactly the address that was checked. Redirects are not followed; a timer ends
whatever takes too long, however slowly it trickles.
"""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from threading import Timer
from urllib.parse import urlsplit

from .rules import is_public


CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: an HTTP status, or none and the reason."""

    status: int | None
    reason: str

    @property
    def accepted(self) -> bool:
        """Tell whether the other side took the message."""
        return self.status is not None and 200 <= self.status < 300


def post(url: str, body: bytes, headers: dict[str, str], *, inside: bool) -> Answer:
    """Send a body and return the answer; never raises for what the network does."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        address = _address_of(host, port, inside=inside)
        if address is None:
            return Answer(None, "The address is not on the open internet.")
        with socket.create_connection(address, CONNECT_SECONDS) as plain:
            timer = Timer(TOTAL_SECONDS, _cut, [plain])
            timer.start()
            try:
                return _exchange(plain, parts.scheme, host, path, body, headers)
            finally:
                timer.cancel()
    except (OSError, HTTPException, ValueError) as error:
        return Answer(None, _plain(f"{type(error).__name__}: {error}"))


def _exchange(
    plain: socket.socket,
    scheme: str,
    host: str,
    path: str,
    body: bytes,
    headers: dict[str, str],
) -> Answer:
    plain.settimeout(TOTAL_SECONDS)
    connection = HTTPConnection(host)
    connection.sock = plain
    if scheme == "https":
        context = ssl.create_default_context()
        connection.sock = context.wrap_socket(plain, server_hostname=host)
    connection.request("POST", path, body, headers)
    response = connection.getresponse()
    return Answer(response.status, _plain(f"{response.status} {response.reason}"))


def _address_of(host: str, port: int, *, inside: bool) -> tuple[str, int] | None:
    """Return where to connect; None unless every address of the name is allowed."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not (inside or all(map(is_public, addresses))):
        return None
    return addresses[0], port


def _plain(text: str) -> str:
    """Whatever the other side says must fit a column and a page."""
    return "".join(c if c.isprintable() else "?" for c in text[:200])


def _cut(plain: socket.socket) -> None:
    try:
        plain.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it had already ended
