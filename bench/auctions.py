"""Watchers and bidders of one auction on one machine, streamed and asking, side by side.

2,000 watchers are streamed how the auction stands; 200 bidders bid meanwhile over HTTP,
each with a session. Then the same with watchers who ask every three seconds, as pages do
that hear no stream. The servers run as `khuevan serve` starts them, two workers of two
threads and one process of streams; clients and PostgreSQL share the machine. News is late
by what lies between the instant a bid stands in the audit and that a watcher has read of
it. The baseline: as many ask as often for the page that says the server is alive. Then
every acknowledged bid is looked for in the audit, and the audit is replayed.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import socket
import subprocess
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client

from khuevan.auctions import actions
from khuevan.auctions.models import Bid
from khuevan.auctions.queries import database_now, events_of, outcome_of
from khuevan.auctions.tests.factories import START, STEP, Cast, make_cast
from khuevan.platform.management.commands.live import live_command

from .counter.city import in_scratch, server


WATCHERS, BIDDERS = 2_000, 200
EVERY, PAUSE = 3.0, 5.0
"""Seconds between two questions of a watcher, and between two bids of a bidder."""
SECONDS = 20
CSRF = "b" * 32
TARGET = 1_000
"""Milliseconds within which 99 of 100 watchers have their answer."""


@dataclass
class Tally:
    """What clients saw: milliseconds of answers, faults, bids that were acknowledged."""

    waits: list[float] = field(default_factory=list)
    faults: int = 0
    news: int = 0
    bids: list[float] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    refused: int = 0
    heard: list[tuple[float, int, int]] = field(default_factory=list)

    def hears(self, seen: str, mark: str) -> None:
        """Note that a watcher has read of the events between two marks."""
        self.news += 1
        if seen:
            self.heard.append((time.time(), _last(seen), _last(mark)))


def run() -> Iterator[str]:
    """Yield the lines of this benchmark's report, measured in a scratch city."""
    return in_scratch("auctions")


def run_here() -> Iterator[str]:
    """Measure an auction in the database of this process."""
    opens_at = database_now() + timedelta(seconds=60)
    cast = make_cast(
        bidders=BIDDERS, opens_at=opens_at, closes_at=opens_at + timedelta(minutes=5)
    )
    cookies = [_session(person) for person in cast.people]
    page = f"/auctions/{cast.auction.code}/"
    with server() as port, streams() as stream:
        idle = asyncio.run(_watched(port, _asking(port, lambda _seen: "/health/live"), ()))  # fmt: skip
        time.sleep(max(0.0, (opens_at - database_now()).total_seconds()))
        told = asyncio.run(_watched(port, _streamed(stream, cast.auction.code), cookies, page))  # fmt: skip
        asking = _asking(port, lambda seen: f"{page}live/?{urlencode({'seen': seen})}")
        asked = asyncio.run(_watched(port, asking, cookies, page))
    at = {event.number: event.at / 1_000_000 for event in events_of(cast.auction)}
    yield f"auctions: {WATCHERS:,} watchers, {BIDDERS} bidders every {PAUSE:.0f} s, {os.cpu_count()} cores"
    yield f"auctions: an empty page      {_told(idle)}"
    yield f"auctions: asked every {EVERY:.0f} s    {_told(asked)} (target p99 < {TARGET:,} ms)"
    yield f"auctions: ratio of p95 to the empty page {_at(asked.waits, 0.95) / _at(idle.waits, 0.95):.1f}"
    for name, tally in (("streamed", told), ("asking", asked)):
        yield f"auctions: {name}: news {tally.news:,}, late by {_late(tally, at)} · {tally.faults} faults"
        yield f"auctions: {name}: bids {_bids(tally)}"
    yield _kept(cast, told.taken | asked.taken)


def _last(mark: str) -> int:
    return int(mark.partition("-")[0])


def _late(tally: Tally, at: dict[int, float]) -> str:
    """Say how long after a bid stood in the audit watchers had read of it."""
    waits = [
        (heard - at[number]) * 1000
        for heard, before, last in tally.heard
        for number in range(before + 1, last + 1)
    ]
    return f"p50 {_at(waits, 0.5):,.0f} ms, p95 {_at(waits, 0.95):,.0f} ms, p99 {_at(waits, 0.99):,.0f} ms"


def _bids(tally: Tally) -> str:
    rate = (len(tally.taken) + tally.refused) / SECONDS
    return f"{rate:.1f}/s · p50 {_at(tally.bids, 0.5):.0f} ms · p95 {_at(tally.bids, 0.95):.0f} ms · {len(tally.taken)} taken, {tally.refused} refused with a reason"


def _kept(cast: Cast, taken: set[int]) -> str:
    actions.cancel(auction=cast.auction, reason="Kết thúc phép đo", by=None)
    numbers = set(Bid.objects.values_list("event__number", flat=True))
    lost = len(taken - numbers)
    return f"auctions: acknowledged bids lost {lost} of {len(taken)} · the audit replays: {outcome_of(cast.auction) is not None}"


