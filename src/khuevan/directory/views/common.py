"""What the pages share: a form that an action may refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from khuevan.platform.errors import RuleBroken


def form_page(
    request: HttpRequest,
    form: forms.Form,
    do: Callable[[dict[str, Any]], Any],
    *,
    back: str,
    title: Any,
    button: Any,
    intro: Any = "",
    **context: Any,
) -> HttpResponse:
    """Show a form, or hand what it holds to an action and go back; a refusal is an error."""
    if request.method == "POST" and form.is_valid():
        try:
            do(form.cleaned_data)
        except RuleBroken as refusal:
            field = refusal.field if refusal.field in form.fields else None
            form.add_error(field, gettext(refusal.sentence) % refusal.params)
        else:
            return redirect(back)
    page = {"form": form, "back": back, "title": title, "button": button,
            "intro": intro, **context}  # fmt: skip
    status = 422 if form.errors else 200
    return TemplateResponse(request, "directory/form.html", page, status=status)
