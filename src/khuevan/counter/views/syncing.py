"""The service centre's page on the national portal: what waits, conflicts, differences."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from khuevan.counter import words
from khuevan.counter.access import may_keep_sync
from khuevan.counter.actions.syncing import (
    resolve_conflict,
    settle_difference,
    take_difference,
)
from khuevan.counter.models import SyncDifference, SyncMessage
from khuevan.counter.queries import syncing
from khuevan.counter.rules.states import Status
from khuevan.counter.rules.syncing import Choice, may_follow
from khuevan.directory.public import CityRequest
from khuevan.platform.errors import RuleBroken
from khuevan.platform.idempotency import idempotent, new_key


PAGE = 50
DAYS = 30


@require_GET
def sync_page(request: CityRequest) -> HttpResponse:
    """Show how it stands with the portal."""
    _keepers_only(request)
    pages = Paginator(syncing.open_differences(), PAGE)
    shown = pages.get_page(request.GET.get("page"))
    context = {
        "outbox": syncing.outbox(),
        "states": words.MESSAGE_STATES,
        "conflicts": [
            {
                "message": one,
                "theirs": may_follow(one.held, one.dossier.status),
                "ours_says": _status(one.dossier.status),
                "held_says": _status(one.held),
            }
            for one in syncing.conflicts()[:PAGE]
        ],
        "differences": [
            {"one": d, "ours": _status(d.ours), "theirs": _status(d.theirs)} for d in shown
        ],
        "days": syncing.compared_days()[:DAYS],
        "statuses": words.STATUSES,
        "page": {"number": shown.number, "pages": pages.num_pages, "total": pages.count},
        "key": new_key(),
    }  # fmt: skip
    return TemplateResponse(request, "counter/sync.html", context)


@require_POST
@idempotent
def conflict(request: CityRequest, pk: UUID) -> HttpResponse:
    """Let ours or theirs count."""
    _keepers_only(request)
    message = get_object_or_404(SyncMessage.objects.select_related("dossier"), pk=pk)
    choice = Choice.THEIRS if request.POST.get("choice") == Choice.THEIRS else Choice.OURS  # fmt: skip
    return _do(
        request,
        lambda: resolve_conflict(message=message, choice=choice, by=request.user),
    )


@require_POST
@idempotent
def difference(request: CityRequest, pk: UUID) -> HttpResponse:
    """Look into a difference, or say what it was."""
    _keepers_only(request)
    found = get_object_or_404(SyncDifference, pk=pk)
    note = request.POST.get("note", "")
    if request.POST.get("does") == "settle":
        return _do(
            request,
            lambda: settle_difference(difference=found, note=note, by=request.user),
        )
    return _do(request, lambda: take_difference(difference=found, by=request.user))


def _do(request: CityRequest, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except RuleBroken as broken:
        messages.error(request, _(broken.sentence) % broken.params)
    else:
        messages.success(request, _("Recorded."))
    return redirect("dossier-sync")


def _keepers_only(request: CityRequest) -> None:
    if not may_keep_sync(request.user):
        raise PermissionDenied


def _status(code: int | None) -> object:
    return words.STATUSES[Status(code)] if code in set(Status) else _("not there")
