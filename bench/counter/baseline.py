"""The same rows in the same transactions with plain statements: what the rest is a ratio of."""

from __future__ import annotations

import threading
import time
from itertools import count
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from psycopg.types.json import Jsonb

from khuevan.counter.models import Dossier, LastAction, Paper, Step
from khuevan.platform.ids import uuid7

from .city import COMMUNES, Commune


SECONDS = 5


def raw_rate(communes: list[Commune], clients: int) -> float:
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
    until = time.perf_counter() + SECONDS
    threads = [
        threading.Thread(target=_plain, args=(rows, communes[n % COMMUNES].key, f"P{n}", until, done))
        for n in range(clients)
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(done) / (SECONDS)


def _plain(
    rows: dict[str, Any], agency: UUID, prefix: str, until: float, done: list[float]
) -> None:
    with connected() as raw:
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


def connected() -> Any:
    at = settings.DATABASES["default"]
    named = {
        "host": at["HOST"],
        "port": at.get("PORT"),
        "user": at["USER"],
        "dbname": at["NAME"],
    }
    return psycopg.connect(**{k: v for k, v in named.items() if v}, autocommit=True)
