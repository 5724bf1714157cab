"""Procedures for other programs: what everybody may read on the pages, no more."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field, StringConstraints

from khuevan.clients.public import Scope, for_everybody
from khuevan.platform.problems import NO

from .queries import find_procedures, published
from .reading import listed
from .rules.codec import to_json
from .rules.definition import Tier


MOST = 200
router = Router(tags=["procedures"])
READING = for_everybody(Scope.PROCEDURES_READ)

Words = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=300)]
Code = Annotated[str, StringConstraints(pattern=r"^[^\x00/]*$", max_length=40)]


class Asked(Schema):
    """What a program wants to see: words to search, or all in order of codes."""

    q: Words = ""
    cursor: Code = ""
    limit: int = Field(50, ge=1, le=MOST)


class ProcedureOut(Schema):
    code: str
    title: str
    sector: str
    tier: Tier
    version: UUID


class ProcedurePage(Schema):
    procedures: list[ProcedureOut]
    next_cursor: str | None


class VersionOut(Schema):
    id: UUID
    code: str
    number: int
    valid_from: date
    definition: dict[str, Any]


@router.get(
    "",
    response={200: ProcedurePage, **NO},
    auth=READING,
    operation_id="list_procedures",
)
def list_procedures(request: HttpRequest, asked: Query[Asked]) -> ProcedurePage:
    """List the procedures in force: the nearest to `q`, or all by code, page by page."""
    if asked.q:
        hits = find_procedures(asked.q, asked.limit)
        rows = [
            ProcedureOut(code=h.code, title=h.title, sector=h.sector, tier=h.tier, version=h.id)
            for h in hits
        ]  # fmt: skip
        return ProcedurePage(procedures=rows, next_cursor=None)
    found = listed(after=asked.cursor, limit=asked.limit + 1)
    rows = [
        ProcedureOut(code=r.code, title=r.title, sector=r.sector, tier=r.tier, version=r.version)
        for r in found[: asked.limit]
    ]  # fmt: skip
    more = len(found) > asked.limit
    return ProcedurePage(procedures=rows, next_cursor=rows[-1].code if more else None)


@router.get(
    "/{code}",
    response={200: VersionOut, **NO},
    auth=READING,
    operation_id="read_procedure",
)
def read_procedure(request: HttpRequest, code: Code) -> VersionOut:
    """Return the version of a procedure that holds today, with all it says."""
    found = published(code)
    if found is None:
        raise Http404
    return VersionOut(
        id=found.id,
        code=found.code,
        number=found.number,
        valid_from=found.valid_from,
        definition=to_json(found.definition),
    )
