"""How often somebody may ask the API: counted by the minute, in one statement.

The table is not logged (no disk is waited for) and may be lost: it guards, it proves
nothing. Figures are the installation's: `KHUEVAN_API_RATE_…`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from khuevan.platform import clock
from khuevan.platform.callers import address_of
from khuevan.platform.errors import N_, TooOften

from .models import Client, Rate


WINDOW = 60
_KEPT = timedelta(days=2)
_TAKE = """
    INSERT INTO clients_rate AS r (key, minute, count, day, day_count, refused)
    VALUES (%(key)s, %(minute)s, 1, %(day)s, 1, 0)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN r.minute = excluded.minute THEN r.count + 1 ELSE 1 END,
        minute = excluded.minute,
        day_count = CASE WHEN r.day = excluded.day THEN r.day_count + 1 ELSE 1 END,
        refused = CASE WHEN r.day = excluded.day THEN r.refused ELSE 0 END
            + CASE WHEN r.minute = excluded.minute AND r.count >= %(most)s THEN 1 ELSE 0 END,
        day = excluded.day
    RETURNING count
"""


@dataclass(frozen=True, slots=True)
class Turn:
    """What is left of a minute: for the headers of the answer."""

    policy: str
    most: int
    left: int
    seconds: int

    @property
    def headers(self) -> dict[str, str]:
        """Return the fields of the draft RFC “RateLimit header fields for HTTP”."""
        return {
            "RateLimit-Policy": f'"{self.policy}";q={self.most};w={WINDOW}',
            "RateLimit": f'"{self.policy}";r={self.left};t={self.seconds}',
        }


def take_turn_of_client(request: HttpRequest, client: Client) -> None:
    """Count a request of a client; raises TooOften beyond its minute."""
    _take(request, "client", f"client:{client.pk.hex}", settings.API_RATE_CLIENT)


def take_turn_of_stranger(request: HttpRequest) -> None:
    """Count a request from an address of the net; raises TooOften beyond its minute."""
    digest = salted_hmac("clients.rates", _network(address_of(request)), algorithm="sha256")  # fmt: skip
    _take(request, "address", digest.hexdigest(), settings.API_RATE_ANONYMOUS)


def turn_of(request: HttpRequest) -> Turn | None:
    """Return the turn a request took, None where it was not counted."""
    found: Turn | None = request.META.get("khuevan.turn")
    return found


def today_of(client: Client) -> tuple[int, int]:
    """Return how often a client asked today, and how often it was refused."""
    row = Rate.objects.filter(key=f"client:{client.pk.hex}", day=clock.today()).first()
    return (row.day_count, row.refused) if row else (0, 0)


def forget_rates() -> int:
    """Delete counters nobody adds to any more; return how many."""
    return Rate.objects.filter(day__lt=clock.today() - _KEPT).delete()[0]


def _take(request: HttpRequest, policy: str, key: str, most: int) -> None:
    now = clock.now()
    asked: dict[str, str | int | datetime | date] = {
        "key": key,
        "minute": now.replace(second=0, microsecond=0),
        "day": clock.local_day(now),
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, asked)
        [count] = cursor.fetchone()
    turn = Turn(policy, most, max(most - count, 0), WINDOW - now.second)
    request.META["khuevan.turn"] = turn
    if count > most:
        raise TooOften(
            N_("More than %(most)s requests in a minute. Ask again in %(seconds)s seconds."),
            seconds=turn.seconds,
            most=most,
        )  # fmt: skip


def _network(address: str) -> str:
    """Return an address, of IPv6 the network a household has: one has 2⁶⁴ of them."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(ip_network((found, 64), strict=False))
    return str(found)
