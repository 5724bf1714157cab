"""Pages of a form from its JSON Schema: the controls, what was typed, what is wrong.

Forms follow JSON Schema 2020-12 with `x-pages`, `x-bind`, `x-rule` and `x-labels`. A
rule is said under the question, before anybody can break it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from khuevan.platform.errors import Problem
from khuevan.platform.text import grouped

from .precheck import check_answers


FEW = 7
"""Up to so many choices are shown at once; more go into a list."""
LONG = 200


@dataclass(frozen=True, slots=True)
class Told:
    """Where a value came from, as it is shown beside it."""

    source: str
    fetched_at: str = ""
    fixed: bool = False
    document: str = ""


@dataclass(frozen=True, slots=True)
class Control:
    """One question as a page shows it."""

    name: str
    title: str
    kind: str  # text | textarea | number | date | email | radios | select | checkbox
    value: Any = ""
    hint: str = ""
    rule: str = ""
    required: bool = False
    options: Sequence[tuple[str, str]] = ()
    error: str = ""
    told: Told | None = None
    longest: int | None = None

    @property
    def fixed(self) -> bool:
        """Tell whether a register filled it: shown, not typed."""
        return self.told is not None and self.told.fixed

    @property
    def shown(self) -> str:
        """Return the value in words."""
        return words_of(self.value, self.options)


@dataclass(frozen=True, slots=True)
class Page:
    """One screen of a form."""

    number: int
    title: str
    fields: tuple[str, ...] = field(default=())


def screens(form: Mapping[str, Any]) -> tuple[Page, ...]:
    """Return the screens of a form, numbered from one; fields on no page come last."""
    properties = list(form.get("properties", {}))
    pages = [
        (str(page.get("title", "")), tuple(f for f in page.get("fields", ()) if f in properties))
        for page in form.get("x-pages", ())
    ]  # fmt: skip
    placed = {name for _title, names in pages for name in names}
    left = tuple(name for name in properties if name not in placed)
    if left:
        pages.append(("", left))
    return tuple(Page(n, title, names) for n, (title, names) in enumerate(pages, 1))


def in_order(form: Mapping[str, Any]) -> list[str]:
    """Return the fields in the order they are asked; the database keeps none."""
    return [name for page in screens(form) for name in page.fields]


def page_of(form: Mapping[str, Any], name: str) -> int:
    """Return the number of the screen a field is on."""
    return next((p.number for p in screens(form) if name in p.fields), 1)


def controls(
    form: Mapping[str, Any],
    names: Iterable[str],
    answers: Mapping[str, Any],
    provenance: Mapping[str, Any],
    errors: Mapping[str, str] | None = None,
) -> list[Control]:
    """Return the controls of some fields, filled in."""
    parts, required = form.get("properties", {}), set(form.get("required", ()))
    wrong = errors or {}
    return [
        _control(name, parts[name], answers, provenance.get(name, {}), name in required, wrong.get(name, ""))
        for name in names
    ]  # fmt: skip


def typed(
    form: Mapping[str, Any], names: Iterable[str], sent: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the answers a page sent, each of its schema's type where that can be read.

    What cannot be read as its type is kept as it was typed: nothing is lost, and the
    check says what is wrong with it.
    """
    parts = form.get("properties", {})
    return {name: _typed(parts[name], sent.get(name)) for name in names}


def faults(
    form: Mapping[str, Any],
    answers: Mapping[str, Any],
    only: Iterable[str] | None = None,
) -> dict[str, str]:
    """Return what is wrong with the answers by field, in the reader's language."""
    found = check_answers(form, answers, only)
    parts = form.get("properties", {})
    return {p.where: _with_rule(p, parts.get(p.where, {})) for p in found}


def sentence_of(problem: Problem) -> str:
    """Return a problem in whole sentences, from its capital letter to its full stop."""
    words = [
        _(text) % problem.params if problem.params else _(text)
        for text in (problem.what, problem.mend)
        if text
    ]
    return " ".join(f"{text[:1].upper()}{text[1:].rstrip('.')}." for text in words)


def words_of(value: Any, options: Sequence[tuple[str, str]] = ()) -> str:
    """Return an answer as people read it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    named = dict(options).get(str(value))
    if named:
        return named
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        year, month, day = value.split("-")
        return f"{day}/{month}/{year}"
    if isinstance(value, int):
        return grouped(value)
    return "" if value is None else str(value)


def options_of(part: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the choices of a field with their labels.

    `x-labels` is a mapping from value to label, or a list beside `enum`.
    """
    values, labels = list(part.get("enum", ())), part.get("x-labels", {})
    if isinstance(labels, Mapping):
        return tuple((str(v), str(labels.get(str(v), v))) for v in values)
    return tuple((str(v), str(one)) for v, one in zip(values, labels, strict=False))


def _control(
    name: str,
    part: Mapping[str, Any],
    answers: Mapping[str, Any],
    told: Mapping[str, Any],
    required: bool,
    error: str,
) -> Control:
    source = str(told.get("source", ""))
    return Control(
        name=name,
        title=str(part.get("title", name)),
        kind=_kind(part),
        value=answers.get(name, part.get("default", "")),
        hint=str(part.get("description", "")),
        rule=str(part.get("x-rule", "")),
        required=required,
        options=options_of(part),
        error=error,
        told=Told(
            source,
            str(told.get("fetched_at", "")),
            bool(told.get("fixed")),
            str(told.get("document", "")),
        )
        if source and source != "applicant"
        else None,
        longest=part.get("maxLength"),
    )


def _kind(part: Mapping[str, Any]) -> str:
    if part.get("enum"):
        return "radios" if len(part["enum"]) <= FEW else "select"
    kind = part.get("type", "string")
    if kind == "boolean":
        return "checkbox"
    if kind in {"integer", "number"}:
        return "number"
    if part.get("format") in {"date", "email"}:
        return str(part["format"])
    return "textarea" if part.get("maxLength", 0) > LONG else "text"


def _typed(part: Mapping[str, Any], sent: Any) -> Any:
    text = str(sent or "").strip()
    kind = part.get("type", "string")
    if kind == "boolean":
        return text in {"on", "yes", "true", "1"}
    if not text:
        return None
    if part.get("enum"):
        return next((v for v in part["enum"] if str(v) == text), text)
    if kind == "integer":
        plain = text.rstrip("₫đ ")
        # Dots, commas and spaces only between groups of three: 1.5 is not 15.
        whole = re.fullmatch(r"-?([0-9]{1,18}|[0-9]{1,3}([.,\s_][0-9]{3}){1,5})", plain)
        return int(re.sub(r"[.,\s_]", "", plain)) if whole else text
    if kind == "number":
        plain = text.replace(" ", "").replace(",", ".")
        return float(plain) if re.fullmatch(r"-?\d{1,15}(\.\d{1,6})?", plain) else text
    if part.get("format") == "date":
        return _date(text)
    return text


def _date(text: str) -> str:
    """Return a date as the schema wants it, typed 21/3/1990 or picked."""
    found = re.fullmatch(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})", text)
    if not found:
        return text
    day, month, year = found.groups()
    return f"{year}-{int(month):02d}-{int(day):02d}"


def _with_rule(problem: Problem, part: Mapping[str, Any]) -> str:
    """Add the field's own rule where the general sentence does not say it."""
    said, rule = sentence_of(problem), str(part.get("x-rule", ""))
    return said if not rule or rule in said else f"{said} {rule}"
