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
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Timer
from urllib.parse import urlsplit


# Ranges of IPv6 that carry an IPv4 address inside: NAT64, 6to4, Teredo.
_BRIDGES = tuple(map(ip_network, ("64:ff9b::/96", "2002::/16", "2001::/32")))

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: an HTTP status, or none and the reason; the body where it was asked for."""

    status: int | None
    reason: str
    body: bytes = b""

    @property
    def accepted(self) -> bool:
        """Tell whether the other side took the message."""
        return self.status is not None and 200 <= self.status < 300


def post(url: str, body: bytes, headers: dict[str, str], *, inside: bool) -> Answer:
    """Send a body and return the answer; never raises for what the network does."""
    return fetch("POST", url, body, headers, inside=inside)


def fetch(
    method: str, url: str, body: bytes, headers: dict[str, str], *, inside: bool, most: int = 0
) -> Answer:  # fmt: skip
    """Ask and return the answer with up to `most` bytes of its body; one with more is none.

    `inside` allows this machine and private networks.
    """
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
                return _exchange(plain, parts.scheme, host, (method, path, body, headers), most)  # fmt: skip
            finally:
                timer.cancel()
    except (OSError, HTTPException, ValueError) as error:
        return Answer(None, _plain(f"{type(error).__name__}: {error}"))


def _exchange(
    plain: socket.socket,
    scheme: str,
    host: str,
    asked: tuple[str, str, bytes, dict[str, str]],
    most: int,
) -> Answer:
    plain.settimeout(TOTAL_SECONDS)
    connection = HTTPConnection(host)
    connection.sock = plain
    if scheme == "https":
        context = ssl.create_default_context()
        connection.sock = context.wrap_socket(plain, server_hostname=host)
    connection.request(*asked)
    response = connection.getresponse()
    told = response.read(most + 1) if most else b""
    if len(told) > most:
        return Answer(None, f"The answer is longer than {most} bytes.")
    return Answer(response.status, _plain(f"{response.status} {response.reason}"), told)


def _address_of(host: str, port: int, *, inside: bool) -> tuple[str, int] | None:
    """Return where to connect; None unless every address of the name is allowed."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not (inside or all(map(is_public, addresses))):
        return None
    return addresses[0], port


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the open internet."""
    found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found
    return (
        found.is_global
        and not found.is_multicast
        and not any(found in bridge for bridge in _BRIDGES)
    )


def _plain(text: str) -> str:
    """Whatever the other side says must fit a column and a page."""
    return "".join(c if c.isprintable() else "?" for c in text[:200])


def _cut(plain: socket.socket) -> None:
    try:
        plain.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it had already ended
