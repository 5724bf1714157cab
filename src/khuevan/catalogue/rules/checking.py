"""Whether a definition is complete and lawful enough to be published.

Decree 63/2010/NĐ-CP Art. 8(2) as amended by Decree 92/2017: every procedure has a
name, steps, manner, components and number of sets, a time limit, subjects and a
settling agency. Decree 224/2026/NĐ-CP Art. 14: a partly online service says why, with
the sector law behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from khuevan.platform.errors import N_, Problem
from khuevan.platform.text import is_nfc

from .definition import Definition, Level
from .tables import check_expression, check_table
from .templates import read_template


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found: `refused` stops publishing, `doubtful` is shown beside it."""

    refused: tuple[Problem, ...] = ()
    doubtful: tuple[Problem, ...] = ()

    @property
    def sound(self) -> bool:
        """Tell whether nothing stops publishing."""
        return not self.refused

    def softened(self) -> Verdict:
        """Return the same findings, none of which stops publishing."""
        return Verdict((), self.refused + self.doubtful)


UNITS = frozenset({"hour", "working_day", "day", "month"})
_MISSING = N_("The law asks for this part, and it is missing (63/2010/NĐ-CP, Article 8(2)): %(part)s.")  # fmt: skip


def missing_parts(definition: Definition) -> tuple[str, ...]:
    """Return the places of the parts the law asks for and the definition lacks."""
    found = []
    for place, there in (
        ("title", definition.title.strip()),
        ("steps", definition.steps or definition.process),
        ("manner", definition.manner.strip() or definition.channels),
        ("components", definition.components),
        ("sets", definition.sets >= 1),
        ("channels", any(o.limit for o in definition.channels) or definition.limit_table),
        ("subjects", definition.subjects),
        ("agency", definition.agency.strip()),
    ):  # fmt: skip
        if not there:
            found.append(place)
    return tuple(found)


def check_content(definition: Definition) -> list[Problem]:
    """Return what is missing or contradicts itself in a definition."""
    problems = [
        Problem(place, _MISSING, "", {"part": PARTS[place]})
        for place in missing_parts(definition)
    ]
    problems += _check_level(definition)
    problems += _check_proactive(definition)
    problems += _check_result(definition)
    problems += _check_system(definition)
    problems += _check_forms(definition)
    problems += _check_codes(definition)
    problems += _check_numbers(definition)
    problems += _check_expressions(definition)
    if not is_nfc(definition.title):
        problems.append(Problem("title", N_("The title is not written in composed letters (NFC)."), N_("Save it in NFC.")))  # fmt: skip
    if definition.process and not definition.form:
        problems.append(
            Problem(
                "form",
                N_("A procedure that runs needs its form."),
                N_("Give the form as a JSON Schema, or leave the process out."),
            )
        )
    problems += check_form(definition.form) if definition.form else []
    return problems


PARTS = {
    "title": N_("name"),
    "steps": N_("sequence of steps"),
    "manner": N_("manner"),
    "components": N_("components of the dossier"),
    "sets": N_("number of sets"),
    "channels": N_("time limit"),
    "subjects": N_("who may apply"),
    "agency": N_("settling agency"),
}
"""The parts of Article 8(2), by the place that holds them."""


