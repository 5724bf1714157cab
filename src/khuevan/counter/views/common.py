"""What several views of this app share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from khuevan.counter.access import may_edit_draft, may_receive
from khuevan.counter.definitions import outdated
from khuevan.counter.models import Dossier
from khuevan.counter.owing import owed
from khuevan.counter.rules.states import Business
from khuevan.counter.schema_forms import sentence_of
from khuevan.directory.public import CityRequest, Person
from khuevan.platform.errors import InputRefused, RuleBroken


View = Callable[..., HttpResponse]


def own_dossier(request: CityRequest, pk: UUID, *, received: bool = False) -> Dossier:
    """Return somebody's own dossier; for others there is none.

    With `received` also one that somebody takes papers for at its receiving point.
    """
    dossier = get_object_or_404(
        Dossier.objects.visible_to(request.user).select_related(
            "application", "agency", "receiving_point", "applicant"
        ),
        pk=pk,
    )
    at_counter = received and may_receive(request.user, dossier)
    if not (at_counter or may_edit_draft(request.user, dossier)):
        raise Http404
    return dossier


def of_draft(view: View) -> View:
    """Give a view one's own draft.

    One that was filed already leads to its page, one whose version holds no more to
    where it is moved to the version in force.
    """

    @wraps(view)
    def with_draft(request: CityRequest, pk: UUID, **kwargs: Any) -> HttpResponse:
        dossier = own_dossier(request, pk)
        if dossier.business != Business.DRAFT:
            again = "filing-receipt" if request.method == "POST" else "dossier"
            return redirect(again, pk=dossier.pk)
        if outdated(dossier):
            return redirect("filing-version", pk=dossier.pk)
        return view(request, dossier, **kwargs)

    return with_draft


def refusal(fault: RuleBroken | InputRefused) -> str:
    """Return in words what an action said no to."""
    if isinstance(fault, InputRefused):
        return " ".join(sentence_of(problem) for problem in fault.problems)
    return _(fault.sentence) % fault.params if fault.params else _(fault.sentence)


def address_of(name: str, *args: object) -> str:
    """Return the address of a page another part brings; "" where it is not there."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def unpaid_by(person: Person, dossier: Dossier) -> bool:
    """Tell whether this person applied for a result and still owes its fee."""
    return dossier.applicant_id == person.pk and owed(dossier) > 0
