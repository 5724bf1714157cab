"""Forms of valuations. Figures are typed as people write them: 1.250.000 or 12,5."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy as _

from khuevan.directory.public import Organisation
from khuevan.platform.errors import N_, RuleBroken
from khuevan.platform.forms import MoneyField

from .models import Appraiser
from .names import field_names, kind_names
from .rules.concluding import Purpose, Right
from .rules.prices import Alike, band
from .rules.sheets import (
    ASKED,
    Adjustment,
    Asked,
    Comparable,
    Figure,
    Method,
    Sheet,
    Unit,
    number_of,
)
from .words import INPUTS, PURPOSES, RIGHTS


ROWS = 6
"""Comparables a form has room for."""
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AskForm(forms.Form):
    """What is to be valued."""

    owner = forms.ModelChoiceField(
        label=_("For which organisation"), queryset=Organisation.objects.none()
    )
    title = forms.CharField(label=_("What is valued"), max_length=250)
    field = forms.ChoiceField(label=_("Field"))
    kind = forms.ChoiceField(label=_("Kind"))
    right = forms.ChoiceField(label=_("Which right"), choices=list(RIGHTS.items()))
    purpose = forms.ChoiceField(
        label=_("What the value is for"), choices=list(PURPOSES.items())
    )
    trl = forms.IntegerField(
        label=_("Readiness (TRL)"), min_value=1, max_value=9, required=False
    )
    state_funded = forms.TypedChoiceField(
        label=_("Did the State pay for it?"),
        help_text=_("If so, two appraisers value it."),
        choices=[("no", _("No")), ("yes", _("Yes, wholly or in part"))],
        coerce=lambda told: told == "yes",
        widget=forms.RadioSelect,
    )
    base_day = forms.DateField(label=_("As of which day"), widget=_DAY)
    protected_until = forms.DateField(
        label=_("Last day of its protection"),
        widget=_DAY,
        required=False,
        help_text=_(
            "Of a patent or another right that ends. No forecast goes beyond it."
        ),
    )
    subject = forms.CharField(widget=forms.HiddenInput, required=False, max_length=150)

    def __init__(
        self, *args: Any, owners: Any, paid: bool | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if paid is not None:
            said = self.fields["state_funded"]
            said.initial, said.disabled = "yes" if paid else "no", True
            said.help_text = _("The listing says so. If the State paid, two appraisers value it.")  # fmt: skip
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)
        owner.queryset = owners
        self.fields["field"].choices = list(field_names().items())  # type: ignore[attr-defined]
        self.fields["kind"].choices = list(kind_names().items())  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """Return what was typed as the action takes it."""
        told = dict(self.cleaned_data)
        return told | {
            "right": Right(told["right"]),
            "purpose": Purpose(told["purpose"]),
        }


class _AppraiserChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.person.full_name} · {obj.organisation.name}"


class AppointForm(forms.Form):
    """Who values, and who gives the independent second opinion."""

    first = _AppraiserChoice(
        label=_("First appraiser"), queryset=Appraiser.objects.none()
    )
    second = _AppraiserChoice(
        label=_("Independent second appraiser"),
        queryset=Appraiser.objects.none(),
        required=False,
        help_text=_(
            "Of another house. Neither sees the other's figures before both have signed."
        ),
    )

    def __init__(self, *args: Any, appraisers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "second"):
            choice = self.fields[name]
            assert isinstance(choice, forms.ModelChoiceField)
            choice.queryset = appraisers

    def told(self) -> list[Appraiser]:
        """Return who was chosen, the first opinion first."""
        return [
            self.cleaned_data[n] for n in ("first", "second") if self.cleaned_data[n]
        ]


class SheetForm(forms.Form):
    """The inputs of one method, each with where it comes from."""

    def __init__(self, *args: Any, method: Method, chosen: Iterable[Alike] = (), sheet: Sheet | None = None, weight: int | None = None, **kwargs: Any) -> None:  # fmt: skip
        self.method = method
        if sheet is not None:
            kwargs["initial"] = _initial(sheet, weight)
        elif method is Method.MARKET:
            kwargs["initial"] = _suggested(chosen)
        super().__init__(*args, **kwargs)
        for asked in ASKED[method]:
            self.fields[asked.name] = _figure_field(asked)
            self.fields[f"{asked.name}_source"] = forms.CharField(
                label=_("Where it comes from"), max_length=300, required=False,
                widget=forms.TextInput(attrs={"placeholder": ""}),
            )  # fmt: skip
        for row in range(ROWS if method is Method.MARKET else 0):
            self.fields |= dict(_comparable_fields(row))
        self.fields["weight"] = forms.IntegerField(
            label=INPUTS["weight"], min_value=0, max_value=100, initial=100,
            help_text=_("The weights of all worksheets of an opinion make up 100."),
        )  # fmt: skip

    def pairs(self) -> list[tuple[Any, Any]]:
        """Return each figure's control with the one of its source."""
        return [(self[a.name], self[f"{a.name}_source"]) for a in ASKED[self.method]]

    def rows(self) -> list[list[Any]]:
        """Return the controls of each comparable."""
        if self.method is not Method.MARKET:
            return []
        return [
            [self[name] for name, _field in _comparable_fields(row)]
            for row in range(ROWS)
        ]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        for asked in ASKED[self.method]:
            try:
                self._read(asked, told.get(asked.name, ""))
            except RuleBroken as wrong:
                self.add_error(asked.name, gettext(wrong.sentence) % wrong.params)
        for row in range(ROWS if self.method is Method.MARKET else 0):
            if f"price_{row}" in self.errors:
                continue
            try:
                self._comparable(row, told)
            except RuleBroken as wrong:
                self.add_error(
                    f"{wrong.field}_{row}", gettext(wrong.sentence) % wrong.params
                )
        return told

    def sheet(self) -> Sheet:
        """Return the worksheet as it was typed; call it on a valid form."""
        told = self.cleaned_data
        figures = {
            asked.name: Figure(values, told[f"{asked.name}_source"])
            for asked in ASKED[self.method]
            if (values := self._read(asked, told[asked.name]))
        }
        rows = range(ROWS if self.method is Method.MARKET else 0)
        found = [self._comparable(row, told) for row in rows]
        return Sheet(self.method, figures, tuple(each for each in found if each))

    def _read(self, asked: Asked, text: str) -> tuple[Decimal, ...]:
        lines = (
            [line for line in text.splitlines() if line.strip()]
            if asked.yearly
            else [text]
        )
        return tuple(
            number_of(line, where=asked.name) for line in lines if line.strip()
        )

    def _comparable(self, row: int, told: dict[str, Any]) -> Comparable | None:
        title, price = told.get(f"title_{row}", ""), told.get(f"price_{row}")
        if not title.strip() and price is None:
            return None
        if price is None:
            raise RuleBroken(N_("Say what was paid for it, in đồng."), field="price")
        return Comparable(
            title.strip(), price, told.get(f"source_{row}", ""),
            tuple(_adjustments(told.get(f"adjustments_{row}", ""))),
        )  # fmt: skip