def check_form(form: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with a form: a JSON Schema 2020-12 laid out in pages.

    Every property stands on exactly one page of `x-pages` and has a title.
    """
    outside = _outside_references(form)
    if outside:
        what = N_("The form may not fetch parts from elsewhere: %(reference)s.")
        return [Problem("form", what, "", {"reference": outside[0][:100]})]
    try:
        Draft202012Validator.check_schema(form)
    except RecursionError:
        return [Problem("form", N_("The form is nested too deeply."))]
    except SchemaError as fault:
        place = ".".join(["form", *map(str, fault.absolute_path)])
        what = N_("This is not valid JSON Schema: %(reason)s")
        return [Problem(place, what, "", {"reason": fault.message[:200]})]
    properties = form.get("properties", {})
    if not properties:
        return [Problem("form.properties", N_("The form asks nothing."))]
    return [*_untitled("form", properties), *_check_pages(form, properties)]


def _outside_references(form: Mapping[str, Any]) -> list[str]:
    """Return every reference of a schema that does not stay inside it."""
    found: list[str] = []
    waiting: list[Any] = [form]
    while waiting:
        at = waiting.pop()
        if isinstance(at, Mapping):
            named = at.get("$ref", at.get("$dynamicRef", "#"))
            if not str(named).startswith("#"):
                found.append(str(named))
            waiting.extend(at.values())
        elif isinstance(at, list):
            waiting.extend(at)
    return found


def _untitled(where: str, properties: Mapping[str, Any]) -> Iterator[Problem]:
    for name, schema in properties.items():
        place = f"{where}.properties.{name}"
        if not isinstance(schema, Mapping) or not str(schema.get("title", "")).strip():
            yield Problem(place, N_("This question has no title in Vietnamese."))
        elif isinstance(schema.get("properties"), Mapping):
            yield from _untitled(place, schema["properties"])


def _check_pages(
    form: Mapping[str, Any], properties: Mapping[str, Any]
) -> Iterator[Problem]:
    pages = form.get("x-pages")
    if not isinstance(pages, list) or not pages:
        yield Problem(
            "form.x-pages",
            N_("The form has no pages."),
            N_("List pages with a title and the names of their fields."),
        )
        return
    placed: list[str] = []
    for number, page in enumerate(pages):
        where = f"form.x-pages[{number}]"
        if not isinstance(page, Mapping) or not str(page.get("title", "")).strip():
            yield Problem(where, N_("The page has no title."))
            continue
        fields = page.get("fields") or page.get("properties") or []
        placed += map(str, fields if isinstance(fields, list) else [])
    for name in properties:
        if placed.count(name) != 1:
            what = N_("“%(name)s” must stand on exactly one page.")
            yield Problem("form.x-pages", what, "", {"name": name})
    for name in sorted(set(placed) - set(properties)):
        what = N_("A page names “%(name)s”, which the form does not ask.")
        yield Problem("form.x-pages", what, "", {"name": name})


def _check_level(definition: Definition) -> Iterator[Problem]:
    if definition.level is Level.FULL:
        if definition.partial_reason or definition.partial_basis:
            yield Problem("partial_reason", N_("A fully online service has no reason to be partly online."))  # fmt: skip
        return
    if definition.partial_reason is None:
        yield Problem(
            "partial_reason",
            N_(
                "Say why the service is only partly online (224/2026/NĐ-CP, Article 14)."
            ),
            N_("Presence or a field check the law asks for, or a technical problem."),
        )
    if not definition.partial_basis:
        yield Problem(
            "partial_basis",
            N_("Name the sector law behind the service being only partly online (224/2026/NĐ-CP, Article 14)."),
        )  # fmt: skip


OURS = frozenset({"applicant", "code"})
"""What a result may name beside the form's questions."""


def _check_result(definition: Definition) -> Iterator[Problem]:
    """Yield what a result would tell of answers nobody is asked for."""
    properties = definition.form.get("properties")
    asked = OURS | set(properties if isinstance(properties, Mapping) else ())
    said = definition.result.template if definition.result else ""
    for name in read_template(str(said)).fields:
        if name not in asked:
            what = N_("The result tells “%(name)s”, which the form does not ask.")
            yield Problem("result.template", what, "", {"name": name})


def _check_proactive(definition: Definition) -> Iterator[Problem]:
    told = definition.proactive
    if told is None:
        return
    if not told.moment.strip():
        yield Problem(
            "proactive.moment",
            N_("Say at which moment the service comes by itself, and from which data the city knows it (224/2026/NĐ-CP, Article 16)."),
        )  # fmt: skip
    if not told.stated_by.strip():
        yield Problem("proactive.stated_by", N_("Say who states that the service is proactive: name and post."))  # fmt: skip


SYSTEM = re.compile(r"city|portal|ministry:.*\S.*")


def _check_system(definition: Definition) -> Iterator[Problem]:
    """Yield what is wrong with where dossiers are handled.

    Decree 224/2026/NĐ-CP Art. 15(1)(i): the city's system handles only what no system
    of a ministry and not the national portal does.
    """
    if not SYSTEM.fullmatch(definition.handled_by_system):
        yield Problem(
            "handled_by_system",
            N_("Say where dossiers are handled: “city”, “portal” or “ministry:” with the system's name."),
        )  # fmt: skip
    elif definition.handled_by_system != "city" and definition.process:
        yield Problem(
            "handled_by_system",
            N_("Dossiers cannot run here when another system handles them (224/2026/NĐ-CP, Article 15)."),
            N_("Leave the process out, or say that the city handles them."),
        )  # fmt: skip


def _check_forms(definition: Definition) -> Iterator[Problem]:
    """Yield what is wrong with the forms a procedure lists (63/2010/NĐ-CP, Article 8)."""
    listed = definition.forms
    for number, name in enumerate(listed):
        if not name.strip() or name in listed[:number]:
            what = N_("Name every form once; this one is empty or named twice.")
            yield Problem(f"forms[{number}]", what)
    for number, component in enumerate(definition.components):
        if component.template and component.template not in listed:
            yield Problem(
                f"components[{number}].template",
                N_("The form “%(name)s” of this paper is not among the forms of the procedure."),
                N_("List it under forms."),
                {"name": component.template},
            )  # fmt: skip


def _check_codes(definition: Definition) -> Iterator[Problem]:
    for place, items in (
        ("components", [c.code for c in definition.components]),
        ("fees", [f.code for f in definition.fees]),
        ("stages", [s.code for s in definition.stages]),
    ):
        for code in sorted({c for c in items if items.count(c) > 1}):
            what = N_("The code “%(code)s” is used twice.")
            yield Problem(place, what, "", {"code": code})


def _check_numbers(definition: Definition) -> Iterator[Problem]:
    limits = [(f"channels[{n}].limit", o.limit) for n, o in enumerate(definition.channels) if o.limit]  # fmt: skip
    limits += [(f"stages[{n}].limit", s.limit) for n, s in enumerate(definition.stages)]
    for where, limit in limits:
        if limit.unit not in UNITS or limit.amount < 1:
            yield Problem(where, N_("A time limit is a number of hours, working days, days or months."))  # fmt: skip
    for number, component in enumerate(definition.components):
        if component.originals < 0 or component.copies < 0:
            yield Problem(f"components[{number}]", N_("A number of papers cannot be below zero."))  # fmt: skip


def _check_expressions(definition: Definition) -> Iterator[Problem]:
    for number, component in enumerate(definition.components):
        if component.when:
            yield from check_expression(component.when, f"components[{number}].when")
    if definition.limit_table is not None:
        yield from check_table(definition.limit_table, "limit_table")
