"""What programs are told when something is refused: the shape of problem documents."""

from __future__ import annotations

from typing import Any

from ninja import Schema


class ProblemPart(Schema):
    where: str
    what: str
    mend: str
    params: dict[str, Any] = {}


class ProblemOut(Schema):
    """RFC 9457: what went wrong, in a sentence, and where to mend it."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    problems: list[ProblemPart] = []


NO = dict.fromkeys((400, 401, 403, 404, 409, 422, 429), ProblemOut)
"""Every way an operation may say no, for its description."""
