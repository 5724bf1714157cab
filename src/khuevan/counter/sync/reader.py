"""From facts to messages: each fact of a dossier, in order, at most one message."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from khuevan.counter.models import Dossier, SyncMessage
from khuevan.counter.rules.syncing import Kind, kind_of
from khuevan.journal.public import Fact, batch

from .following import follow
from .payloads import create_payload, progress_payload, status_payload
from .using import portal_in_use


READER = "counter.sync"
OURS = "city"
_MAKE = {Kind.PROGRESS: progress_payload, Kind.STATUS: status_payload}


def take_facts(limit: int = 500) -> int:
    """Write messages for what is new in the journal; return how many facts were read.

    Without a portal nothing is read: once there is one, everything is told.
    """
    if portal_in_use() is None:
        return 0
    with batch(READER, limit=limit) as facts:
        about = [fact for fact in facts if _is_of_dossier(fact)]
        if about:
            _write(about)
    return len(facts)


def _is_of_dossier(fact: Fact) -> bool:
    return fact.kind.startswith("counter.") and fact.subject.startswith(
        f"{Dossier._meta.label_lower}:"
    )


def _write(facts: list[Fact]) -> None:
    dossiers = _dossiers(facts)
    told = _last_told(dossiers.values())
    made: dict[UUID, Dossier] = {}
    for fact in sorted(facts, key=lambda f: f.number):
        dossier = dossiers.get(_key(fact))
        if dossier is None or _known_before(dossier, fact, told):
            continue
        status = fact.figures.get("status")
        kind = kind_of(fact.kind, status, told.get(dossier.pk))
        if kind is None or status is None:
            continue
        made_one = _message(dossier, fact, kind, int(status))
        if made_one:
            made[dossier.pk] = dossier
        told[dossier.pk] = int(status)
    for key in sorted(made):
        follow(key)


def _message(dossier: Dossier, fact: Fact, kind: Kind, status: int) -> bool:
    payload: dict[str, Any] = (
        create_payload(dossier) if kind is Kind.CREATE else _MAKE[kind](dossier, fact)
    )
    _row, fresh = SyncMessage.objects.get_or_create(
        dossier=dossier,
        sequence=fact.number,
        defaults={"kind": kind, "status": status, "payload": payload},
    )
    return fresh


def _dossiers(facts: Iterable[Fact]) -> dict[UUID, Dossier]:
    """Return our own filed dossiers the facts are about; mirrored ones are told by others."""
    found = Dossier.objects.filter(
        pk__in={_key(fact) for fact in facts}, origin_system=OURS, code__isnull=False
    )
    return {
        d.pk: d
        for d in found.select_related(
            "application", "applicant", "agency", "receiving_point"
        )
    }


def _last_told(dossiers: Iterable[Dossier]) -> dict[UUID, int]:
    rows = (
        SyncMessage.objects.filter(dossier__in=dossiers)
        .order_by("dossier", "-sequence")
        .distinct("dossier")
    )
    return dict(rows.values_list("dossier", "status"))


def _known_before(dossier: Dossier, fact: Fact, told: dict[UUID, int]) -> bool:
    """Tell whether the portal knew this before there was an outbox: taken-over dossiers."""
    return (
        dossier.pk not in told
        and dossier.synced_at is not None
        and fact.occurred_at <= dossier.synced_at
    )


def _key(fact: Fact) -> UUID:
    return UUID(fact.subject.partition(":")[2])
