"""Who handles what: the rules of one's organisations, and the form to set them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from khuevan.counter import actions
from khuevan.counter.forms import AssignmentForm
from khuevan.counter.models import AssignmentRule
from khuevan.counter.models.aside import led_by
from khuevan.counter.queries.assigning import handlers_of, rules_for
from khuevan.directory.public import CityRequest, Organisation
from khuevan.platform.idempotency import idempotent
from khuevan.platform.refusals import carried_out


@idempotent
def assigning_page(request: CityRequest) -> HttpResponse:
    """Show the rules of the organisations one leads; set one."""
    led = led_by(request.user)
    if not led:
        raise PermissionDenied
    bodies = Organisation.objects.in_order().filter(pk__in=led)
    form = AssignmentForm(bodies, handlers_of(led), request.POST or None)
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: actions.set_assignment(**form.cleaned_data, by=request.user)
    ):  # fmt: skip
        messages.success(request, _("The rule was set. It holds for what comes from now on."))  # fmt: skip
        return redirect("counter-assigning")
    context = {"form": form, "rules": rules_for(request.user)}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "counter/assigning.html", context, status=status)


@require_POST
@idempotent
def assignment_drop(request: CityRequest, pk: UUID) -> HttpResponse:
    rule = get_object_or_404(AssignmentRule.objects.visible_to(request.user), pk=pk)
    actions.drop_assignment(rule=rule, by=request.user)
    messages.success(request, _("The rule was taken away."))
    return redirect("counter-assigning")
