"""Acting on many dossiers at once: what would happen is told first, by name and reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from khuevan.counter import actions, words
from khuevan.counter.actions.deciding import check_seal, check_signature
from khuevan.counter.models import Dossier, Step
from khuevan.counter.queries.inbox import waiting_for
from khuevan.counter.rules.states import Delivery
from khuevan.counter.staffing import able
from khuevan.directory.public import CityRequest, Person
from khuevan.platform.errors import InputRefused, KhuevanError, RuleBroken
from khuevan.platform.idempotency import idempotent
from khuevan.process.public import Duty

from .common import refusal
from .offers import finish_in_order


MOST_AT_ONCE = 200
BULK = {
    "take": gettext_lazy("Take them"),
    "accept": gettext_lazy("Accept them"),
    "assign": gettext_lazy("Give them to somebody"),
    "finish": gettext_lazy("Finish them: in order"),
    "sign": gettext_lazy("Sign them"),
    "seal": gettext_lazy("Number and seal them"),
    "return": gettext_lazy("Hand the results over"),
}
DUTIES = {
    "accept": {Duty.RECEPTION},
    "assign": {Duty.ASSIGN, Duty.HANDLE},
    "finish": {Duty.ASSIGN, Duty.HANDLE, Duty.CHECK},
    "sign": {Duty.SIGN},
    "seal": {Duty.CLERK},
    "return": {Duty.RETURN},
}
"""Which steps an action is for; taking is for any."""


@dataclass(frozen=True, slots=True)
class Foretold:
    """One step, and why the action would be refused; "" where it would not."""

    step: Step
    refusal: str


@require_POST
@idempotent
def bulk(request: CityRequest) -> HttpResponse:
    """Show what an action on many would do; do it when it was confirmed."""
    does = request.POST.get("does", "")
    steps = _chosen(request)
    if does not in BULK or not steps:
        messages.error(request, _("Tick some dossiers and choose what to do."))
        return redirect("counter-inbox")
    if request.POST.get("confirmed") != "yes":
        return TemplateResponse(request, "counter/bulk.html", _preview(does, steps, request.user))  # fmt: skip
    done, failed = _do(does, steps, _handler(request, does, steps), request.user)
    if done:
        messages.success(request, ngettext("%(n)s dossier done.", "%(n)s dossiers done.", done) % {"n": done})  # fmt: skip
    for sentence in failed:
        messages.error(request, sentence)
    return redirect("counter-inbox")


def foretell(does: str, steps: Iterable[Step], by: Person) -> list[Foretold]:
    """Return what an action would say to each step; nothing changes."""
    return [Foretold(step, _refused(lambda s=step: _tried(does, s, by))) for step in steps]  # type: ignore[misc]  # fmt: skip


def _preview(does: str, steps: list[Step], by: Person) -> dict[str, object]:
    foretold = foretell(does, steps, by)
    return {
        "does": does,
        "label": str(BULK[does]),
        "steps": [one.step for one in foretold if not one.refusal],
        "refused": [one for one in foretold if one.refusal],
        "outcomes": words.OUTCOMES,
        "people": _people(does, steps),
    }


def _tried(does: str, step: Step, by: Person) -> None:
    """Do it and take it back; signatures are checked only: a signed file is no trial."""
    if does in DUTIES and step.duty not in DUTIES[does]:
        raise RuleBroken(_("This step is done by its own action."))
    if does == "sign":
        check_signature(dossier=step.dossier, by=by)
    elif does == "seal":
        check_seal(dossier=step.dossier, by=by)
    else:
        with transaction.atomic():
            _one(does, step, None, by)
            transaction.set_rollback(True)


def _do(
    does: str, steps: list[Step], handler: Person | None, by: Person
) -> tuple[int, list[str]]:
    """Carry an action out; signatures all together, the rest one by one."""
    fit = [s for s in steps if does not in DUTIES or s.duty in DUTIES[does]]
    if does == "sign":
        said = _refused(lambda: actions.sign_results(dossiers=[s.dossier for s in fit], by=by))  # fmt: skip
        return (0, [said]) if said else (len(fit), [])
    done, failed = 0, []
    for step in fit:
        said = _refused(lambda s=step: _one(does, s, handler, by))  # type: ignore[misc]
        if said:
            failed.append(f"{step.dossier.code}: {said}")
        else:
            done += 1
    return done, failed


def _one(does: str, step: Step, handler: Person | None, by: Person) -> None:
    dossier = Dossier.objects.get(pk=step.dossier_id)
    if does == "accept":
        actions.accept_dossier(dossier=dossier, by=by)
    elif does == "seal":
        actions.seal_result(dossier=dossier, by=by)
    elif does == "return":
        actions.return_result(dossier=dossier, delivery=Delivery.HANDED_OVER, by=by)
    elif does == "take":
        actions.take_step(step=step, by=by)
    elif does == "assign" and step.duty == Duty.HANDLE:
        actions.assign_step(step=step, person=handler, by=by)
    else:
        finish_in_order(step, handler, by)


def _refused(perform: Callable[[], object]) -> str:
    """Return why an action was refused, "" where it was not."""
    try:
        perform()
    except PermissionDenied:
        return _("You may not do this to it.")
    except (RuleBroken, InputRefused) as fault:
        return refusal(fault)
    except KhuevanError as fault:
        return _(fault.sentence) % fault.params
    return ""


def _people(does: str, steps: list[Step]) -> list[Person]:
    """Return who can examine all of these, where somebody is to be chosen."""
    if does != "assign":
        return []
    shared: set[UUID] | None = None
    for step in steps:
        agency = step.dossier.agency_id
        found = set(able(step.dossier, Duty.HANDLE, agency)) if agency else set()
        shared = found if shared is None else shared & found
    return list(Person.objects.filter(pk__in=shared or ()).order_by("sort_key"))


def _handler(request: CityRequest, does: str, steps: list[Step]) -> Person | None:
    chosen = request.POST.get("person", "")
    return next((p for p in _people(does, steps) if str(p.pk) == chosen), None)


def _chosen(request: HttpRequest) -> list[Step]:
    keys = []
    for text in request.POST.getlist("step")[:MOST_AT_ONCE]:
        try:
            keys.append(UUID(text))
        except ValueError:
            continue
    assert isinstance(request.user, Person)
    found = waiting_for(request.user).filter(pk__in=keys)
    return list(
        found.select_related("dossier__result", "dossier__application").order_by("dossier__due_at", "pk")
    )  # fmt: skip
