"""The form of all terms: what it shows at first, and the terms it tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _

from khuevan.contracts.public import (
    Crossing,
    Form,
    Method,
    Milestone,
    Object,
    Right,
    Royalty,
    RoyaltyBase,
    Terms,
)
from khuevan.exchange.public import Licence, Shown
from khuevan.platform.forms import MoneyField
from khuevan.platform.text import grouped

from .forms import PercentField, words_field
from .rules.bargaining import LONGEST_TERM, MOST_MILESTONES
from .words import (
    BASES,
    CROSSINGS,
    FORMS,
    METHODS,
    OBJECTS,
    RIGHTS,
    TERMS as LABELS,
)


SPARE = 2
"""Empty rows for milestones below those that are filled."""
_PARTS = ("title", "shown_by", "days", "amount")
SECTIONS: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
    (_("What is transferred"), ("name", "objects", "content", "product", "standards")),
    (_("Which right, and how"), ("form", "crossing", "right", "exclusive", "sub_transfer", "field_of_use", "territory", "methods", "place")),
    (_("Milestones and payments"), ()),
    (_("Royalty and capital"), ("royalty_base", "royalty_rate", "royalty_every", "royalty_months", "royalty_least", "equity", "taxes", "broker")),
    (_("Time and duties"), ("term_months", "warranty_months", "warranty", "improvements", "confidential_years", "penalty", "liability", "ending", "disputes", "other")),
    (_("To the other side"), ("note",)),
)  # fmt: skip


def _line(name: str, longest: int = 250, **more: Any) -> forms.CharField:
    return forms.CharField(label=LABELS[name], max_length=longest, **more)


def _several(name: str, choices: Mapping[Any, Any]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=LABELS[name], choices=list(choices.items()), widget=forms.CheckboxSelectMultiple)  # fmt: skip


def _one(name: str, choices: Mapping[Any, Any]) -> forms.ChoiceField:
    return forms.ChoiceField(label=LABELS[name], choices=list(choices.items()))


def _whole(name: str, most: int) -> forms.IntegerField:
    return forms.IntegerField(label=LABELS[name], min_value=0, max_value=most, initial=0)  # fmt: skip


class TermsForm(forms.Form):
    """All terms at once: the milestones are rows `m0_…`, `m1_…`; empty rows count for nothing."""

    after = forms.IntegerField(widget=forms.HiddenInput)
    name = _line("name")
    objects = _several("objects", OBJECTS)
    content = words_field(LABELS["content"])
    product = _line("product")
    standards = words_field(LABELS["standards"], 2, required=False)
    form = _one("form", FORMS)
    crossing = _one("crossing", CROSSINGS)
    right = _one("right", RIGHTS)
    exclusive = forms.BooleanField(label=LABELS["exclusive"], required=False)
    sub_transfer = forms.BooleanField(label=LABELS["sub_transfer"], required=False)
    field_of_use = _line("field_of_use", required=False)
    territory = _line("territory")
    methods = _several("methods", METHODS)
    place = _line("place", required=False)
    royalty_base = forms.ChoiceField(label=_("Royalty: a share of"), choices=[("", _("No royalty")), *BASES.items()], required=False)  # fmt: skip
    royalty_rate = PercentField(label=_("Rate (per cent)"), required=False)
    royalty_every = forms.IntegerField(label=_("Reported every (months)"), min_value=1, max_value=LONGEST_TERM, required=False)  # fmt: skip
    royalty_months = forms.IntegerField(label=_("For (months)"), min_value=1, max_value=LONGEST_TERM, required=False)  # fmt: skip
    royalty_least = MoneyField(label=_("At least, a period (đồng)"), required=False)
    equity = PercentField(label=LABELS["equity"], required=False)
    taxes = words_field(LABELS["taxes"], 2, required=False)
    broker = PercentField(label=LABELS["broker"], required=False)
    term_months = _whole("term_months", LONGEST_TERM)
    warranty_months = _whole("warranty_months", LONGEST_TERM)
    warranty = words_field(LABELS["warranty"], 2, required=False)
    improvements = words_field(LABELS["improvements"], 2, required=False)
    confidential_years = _whole("confidential_years", 50)
    penalty = PercentField(label=LABELS["penalty"], required=False)
    liability = words_field(LABELS["liability"], 2, required=False)
    ending = words_field(LABELS["ending"], 2, required=False)
    disputes = words_field(LABELS["disputes"], 2)
    other = words_field(LABELS["other"], 3, required=False)
    note = words_field(_("What changed, and why"), 3, required=False)

    def __init__(self, *args: Any, brokered: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not brokered:
            del self.fields["broker"]
        self.rows = self._count()
        for n in range(self.rows):
            self._add_row(n)

    def _count(self) -> int:
        told = self.data if self.is_bound else self.initial
        filled = [
            n for n in range(MOST_MILESTONES)
            if any(told.get(f"m{n}_{part}") not in (None, "") for part in _PARTS)
        ]  # fmt: skip
        return min(max(filled, default=0) + 1 + SPARE, MOST_MILESTONES)

    def _add_row(self, n: int) -> None:
        self.fields[f"m{n}_title"] = forms.CharField(label=_("What is handed over"), max_length=300, required=False)  # fmt: skip
        self.fields[f"m{n}_shown_by"] = forms.CharField(label=_("What shows that it is there"), max_length=500, required=False)  # fmt: skip
        self.fields[f"m{n}_days"] = forms.IntegerField(label=_("Days from effect"), min_value=0, max_value=10_000, required=False)  # fmt: skip
        self.fields[f"m{n}_amount"] = MoneyField(label=_("Paid for it (đồng)"), required=False)  # fmt: skip

    def sections(self) -> Iterator[tuple[str | Promise, list[BoundField], list[list[BoundField]]]]:  # fmt: skip
        """Yield heading, fields, and the rows of milestones where the section has them."""
        for number, (heading, names) in enumerate(SECTIONS):
            rows = [[self[f"m{n}_{part}"] for part in _PARTS] for n in range(self.rows)]
            yield (
                heading,
                [self[name] for name in names if name in self.fields],
                rows if number == 2 else [],
            )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("royalty_base"):
            for name in ("royalty_rate", "royalty_every", "royalty_months"):
                if not data.get(name):
                    self.add_error(name, gettext("A royalty needs this."))
        return data

    def told(self) -> Terms:
        """Return the terms the form tells."""
        data = self.cleaned_data
        plain = {
            name: data.get(name, 0 if name == "broker" else "")
            for name in LABELS
            if name not in {"objects", "methods", "form", "crossing", "right", "milestones", "royalty"}
        }  # fmt: skip
        return Terms(
            **plain,
            objects=tuple(Object(each) for each in data["objects"]),
            methods=tuple(Method(each) for each in data["methods"]),
            form=Form(data["form"]), crossing=Crossing(data["crossing"]),
            right=Right(data["right"]), milestones=tuple(self._milestones()),
            royalty=self._royalty(),
        )  # fmt: skip

    def _milestones(self) -> Iterator[Milestone]:
        for n in range(self.rows):
            title, shown_by, days, amount = (self.cleaned_data.get(f"m{n}_{part}") for part in _PARTS)  # fmt: skip
            if title or shown_by or days is not None or amount is not None:
                yield Milestone(title or "", shown_by or "", days or 0, amount or 0)

    def _royalty(self) -> Royalty | None:
        data = self.cleaned_data
        if not data.get("royalty_base"):
            return None
        return Royalty(
            RoyaltyBase(data["royalty_base"]), data["royalty_rate"],
            data["royalty_every"], data["royalty_months"], data["royalty_least"] or 0,
        )  # fmt: skip


def initial_of(terms: Terms) -> dict[str, Any]:
    """Return what the form shows for terms: shares in per cent, milestones as rows."""
    told = terms.to_json()
    milestones, royalty = told.pop("milestones"), told.pop("royalty")
    for name in ("equity", "penalty", "broker"):
        told[name] = f"{told[name] / 100:g}"
    for n, milestone in enumerate(milestones):
        told |= {f"m{n}_{part}": milestone[part] for part in _PARTS}
        told[f"m{n}_amount"] = grouped(milestone["amount"])
    if royalty:
        told |= {
            "royalty_base": royalty["base"], "royalty_rate": f"{royalty['rate'] / 100:g}",
            "royalty_every": royalty["every_months"], "royalty_months": royalty["months"],
            "royalty_least": grouped(royalty["least"]),
        }  # fmt: skip
    return told


def first_of(shown: Shown) -> dict[str, Any]:
    """Return what the form shows where nobody has proposed yet: the listing's own words."""
    licence = shown.get("licence")
    price = shown.get("price_from") or shown.get("price_to")
    territories = {"city": gettext("Hanoi"), "country": gettext("Viet Nam"), "asean": "ASEAN", "world": gettext("The world")}  # fmt: skip
    return {
        "name": shown.get("title_vi"),
        "objects": [Object.KNOW_HOW.value],
        "content": shown.get("description") or shown.get("summary_vi") or "",
        "product": shown.get("title_vi"),
        "form": Form.INDEPENDENT.value,
        "right": (Right.OWNERSHIP if licence == Licence.ASSIGNMENT else Right.USE).value,
        "exclusive": licence in {Licence.EXCLUSIVE, Licence.ASSIGNMENT},
        "territory": territories.get(shown.get("territory") or "", gettext("Viet Nam")),
        "methods": [Method.DOCUMENTS.value, Method.TRAINING.value],
        "m0_title": gettext("Handover and acceptance of everything"),
        "m0_shown_by": shown.get("outcome") or gettext("Record of acceptance signed by both sides"),
        "m0_days": 90,
        "m0_amount": grouped(price) if price else "",
        "term_months": 60,
        "warranty_months": 12,
        "confidential_years": 5,
        "penalty": "8",
        "disputes": gettext("Negotiation first, then mediation on the exchange, then the court in Hanoi"),
    }  # fmt: skip
