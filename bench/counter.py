"""Lifecycles of dossiers over HTTP, in a city that already has many, against plain SQL.

A lifecycle is file → accept → assign → resolve → search, five requests with keep-alive
and idempotency keys. The server runs as `khuevan serve` starts it: two workers of two
threads; clients and PostgreSQL share the machine with it. The baseline writes copies of
the same rows in the same four transactions and asks the same search, with psycopg and
as many connections, on the same database.

`BENCH_SCALES` names shares of the city's 1,243,294 dossiers, "0.08,1" unless told: 100
thousand, all of them, and the ratio of both. Writing them takes some six minutes; each
gets a server of its own in a scratch folder, which `BENCH_COUNTER_VAR` keeps, to
measure again.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connection
from django.test import Client
from psycopg.types.json import Jsonb

from khuevan.catalogue.public import publish_definition
from khuevan.counter.models import Dossier, LastAction, Paper, Step
from khuevan.counter.tests.factories import GOOD, STEPS, definition
from khuevan.directory.public import (
    Appointment,
    Organisation,
    OrganisationKind,
    Person,
    Role,
)
from khuevan.indicators.declaration import declared
from khuevan.indicators.refill import refill
from khuevan.platform import clock
from khuevan.platform.ids import uuid7


SCALES = "0.08,1"
COMMUNES = 8
CLIENTS = 8
SPIKE = 10
REQUESTS = 5
"""Requests of one lifecycle."""
SECONDS = 10
READS = 200
TARGET_RATE, TARGET_SHARE, TARGET_READ = 60, 0.9, 50
CALM = 1.5
"""Recovered: a second whose median request takes no longer than this × before."""
PATH = "/api/v1/dossiers"
CSRF = "b" * 32


def run() -> Iterator[str]:
    """Yield the lines of this benchmark's report."""
    kept, rates = os.environ.get("BENCH_COUNTER_VAR"), []
    for scale in os.environ.get("BENCH_SCALES", SCALES).split(","):
        folder = Path(kept) if kept else Path(tempfile.mkdtemp(prefix="khuevan-bench-"))
        var = folder / f"counter-{scale}"
        try:
            for line in _measured(var, scale):
                if line.startswith("rate "):
                    rates.append(float(line.split()[1]))
                else:
                    yield line
        finally:
            _khuevan(var, "db", "stop")
            if not kept:
                shutil.rmtree(folder, ignore_errors=True)
    if len(rates) > 1:
        share = rates[-1] / rates[0]
        yield f"counter: rate at the largest / at the smallest {share:.2f} (target ≥ {TARGET_SHARE})"


def _measured(var: Path, scale: str) -> Iterator[str]:
    """Load a city of this size where there is none yet, and measure it in a process of its own."""
    var.mkdir(parents=True, exist_ok=True)
    var.chmod(0o755)
    _khuevan(var, "db", "start")
    _khuevan(var, "migrate", "-v0")
    _khuevan(var, "demo", "load", "--scale", scale)
    with subprocess.Popen(
        [sys.executable, "-m", "bench", "counter-here"],
        env=_environment(var), stdout=subprocess.PIPE, text=True,
    ) as child:  # fmt: skip
        assert child.stdout
        for line in child.stdout:
            yield line.rstrip("\n")
    if child.returncode:
        yield f"counter: failed at scale {scale}"


