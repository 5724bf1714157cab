"""The journal in public: how it works, its checkpoints and proofs; and every trace."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from . import actions, proofs, queries, transparency
from .access import may_manage_webhooks
from .actors import Person
from .forms import SubscriptionForm
from .models import Delivery, Subscription
from .notes import tree_in
from .presenters import may_see_facts, words_for


class JournalRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: Person  # type: ignore[assignment]


@require_safe
@login_not_required
def overview(request: HttpRequest) -> HttpResponse:
    """How the journal works, and how large it is."""
    checkpoint = transparency.latest_checkpoint()
    page = {
        "checkpoint": checkpoint,
        "root": tree_in(checkpoint.note).root.hex() if checkpoint else "",
        "size": transparency.tree_size(),
        "days": queries.facts_per_day(),
        "key": str(transparency.log_key()),
        "witness": str(proofs.witness_here().key),
    }
    return render(request, "journal/overview.html", page)


@require_safe
@login_not_required
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The latest signed tree, as other programs read it."""
    latest = transparency.latest_checkpoint()
    if latest is None:
        raise Http404
    note = transparency.cosigned(latest)
    return HttpResponse(note, content_type="text/plain; charset=utf-8")


@require_safe
@login_not_required
def proof(request: HttpRequest, number: int) -> HttpResponse:
    """That a fact stands in the log; what it says only for those who may read it."""
    found = transparency.prove(number)
    if found is None:
        raise Http404
    person: Any = request.user
    may_read = person.is_authenticated and may_see_facts(person, found.subject)
    document = proofs.document_of(found, with_content=may_read)
    return JsonResponse(document, json_dumps_params={"ensure_ascii": False})


@require_safe
@login_not_required
def consistency(request: HttpRequest, old: int, new: int) -> HttpResponse:
    """For witnesses elsewhere: that the newer tree begins with the older one."""
    steps = transparency.prove_extension(old, new)
    if steps is None:
        raise Http404
    return JsonResponse({"old": old, "new": new, "path": [s.hex() for s in steps]})


@require_safe
def traces(request: JournalRequest, subject: str) -> HttpResponse:
    """Every trace of one thing, for those who may see them."""
    facts = queries.facts_about(subject)
    if not facts or not may_see_facts(request.user, subject):
        raise Http404
    page = {
        "subject": subject,
        "rows": [(fact, words_for(fact)) for fact in facts],
        "key": str(transparency.log_key()),
    }
    return render(request, "journal/traces.html", page)


@require_safe
def proofs_file(request: JournalRequest, subject: str) -> HttpResponse:
    """Every trace of one thing with its proof, to keep and to check elsewhere."""
    if not may_see_facts(request.user, subject):
        raise Http404
    document = proofs.document_about(subject)
    if not document["proofs"] and not document["waiting"]:
        raise Http404
    answer = JsonResponse(document, json_dumps_params={"ensure_ascii": False})
    name = f"proofs-{subject.replace(':', '-')}.json"
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return answer


def webhooks(request: JournalRequest) -> HttpResponse:
    """Which machines are told of facts, and what they did not take."""
    if not may_manage_webhooks(request.user):
        raise Http404
    form = SubscriptionForm(request.POST or None)
    if form.is_valid():
        subscription = actions.subscribe(**form.cleaned_data, by=request.user)
        secret = {"secret": subscription.secret}
        messages.success(request, _("Subscribed. Its secret is %(secret)s") % secret)
        return redirect("journal:webhooks")
    return render(request, "journal/webhooks.html", _webhooks_page(request, form))


def _webhooks_page(request: JournalRequest, form: SubscriptionForm) -> dict[str, Any]:
    return {
        "form": form,
        "subscriptions": queries.subscriptions(request.user),
        "dead": queries.dead_deliveries(request.user),
    }


@require_POST
def subscription_pause(request: JournalRequest, pk: UUID) -> HttpResponse:
    subscription = get_object_or_404(
        Subscription.objects.visible_to(request.user), pk=pk
    )
    actions.pause_subscription(subscription=subscription, by=request.user)
    return redirect("journal:webhooks")


@require_POST
def subscription_resume(request: JournalRequest, pk: UUID) -> HttpResponse:
    subscription = get_object_or_404(
        Subscription.objects.visible_to(request.user), pk=pk
    )
    actions.resume_subscription(subscription=subscription, by=request.user)
    return redirect("journal:webhooks")


@require_POST
def delivery_repeat(request: JournalRequest, pk: UUID) -> HttpResponse:
    delivery = get_object_or_404(Delivery.objects.visible_to(request.user), pk=pk)
    actions.redeliver(delivery=delivery, by=request.user)
    return redirect("journal:webhooks")
