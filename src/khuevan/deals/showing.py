"""Terms as words: the same for a version's page and for what differs between two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from khuevan.contracts.public import Difference, Terms
from khuevan.platform.text import grouped

from .words import BASES, CROSSINGS, FORMS, METHODS, OBJECTS, RIGHTS, TERMS


CHOICES: Mapping[str, Mapping[Any, Any]] = {
    "objects": OBJECTS, "methods": METHODS, "form": FORMS, "crossing": CROSSINGS,
    "right": RIGHTS,
}  # fmt: skip
SHARES = frozenset({"equity", "penalty", "broker"})


def rows_of(terms: Terms) -> list[tuple[str, list[str]]]:
    """Return label and lines of every term that says something, in the order of a contract."""
    told = terms.to_json()
    return [
        (str(TERMS[name]), lines_of(name, told[name]))
        for name in TERMS
        if told[name] not in ("", None, []) and not (name in SHARES and not told[name])
    ]


def changes_of(
    differences: tuple[Difference, ...],
) -> list[tuple[str, list[str], list[str]]]:
    """Return what differs, each with its label, the lines before and the lines after."""
    return [(str(TERMS[d.field]), *_apart(d)) for d in differences]


def _apart(told: Difference) -> tuple[list[str], list[str]]:
    """Return the lines on each side; of milestones only those that are not on both."""
    before, after = lines_of(told.field, told.before), lines_of(told.field, told.after)
    gone = [line for line in before if line not in after]
    new = [line for line in after if line not in before]
    none = [_("nothing")]
    return (gone or none, new or none) if gone or new else (before, after)


def lines_of(name: str, value: Any) -> list[str]:
    """Return a term's plain value as lines in the reader's words."""
    if value in ("", None, []):
        return [_("nothing")]
    if name == "milestones":
        return [_milestone(number, each) for number, each in enumerate(value, 1)]
    if name == "royalty":
        return [_royalty(value)]
    return [_in_words(name, value)]


def _in_words(name: str, value: Any) -> str:
    if name in CHOICES:
        words = CHOICES[name]
        if isinstance(value, list):
            return "; ".join(str(words[each]) for each in value)
        return str(words[value])
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return percent(value) if name in SHARES else str(value)


def _milestone(number: int, told: Mapping[str, Any]) -> str:
    return _("%(number)s. %(title)s: %(amount)s ₫, %(days)s days from effect; shown by: %(shown)s") % {
        "number": number, "title": told["title"], "amount": grouped(told["amount"]),
        "days": told["days"], "shown": told["shown_by"],
    }  # fmt: skip


def _royalty(told: Mapping[str, Any]) -> str:
    words = _("%(rate)s of %(base)s, reported every %(every)s months for %(months)s months") % {
        "rate": percent(told["rate"]), "base": str(BASES[told["base"]]).lower(),
        "every": told["every_months"], "months": told["months"],
    }  # fmt: skip
    if not told["least"]:
        return words
    return words + _("; at least %(least)s ₫ a period") % {
        "least": grouped(told["least"])
    }


def percent(share: int) -> str:
    """Return hundredths of a per cent as per cent: 350 is 3,5 %."""
    return f"{share / 100:g}".replace(".", ",") + " %"
