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
    """Write the messages of some facts; facts read before add nothing."""
    dossiers = _dossiers(facts)
    told = _last_told(dossiers.values())
    changed: set[UUID] = set()
    for fact in sorted(facts, key=lambda f: f.number):
        dossier = dossiers.get(_key(fact))
        if dossier is None or _known_before(dossier, fact, told):
            continue
        status = fact.figures.get("status")
        _number, last = told.get(dossier.pk, (0, None))
        kind = kind_of(fact.kind, status, last)
        if kind is not None and status is not None:
            _message(dossier, fact, kind, int(status))
            changed.add(dossier.pk)
            told[dossier.pk] = (fact.number, int(status))
    for key in sorted(changed):
        follow(key)


def _message(dossier: Dossier, fact: Fact, kind: Kind, status: int) -> None:
    payload: dict[str, Any] = (
        create_payload(dossier) if kind is Kind.CREATE else _MAKE[kind](dossier, fact)
    )
    SyncMessage.objects.create(
        dossier=dossier,
        sequence=fact.number,
        kind=kind,
        status=status,
        payload=payload,
    )


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


def _last_told(dossiers: Iterable[Dossier]) -> dict[UUID, tuple[int, int | None]]:
    """Return number and status of the last message of each dossier that has any."""
    rows = (
        SyncMessage.objects.filter(dossier__in=dossiers)
        .order_by("dossier", "-sequence")
        .distinct("dossier")
    )
    return {
        key: (number, status)
        for key, number, status in rows.values_list("dossier", "sequence", "status")
    }


def _known_before(
    dossier: Dossier, fact: Fact, told: dict[UUID, tuple[int, int | None]]
) -> bool:
    """Tell whether the portal knows this: told already, or before there was an outbox."""
    if dossier.pk in told:
        return fact.number <= told[dossier.pk][0]
    return dossier.synced_at is not None and fact.occurred_at <= dossier.synced_at


def _key(fact: Fact) -> UUID:
    return UUID(fact.subject.partition(":")[2])
