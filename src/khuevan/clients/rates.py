"""How often somebody may ask the API, and take files: counted by the minute, in one statement.

The table is not logged (no disk is waited for) and may be lost: it guards, it proves
nothing. Figures are the installation's: `KHUEVAN_API_RATE_…`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import wraps
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac

from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.callers import address_of
from khuevan.platform.errors import N_, TooOften
from khuevan.platform.http import answer_with, explain

from .models import Client, Rate


WINDOW = 60
_CLIENT = "khuevan.client"
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
    request.META[_CLIENT] = client
    _take(request, "client", _of_client(client), settings.API_RATE_CLIENT)


def take_turn_of_person(request: HttpRequest, person: Person) -> None:
    """Count a request somebody makes with their session; raises TooOften beyond its minute."""
    _take(request, "account", _of_person(person), settings.API_RATE_CLIENT)


def take_turn_of_stranger(request: HttpRequest) -> None:
    """Count a request from an address of the net; raises TooOften beyond its minute."""
    _take(request, "address", _of_address(request), settings.API_RATE_ANONYMOUS)


def take_turn_of_file(request: HttpRequest) -> None:
    """Count a file that costs much to make, by client, else account, else address.

    Raises TooOften beyond the asker's files of a minute.
    """
    client, person = client_of(request), getattr(request, "user", None)
    if client is not None:
        key = _of_client(client)
    elif isinstance(person, Person):
        key = _of_person(person)
    else:
        key = _of_address(request)
    _take(request, "files", f"f:{key}", settings.API_RATE_FILES)


def rationed(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Decorate a page that hands out a file which costs much to make: it is counted."""

    @wraps(view)
    def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            take_turn_of_file(request)
        except TooOften as refused:
            return with_turn(request, answer_with(request, explain(refused)))
        return with_turn(request, view(request, *args, **kwargs))

    return counted


def with_turn(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Return an answer that tells whoever was counted how many requests are left."""
    turn = turn_of(request)
    for name, value in (turn.headers if turn else {}).items():
        response.headers[name] = value
    return response


def client_of(request: HttpRequest) -> Client | None:
    """Return the client whose token came with a request, None where none did."""
    found: Client | None = request.META.get(_CLIENT)
    return found


def turn_of(request: HttpRequest) -> Turn | None:
    """Return the turn a request took, None where it was not counted."""
    found: Turn | None = request.META.get("khuevan.turn")
    return found


def today_of(client: Client) -> tuple[int, int]:
    """Return how often a client asked today, and how often it was refused."""
    row = Rate.objects.filter(key=_of_client(client), day=clock.today()).first()
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


def _of_client(client: Client) -> str:
    return f"client:{client.pk.hex}"


def _of_person(person: Person) -> str:
    return f"account:{person.pk.hex}"


def _of_address(request: HttpRequest) -> str:
    """Return an address as its digest: who asked is not kept."""
    network = _network(address_of(request))
    return salted_hmac("clients.rates", network, algorithm="sha256").hexdigest()


def _network(address: str) -> str:
    """Return an address, of IPv6 the network a household has: one has 2⁶⁴ of them."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(ip_network((found, 64), strict=False))
    return str(found)
