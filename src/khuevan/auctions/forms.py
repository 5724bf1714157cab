"""Forms of auctions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext, gettext_lazy as _

from khuevan.directory.public import Person, person_named
from khuevan.platform import clock
from khuevan.platform.forms import MoneyField

from .models import KeyHolder
from .rules.terms import LARGEST, MOST_HOLDERS, Form
from .words import FORMS


class AnnounceForm(forms.Form):
    code = forms.CharField(
        label=_("Code"), help_text=_("Capitals, digits, hyphens."), max_length=30
    )
    title = forms.CharField(label=_("What is sold"), max_length=200)
    subject = forms.RegexField(
        r"^[a-z_]+\.[a-z_]+:[!-~]+$",
        label=_("Reference of what is sold"),
        help_text=_(
            "As its own app knows it: app.thing:number. Listings of the exchange are put up from their own page."
        ),
        max_length=150,
    )
    form = forms.ChoiceField(
        label=_("How the price is found"),
        choices=[(form.value, words) for form, words in FORMS.items()],
        widget=forms.RadioSelect,
        initial=Form.ENGLISH.value,
    )
    start = MoneyField(label=_("Starting price (đồng)"), min_value=1)
    reserve = MoneyField(
        label=_("Reserve (đồng)"),
        help_text=_("Below it nothing is sold. Everybody knows it."),
        min_value=1,
    )
    step = MoneyField(
        label=_("Step (đồng)"),
        help_text=_("The least rise, or how much the price falls each time."),
        required=False,
    )
    deposit = MoneyField(label=_("Deposit (đồng)"), min_value=1)
    opens_at = forms.DateTimeField(
        label=_("Bidding opens"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    closes_at = forms.DateTimeField(
        label=_("Bidding ends"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    window = forms.IntegerField(
        label=_("Rising price: a bid in the last … seconds moves the end"),
        min_value=0,
        required=False,
    )
    tick = forms.IntegerField(
        label=_("Falling price: it falls every … seconds"), min_value=0, required=False
    )
    opening_key = forms.ChoiceField(
        label=_("Sealed bids: the opening key and its holders"),
        help_text=_("How many of how many open together, and who they are."),
        required=False,
    )

    def __init__(self, data: Any = None, *, keys: Mapping[str, str]) -> None:
        super().__init__(data)
        field = self.fields["opening_key"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "–"), *keys.items()]

    def terms(self) -> dict[str, Any]:
        """Return what was typed as the action takes it; what was left out is 0."""
        told: dict[str, Any] = {
            name: value or 0 for name, value in self.cleaned_data.items()
        }
        told["opening_key"] = UUID(told["opening_key"]) if told["opening_key"] else None
        for name in ("opens_at", "closes_at"):
            told[name] = told[name].astimezone(clock.HANOI)
        return told | {"form": Form(told["form"])}


class OpeningKeyForm(forms.Form):
    holders = forms.CharField(
        label=_("Who opens the bids?"),
        help_text=_("One a line: user name or e-mail, a semicolon, then post and body. Everybody reads post and body; each is asked to make their part of the key."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=2000,
    )  # fmt: skip
    threshold = forms.IntegerField(
        label=_("How many of them open together?"), min_value=2, max_value=MOST_HOLDERS
    )

    def clean_holders(self) -> list[tuple[Person, str]]:
        lines = self.cleaned_data["holders"].splitlines()
        return [self._holder(line) for line in lines if line.strip()]

    def _holder(self, line: str) -> tuple[Person, str]:
        login, _semicolon, post = (part.strip() for part in line.partition(";"))
        if not login or not 0 < len(post) <= KeyHolder.POST:
            raise forms.ValidationError(
                gettext("“%(line)s”: write the user name, a semicolon, and post and body in at most %(most)s characters.") % {"line": line.strip()[:60], "most": KeyHolder.POST}
            )  # fmt: skip
        person = person_named(login)
        if person is None or not person.is_active:
            raise forms.ValidationError(
                gettext("Nobody signs in as “%(name)s”.") % {"name": login}
            )
        return person, post


class JoinForm(forms.Form):
    public_key = forms.CharField(max_length=64, widget=forms.HiddenInput)


class BidForm(forms.Form):
    amount = MoneyField(
        label=_("Your bid (đồng)"),
        min_value=1,
        max_value=LARGEST,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=200)


class SealedBidForm(BidForm):
    """A bid that the browser sealed, or its amount for the server to seal."""

    box = forms.CharField(widget=forms.HiddenInput, max_length=4000, required=False)
    commitment = forms.CharField(
        widget=forms.HiddenInput, max_length=64, required=False
    )

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        # Sealed in the browser, the amount stays there.
        self.fields["amount"].required = not (data and data.get("box"))


class EnterKeyForm(forms.Form):
    private_key = forms.CharField(
        label=_("Your private key"),
        help_text=_("64 digits from 0 to f: “private_key” in the file you saved when you made it."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        max_length=64,
    )  # fmt: skip

    def clean_private_key(self) -> str:
        return str(self.cleaned_data["private_key"]).lower()


class PayOutForm(forms.Form):
    amount = MoneyField(label=_("Sum that left, in đồng"), min_value=1)
    reference = forms.CharField(
        label=_("Number of the transfer"),
        help_text=_("As the bank's list has it: the daily comparison looks for it. Left empty, the trial bank makes the transfer where there is one."),
        max_length=60, required=False,
    )  # fmt: skip


class AwardForm(forms.Form):
    words = forms.CharField(
        label=_("Why is the flag no reason against this award?"),
        help_text=_("Inspection reads it. If the flag is right, cancel the auction instead."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )  # fmt: skip


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=_("Why is the auction cancelled?"),
        help_text=_("Everybody reads it in the audit."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
    )
