"""The data room: what is in it, who read it, and copies with the reader's mark."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from khuevan.deals import actions
from khuevan.deals.models import Deal, Reading, RoomFile
from khuevan.deals.rules.room import Level, readable
from khuevan.deals.rules.states import Part, State
from khuevan.directory.public import CityRequest
from khuevan.platform.errors import RuleBroken
from khuevan.platform.refusals import refusal

from .common import seen


@dataclass(frozen=True, slots=True)
class InRoom:
    """A file as one side sees it: `log` only where it is that side's own."""

    file: RoomFile
    own: bool
    readable: bool
    log: tuple[Reading, ...]


def room_of(deal: Deal, side: Part | None) -> list[InRoom]:
    """Return what is in the room, with the log of one's own files: three queries."""
    rows = deal.files.select_related("file", "put_by").prefetch_related("readings__person")  # fmt: skip
    return [
        InRoom(
            row,
            row.part == side,
            row.taken_out_at is None and (row.part == side or readable(Level(row.level), State(deal.state))),
            tuple(row.readings.all()) if row.part == side else (),
        )
        for row in rows
        if row.part == side or row.taken_out_at is None
    ]  # fmt: skip


@require_POST
@never_cache
def read(request: CityRequest, code: str, pk: UUID) -> HttpResponse:
    """Hand out a copy with the reader's mark; it stands in the log."""
    found = seen(request, code)
    file = get_object_or_404(RoomFile.objects.select_related("deal", "file"), pk=pk, deal=found)  # fmt: skip
    try:
        handed = actions.read_file(file=file, by=request.user)
    except RuleBroken as refused:
        messages.error(request, refusal(refused))
        return redirect("deal", code=code)
    answer = HttpResponse(handed.copy.content, content_type=handed.copy.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{handed.copy.name}"'
    return answer


@require_POST
def take_out(request: CityRequest, code: str, pk: UUID) -> HttpResponse:
    """Take a file of one's own out of the room."""
    found = seen(request, code)
    file = get_object_or_404(RoomFile.objects.select_related("deal"), pk=pk, deal=found)
    try:
        actions.take_out_file(file=file, by=request.user)
    except RuleBroken as refused:
        messages.error(request, refusal(refused))
    else:
        messages.success(request, _("Taken out. What was read stays in the log."))
    return redirect("deal", code=code)
