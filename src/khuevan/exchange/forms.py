"""Forms of the exchange. The importer reads a row of a spreadsheet with the same ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import get_language, gettext, gettext_lazy as _

from khuevan.auctions.public import (
    FORMS as AUCTION_FORMS,
    Form as AuctionKind,
    deposit_rule_on,
    free_keys,
)
from khuevan.directory.public import Organisation, Person
from khuevan.matching.public import VERDICTS
from khuevan.platform import clock
from khuevan.platform.errors import Problem, RuleBroken
from khuevan.platform.forms import MoneyField

from .countries import HOME, countries
from .dated import operator_on
from .models import Member
from .provinces import PROVINCES
from .rules.codes import read_ipc, read_nace
from .rules.disclosing import USUAL, Group
from .rules.listings import (
    OFFERS,
    Field,
    IpStatus,
    Kind,
    Licence,
    Stage,
    Territory,
    Told,
    Verification,
)
from .rules.members import LONGEST_PROFILE
from .rules.owners import read_owners, write_owners
from .words import (
    FIELDS,
    GROUPS,
    IP_STATUSES,
    KINDS,
    LABELS,
    LEVELS,
    LICENCES,
    MEMBER_KINDS,
    STAGES,
    TERRITORIES,
    TIERS,
    VERIFICATIONS,
)


_ANSWERS = [("", "–"), ("yes", _("Yes")), ("no", _("No"))]


def _words(name: str, longest: int = 250, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=LABELS[name], max_length=longest, required=False, **more
    )


def _long(name: str, rows: int = 4, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return _words(name, 5_000, widget=widget, **more)


def _one_of(name: str, choices: Mapping[Any, Any]) -> forms.ChoiceField:
    options = [("", "–"), *choices.items()]
    return forms.ChoiceField(label=LABELS[name], choices=options, required=False)


def _money(name: str) -> MoneyField:
    return MoneyField(label=LABELS[name], required=False)


def _day(name: str) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"})
    return forms.DateField(label=LABELS[name], required=False, widget=widget)


def _answer(name: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=LABELS[name], choices=_ANSWERS, required=False)


def _read(read: Callable[[str], Any], typed: str) -> Any:
    try:
        return read(typed)
    except RuleBroken as refused:
        raise forms.ValidationError(
            gettext(refused.sentence) % refused.params
        ) from refused


class ListingForm(forms.Form):
    """What every listing says; a draft may lack anything but its title."""

    title_vi = forms.CharField(
        label=LABELS["title_vi"],
        max_length=150,
        help_text=_("Say what it does, not only what it is called."),
    )
    title_en = _words("title_en", 150)
    summary_vi = _long("summary_vi")
    summary_en = _long("summary_en")
    field = _one_of("field", FIELDS)
    nace = _words("nace", help_text=_("Like 13.30; 36. Separate several with ;"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for group in Group:
            if group is not Group.HEADLINE:
                self.fields[f"level_{group}"] = forms.ChoiceField(
                    label=_("Who reads: %(group)s") % {"group": GROUPS[group]},
                    choices=list(LEVELS.items()),
                    initial=USUAL[group],
                    required=False,
                )

    def clean_nace(self) -> tuple[str, ...]:
        return tuple(_read(read_nace, self.cleaned_data["nace"]))

    def told(self) -> Told:
        """Return what the form says."""
        data = dict(self.cleaned_data)
        levels: dict[str, str] = {
            group: data.pop(f"level_{group}") or USUAL[group]
            for group in Group
            if group is not Group.HEADLINE
        }
        field = data.pop("field")
        field = Field(field) if field else None
        return Told(field=field, levels=levels, **self._more(data))

    def _more(self, data: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError


class OfferForm(ListingForm):
    """What somebody has."""

    kind = forms.ChoiceField(
        label=_("What is it?"), choices=[(kind, KINDS[kind]) for kind in OFFERS]
    )
    advantage = _long(
        "advantage", 2, help_text=_("How much better, in a figure: cost, time, yield …")
    )
    advantage_en = _long("advantage_en", 2)
    advantage_against = _words("advantage_against")
    description = _long("description", 6)
    description_en = _long("description_en", 6)
    stage = _one_of("stage", STAGES)
    trl = forms.IntegerField(label=LABELS["trl"], min_value=1, max_value=9, required=False)  # fmt: skip
    trl_evidence = _long("trl_evidence", 3)
    ipc = _words("ipc", help_text=_("Like C02F 1/44. Separate several with ;"))
    ip_status = _one_of("ip_status", IP_STATUSES)
    ip_number = _words("ip_number", 40)
    ip_until = _day("ip_until")
    owners = _long(
        "owners", 3, help_text=_("One line each, like: Institute A: 60. Together 100.")
    )
    state_funded = _answer("state_funded")
    territory = _one_of("territory", TERRITORIES)
    licence = _one_of("licence", LICENCES)
    licence_terms = _long("licence_terms", 3)
    price_from = _money("price_from")
    price_to = _money("price_to")

    field_order = ["kind"]

    def clean_ipc(self) -> tuple[str, ...]:
        return tuple(_read(read_ipc, self.cleaned_data["ipc"]))

    def clean_owners(self) -> Any:
        return _read(read_owners, self.cleaned_data["owners"])

    def _more(self, data: dict[str, Any]) -> dict[str, Any]:
        codes = (
            ("kind", Kind), ("stage", Stage), ("ip_status", IpStatus),
            ("licence", Licence), ("territory", Territory),
        )  # fmt: skip
        read = {name: kind(data[name]) if data[name] else None for name, kind in codes}
        funded = _as_answer(data["state_funded"])
        return {**data, **read, "state_funded": funded}


class NeedForm(ListingForm):
    """What somebody wants solved."""

    outcome = _long("outcome", 3, help_text=_("The figure by which you will know."))
    outcome_en = _long("outcome_en", 3)
    data_available = _long("data_available", 3)
    criteria = _long("criteria", 3)
    criteria_en = _long("criteria_en", 3)
    trl = forms.IntegerField(
        label=_("Least readiness accepted (TRL, 1 to 9)"),
        min_value=1,
        max_value=9,
        required=False,
    )
    trl_most = forms.IntegerField(
        label=LABELS["trl_most"],
        help_text=_("Empty where whatever is ready to use will do."),
        min_value=1,
        max_value=9,
        required=False,
    )
    licence = forms.ChoiceField(
        label=_("What you need to get, at least"),
        choices=[("", "–"), *LICENCES.items()],
        required=False,
    )
    territory = forms.ChoiceField(
        label=_("Where you will use it"),
        choices=[("", "–"), *TERRITORIES.items()],
        required=False,
    )
    takes_restricted = _answer("takes_restricted")
    price_from = _money("price_from")
    price_to = MoneyField(label=_("Budget, at most, in đồng"), required=False)
    deadline = _day("deadline")
    trial_possible = _answer("trial_possible")

    def _more(self, data: dict[str, Any]) -> dict[str, Any]:
        codes = (("licence", Licence), ("territory", Territory))
        read = {name: kind(data[name]) if data[name] else None for name, kind in codes}
        answers = {
            name: _as_answer(data[name])
            for name in ("trial_possible", "takes_restricted")
        }
        return {**data, **read, **answers, "kind": Kind.NEED}


def faults_of(form: ListingForm, row: str = "") -> list[Problem]:
    """Return what is wrong with a listing, by field, in the sentences of the page."""
    return [
        Problem(f"{row}{name}", "%(fault)s", "", {"fault": str(fault)})
        for name, faults in form.errors.items()
        for fault in faults
    ]


def _as_answer(typed: str) -> bool | None:
    return {"yes": True, "no": False}.get(typed)


def _from_answer(value: bool | None) -> str:
    return {True: "yes", False: "no", None: ""}[value]


def initial_of(told: Told) -> dict[str, Any]:
    """Return what a form shows of a listing."""
    levels = {f"level_{group}": level for group, level in (told.levels or {}).items()}
    return {
        **{name: getattr(told, name) for name in Told.__dataclass_fields__},
        **levels,
        "ipc": "; ".join(told.ipc),
        "nace": "; ".join(told.nace),
        "owners": write_owners(told.owners),
        "state_funded": _from_answer(told.state_funded),
        "trial_possible": _from_answer(told.trial_possible),
        "takes_restricted": _from_answer(told.takes_restricted),
    }


class ProfileForm(forms.Form):
    profile_vi = forms.CharField(
        label=_("What you do, for whom"),
        max_length=LONGEST_PROFILE,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    profile_en = forms.CharField(
        label=_("The same in English"),
        max_length=LONGEST_PROFILE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    fields_of = forms.MultipleChoiceField(
        label=_("Your fields"),
        choices=list(FIELDS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    region = forms.ChoiceField(
        label=_("Where do you work?"),
        choices=[("", "–"), *PROVINCES.items()],
        required=False,
    )


def _countries() -> list[tuple[str, str]]:
    return list(countries(get_language() or "vi").items())


class CountryForm(forms.Form):
    country = forms.ChoiceField(
        label=_("In which country is its seat?"),
        help_text=_("It decides whether a transfer crosses the border."),
        choices=_countries,
    )


class JoinForm(ProfileForm):
    organisation = forms.ModelChoiceField(
        label=_("For which organisation?"),
        help_text=_("Leave empty to join for yourself, as an expert."),
        queryset=Organisation.objects.none(),
        required=False,
    )
    kind = forms.ChoiceField(label=_("As what?"), choices=list(MEMBER_KINDS.items()))
    country = forms.ChoiceField(
        label=_("In which country is your seat?"),
        help_text=_("Later only the exchange's people change it: it decides whether a transfer crosses the border."),
        choices=_countries, initial=HOME,
    )  # fmt: skip

    field_order = ["organisation", "kind"]

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = bodies


class MemberForm(forms.Form):
    """For which of one's members a listing is."""

    member = forms.ModelChoiceField(
        label=LABELS["member"], queryset=Member.objects.none()
    )

    def __init__(self, *args: Any, members: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["member"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = members


class TierForm(forms.Form):
    tier = forms.ChoiceField(
        label=_("How well does the exchange know this member?"),
        choices=list(TIERS.items()),
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("Why, where you no longer vouch for it"),
        help_text=_(
            "Needed to take a member back to registered: its listings go back to it with these words."
        ),
        max_length=3_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class NothingForm(forms.Form):
    """Nothing to say: the button is all."""


class WordsForm(forms.Form):
    words = forms.CharField(
        label=_("Why, and how to mend it"),
        max_length=3_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class VerifyForm(forms.Form):
    level = forms.ChoiceField(
        label=_("What was looked at?"),
        choices=list(VERIFICATIONS.items()),
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("What this rests on"),
        help_text=_(
            "Which papers, which trial, where and when, or why the level is lowered. Whoever sees the listing reads it."
        ),
        max_length=3_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_level(self) -> Verification:
        return Verification(self.cleaned_data["level"])


class UnprotectForm(forms.Form):
    """From when a right is held no more, and by which paper."""

    on = forms.DateField(
        label=_("Held no more since"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    words = forms.CharField(
        label=_("How, and by which paper"),
        help_text=_(
            "Like: declared void by decision 12/QĐ-SHTT; fees not paid; application refused."
        ),
        max_length=3_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class HandOnForm(forms.Form):
    reviewer = forms.ModelChoiceField(
        label=_("To whom?"), queryset=Person.objects.none()
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reviewer"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people


class NdaForm(forms.Form):
    member = forms.ModelChoiceField(
        label=_("Which member signed?"), queryset=Member.objects.none()
    )
    signed_on = forms.DateField(
        label=_("Signed on"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, members: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["member"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = members


class SheetForm(forms.Form):
    file = forms.FileField(
        label=_("Spreadsheet (.xlsx or .csv)"), help_text=_("At most 20 MB.")
    )


class PaperForm(forms.Form):
    file = forms.FileField(
        label=_("PDF, Word, picture or text"), help_text=_("At most 20 MB.")
    )
    title = forms.CharField(label=_("What it is"), max_length=150)
    level = forms.ChoiceField(
        label=_("Who may read it?"),
        choices=list(LEVELS.items()),
        initial="nda",
        widget=forms.RadioSelect,
    )


class JudgeForm(forms.Form):
    """What somebody says of a match."""

    verdict = forms.ChoiceField(choices=list(VERDICTS.items()))
    note = forms.CharField(max_length=500, required=False)


class AuctionForm(forms.Form):
    """The terms under which a listing is auctioned; fixed from the announcement on."""

    form = forms.ChoiceField(
        label=_("How is the price found?"),
        choices=[(form.value, words) for form, words in AUCTION_FORMS.items()],
        widget=forms.RadioSelect,
        initial=AuctionKind.ENGLISH.value,
    )  # fmt: skip
    start = MoneyField(label=_("Starting price (đồng)"), min_value=1)
    reserve = MoneyField(
        label=_("Reserve (đồng)"),
        help_text=_("Below it nothing is sold. Everybody knows it."),
        min_value=1,
    )
    step = MoneyField(
        label=_("Step (đồng)"),
        help_text=_("The least rise, or how much the price falls each time."),
        min_value=1,
        required=False,
    )
    deposit = MoneyField(label=_("Deposit (đồng)"), min_value=1)
    opens_at = forms.DateTimeField(
        label=_("Bidding opens"),
        help_text=_("By the clock of the server that takes the bids."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    closes_at = forms.DateTimeField(
        label=_("Bidding ends"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    window = forms.IntegerField(
        label=_("Rising price: a bid in the last … seconds moves the end"),
        min_value=0,
        initial=300,
        required=False,
    )
    tick = forms.IntegerField(
        label=_("Falling price: it falls every … seconds"), min_value=0, required=False
    )
    opening_key = forms.TypedChoiceField(
        label=_("Sealed bids: who opens them together?"),
        help_text=_("How many of how many, and who they are. The exchange makes these keys with their holders; where none fits, ask it for one."),
        coerce=UUID, empty_value=None, required=False,
    )  # fmt: skip
    consent = forms.CharField(
        label=_("Consent of the other owners"),
        help_text=_("Who agreed to the auction and its terms, on which paper and day. Needed where there are several owners."),
        max_length=1_000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    decision = forms.CharField(
        label=_("Decision that lets it be transferred"),
        help_text=_("Body, number and day. Needed for what was made with money of the State."),
        max_length=1_000, required=False, widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule = deposit_rule_on(clock.today())
        share = {"least": rule.least, "most": rule.most, "article": rule.article}
        keys = free_keys([operator_on(clock.today())]).items()
        opened = self.fields["opening_key"]
        assert isinstance(opened, forms.TypedChoiceField)
        opened.choices = [("", "–"), *keys]
        self.fields["deposit"].help_text = _("Between %(least)s and %(most)s per cent of the starting price (Law on Auction of Assets, Article %(article)s).") % share  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "form" in data:
            data["form"] = AuctionKind(data["form"])
        for name in ("step", "window", "tick"):
            data[name] = data.get(name) or 0
        return data


class PartiesForm(forms.Form):
    """Who owns a member, and from where it pays."""

    owners = forms.CharField(
        label=_("Owners"),
        help_text=_("One a line: name; citizen's number or tax code. People who join for themselves leave it empty."),
        max_length=4_000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    accounts = forms.CharField(
        label=_("Bank accounts you pay from"),
        help_text=_("One a line: number; bank."),
        max_length=2_000, widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