@contextmanager
def streams() -> Iterator[int]:
    """Serve streams as `khuevan serve` does."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    child = subprocess.Popen(live_command("127.0.0.1", port), stderr=subprocess.DEVNULL)
    try:
        yield port
    finally:
        child.terminate()
        child.wait(30)


def _session(person: object) -> str:
    client = Client()
    client.force_login(person)  # type: ignore[arg-type]
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return f"{settings.SESSION_COOKIE_NAME}={session}; csrftoken={CSRF}"


Watch = Callable[[Tally, float], Coroutine[None, None, None]]


async def _watched(port: int, watch: Watch, cookies: Sequence[str], page: str = "") -> Tally:  # fmt: skip
    tally, until = Tally(), time.perf_counter() + SECONDS + EVERY
    work = [watch(tally, until) for _ in range(WATCHERS)]
    work += [_bidder(port, page, cookie, tally, until) for cookie in cookies]
    await asyncio.gather(*work)
    return tally


def _asking(port: int, address: Callable[[str], str]) -> Watch:
    """Return a watcher who asks again and again."""

    async def watch(tally: Tally, until: float) -> None:
        await asyncio.sleep(random.random() * EVERY)
        caller, seen = Caller(port), ""
        while (began := time.perf_counter()) < until:
            status, body = await caller.ask("GET", address(seen))
            tally.waits.append((time.perf_counter() - began) * 1000)
            tally.faults += status not in {200, 204}
            if found := re.search(r"seen=([^\"&]+)", body):
                tally.hears(seen, found[1])
                seen = found[1]
            await asyncio.sleep(max(0.0, EVERY - (time.perf_counter() - began)))
        caller.close()

    return watch


def _streamed(port: int, code: str) -> Watch:
    """Return a watcher who listens."""

    async def watch(tally: Tally, until: float) -> None:
        await asyncio.sleep(random.random() * EVERY)
        seen, writer = "", None
        try:
            async with asyncio.timeout(until - time.perf_counter()):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(f"GET /live/{code} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())  # fmt: skip
                while line := await reader.readline():
                    if line.startswith(b"id: "):
                        mark = line[4:].strip().decode()
                        tally.hears(seen, mark)
                        seen = mark
            tally.faults += 1  # the stream ended before its time
        except TimeoutError:
            tally.faults += not seen
        except OSError:
            tally.faults += 1
        if writer:
            writer.close()

    return watch


async def _bidder(port: int, page: str, cookie: str, tally: Tally, until: float) -> None:  # fmt: skip
    await asyncio.sleep(random.random() * PAUSE)
    caller, least, turn = Caller(port), START, 0
    while time.perf_counter() < until:
        turn += 1
        amount = least + STEP * random.randrange(20)
        told = urlencode({"amount": amount, "key": f"k{turn}"})
        began = time.perf_counter()
        status, body = await caller.ask("POST", f"{page}bid/", told, cookie)
        tally.bids.append((time.perf_counter() - began) * 1000)
        if status == 200 and (found := re.search(r"khuevan-auction-receipt/1\n.*\n(\d+)\n", body)):  # fmt: skip
            tally.taken.add(int(found[1]))
        elif status == 422:
            tally.refused += 1
            if found := re.search(r"là ([\d.]+) đồng", body):
                least = int(found[1].replace(".", ""))
        else:
            tally.faults += 1
        await asyncio.sleep(PAUSE * (0.5 + random.random()))
    caller.close()


class Caller:
    """One keep-alive connection, as a browser has."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.pipe: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: str = "", cookie: str = "") -> tuple[int, str]:  # fmt: skip
        """Return the status and body of an answer; 0 where none came."""
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
        if method == "POST":
            lines += [
                f"Cookie: {cookie}", f"X-CSRFToken: {CSRF}",
                "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {len(body)}",
            ]  # fmt: skip
        try:
            if self.pipe is None:
                self.pipe = await asyncio.open_connection("127.0.0.1", self.port)
            reader, writer = self.pipe
            writer.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode())
            head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)).decode()
            size = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
            content = await reader.readexactly(int(size[1])) if size else b""
            return int(head.split(" ", 2)[1]), content.decode()
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            self.close()
            return 0, ""

    def close(self) -> None:
        """Hang up."""
        if self.pipe:
            self.pipe[1].close()
        self.pipe = None


def _at(values: list[float], share: float) -> float:
    ordered = sorted(values) or [0.0]
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _told(tally: Tally) -> str:
    rate = len(tally.waits) / (SECONDS + EVERY)
    return f"{rate:6.0f} answers/s · p50 {_at(tally.waits, 0.5):.0f} ms · p95 {_at(tally.waits, 0.95):.0f} ms · p99 {_at(tally.waits, 0.99):.0f} ms · {tally.faults} faults"