def _figure_field(asked: Asked) -> forms.CharField:
    if asked.yearly:
        return forms.CharField(
            label=INPUTS[asked.name], required=False, max_length=2000,
            widget=forms.Textarea(attrs={"rows": 5, "inputmode": "decimal"}),
            help_text=_("In đồng, one year a line, the first year first."),
        )  # fmt: skip
    hint = _("In đồng.") if asked.unit is Unit.DONG else ""
    return forms.CharField(
        label=INPUTS[asked.name], required=False, max_length=40, help_text=hint,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip


def _comparable_fields(row: int) -> Iterator[tuple[str, forms.Field]]:
    yield f"title_{row}", forms.CharField(label=_("What was sold or licensed"), max_length=250, required=False)  # fmt: skip
    yield (
        f"price_{row}",
        MoneyField(label=_("Price (đồng)"), required=False),
    )
    yield f"source_{row}", forms.CharField(label=_("Where it comes from"), max_length=300, required=False)  # fmt: skip
    yield f"adjustments_{row}", forms.CharField(
        label=_("Adjustments"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line: what differs; per cent; why. For example: exclusive; -15; it was not exclusive there."),
    )  # fmt: skip


def _adjustments(text: str) -> Iterator[Adjustment]:
    for line in text.splitlines():
        if not line.strip():
            continue
        factor, percent, why = [*(part.strip() for part in line.split(";", 2)), "", ""][
            :3
        ]
        yield Adjustment(factor, number_of(percent, where="adjustments"), why)


def _initial(sheet: Sheet, weight: int | None) -> dict[str, Any]:
    told: dict[str, Any] = {"weight": weight}
    for name, figure in sheet.figures.items():
        told[name] = "\n".join(_written(value) for value in figure.values)
        told[f"{name}_source"] = figure.source
    for row, each in enumerate(sheet.comparables):
        told |= {
            f"title_{row}": each.title, f"price_{row}": _written(Decimal(each.price)),
            f"source_{row}": each.source,
            f"adjustments_{row}": "\n".join(f"{a.factor}; {_written(a.percent)}; {a.why}" for a in each.adjustments),
        }  # fmt: skip
    return told


def _suggested(chosen: Iterable[Alike]) -> dict[str, Any]:
    """Return rows for prices an appraiser chose: the middle of the band where it is not open."""
    told: dict[str, Any] = {}
    for row, each in enumerate(list(chosen)[:ROWS]):
        price = each.price
        value = price.price if price.open else sum(band(price.price)) // 2
        told |= {
            f"title_{row}": price.title if price.open else gettext("A deal that is not open"),
            f"price_{row}": _written(Decimal(value)),
            f"source_{row}": gettext("Reference prices of the exchange, %(day)s") % {"day": price.agreed_on.strftime("%m/%Y")},
        }  # fmt: skip
    return told


def _written(value: Decimal) -> str:
    """Return a number as `number_of` reads it."""
    whole, _point, parts = f"{value:,f}".partition(".")
    parts = parts.rstrip("0")
    return whole.replace(",", ".") + (f",{parts}" if parts else "")


class SignForm(forms.Form):
    """The conclusion of an opinion."""

    amount = MoneyField(
        label=_("Value (đồng)"), required=False,
        help_text=_("Left empty, it is the weighted mean of the worksheets."),
    )  # fmt: skip
    reasoning = forms.CharField(
        label=_("Why this value and these weights"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class SettleForm(forms.Form):
    """What settles two opinions."""

    amount = MoneyField(label=_("Settled value (đồng)"))
    why = forms.CharField(
        label=_("What explains the difference"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class CancelForm(forms.Form):
    why = forms.CharField(
        label=_("Why is it called off?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RegisterForm(forms.Form):
    """Somebody to put on the list of appraisers."""

    username = forms.CharField(label=_("Account name"), max_length=150)
    organisation = forms.CharField(label=_("Code of the house"), max_length=40)
    certificate = forms.CharField(
        label=_("Number of the appraiser's certificate"), max_length=60
    )
    fields_of = forms.MultipleChoiceField(
        label=_("Fields"), widget=forms.CheckboxSelectMultiple, required=False
    )
    until = forms.DateField(label=_("Valid until"), widget=_DAY)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fields_of"].choices = list(field_names().items())  # type: ignore[attr-defined]


def used(alikes: Sequence[Alike], chosen: Iterable[str]) -> list[Alike]:
    """Return the prices an appraiser ticked."""
    keys = set(chosen)
    return [each for each in alikes if str(each.price.id) in keys]
