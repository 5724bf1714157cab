"""Moves of dossiers between versions: what could move, what moved, what was put back."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Q

from khuevan.catalogue.public import Published, version, versions_of
from khuevan.counter.models import Dossier, MovedDossier, VersionMove


SHOWN = 100


@dataclass(frozen=True, slots=True)
class Source:
    """A version with dossiers in flight."""

    version: Published
    dossiers: int


@dataclass(frozen=True, slots=True)
class Moved:
    """One move: from which version to which, how many went, stayed, came back again."""

    move: VersionMove
    source: int
    target: int
    dossiers: int
    stayed: int
    back: int


def sources(code: str) -> list[Source]:
    """Return the executable versions dossiers of a procedure run by, the fullest first."""
    counted = (
        Dossier.objects.running().filter(procedure=code).order_by()
        .values_list("version").annotate(many=Count("pk")).order_by("-many", "version")
    )  # fmt: skip
    found = [Source(version(key), many) for key, many in counted]
    return [one for one in found if one.version.definition.executable]


def targets(code: str) -> list[Published]:
    """Return the versions dossiers could move to, the newest first."""
    return [one for one in versions_of(code) if one.definition.executable]


def moves(code: str) -> list[Moved]:
    """Return the moves of a procedure, the last one first."""
    rows = (
        VersionMove.objects.filter(procedure=code).select_related("by")
        .annotate(
            many=Count("dossiers", filter=Q(dossiers__refusal__isnull=True)),
            stayed=Count("dossiers", filter=Q(dossiers__refusal__isnull=False)),
            back=Count("dossiers", filter=Q(dossiers__undone_at__isnull=False)),
        ).order_by("-at")[:20]
    )  # fmt: skip
    return [
        Moved(row, version(row.source).number, version(row.target).number, row.many, row.stayed, row.back)
        for row in rows
    ]  # fmt: skip


def dossiers_of(move: VersionMove) -> list[MovedDossier]:
    """Return the first hundred dossiers of a move: those that stayed, those put back last."""
    held = move.dossiers.select_related("dossier__agency")
    stayed_first = F("refusal").asc(nulls_last=True)
    return list(held.order_by(stayed_first, "undone_at", "pk")[:SHOWN])
