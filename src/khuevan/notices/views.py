"""The inbox, its settings, and what operators look after."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_GET, require_POST

from khuevan.directory.public import CityRequest

from . import actions, queries
from .access import may_tend_deliveries
from .forms import CHANNELS, MOODS, MoodForm, PreferencesForm
from .gateways import available
from .models import Delivery, Notice


SHOWS = ("all", "unread", "read")


@require_GET
def inbox(request: CityRequest) -> HttpResponse:
    """One's own notices, unread first."""
    show = request.GET.get("show", "all")
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() else 1
    page = queries.inbox(
        request.user, show=show if show in SHOWS else "all", page=min(number, 10**6)
    )
    context = {
        "page": page,
        "show": show,
        "operator": may_tend_deliveries(request.user),
    }
    return TemplateResponse(request, "notices/inbox.html", context)


@require_GET
def open_notice(request: CityRequest, pk: UUID) -> HttpResponse:
    """Lead to what a notice is about, and note that it was read."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    actions.read_notice(notice=notice, by=request.user)
    return redirect(notice.link)


@require_POST
def notice_read(request: CityRequest, pk: UUID) -> HttpResponse:
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    actions.read_notice(notice=notice, by=request.user)
    return _back(request)


@require_POST
def inbox_read(request: CityRequest) -> HttpResponse:
    """Mark all as read, up to the newest notice the page showed."""
    until = request.POST.get("until", "")
    if not (until.isascii() and until.isdigit() and len(until) < 19):
        raise Http404
    many = actions.read_all_notices(until=int(until), by=request.user)
    said = ngettext("%(many)s notice marked as read.", "%(many)s notices marked as read.", many)  # fmt: skip
    messages.success(request, said % {"many": many})
    return _back(request)


def preferences(request: CityRequest) -> HttpResponse:
    """When, how and in which language one wants to be told."""
    form = PreferencesForm.of(
        queries.preferences_of(request.user), request.POST or None
    )
    if form.is_valid() and form.save(by=request.user):
        messages.success(request, _("Your settings are kept."))
        return redirect("notices-settings")
    context = {"form": form, "channels": CHANNELS, "available": available()}
    return TemplateResponse(request, "notices/settings.html", context)


@require_GET
def deliveries(request: CityRequest) -> HttpResponse:
    """What did not arrive, for those who can mend it."""
    if not may_tend_deliveries(request.user):
        raise Http404
    context = {
        "channels": queries.channels(request.user),
        "rows": queries.deliveries(request.user),
        "names": CHANNELS,
    }
    return TemplateResponse(request, "notices/deliveries.html", context)


@require_POST
def delivery_again(request: CityRequest, pk: UUID) -> HttpResponse:
    delivery = get_object_or_404(Delivery.objects.visible_to(request.user), pk=pk)
    actions.send_again(delivery=delivery, by=request.user)
    messages.success(request, _("It will be sent again within a minute."))
    return redirect("notices-deliveries")


def sandbox(request: CityRequest) -> HttpResponse:
    """What SMS and Zalo would have carried, and how the sandbox behaves."""
    if not may_tend_deliveries(request.user):
        raise Http404
    form = MoodForm(request.POST or None)
    if form.is_valid():
        actions.set_sandbox_mood(**form.cleaned_data, by=request.user)
        return redirect("notices-sandbox")
    context = {
        "form": form,
        "rows": queries.sandbox_messages(request.user),
        "moods": [(CHANNELS[c], MOODS[m]) for c, m in queries.sandbox_moods().items()],
        "names": CHANNELS,
    }
    return TemplateResponse(request, "notices/sandbox.html", context)


def _back(request: CityRequest) -> HttpResponse:
    """Return to the page of the inbox one was on."""
    target = request.POST.get("next", "")
    inside = url_has_allowed_host_and_scheme(target, {request.get_host()})
    return redirect(target if inside else "notices")
