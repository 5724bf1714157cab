"""From where on the net a request comes."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """Return the address a request comes from: the first one that is no proxy of ours.

    A proxy of ours (`KHUEVAN_PROXIES`) is believed when it names whom it passes on in
    `X-Forwarded-For`; what anybody else writes there is not.
    """
    told = request.headers.get("X-Forwarded-For", "").split(",")
    hops = [hop.strip() for hop in told if hop.strip()]
    hops.append(request.META.get("REMOTE_ADDR", ""))
    strangers = (hop for hop in reversed(hops) if not within(hop, settings.PROXIES))
    return next(strangers, hops[0])


def within(address: str, networks: Iterable[str]) -> bool:
    """Tell whether an address lies in one of some networks; what is none does not."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in ip_network(network) for network in networks)
