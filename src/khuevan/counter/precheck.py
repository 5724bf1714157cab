"""Whether a dossier could be filed as it is: said before filing, all at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from khuevan.catalogue.public import Definition, Supply, components_due
from khuevan.platform.errors import N_, Problem


NEEDS_A_PAPER = frozenset({Supply.SUBMIT, Supply.SHOW})


def check_answers(
    form: Mapping[str, Any],
    answers: Mapping[str, Any],
    only: Iterable[str] | None = None,
) -> list[Problem]:
    """Return what is wrong with the answers of a form, by field.

    `only` limits the check to the fields of one page.
    """
    wanted = None if only is None else set(only)
    found: dict[str, Problem] = {}
    validator = Draft202012Validator(form, format_checker=FormatChecker())
    for fault in sorted(validator.iter_errors(answers), key=lambda e: list(e.path)):
        for field, problem in _told(form, fault):
            if wanted is None or field in wanted:
                found.setdefault(field, problem)
    return list(found.values())


def _told(form: Mapping[str, Any], fault: Any) -> Iterable[tuple[str, Problem]]:
    if fault.validator == "required":
        for name in fault.validator_value:
            if name not in fault.instance:
                yield name, Problem(name, N_("Fill this in."))
        return
    if fault.path:
        field = str(fault.path[0])
        part = form.get("properties", {}).get(field, {})
        yield field, Problem(field, *_sentence(fault, part))


def _sentence(fault: Any, part: Mapping[str, Any]) -> tuple[str, str, dict[str, Any]]:
    rule, value = fault.validator, fault.validator_value
    told = {
        "minLength": N_("This is too short: at least %(value)s letters."),
        "maxLength": N_("This is too long: at most %(value)s letters."),
        "minimum": N_("The smallest number here is %(value)s."),
        "maximum": N_("The largest number here is %(value)s."),
        "format": N_("This does not have the right form."),
        "enum": N_("Choose one of the values offered."),
        "const": N_("Choose one of the values offered."),
        "type": N_("This does not have the right form."),
    }
    if rule == "pattern":
        return part.get("x-rule", N_("This does not have the right form.")), "", {}
    return told.get(rule, N_("This does not fit here.")), "", {"value": value}


def check_papers(
    definition: Definition, answers: Mapping[str, Any], held: Mapping[str, str]
) -> list[Problem]:
    """Return the components that are due and not there.

    `held` maps a component's code to how it came in. Papers replaced by data, in the
    owner's store, generated or waived are asked of nobody.
    """
    return [
        Problem(
            component.code,
            N_("“%(name)s” is missing."),
            "",
            {"name": component.name},
        )
        for component in components_due(definition, dict(answers))
        if component.supply in NEEDS_A_PAPER and component.code not in held
    ]
