"""What the catalogue's pages share."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from khuevan.catalogue import labels
from khuevan.catalogue.access import may_keep_catalogue
from khuevan.catalogue.rules.diff import Change
from khuevan.directory.public import Person
from khuevan.platform.errors import Problem
from khuevan.platform.idempotency import new_key


def person_of(request: HttpRequest) -> Person | None:
    """Return who looks, None for a stranger."""
    return request.user if isinstance(request.user, Person) else None


def keeps(person: Person | None) -> bool:
    """Tell whether a visitor keeps the catalogue; a stranger is nobody's operator."""
    return person is not None and may_keep_catalogue(person)


def keepers_only(request: HttpRequest) -> Person:
    """Return who asks, if the catalogue is their work."""
    person = person_of(request)
    if person is None or not keeps(person):
        raise PermissionDenied
    return person


def page(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Return a page of the catalogue with the words all of them need."""
    common = {"labels": labels, "keeper": keeps(person_of(request)), "key": new_key()}
    answer = TemplateResponse(request, f"catalogue/{template}", common | context)
    answer.status_code = status
    return answer


def told(problem: Problem) -> dict[str, str]:
    """Return a problem in the reader's words: place, what, how to mend it."""
    params = {
        name: gettext(value) if name == "part" else value
        for name, value in problem.params.items()
    }
    return {
        "part": labels.place_words(problem.where),
        "where": problem.where,
        "what": gettext(problem.what) % params if params else gettext(problem.what),
        "mend": gettext(problem.mend) % params if problem.mend else "",
    }


_LONGEST_SHOWN = 600


def told_change(change: Change) -> dict[str, str]:
    """Return a change as it is read: the part, the place, before and after."""
    return {
        "part": labels.place_words(change.where),
        "where": change.where,
        "before": _cut(_shown(change.before)),
        "after": _cut(_shown(change.after)),
        "before_exact": _exact(change.before),
        "after_exact": _exact(change.after),
    }


def _shown(value: Any) -> str:
    """Return what a value says to people: a paper or a step by its name and hint."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return "; ".join(_shown(one) for one in value)
    if isinstance(value, dict):
        said = [value[name] for name in ("name", "title", "hint") if value.get(name)]
        return " – ".join(str(words) for words in said) or _exact(value)
    return "" if value is None else str(value)


def _exact(value: Any) -> str:
    """Return the definition's own form of what words only name, else nothing."""
    plain = not isinstance(value, dict | list)
    return "" if plain else _cut(json.dumps(value, ensure_ascii=False))


def _cut(words: str) -> str:
    return words if len(words) <= _LONGEST_SHOWN else f"{words[:_LONGEST_SHOWN]}…"
