"""Finding procedures and reading what they say: open to everybody."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET

from khuevan.catalogue.dated import life_events
from khuevan.catalogue.models import Procedure, Version
from khuevan.catalogue.queries import find_procedures, procedures_of_event, tier_counts
from khuevan.catalogue.reading import differences, procedure_page, shown_version
from khuevan.catalogue.rules.codec import from_json
from khuevan.catalogue.rules.definition import Channel
from khuevan.platform import clock

from .common import page, person_of, told_change


MOST_SHOWN = 30


@login_not_required
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Search by words, or look by what happens in life."""
    text = request.GET.get("q", "").replace("\x00", " ").strip()[:300]
    event = next((e for e in life_events() if e.code == request.GET.get("event")), None)
    hits = find_procedures(text, MOST_SHOWN) if text else ()
    if event and not text:
        hits = procedures_of_event(event.code)[:100]
    context = {
        "text": text,
        "event": event,
        "hits": hits,
        "events": life_events(),
        "counts": tier_counts(),
    }
    return page(request, "start.html", context)


@login_not_required
@require_GET
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """One procedure in plain words: as it holds today, or one of its versions."""
    found, versions = _found(request, code)
    number = _number(request.GET.get("version", ""))
    shown = shown_version(versions, number)
    if shown is None:
        raise Http404
    on = clock.today()
    holds = shown == shown_version(versions, None)
    context = {
        "procedure": found,
        "filing": _filing(found.code, shown) if holds else "",
        "page": procedure_page(shown, versions, on),
        "on": on,
        "holds_today": holds,
    }
    return page(request, "procedure.html", context)


@login_not_required
@require_GET
def procedure_changes(request: HttpRequest, code: str) -> HttpResponse:
    """What changed between two versions."""
    found, versions = _found(request, code)
    by_number = {version.number: version for version in versions}
    before = by_number.get(_number(request.GET.get("from", "")) or -1)
    after = by_number.get(_number(request.GET.get("to", "")) or -1)
    if before is None or after is None:
        raise Http404
    context = {
        "procedure": found,
        "before": before,
        "after": after,
        "numbers": sorted(by_number),
        "changes": [told_change(change) for change in differences(before, after)],
    }
    return page(request, "changes.html", context)


def _found(request: HttpRequest, code: str) -> tuple[Procedure, list[Version]]:
    person = person_of(request)
    shown = Procedure.objects.visible_to(person)
    versions = Version.objects.visible_to(person)
    found = get_object_or_404(shown, code=code)
    return found, list(versions.filter(procedure=found).order_by("-number"))


def _filing(code: str, shown: Version) -> str:
    """Return where the procedure is filed online; "" where it cannot be."""
    definition = from_json(shown.definition)
    offered = {offer.channel for offer in definition.channels}
    if not definition.executable or Channel.PORTAL not in offered:
        return ""
    try:
        return reverse("filing-new", args=[code])
    except NoReverseMatch:
        return ""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None
