"""The committee's dated decisions on risk, reminders and escalation."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from khuevan.directory.public import CityRequest
from khuevan.platform import clock
from khuevan.platform.refusals import carried_out
from khuevan.steering import actions, forms
from khuevan.steering.access import may_steer
from khuevan.steering.capacity import acting
from khuevan.steering.models import Policy
from khuevan.steering.policies import ladder_of, policy_on
from khuevan.steering.rules import Limits


def policy_page(request: CityRequest) -> HttpResponse:
    """Show what is in force and what was; whoever steers decides the next from a day on."""
    if not acting(request.user).reads_everything:
        raise PermissionDenied
    today = clock.today()
    current = policy_on(today)
    form = forms.PolicyForm(request.POST or None, initial=_initial(current))
    sent = request.method == "POST" and form.is_valid()
    if sent and carried_out(form, lambda: _decide(request, form)):
        return redirect("steering-policy")
    context = {
        "current": current,
        "ladder": ladder_of(current),
        "told": forms.TOLD,
        "policies": Policy.objects.order_by("-valid_from"),
        "form": form,
        "may_decide": may_steer(request.user),
    }
    return TemplateResponse(request, "steering/policy.html", context)


def _initial(policy: Policy) -> dict[str, Any]:
    names = (
        "soon_days",
        "silent_days",
        "behind_points",
        "answer_days",
        "reaudit_share",
    )
    initial: dict[str, Any] = {name: getattr(policy, name) for name in names}
    for number, rung in enumerate(ladder_of(policy)[: len(forms.RUNGS)], start=1):
        initial |= {f"days_{number}": rung.days, f"tells_{number}": list(rung.tells)}
    return initial


def _decide(request: CityRequest, form: forms.PolicyForm) -> object:
    data = form.cleaned_data
    return actions.decide_policy(
        valid_from=data["valid_from"],
        reference=data["reference"],
        limits=Limits(data["soon_days"], data["silent_days"], data["behind_points"]),
        ladder=form.ladder(),
        answer_days=data["answer_days"],
        reaudit_share=data["reaudit_share"],
        by=request.user,
    )
