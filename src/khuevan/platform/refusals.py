"""A refused action becomes errors of the form it was asked for with, or words on the next page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import gettext

from .errors import InputRefused, Problem, RuleBroken
from .text import grouped


def carried_out(
    form: BaseForm,
    do: Callable[[], object],
    *,
    names: Callable[[str], object] | None = None,
) -> bool:
    """Do it and return whether it was done; a refusal becomes errors of the form.

    An error stands beside its field where the form shows that field, else above the
    form. There a faulty input is named by `names` where it is given: what the people
    who read the page call it.
    """
    if not hasattr(form, "cleaned_data"):
        form.cleaned_data = {}  # A button's form, sent without a body.
    try:
        do()
    except RuleBroken as broken:
        form.add_error(_field(form, broken.field), refusal(broken))
    except InputRefused as refused:
        for problem in refused.problems:
            field = _field(form, problem.where)
            label = "" if field or names is None else f"{names(problem.where)}: "  # fmt: skip
            form.add_error(field, label + fault(problem))
    else:
        return True
    return False


def said(request: HttpRequest, do: Callable[[], object], words: Any) -> bool:
    """Do what a button asks for and return whether it was done; the next page says so.

    `words` says that it was done, translated; a refusal says why it was not.
    """
    try:
        do()
    except RuleBroken as broken:
        messages.error(request, refusal(broken))
        return False
    messages.success(request, words)
    return True


def refusal(broken: RuleBroken) -> str:
    """Return the sentence of a broken rule in the reader's language, figures as read."""
    return gettext(broken.sentence) % readable(broken.params)


def fault(problem: Problem) -> str:
    """Return what is wrong with an input and how to mend it, as two sentences."""
    params = readable(problem.params)
    what = gettext(problem.what) % params
    if not problem.mend:
        return what
    return f"{what.rstrip('.')}. {gettext(problem.mend) % params}"


def _field(form: BaseForm, name: str) -> str | None:
    shown = name in form.fields and not form.fields[name].widget.is_hidden
    return name if shown else None


def readable(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures of a sentence as people read them; a year stays a year."""
    return {
        name: grouped(told) if type(told) is int and abs(told) > 9999 else told
        for name, told in params.items()
    }  # fmt: skip
