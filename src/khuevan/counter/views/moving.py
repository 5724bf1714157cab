"""Moving dossiers in flight to a new version: seen before it is done, and undone after."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khuevan.catalogue.public import Published, may_keep_catalogue, version
from khuevan.counter.models import VersionMove
from khuevan.counter.queries.foreseeing import LOOKED_AT, Foreseen, foresee
from khuevan.counter.queries.moves import dossiers_of, moves, sources, targets
from khuevan.counter.queries.moving import Plan, names_of, plan_move
from khuevan.counter.tasks import MOVE, UNDO
from khuevan.counter.words import DUTIES
from khuevan.directory.public import Person
from khuevan.platform import jobs
from khuevan.platform.idempotency import idempotent
from khuevan.process.public import Node


TO = "to:"
"""What the names of fields begin with that say where a step's dossiers go."""


@require_http_methods(["GET", "POST"])
@idempotent
def moving(request: HttpRequest, code: str) -> HttpResponse:
    """Choose two versions, see what a move would do, start it."""
    person = _officer(request)
    held, ways = sources(code), targets(code)
    if not ways:
        raise Http404
    sent = request.POST or request.GET
    source = _numbered([s.version for s in held], sent.get("from", ""))
    source = source or (held[0].version if held else None)
    target = _numbered(ways, sent.get("to", "")) or ways[0]
    plan = _plan(source, target, _chosen(request))
    sent_off = request.method == "POST" and "look" not in request.POST
    if sent_off and plan is not None and source is not None:
        if plan.complete:
            return _start(source, target, _chosen(request), person)
        messages.error(request, _("Say where dossiers of every step go."))
    context = {
        "code": code, "title": ways[0].definition.title, "sources": held, "targets": ways,
        "source": source, "target": target, "plan": plan, "field": TO,
        "changes": _changes(plan) if plan else [], "moves": moves(code),
        "foreseen": _foreseen(plan) if plan else [], "most": LOOKED_AT,
        "job": _key(request.GET.get("job", "")),
    }  # fmt: skip
    answer = TemplateResponse(request, "counter/moving.html", context)
    answer.status_code = 422 if sent_off else 200
    return answer


@require_GET
def move_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What one move did, dossier by dossier, and its undoing."""
    _officer(request)
    move = get_object_or_404(VersionMove.objects.select_related("by"), pk=pk)
    old, new = version(move.source), version(move.target)
    names = names_of(old.id), names_of(new.id)
    context = {
        "move": move, "old": old, "new": new, "dossiers": dossiers_of(move),
        "moved": move.dossiers.gone().count(), "stayed": move.dossiers.stayed().count(),
        "back": move.dossiers.exclude(undone_at=None).count(),
        "ways": [(names[0].get(a, a), names[1].get(b, b)) for a, b in sorted(move.chosen.items())],
        "job": _key(request.GET.get("job", "")),
    }  # fmt: skip
    return TemplateResponse(request, "counter/move.html", context)


@require_POST
@idempotent
def move_undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put back every dossier of a move that nobody touched since."""
    person = _officer(request)
    move = get_object_or_404(VersionMove, pk=pk)
    job = jobs.start_job(UNDO, person, move=str(move.pk), person=str(person.pk))
    return redirect(f"{reverse('counter-move', args=[pk])}?job={job.pk}")


def _officer(request: HttpRequest) -> Person:
    """Return who asks, where the catalogue is their work."""
    person = request.user
    if not isinstance(person, Person) or not may_keep_catalogue(person):
        raise PermissionDenied
    return person


def _start(
    source: Published, target: Published, chosen: dict[str, str], person: Person
) -> HttpResponse:
    job = jobs.start_job(
        MOVE, person, source=str(source.id), target=str(target.id), chosen=chosen,
        person=str(person.pk),
    )  # fmt: skip
    address = reverse("counter-moving", args=[source.code])
    return redirect(f"{address}?from={source.number}&to={target.number}&job={job.pk}")


def _plan(
    source: Published | None, target: Published, chosen: dict[str, str]
) -> Plan | None:
    if source is None or source.id == target.id:
        return None
    return plan_move(source.id, target.id, chosen)


def _foreseen(plan: Plan) -> list[Foreseen]:
    targets = {stand.node: stand.target for stand in plan.stands if stand.target}
    return foresee(plan.source, plan.target, targets)


def _chosen(request: HttpRequest) -> dict[str, str]:
    return {
        name.removeprefix(TO): value
        for name, value in request.POST.items()
        if name.startswith(TO) and isinstance(value, str) and value
    }


def _numbered(versions: list[Published], number: str) -> Published | None:
    return next((v for v in versions if str(v.number) == number), None)


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _changes(plan: Plan) -> list[tuple[str, str, str]]:
    """Return what changed, step by step: its name, as it was, as it will be."""
    gone = [(n.name, _words(n), "") for n in plan.changes.removed]
    new = [(n.name, "", _words(n)) for n in plan.changes.added]
    kept = [(b.name, _words(b), _words(a)) for b, a in plan.changes.changed]
    return [*gone, *new, *kept]


def _words(node: Node) -> str:
    duty = str(DUTIES[node.duty]) if node.duty else ""
    hours = _("%(n)s working hours") % {"n": f"{node.hours:g}"} if node.hours else ""
    return " · ".join(filter(None, (node.name, duty, hours)))