def _environment(var: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    return kept | {"KHUEVAN_VAR": str(var), "KHUEVAN_SITE_URL": "http://localhost"}


def _khuevan(var: Path, *words: str) -> None:
    subprocess.run(
        [sys.executable, "-c", "from khuevan.cli import main; main()", *words],
        env=_environment(var) | {"KHUEVAN_DEMO": "1"}, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


# ------------------------------------------------- in the process of one city


@dataclass
class Tally:
    """What clients saw: when each request ended, how long it took, whether it went well."""

    requests: list[tuple[float, float, bool]] = field(default_factory=list)
    lifecycles: list[float] = field(default_factory=list)

    def between(self, start: float, end: float) -> list[tuple[float, float, bool]]:
        return [one for one in self.requests if start <= one[0] < end]


@dataclass(frozen=True)
class Commune:
    """A commune with three people, and their sessions."""

    code: str
    key: UUID
    receiver: str
    division: str
    officer: str
    officer_key: UUID


def run_here() -> Iterator[str]:
    """Measure the city of this process's database."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    procedure, communes = _procedure(), _communes()
    yield f"counter: {Dossier.objects.count():,} dossiers, {CLIENTS} clients, {os.cpu_count()} cores"
    with _server() as port:
        _load(port, procedure, communes, CLIENTS, 2)
        tally = _load(port, procedure, communes, CLIENTS, SECONDS)
        rate = len(tally.lifecycles) / SECONDS
        raw = _raw_rate(communes, CLIENTS)
        yield f"rate {rate}"
        yield (
            f"counter: lifecycles over HTTP {rate:6.1f}/s (target {TARGET_RATE})"
            f" · p95 of a request {_p95([s for _, s, _ in tally.requests]):.0f} ms"
            f" · plain SQL {raw:,.0f}/s · ratio {rate / raw:.3f}"
        )
        yield from _reads(port, communes[0])
        yield from _spike(port, procedure, communes)
    yield from _recompute()


def _load(
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
        return json.loads(told) if went_well else {}


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


def _reads(port: int, at: Commune) -> Iterator[str]:
    """Compare the list and the search of an official with the bare statements."""
    newest = (
        "d.business <> 'draft' AND d.parties && %s ORDER BY d.filed_at DESC LIMIT 50"
    )
    words = "to_tsvector('simple', coalesce(d.folded, '')) @@ plainto_tsquery('simple', 'nguyen van anh') AND "
    asked = {
        "list": (PATH, newest),
        "search": (f"{PATH}?q=nguyen+van+anh", words + newest),
    }
    for name, (path, statement) in asked.items():
        tally = Tally()
        caller = Caller(port, tally)
        for _ in range(READS):
            caller.ask(at.officer, path)
        plain = []
        with _connected() as raw:
            for _ in range(READS):
                began = time.perf_counter()
                raw.execute(
                    f"SELECT * FROM counter_dossier d WHERE {statement}", [[at.key]]
                ).fetchall()
                plain.append(1000 * (time.perf_counter() - began))
        took, base = _p95([s for _, s, _ in tally.requests]), _p95(plain)
        yield (
            f"counter: {name:6} p95 {took:6.1f} ms (target {TARGET_READ})"
            f" · plain SQL {base:.1f} ms · {took / base:.1f} × the baseline"
        )


def _spike(port: int, procedure: str, communes: list[Commune]) -> Iterator[str]:
    """Keep the usual clients on, add ten times as many for a while, and watch."""
    base, more = Tally(), Tally()
    start = time.perf_counter()
    usual = threading.Thread(
        target=lambda: base.requests.extend(
            _load(port, procedure, communes, CLIENTS, 4 * SECONDS).requests
        )
    )
    usual.start()
    time.sleep(SECONDS)
    more = _load(port, procedure, communes, (SPIKE - 1) * CLIENTS, SECONDS)
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
    raw = _raw_rate(communes, SPIKE * CLIENTS)
    failed = sum(not went_well for _, _, went_well in asked)
    yield (
        f"counter: spike of {SPIKE}× for {SECONDS} s: {failed} of {len(asked):,} requests failed (target 0)"
        f" · p95 within it {_p95([s for _, s, _ in more.requests]):,.0f} ms"
        f" · recovered in {calm or 'more than 20'} s (target 10)"
        f" · {rate:.1f} lifecycles/s in it · plain SQL {raw:,.0f}/s · ratio {rate / raw:.3f}"
    )


def _recompute() -> Iterator[str]:
    """Compare counting every indicator anew with one statement that counts the same rows."""
    flows = [
        i for i in declared() if i.code.startswith("measures.") and i.contributions
    ]
    began = time.perf_counter()
    refill(flows)
    took = time.perf_counter() - began
    began = time.perf_counter()
    with _connected() as raw:
        raw.execute(
            "SELECT agency_id, procedure, (ended_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date,"
            " count(*), sum(papers_due), sum(papers_digitised), count(*) FILTER (WHERE e_result),"
            " count(*) FILTER (WHERE paid_online), count(*) FILTER (WHERE ended_at <= due_at)"
            " FROM counter_dossier WHERE business <> 'draft' GROUP BY 1, 2, 3"
        ).fetchall()
    base = time.perf_counter() - began
    yield (
        f"counter: {len(flows)} indicators of dossiers recomputed from the records in {took:.1f} s (target 10)"
        f" · one plain statement {base:.1f} s · {took / base:.1f} × the baseline"
    )


# ----------------------------------------------------------- the plain baseline


def _raw_rate(communes: list[Commune], clients: int) -> float:
    """Return lifecycles a second written with plain statements, four transactions each."""
    model = Dossier.objects.filter(business="decided", agency=communes[0].key).latest(
        "filed_at"
    )
    rows = {
        "dossier": model.pk,
        "application": model.application.pk,
        "paper": Paper.objects.filter(dossier=model).values_list("pk", flat=True)[0],
        "steps": list(Step.objects.filter(dossier=model).order_by("entered_at", "pk").values_list("pk", flat=True)),
        "last": LastAction.objects.values_list("pk", flat=True).get(dossier=model),
    }  # fmt: skip
    done: list[float] = []
    until = time.perf_counter() + SECONDS / 2
    threads = [
        threading.Thread(target=_plain, args=(rows, communes[n % COMMUNES].key, f"P{n}", until, done))
        for n in range(clients)
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(done) / (SECONDS / 2)


def _plain(
    rows: dict[str, Any], agency: UUID, prefix: str, until: float, done: list[float]
) -> None:
    with _connected() as raw:
        for number in count(1):
            if time.perf_counter() > until:
                return
            key, code = uuid7(), f"{prefix}.{number}.{time.time_ns()}"
            steps = [uuid7() for _ in rows["steps"]]
            for turn in range(4):
                with raw.transaction():
                    if turn == 0:
                        _plain_filing(raw, rows, key, code, agency)
                    else:
                        _plain_change(raw, rows, key, turn, steps[turn - 1])
                    if turn < len(steps):
                        own = {"dossier_id": str(key)}
                        _copy(
                            raw, "counter_step", rows["steps"][turn], steps[turn], own
                        )
                    _plain_answer(raw, key, code, turn)
            raw.execute(
                "SELECT id FROM counter_dossier WHERE to_tsvector('simple',"
                " coalesce(folded, '')) @@ plainto_tsquery('simple', %s)",
                [code.lower()],
            ).fetchall()
            done.append(time.perf_counter())


def _plain_filing(
    raw: Any, rows: dict[str, Any], key: UUID, code: str, agency: UUID
) -> None:
    own = {"dossier_id": str(key)}
    said = {"code": code, "folded": code.lower(), "agency_id": str(agency)}
    _copy(raw, "counter_dossier", rows["dossier"], key, said)
    _copy(raw, "counter_application", rows["application"], uuid7(), own)
    _copy(raw, "counter_paper", rows["paper"], uuid7(), own)


def _plain_change(
    raw: Any, rows: dict[str, Any], key: UUID, turn: int, step: UUID
) -> None:
    raw.execute("SELECT 1 FROM counter_dossier WHERE id = %s FOR UPDATE", [key])
    raw.execute("UPDATE counter_dossier SET due_at = now() WHERE id = %s", [key])
    raw.execute("UPDATE counter_step SET remark = 'x' WHERE id = %s", [step])
    if turn == 1:
        own = {"dossier_id": str(key)}
        _copy(raw, "counter_lastaction", rows["last"], uuid7(), own)
    else:
        raw.execute(
            "UPDATE counter_lastaction SET at = now() WHERE dossier_id = %s", [key]
        )


def _plain_answer(raw: Any, key: UUID, code: str, turn: int) -> None:
    """Write the facts of a request, and the answer that is kept for its key."""
    for _ in range(2 if turn == 3 else 1):
        raw.execute(
            "SELECT journal_record('counter.step_done', %s, NULL, NULL, now(), %s)",
            [f"counter.dossier:{key}", Jsonb({"code": code, "status": 2})],
        )
    raw.execute(
        "INSERT INTO platform_firstanswer (id, actor, key, fingerprint, status, headers,"
        " body, expires_at) VALUES (%s, 'bench', %s, %s, 200, '{}', %s,"
        " now() + interval '7 days')",
        [uuid7(), f"{code}.{turn}", "0" * 64, b"x" * 400],
    )


def _copy(
    raw: Any, table: str, model: UUID, key: UUID, changes: dict[str, str]
) -> None:
    raw.execute(
        f"INSERT INTO {table} SELECT (jsonb_populate_record(t, %s)).* FROM {table} t WHERE id = %s",
        [Jsonb({"id": str(key), **changes}), model],
    )


def _connected() -> Any:
    at = settings.DATABASES["default"]
    named = {
        "host": at["HOST"],
        "port": at.get("PORT"),
        "user": at["USER"],
        "dbname": at["NAME"],
    }
    return psycopg.connect(**{k: v for k, v in named.items() if v}, autocommit=True)


# ------------------------------------------------------------- people and server


def _procedure() -> str:
    """Publish a procedure whose result is no paper: three steps, decided by the last."""
    short = definition(
        code=f"9.{int(time.time()) % 1_000_000:06d}", steps=STEPS[:3], result=None
    )
    return publish_definition(definition=short, valid_from=clock.today(), by=None).code


def _communes() -> list[Commune]:
    chosen = Organisation.objects.filter(kind=OrganisationKind.COMMUNE).order_by("code")
    return [_commune(one) for one in chosen[:COMMUNES]]


def _commune(body: Organisation) -> Commune:
    roles = (Role.OFFICIAL, Role.DIVISION_HEAD, Role.OFFICIAL)
    people = []
    for role in roles:
        name = f"bench-{uuid7().hex[-12:]}"
        person = Person.objects.create(username=name, full_name=name)
        Appointment.objects.create(
            person=person, organisation=body, role=role, title="x"
        )
        people.append(person)
    receiver, division, officer = map(_session, people)
    return Commune(body.code, body.pk, receiver, division, officer, people[2].pk)


def _session(person: Person) -> str:
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@contextmanager
def _server() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as counts:
        child = subprocess.Popen(
            [
                sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
                "--port", str(port), "--workers", "2", "--blocking-threads", "2", "--no-ws",
                "--log-level", "critical", "khuevan.web.wsgi:application",
            ],
            env=os.environ | {"PROMETHEUS_MULTIPROC_DIR": counts},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _until(lambda: _answers(port))
            yield port
        finally:
            child.terminate()
            child.wait(30)


def _answers(port: int) -> bool:
    try:
        http_ = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        http_.request("GET", "/health/live")
        return http_.getresponse().status == 200
    except OSError:
        return False


def _until(true: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            raise TimeoutError("The server does not answer.")
        time.sleep(0.2)


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[18]
