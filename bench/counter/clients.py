"""Clients that live through lifecycles over HTTP and tell what they saw."""

from __future__ import annotations

import http.client
import json
import statistics
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from khuevan.counter.tests.factories import GOOD
from khuevan.platform.ids import uuid7

from .baseline import raw_rate
from .city import COMMUNES, Commune


CLIENTS = 8
SPIKE = 10
REQUESTS = 5
"""Requests of one lifecycle."""
SECONDS = 10
CALM = 1.5
"""Recovered: a second whose median request takes no longer than this × before."""
PATH = "/api/v1/dossiers"
CSRF = "b" * 32


@dataclass
class Tally:
    """What clients saw: when each request ended, how long it took, whether it went well."""

    requests: list[tuple[float, float, bool]] = field(default_factory=list)
    lifecycles: list[float] = field(default_factory=list)

    def between(self, start: float, end: float) -> list[tuple[float, float, bool]]:
        return [one for one in self.requests if start <= one[0] < end]


class Caller:
    """One keep-alive connection that counts what it sees."""

    def __init__(self, port: int, tally: Tally) -> None:
        self.http = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.tally = tally

    def ask(self, who: str, path: str, given: object = None) -> dict[str, Any]:
        """Return the answer; empty where there was none or it was no."""
        headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={who}; csrftoken={CSRF}"}
        body = None
        if given is not None:
            body = json.dumps(given)
            headers |= {
                "Content-Type": "application/json",
                "Idempotency-Key": str(uuid7()),
                "X-CSRFToken": CSRF,
            }
        began, told, went_well = time.perf_counter(), b"", False
        try:
            self.http.request("GET" if body is None else "POST", path, body, headers)
            answer = self.http.getresponse()
            told, went_well = answer.read(), answer.status < 400
        except (OSError, http.client.HTTPException):
            self.http.close()
        now = time.perf_counter()
        self.tally.requests.append((now, 1000 * (now - began), went_well))
        return json.loads(told) if went_well and told[:1] == b"{" else {}


def load(
    port: int, procedure: str, communes: list[Commune], clients: int, seconds: float
) -> Tally:
    tally, until = Tally(), time.perf_counter() + seconds
    threads = [
        threading.Thread(
            target=_live, args=(port, procedure, communes[n % COMMUNES], tally, until)
        )
        for n in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally


def _live(port: int, procedure: str, at: Commune, tally: Tally, until: float) -> None:
    caller = Caller(port, tally)
    given = {
        "procedure": procedure, "channel": "counter", "point": at.code, "agency": at.code,
        "applicant": {"name": "Trần Văn Bình", "phone": "0911222333"},
        "answers": GOOD | {"ho_ten": "Trần Văn Bình"}, "shown": ["hop_dong_thue"],
    }  # fmt: skip
    while time.perf_counter() < until:
        filed = caller.ask(at.receiver, PATH, given)
        one = f"{PATH}/{filed.get('id')}"
        caller.ask(at.receiver, f"{one}/accept", {})
        caller.ask(at.division, f"{one}/step", {"handler": str(at.officer_key)})
        ended = caller.ask(at.officer, f"{one}/step", {"outcome": "ok"})
        found = caller.ask(at.officer, f"{PATH}?q={filed.get('code')}")
        if ended.get("state") == "decided" and len(found.get("dossiers", ())) == 1:
            tally.lifecycles.append(time.perf_counter())


def spike(port: int, procedure: str, communes: list[Commune]) -> Iterator[str]:
    """Keep the usual clients on, add ten times as many for a while, and watch."""
    base, more = Tally(), Tally()
    start = time.perf_counter()
    usual = threading.Thread(
        target=lambda: base.requests.extend(
            load(port, procedure, communes, CLIENTS, 4 * SECONDS).requests
        )
    )
    usual.start()
    time.sleep(SECONDS)
    more = load(port, procedure, communes, (SPIKE - 1) * CLIENTS, SECONDS)
    over = time.perf_counter()
    usual.join()
    before = statistics.median(
        s for _, s, _ in base.between(start + 1, start + SECONDS)
    )
    calm = None
    for second in range(2 * SECONDS):
        window = [s for _, s, _ in base.between(over + second, over + second + 1)]
        if window and statistics.median(window) <= CALM * before:
            calm = second + 1
            break
    asked = [*base.requests, *more.requests]
    during = base.between(start + SECONDS, over)
    rate = (len(more.requests) + len(during)) / REQUESTS / SECONDS
    raw = raw_rate(communes, SPIKE * CLIENTS)
    failed = sum(not went_well for _, _, went_well in asked)
    yield (
        f"counter: spike of {SPIKE}× for {SECONDS} s: {failed} of {len(asked):,} requests failed (target 0)"
        f" · p95 within it {p95([s for _, s, _ in more.requests]):,.0f} ms"
        f" · recovered in {calm or 'more than 20'} s (target 10)"
        f" · {rate:.1f} lifecycles/s in it · plain SQL {raw:,.0f}/s · ratio {rate / raw:.3f}"
    )


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[18]
